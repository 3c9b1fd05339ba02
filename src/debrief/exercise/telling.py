"""Words that both sheets share: times, kinds and who acted."""

from __future__ import annotations

from datetime import timedelta

from debrief import words
from debrief.exercise.course import Step
from debrief.record import Moment, TimelineEvent

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

ACTORS = {
    "incident_commander": "the incident commander",
    "engineer": "an engineer",
    "steward": "a steward",
    "owner": "the owner of the data",
    "consumer": "a consumer of the data",
    "vendor": "a vendor",
    "monitor": "a monitor",
    "facilitator": "the facilitator",
    "executive": "an executive",
}
"""Who acted, as it is read in a sentence; a test holds these to the schema."""


def weekday(moment: Moment) -> str:
    """``Saturday, 07:42 UTC``; the day alone where that is all one knows."""
    name = _DAYS[moment.day.weekday()]
    return name if moment.whole_day else f"{name}, {words.clock(moment)} UTC"


def when(step: Step) -> str:
    """The weekday and time of an event, and ``about`` where it is."""
    about = "about " if step.event.approximate else ""
    return f"{about}{weekday(step.event.at)}"


def elapsed(since: timedelta) -> str:
    """``+ 23 min`` after something; ``- 23 min`` before it."""
    if since < timedelta():
        return f"- {words.duration(-since)}"
    return f"+ {words.duration(since)}"


def kind(event: TimelineEvent) -> str:
    """``Report, by a consumer of the data``."""
    name = words.term(event.kind) if event.kind else "Event"
    return f"{name}, by {ACTORS.get(event.by, event.by)}" if event.by else name
