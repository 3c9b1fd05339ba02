"""Reminders → messages for an incoming webhook of Slack, or of what takes the same.

Sources: docs.slack.dev, "Sending messages using incoming webhooks", "Formatting message text"
(`&`, `<` and `>` are escaped, and nothing else), "Block Kit reference" (a header has at most 150
characters, a section 3,000, a message 50 blocks; `verbatim` keeps names and addresses from being
made links). Each message says all of its own in `text` too: Mattermost and Rocket.Chat show that
and no blocks, and Slack shows it in notifications. `text` is to have at most 4,000 characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from debrief import words
from debrief.reminders.due import Reminder
from debrief.reminders.grouping import NOBODY, by_recipient
from debrief.reminders.wording import Wording

_MOST = 2_900
"""Characters of the lines of one message, which fit into one section and into `text`."""


@dataclass(frozen=True, slots=True)
class Message:
    """The body of one request, and the reminders that it says."""

    payload: dict[str, Any]
    said: tuple[Reminder, ...]


def messages(found: Sequence[Reminder], wording: Wording) -> list[Message]:
    """As few messages as hold them; none where there is nothing to say."""
    if not found:
        return []
    pages = list(_pages(_lines(found, wording)))
    today = words.day(found[0].today)
    organisation = _escaped(wording.catalog.policy.organisation)
    made = []
    for number, page in enumerate(pages, start=1):
        part = f" ({number} of {len(pages)})" if len(pages) > 1 else ""
        title = f"Reminders of {today}{part}"
        text = "\n".join(line for line, _ in page)
        head = f"*{title}*" + (f" · {organisation}" if organisation else "")
        payload = {
            "text": f"{head}\n{text}",
            "blocks": [
                {"type": "header", "text": {"type": "plain_text", "text": title}},
                {
                    "type": "section",
                    "text": {"type": "mrkdwn", "text": text, "verbatim": True},
                },
            ],
            "unfurl_links": False,
        }
        made.append(Message(payload, tuple(each for _, each in page if each is not None)))
    return made


_MOST_NAMES = 5

Line = tuple[str, Reminder | None]
"""A line, and the reminder that it says; None where it is a name."""


def _lines(found: Sequence[Reminder], wording: Wording) -> Iterator[list[Line]]:
    """For each recipient a heading and a line for each reminder; each is said once, in one place.

    What several people hear stands under the first of them, with the names of the others.
    """
    for owner, theirs in by_recipient(found):
        name = "Nobody who is still there" if owner == NOBODY else wording.name(owner)
        yield [
            (f"*{_escaped(name)}*", None),
            *((_line(each, owner, wording), each) for each in theirs),
        ]


def _line(reminder: Reminder, owner: str, wording: Wording) -> str:
    link = wording.link(reminder.matter)
    subject = _escaped(wording.subject(reminder.matter))
    subject = f"<{_escaped(link)}|{subject}>" if link else f"“{subject}”"
    others = [wording.name(each.owner) for each in reminder.to if each.owner != owner]
    if len(others) > _MOST_NAMES:
        more = words.counted(len(others) - _MOST_NAMES, "other")
        others = [*others[:_MOST_NAMES], more]
    also = f" (also for {_escaped(words.listed(others))})" if others else ""
    about = wording.about(reminder.matter)
    within = f" — {_escaped(about)}" if about else ""
    return f"• {subject} {_escaped(wording.says(reminder))}{within}{also}"


def _pages(groups: Iterable[list[Line]]) -> Iterator[list[Line]]:
    """Lines by message; a group that goes on in the next one begins with its name again."""
    page: list[Line] = []
    size = 0
    for heading, *lines in groups:
        for index, line in enumerate(lines):
            add = [heading, line] if index == 0 or not page else [line]
            length = sum(len(text) + 1 for text, _ in add)
            if page and size + length > _MOST:
                yield page
                page, size, add = [], 0, [heading, line]
                length = sum(len(text) + 1 for text, _ in add)
            page += add
            size += length
    if page:
        yield page


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
