"""What a run of reminders says of itself, and where it remembers what it has said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

import click

from debrief import store
from debrief.archive import Archive
from debrief.reminders import memory
from debrief.reminders.due import Matter, Reminder, said_on
from debrief.reminders.grouping import NOBODY, for_each
from debrief.reminders.memory import ForgottenError, Memory
from debrief.reminders.rhythm import Window
from debrief.reminders.wording import Wording
from debrief.reporters.markup import inert
from debrief.reporters.plain import printable, shortened


@dataclass
class Told:
    """What is said of the run: on the terminal, and in the summary of the job."""

    summary: Path | None
    lines: list[str] = field(default_factory=list)
    failed: int = 0

    def say(self, words: str) -> None:
        """Say something. Words may hold those of a record: they stay words."""
        click.echo(harmless(words))
        self.lines.append(words)

    def show(self, lines: Iterable[str]) -> None:
        """Print lines that the summary does not need."""
        for line in lines:
            click.echo(harmless(line))

    def fail(self, words: str) -> None:
        """Say what could not be done, so that the run ends with exit code 1."""
        self.failed += 1
        click.echo(harmless(words), err=True)
        self.lines.append(words)

    def write(self) -> None:
        """Add it to the summary of the job."""
        if self.summary is None or not self.lines:
            return
        blocks = "\n".join(f"<li>{inert(line)}</li>" for line in self.lines if line.strip())
        with self.summary.open("a", encoding="utf-8") as file:
            file.write(f"## Reminders\n\n<ul>\n{blocks}\n</ul>\n")


def harmless(words: str) -> str:
    """Words of which a runner that reads what is printed takes none for a command."""
    return shortened(printable(words), 1_000).replace("::", ": :").replace("##[", "## [")


class Keeper(Protocol):
    """Keeps the memory from one run to the next."""

    @property
    def memory(self) -> Memory:
        """What is remembered."""

    def keep(self, now: Memory) -> None:
        """Remember this from now on. Raises click.ClickException."""


class NoKeeper:
    """Remembers nothing; the day alone says what is to be said."""

    memory = Memory()

    def keep(self, now: Memory) -> None:
        """Forget it again."""


class FileKeeper:
    """Keeps the memory in a file, which it makes where there is none."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read: bytes | None = None
        self.memory = Memory()
        if file.exists():
            try:
                self._read = file.read_bytes()
                self.memory = memory.read(self._read.decode("utf-8"))
            except (OSError, UnicodeDecodeError, ForgottenError) as error:
                raise click.ClickException(
                    f"{file} cannot be read as what was said last: {error}. Put it right, or "
                    "delete it; then say with --since from which day on to speak"
                ) from None

    def keep(self, now: Memory) -> None:
        """Write it, unless somebody else has written the file meanwhile."""
        text = now.text()
        data = text.encode("utf-8")
        if data == self._read:
            return
        try:
            if self._read is None:
                store.create(self._file, text)
            else:
                store.exchange(self._file, self._read, data)
        except store.ChangedError:
            raise click.ClickException(
                f"{self._file} was written by somebody else meanwhile: do two runs share it?"
            ) from None
        except OSError as error:
            raise click.ClickException(
                f"{self._file} cannot be written: {error.strerror}"
            ) from None
        self._read, self.memory = data, now


def last_ran(known: Memory, today: date) -> str:
    """When it last ran, in a sentence."""
    if known.ran_on is None:
        return "Nobody remembers an earlier run."
    days = (today - known.ran_on).days
    return f"Last ran on {known.ran_on}" + (f", {days} days ago." if days > 1 else ".")


@dataclass(frozen=True)
class Run:
    """What a run knows: what stands, the day, what was said last, and where it tells of itself."""

    archive: Archive
    found: tuple[Matter, ...]
    wording: Wording
    today: date
    since: date | None
    keeper: Keeper
    told: Told
    dry: bool

    def window(self, channel: str) -> Window:
        """Which days are spoken of on a channel."""
        if self.since is not None:
            return Window(self.since, self.today)
        return self.keeper.memory.window(channel, self.archive.catalog.policy, self.today)

    def reminders(self, window: Window) -> tuple[Reminder, ...]:
        """What is to be said in it."""
        return said_on(self.today, self.found, window.after)

    def unsaid(
        self, channel: str, found: Sequence[Reminder], recipient: str = ""
    ) -> Sequence[Reminder]:
        """What was not said on a channel already, to a recipient where each has their own."""
        if self.since is not None:
            return found
        return self.keeper.memory.unsaid(channel, found, recipient)

    def remember(self, channel: str, window: Window, said: frozenset[str], *, whole: bool) -> None:
        """Remember what was said, at once: a run may be cut off. Raises click.ClickException."""
        known = self.keeper.memory.after(channel, window, said, complete=whole)
        self.keeper.keep(known.on(self.today))


def listed(found: Sequence[Reminder], wording: Wording) -> Iterator[str]:
    """Each recipient with what they hear, why they do, and why now."""
    for owner, theirs in for_each(found).items():
        yield ""
        yield f"{wording.name(owner)} ({owner})" if owner != NOBODY else "Nobody who is still there"
        for each in theirs:
            yield f"  {wording.sentence(each)}"
            why = [recipient.because for recipient in each.to if recipient.owner == owner]
            yield f"    {'; '.join([*why, wording.why_now(each), each.key])}"
    yield ""
