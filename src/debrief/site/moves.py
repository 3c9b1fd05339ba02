"""The steps of a trail in words: what moved, when and by whom, and how much in all."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from markupsafe import Markup, escape

from debrief import words
from debrief.moments import is_day
from debrief.record import Postmortem
from debrief.site.rendering import Links, when
from debrief.trail import ACTION, DUE, OWNER, STATUS, Person, Stay, Step

_APART = 2
"""From so many days on, the day of a decision and that of its commit are both told."""


_MEASURE = re.compile(r"impact\.measures\[([0-9]+)\]\.value")


def what(step: Step, link: Links, record: Postmortem | None = None) -> Markup:
    """What moved: ``Postponed by 7 days, from 27 Mar 2026 to 3 Apr 2026``.

    With the record whose move it is, a measure is called by its name.
    """
    if step.field == ACTION:
        verb = "taken out" if step.new is None else "added"
        return Markup("Action {} {}").format(_code(step.new or step.old or ""), verb)
    if step.field == DUE:
        return _due(step)
    if step.field == OWNER:
        verb = "Handed on" if step.old else "Given"
        return _between(verb, *_each(link.owner, step))
    if step.field == STATUS:
        return _between("Moved", *_each(link.status, step))
    if (measure := _measure(step.field, record)) is not None:
        return _between(Markup("{} changed").format(measure), *_each(_figure, step))
    return _between(_code(step.field) + " changed", *_each(_quoted, step))


def _measure(field: str, record: Postmortem | None) -> str | None:
    """What a record measured, by the key path of its value."""
    found = _MEASURE.fullmatch(field)
    measures = record.impact.measures if record is not None else ()
    if found is None or int(found[1]) >= len(measures):
        return None
    return words.sentence(measures[int(found[1])].measure)


def _figure(text: str) -> Markup:
    """A figure as the page shows it elsewhere; what is none stays as it was written."""
    try:
        return escape(words.number(float(text)))
    except ValueError:
        return _quoted(text)


def _each(show: Callable[[str], Markup], step: Step) -> tuple[Markup | None, Markup | None]:
    """The old value and the new one, each as it is shown."""
    return (
        show(step.old) if step.old is not None else None,
        show(step.new) if step.new is not None else None,
    )


def _quoted(text: str) -> Markup:
    return Markup("“{}”").format(text)


def _due(step: Step) -> Markup:
    old, new = _each(_day, step)
    if not step.days:
        return _between("Due date moved" if step.old else "Due date set", old, new)
    verb = "Postponed" if step.days > 0 else "Brought forward"
    return _between(f"{verb} by {words.counted(abs(step.days), 'day')},", old, new)


def _between(verb: str | Markup, old: Markup | None, new: Markup | None) -> Markup:
    """A verb with what it leads from and to, as far as that is known."""
    parts = [escape(verb.removesuffix(",") if old is None and new is None else verb)]
    parts += [Markup("from {}").format(old)] if old else []
    parts += [Markup("to {}").format(new)] if new else []
    return Markup(" ").join(parts)


def _day(text: str) -> Markup:
    return when(date.fromisoformat(text)) if is_day(text) else escape(text)


def _code(text: str) -> Markup:
    return Markup("<code>{}</code>").format(text)


def circumstances(step: Step, link: Links) -> Markup:
    """When it was decided, when it was committed where that was on another day, and by whom."""
    decided, committed = step.decided_on, step.committed_on
    by = Markup(" by {}").format(person(step.by, link)) if step.by is not None else Markup()
    if decided is None and committed is None:
        return Markup("not committed yet")
    if decided is None or committed is None or abs(step.committed_later) < _APART:
        return when(decided or committed) + by  # type: ignore[arg-type] # one of them is given
    return Markup("decided on {}, committed on {}").format(when(decided), when(committed)) + by


def person(who: Person, link: Links) -> Markup:
    """Whoever made a commit."""
    if who.owner is not None:
        return link.owner(who.owner)
    return escape(who.name or "somebody who is not in the catalog")


def beside(stay: Stay) -> Markup:
    """The other day that is known of the beginning of a stay, where it is another one."""
    if stay.since is None:
        return Markup()
    if stay.stated_on is not None and _apart(stay.stated_on, stay.since):
        return Markup("the record says {}").format(when(stay.stated_on))
    committed = stay.step.committed_on if stay.step is not None else None
    if committed is not None and _apart(committed, stay.since):
        return Markup("committed on {}").format(when(committed))
    return Markup()


def _apart(one: date, other: date) -> bool:
    return abs((one - other).days) >= _APART


def summary(steps: Sequence[Step]) -> str:
    """How often and by how much: ``Postponed twice, by 105 days in all; handed on once``."""
    later = [step.days for step in steps if step.days > 0]
    sooner = [-step.days for step in steps if step.days < 0]
    owners = sum(step.field == OWNER for step in steps)
    others = len(steps) - len(later) - len(sooner) - owners
    parts = [
        f"postponed {words.times(len(later))}, by {words.in_all(later)}" if later else "",
        f"brought forward {words.times(len(sooner))}, by {words.in_all(sooner)}" if sooner else "",
        f"handed on {words.times(owners)}" if owners else "",
        words.counted(others, "other change") if others else "",
    ]
    return words.sentence("; ".join(part for part in parts if part))
