"""A copied chat as `new` takes it: read, placed in time, and what became of each of its lines."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import click

from debrief import chat
from debrief.document import MAX_BYTES
from debrief.spoken_time import Zone

STDIN = Path("-")


def unreadable(path: str) -> str:
    """Why a file cannot be read; empty where it can, or where none is named."""
    file = Path(path.strip()).expanduser()
    if not path.strip() or file.is_file():
        return ""
    return f"there is no file {path.strip()}"


@dataclass
class ChatLog:
    """One log, or none. ``day`` is the day on which it begins, where it does not say so itself."""

    source: str = ""
    log: chat.Log = field(default_factory=chat.Log)
    day: date | None = None
    course: chat.Course = field(default_factory=chat.Course)

    @classmethod
    def read(cls, file: Path, order: str | None, day: date | None = None) -> ChatLog:
        """Read a log from a file, or from standard input for ``-``."""
        try:
            data = sys.stdin.buffer.read(MAX_BYTES + 1) if file == STDIN else file.read_bytes()
        except OSError as error:
            raise click.UsageError(f"--chat: {file}: {error.strerror or error}") from None
        if len(data) > MAX_BYTES:
            raise click.UsageError(
                f"--chat: at most {MAX_BYTES:,} bytes are read; copy the part that is about the "
                "outage"
            )
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise click.UsageError(f"--chat: {file} is not UTF-8 text") from None
        log = chat.read(text, order)
        source = "standard input" if file == STDIN else str(file)
        if not log.messages:
            raise click.UsageError(
                f"--chat: no message was found in {source}; a message begins with a time and a "
                "name, such as `[10:23] name: text`"
            )
        return cls(source, log, day)

    @property
    def given(self) -> bool:
        """Whether there is one."""
        return bool(self.source)

    def needs_day(self, zone: Zone | None) -> bool:
        """Whether its times cannot be told without the day on which it begins."""
        return chat.timeline(self.log, day=self.day, zone=zone).needs_day

    def needs_zone(self, zone: Zone | None) -> bool:
        """Whether some of its times name no zone, and none is known for them."""
        day = self.day or date(2000, 1, 1)
        return self.given and chat.timeline(self.log, day=day, zone=zone).needs_zone

    def events(self, zone: Zone | None) -> list[dict[str, object]]:
        """Its messages as events. Raises click.UsageError where some have no time, or too many."""
        self.course = chat.timeline(self.log, day=self.day, zone=zone)
        if self.course.needs_day:
            raise click.UsageError(
                "--chat: its times have no date: give --day, the day on which it begins"
            )
        if self.course.problems:
            told = [f"line {number}: {what}" for number, what in self.course.problems[:5]]
            more = len(self.course.problems) - len(told)
            told += [f"and {more} more"] if more else []
            raise click.UsageError(f"--chat: {self.source}: " + "; ".join(told))
        if self.course.needs_zone:
            raise click.UsageError(
                "--chat: its times name no zone: give --zone, such as UTC, +01:00 or Europe/Lisbon"
            )
        if len(self.course.events) > chat.MOST_EVENTS:
            raise click.UsageError(
                f"--chat: it has {len(self.course.events)} messages, and a timeline takes "
                f"{chat.MOST_EVENTS}; copy the part that is about the outage"
            )
        return list(self.course.events)

    def tell(self) -> None:
        """Say what became of each line: nothing of the log is dropped without a word."""
        events = self.course.events
        first, last = (str(event["at"]) for event in (events[0], events[-1]))
        click.echo(f"{len(events)} entries for the timeline from {self.source}, {first} to {last}.")
        if self.log.left_out:
            lines = chat.spans([number for number, _ in self.log.left_out])
            click.echo(f"  left out, reactions and notices of the program: {_lines(lines)}")
        if names := self.log.names:
            click.echo(f"  left out, names of those who wrote: {', '.join(names)}")
        for number, text in self.log.strange:
            click.echo(f"  not understood, line {number}: {text[:80]}")
        for number, assumed in self.course.assumed:
            click.echo(f"  assumed, line {number}: {assumed}")
        click.echo("  Prune it: keep what mattered, and write roles in place of people's names.")


def _lines(spans: str) -> str:
    return f"{'line' if spans.isdigit() else 'lines'} {spans}"
