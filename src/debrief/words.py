"""Values in words: dates, durations, numbers and the vocabularies, as people read them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from debrief.record import WITHDRAWN, Action, Moment, Postmortem

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
"""Written out here, because ``strftime`` follows the locale of whoever builds the site."""

FOUND_BY = {
    "monitor": "a monitor",
    "engineer": "an engineer",
    "consumer": "a consumer of the data",
    "vendor": "a vendor",
}
"""Who noticed an outage first, as the schema's words are read in a sentence."""

_SEVERITY = {"sev1": "SEV 1", "sev2": "SEV 2", "sev3": "SEV 3", "sev4": "SEV 4"}


def day(value: date) -> str:
    """``14 March 2026``."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def short_day(value: date) -> str:
    """``14 Mar 2026``, for tables."""
    return f"{value.day} {MONTHS[value.month - 1][:3]} {value.year}"


def clock(moment: Moment) -> str:
    """``01:10``, in UTC; with seconds where the author gave them."""
    at = moment.start
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"


def instant(moment: Moment) -> str:
    """``14 Mar 2026, 01:10 UTC``; the date alone where the time of day is not known."""
    if moment.whole_day:
        return short_day(moment.day)
    return f"{short_day(moment.day)}, {clock(moment)} UTC"


def machine_time(value: Moment | date) -> str:
    """What a ``datetime`` attribute holds."""
    if isinstance(value, Moment):
        return value.day.isoformat() if value.whole_day else f"{value.start:%Y-%m-%dT%H:%M:%SZ}"
    return value.isoformat()


def quarter(name: str) -> str:
    """``Q1 2026`` for ``2026-Q1``."""
    year, _, number = name.partition("-")
    return f"{number} {year}"


def duration(value: timedelta) -> str:
    """``8 h 55 min``, ``3 days``, ``1 day 4 h``, ``45 s``: the two largest units."""
    seconds = int(value.total_seconds())
    if seconds < 0:
        return f"minus {duration(-value)}"
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    if days:
        return counted(days, "day") + (f" {hours} h" if hours and days < 10 else "")
    if hours:
        return f"{hours} h" + (f" {minutes} min" if minutes else "")
    if minutes:
        return f"{minutes} min"
    return f"{seconds} s" if seconds else "0 min"


def span(value: timedelta, *, by_day: bool, approximate: bool, zero: str = "at once") -> str:
    """How long something took, as far as it is known: ``6 h 32 min``, ``about 7 days``."""
    if value:
        return f"{'about ' if approximate else ''}{duration(value)}"
    return "within a day" if by_day else zero


def lasted(record: Postmortem) -> str | None:
    """How long an outage lasted: ``about 9 days``; ``within a day`` where that is all one knows."""
    found = record.duration
    if found is None:
        return None
    by_day = any(moment.whole_day for moment in record.incident.clock.values())
    return span(found, by_day=by_day, approximate=record.incident.approximate, zero="0 min")


def number(value: float) -> str:
    """A figure with thousands set apart and no trailing ``.0``: ``3,100``, ``0.5``."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.12g}"


def counted(count: int, noun: str, plural: str = "") -> str:
    """``1 day``, ``3 days``, ``1,200 days``."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def times(number: int) -> str:
    """``once``, ``twice``, ``3 times``."""
    return {1: "once", 2: "twice"}.get(number) or f"{number:,} times"


def in_all(days: Iterable[int]) -> str:
    """``7 days``, ``105 days in all`` where several add up."""
    found = list(days)
    return counted(sum(found), "day") + (" in all" if len(found) > 1 else "")


def unit(value: float, name: str) -> str:
    """A unit beside its figure: ``1 hour``, ``9 hours``."""
    return name[:-1] if value == 1 and name.endswith("s") and not name.endswith("ss") else name


def sentence(text: str) -> str:
    """A text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def term(word: str) -> str:
    """A word of a vocabulary as it is read: ``in-review`` → ``In review``, ``sev2`` → ``SEV 2``."""
    if word in _SEVERITY:
        return _SEVERITY[word]
    text = word.replace("-", " ").replace("_", " ")
    return sentence(text)


def lower_term(word: str) -> str:
    """The same inside a sentence: ``in review``."""
    return word if word in _SEVERITY else word.replace("-", " ").replace("_", " ")


def listed(items: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    found = list(items)
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} and {found[-1]}"


def data_range(first: date | None, last: date | None) -> str:
    """The dates of data that were wrong: ``14 Mar 2026``, ``13 to 14 Mar 2026``."""
    if first is None or last is None:
        known = first or last
        if known is None:
            return "dates not known"
        return f"{'from' if first else 'until'} {short_day(known)}"
    if first == last:
        return short_day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {short_day(last)}"
    if first.year == last.year:
        return f"{short_day(first).rsplit(' ', 1)[0]} to {short_day(last)}"
    return f"{short_day(first)} to {short_day(last)}"


def data_of(first: date | None, last: date | None) -> str:
    """The same as the subject of a sentence: ``data of 14 Mar 2026``, ``data from … on``."""
    if first is not None and last is None:
        return f"data from {short_day(first)} on"
    if first is None and last is None:
        return "data of unknown dates"
    return f"data {'of ' if first else ''}{data_range(first, last)}"


@dataclass(frozen=True, slots=True)
class Promised:
    """How the promises of a record stand: `3 open` with `1 overdue`, or what has come of them."""

    text: str
    open: int = 0
    late: str = ""


def promised(record: Postmortem, today: date) -> Promised:
    """How the promises of a record stand; what an imported one retells, nobody here promised."""
    if record.status == WITHDRAWN:
        return Promised("none")
    count = len(record.actions)
    open_count = sum(action.owner is not None for action in record.open_actions)
    if record.imported and not open_count:
        return Promised(f"{count} retold")
    if not count:
        return Promised("none")
    if not open_count:
        return Promised(f"all {count} closed")
    overdue = len(record.overdue_actions(today))
    return Promised(f"{open_count} open", open_count, f"{overdue} overdue" if overdue else "")


def timing(action: Action, today: date) -> str:
    """How an action stands to its due date: ``18 days overdue``, ``due in 3 days``, or nothing."""
    if not action.is_open:
        late = action.days_late
        return f"done {counted(late, 'day')} late" if late else ""
    if action.due is None:
        return "no due date"
    days = (action.due - today).days
    if days < 0:
        return f"{counted(-days, 'day')} overdue"
    if days == 0:
        return "due today"
    return f"due in {counted(days, 'day')}" if days <= 14 else ""


def as_markdown(words: str) -> str:
    """Words as Markdown: what stands outside backquotes is no HTML."""
    parts = re.split(r"(`[^`]*`)", words)
    return "".join(
        part if part.startswith("`") else html.escape(part, quote=False) for part in parts
    )
