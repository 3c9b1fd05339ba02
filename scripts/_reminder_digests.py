"""Reminders as digests: to webhooks, and as one mail for each owner."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from datetime import time as midnight
from pathlib import Path

import click
from _reminder_run import Run, listed

from debrief import store, words
from debrief.reminders import mail, mailing, memory, plain_json, slack
from debrief.reminders.due import Reminder
from debrief.reminders.grouping import NOBODY
from debrief.reminders.mail import Letter, Sender, Writer
from debrief.reminders.posting import UndeliveredError, Webhook, is_safe
from debrief.reminders.rhythm import Window
from debrief.reminders.slack import Message
from debrief.reminders.wording import Wording

Compose = Callable[[Sequence[Reminder], Wording, Window], list[Message]]
"""Makes the messages of a digest."""

NO_SENDER = "debrief@localhost.invalid"
"""Who sends the mails that are only written into files, where nobody is named."""


def hooks(run: Run, names: Sequence[str], make: Compose, channel: str) -> list[Callable[[], None]]:
    """One channel for each variable. Raises click.UsageError where one holds no safe address."""

    def one(name: str) -> Callable[[], None]:
        address = os.environ.get(name, "").strip()
        if not is_safe(address) and not run.dry:
            what = "holds no https:// address" if address else "is not set"
            raise click.UsageError(f"the variable {name} {what}")
        hook = Webhook(address, time.sleep)
        return lambda: _post(run, hook, make, channel.format(name))

    return [one(name) for name in dict.fromkeys(names)]


def to_slack(found: Sequence[Reminder], wording: Wording, _: Window) -> list[Message]:
    """The digest for Slack."""
    return slack.messages(found, wording)


to_json: Compose = plain_json.messages
"""The digest for programs."""


def _post(run: Run, hook: Webhook, make: Compose, channel: str) -> None:
    """Post the digest, in as many messages as it needs."""
    window = run.window(channel)
    found = run.unsaid(channel, run.reminders(window))
    made = make(found, run.wording, window)
    if run.dry:
        count = words.counted(len(found), "reminder")
        run.told.say(f"{channel}: would say {count} in {words.counted(len(made), 'message')}.")
        run.told.show(listed(found, run.wording))
        return
    delivered: list[Message] = []
    try:
        for message in made:
            hook.post(message.payload)
            delivered.append(message)
    except UndeliveredError as error:
        left = f"{len(made) - len(delivered)} of {words.counted(len(made), 'message')}"
        run.told.fail(f"{channel}: {error}; {left} will be tried again by the next run")
    finally:
        said = memory.names(each for message in delivered for each in message.said)
        run.remember(channel, window, said, whole=len(delivered) == len(made))
    count = words.counted(sum(len(message.said) for message in delivered), "reminder")
    how = words.counted(len(delivered), "message")
    run.told.say(f"{channel}: {f'{count} in {how}' if made else 'nothing to say'}.")


# --- mail ----------------------------------------------------------------------------------------


def write_mails(run: Run, folder: Path, channel: str) -> None:
    """Write one file for each owner; one that is there already and says something else stays."""
    sender = mail.address_of(os.environ.get("DEBRIEF_SMTP_FROM")) or NO_SENDER
    at = datetime.combine(run.today, midnight(), UTC)  # so that the same day gives the same bytes
    mails = _Mails(run, channel, Sender(sender, at))
    mails.hand_over(lambda letter: _write(folder, run, letter))


def _write(folder: Path, run: Run, letter: Letter) -> None:
    file = folder / f"{run.today.isoformat()}-{letter.owner}.eml"
    text = letter.message.as_bytes().decode("ascii")
    try:
        store.create(file, text)
    except FileExistsError:
        if file.is_symlink() or not file.is_file() or file.read_bytes() != text.encode("ascii"):
            raise UndeliveredError(f"{file} is there, and says something else") from None
    except OSError as error:
        raise UndeliveredError(f"{file} cannot be written: {error.strerror}") from None


def send_mails(run: Run, settings: mailing.Settings, channel: str) -> None:
    """Send one mail to each owner."""
    mails = _Mails(run, channel, Sender(settings.sender, datetime.now(UTC)))
    if run.dry or not mails.letters:
        mails.hand_over(lambda _: None)
        return
    try:
        with mailing.connected(settings) as server:
            mails.hand_over(lambda letter: mailing.deliver(server, letter.message))
    except UndeliveredError as error:
        left = words.counted(len(mails.letters), "mail")
        run.told.fail(f"{channel}: {error}; {left} will be tried again by the next run")
        run.remember(channel, mails.window, frozenset(), whole=False)
        mails.name_the_unreachable()


class _Mails:
    """The mails of a run, without what each recipient was told already."""

    def __init__(self, run: Run, channel: str, sender: Sender) -> None:
        self.run, self.channel = run, channel
        self.window = run.window(channel)
        self.letters, self.unreachable = Writer(run.wording, self.window, sender).letters(
            run.reminders(self.window),
            lambda owner, theirs: run.unsaid(channel, theirs, owner),
        )

    def hand_over(self, give: Callable[[Letter], None]) -> None:
        """Give each to whoever delivers it, and remember which were delivered."""
        if self.run.dry:
            self._preview()
        else:
            self._deliver(give)
        self.name_the_unreachable()

    def _preview(self) -> None:
        self.run.told.say(f"{self.channel}: would send {self._count(len(self.letters))}.")
        for letter in self.letters:
            head = (f"{key}: {letter.message[key]}" for key in ("To", "Subject"))
            self.run.told.show(["", *head, "", *letter.message.get_content().splitlines()])

    def _deliver(self, give: Callable[[Letter], None]) -> None:
        said: frozenset[str] = frozenset()
        delivered = 0
        try:
            for letter in self.letters:
                try:
                    give(letter)
                except UndeliveredError as error:
                    words_ = f"{self.channel}: the mail to {letter.owner} was not sent: {error}"
                    self.run.told.fail(words_)
                    continue
                delivered += 1
                said |= memory.names(letter.said, letter.owner)
        finally:
            whole = delivered == len(self.letters)
            self.run.remember(self.channel, self.window, said, whole=whole)
        told = self._count(delivered) if self.letters else "nothing to say"
        self.run.told.say(f"{self.channel}: {told}.")

    @staticmethod
    def _count(number: int) -> str:
        return words.counted(number, "mail")

    def name_the_unreachable(self) -> None:
        """Say who was not written to, and what they would have read."""
        told, wording = self.run.told, self.run.wording
        for each in self.unreachable:
            count = f"{self.channel}: {words.counted(len(each.unsaid), 'reminder')}"
            if each.owner == NOBODY:
                told.say(f"{count} for nobody, since nobody who is still there hears it:")
            else:
                told.say(
                    f"{count} not sent to {wording.name(each.owner)}: the `contact` of "
                    f"{each.owner} in catalog/owners.yml is no mail address"
                )
            told.show(f"  {wording.sentence(reminder)}" for reminder in each.unsaid)
