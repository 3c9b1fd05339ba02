"""Reminders → JSON for a webhook of one's own.

    {
      "debrief": "reminder-digest", "version": 1, "organisation": "Pellwick",
      "day": "2026-11-25", "since": "2026-11-24", "part": 1, "parts": 1,
      "reminders": [{
        "key": "action/2026-03-14-orders-mart-stale-prices/contract-check",
        "kind": "action-overdue", "day": "2026-11-18", "said_for": ["2026-11-25"],
        "to": [{"id": "m-sato", "name": "Mei Sato", "because": "owns the action"}],
        "subject": "…", "says": "was due on …", "link": "https://…",
        "record": {"id": "…", "title": "…", "status": "…"}, "action": {"id": "…", "status": "…"}
      }]
    }

``said_for`` are the days on which it was to be said: with ``key``, each is in one digest only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from debrief.reminders.due import Reminder
from debrief.reminders.rhythm import Window
from debrief.reminders.slack import Message
from debrief.reminders.wording import Wording, day_or_none

KIND, VERSION = "reminder-digest", 1

_MOST = 200
"""Reminders of one request."""


def messages(found: Sequence[Reminder], wording: Wording, window: Window) -> list[Message]:
    """As few requests as hold them; none where there is nothing to say."""
    parts = [found[start : start + _MOST] for start in range(0, len(found), _MOST)]
    return [
        Message(
            {
                "debrief": KIND,
                "version": VERSION,
                "organisation": wording.catalog.policy.organisation,
                "day": window.until.isoformat(),
                "since": window.after.isoformat(),
                "part": number,
                "parts": len(parts),
                "reminders": [_told(each, wording) for each in part],
            },
            tuple(part),
        )
        for number, part in enumerate(parts, start=1)
    ]


def _told(reminder: Reminder, wording: Wording) -> dict[str, Any]:
    matter = reminder.matter
    record, action = matter.record, matter.action
    return {
        "key": matter.key,
        "kind": reminder.kind,
        "day": day_or_none(matter.day),
        "said_for": [day.isoformat() for day in reminder.points],
        "to": [
            {"id": each.owner, "name": wording.name(each.owner), "because": each.because}
            for each in reminder.to
        ],
        "subject": wording.subject(matter),
        "says": wording.says(reminder),
        "link": wording.link(matter) or None,
        "record": record and {"id": record.id, "title": record.title, "status": record.status},
        "action": action and {"id": action.id, "status": action.status},
        "asset": matter.asset and matter.asset.asset,
    }
