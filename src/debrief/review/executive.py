"""One page for people who do not work on data: what happened, to whom, is it safe, what changes.

No id, no term of the trade that can be said otherwise, and no figure of which there are too few.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from debrief import words
from debrief.metrics import OutageFacts
from debrief.record import UNPUBLISHED, Postmortem
from debrief.review.agenda import warnings
from debrief.review.desk import Desk, state_on
from debrief.review.outages import SEVERE
from debrief.review.phrases import STRONG, Name, Phrase, ended, enumerated, joined, say
from debrief.review.report import Item, Report, Section

MOST = 5
"""So many outages fit on a page."""

_MOST_CHANGES = 2


def executive(desk: Desk) -> Report:
    """The page of a month or a quarter; whether it is safe is told as of today."""
    told = [outage for outage in desk.outages if not outage.record.restricted]
    shown = tuple(_outage(desk, outage) for outage in told[:MOST])
    sections = [Section("outages", "What happened", said=tuple(_rest(desk, told)), items=shown)]
    left = tuple(_left(desk))
    if left:
        title = "Not safe yet, from before"
        sections.append(Section("before", title, items=left))
    sections.append(Section("changed", "What we changed", said=tuple(_changed(desk))))
    return Report(
        f"Data outages in {desk.span.label}",
        tuple(_lead(desk)),
        tuple(section for section in sections if section.said or section.items),
        warnings=tuple(warnings(desk)),
        ids=False,
    )


def _lead(desk: Desk) -> Iterator[Phrase]:
    number, where = len(desk.outages), desk.span.label + ("" if desk.over else " so far")
    if not number:
        yield (f"No data outage that we know of began in {where}.",)
        return
    severe = sum(outage.severity in SEVERE for outage in desk.outages)
    began = f"{number} data outage{'' if number == 1 else 's'} began in {where}"
    weight = {0: "none of them was severe", number: "all of them were severe"}.get(severe)
    if number == 1:
        weight = "it was severe" if severe else "it was not severe"
    weight = weight or f"{severe} of them {'was' if severe == 1 else 'were'} severe"
    yield (f"{began}; {weight}.",)
    figures = desk.basis.figures(desk.span.period, desk.day)
    detect, consumers = figures["time_to_detect"], figures["consumer_found"]
    if detect.value is not None:
        found = words.duration(timedelta(seconds=round(detect.value)))
        yield (f"Half of the {detect.n} that came to light were noticed within {found}.",)
    if consumers.value is not None:
        share = f"{round(consumers.value)} of 100"
        yield (f"{share} were noticed first by the people who use the data, and not by us.",)
    unsafe = [o for o in desk.outages if o.record.unrepaired]
    if unsafe:
        many = words.counted(len(unsafe), "of them is", "of them are")
        yield (f"{many} not put right yet, as of {words.day(desk.today)}.",)


def _rest(desk: Desk, told: list[OutageFacts]) -> Iterator[Phrase]:
    restricted = len(desk.outages) - len(told)
    if restricted:
        many = "One outage is" if restricted == 1 else f"{restricted} outages are"
        yield (f"{many} restricted and not told here.",)
    if len(told) > MOST:
        yield (f"The {MOST} that weigh most; {len(told) - MOST} more were smaller.",)


def _outage(desk: Desk, outage: OutageFacts) -> Item:
    record = outage.record
    notes = [
        _answer("What happened", *_what(desk, outage)),
        _answer("Who was hit", *_who(desk, record)),
        _answer("Is it safe now", *_safe(desk, record)),
        _answer("What will change", *_changes(desk, record)),
    ]
    return Item((desk.names.record(record),), ((words.short_day(record.day),),), tuple(notes))


def _answer(label: str, *sentences: Phrase) -> Phrase:
    return say("{} {}", Name(STRONG, f"{label}?"), joined(sentences))


def _what(desk: Desk, outage: OutageFacts) -> Iterator[Phrase]:
    record = outage.record
    yield ended(record.summary or record.title)
    if lasted := desk.lasted(record):
        yield (f"It lasted {lasted}.",)
    if record.status in UNPUBLISHED:
        yield ("This is what we know so far; the analysis is not agreed yet.",)


def _who(desk: Desk, record: Postmortem) -> Iterator[Phrase]:
    if record.stakeholders:
        yield say("{}.", desk.names.owners(record.stakeholders))
    if record.impact.business:
        yield ended(record.impact.business)
    if not (record.stakeholders or record.impact.business):
        yield ("Nobody has written it down yet.",)


def _safe(desk: Desk, record: Postmortem) -> Iterator[Phrase]:
    if record.unrepaired:
        assets = enumerated(
            say("{} ({})", desk.names.asset(one.asset), words.data_of(one.data_from, one.data_to))
            for one in record.unrepaired
        )
        yield say("No. Do not rely on {}.", assets)
    elif record.incident.resolved_at is None:
        yield ("Nobody has written down that it is over.",)
    elif record.restored_at is not None:
        yield (f"Yes: the data has been right again since {words.day(record.restored_at.day)}.",)
    elif any(one.repair == "lost" for one in record.assets):
        yield ("It is over; some of the data is lost and will not come back.",)
    else:
        yield (f"Yes, since {words.day(record.incident.resolved_at.day)}.",)


def _changes(desk: Desk, record: Postmortem) -> Iterator[Phrase]:
    promises = [
        one
        for action in record.actions
        if action.type == "preventive"
        and (one := desk.ledger.by_action.get((record.id, action.id))) is not None
    ]
    rank = {"high": 0, "medium": 1, "low": 2}
    promises.sort(key=lambda one: rank.get(one.action.impact or "", 3))
    for one in promises[:_MOST_CHANGES]:
        action, owner = desk.names.action(one.record, one.action), one.action.owner
        yield say("{} ({}; {}).", action, desk.names.owner(owner), state_on(one, desk.today))
    if not promises:
        yield ("Nothing has been promised yet.",)
    elif len(promises) > _MOST_CHANGES:
        yield (f"And {words.counted(len(promises) - _MOST_CHANGES, 'more change')}.",)


def _left(desk: Desk) -> Iterator[Item]:
    """Data of earlier outages that is wrong to this day."""
    for outage in desk.known:
        for one in outage.record.unrepaired if outage.day < desk.span.first else ():
            data = words.data_of(one.data_from, one.data_to)
            head = say("{}: {}", desk.names.asset(one.asset), data)
            yield Item(head, (say("from: {}", desk.names.record(outage.record)),))


def _changed(desk: Desk) -> Iterator[Phrase]:
    """What was done of what had been promised, and what is late."""
    done = [
        one
        for one in desk.promises
        if one.action.done_on is not None
        and one.action.done_on in desk.span
        and one.was_done(desk.day)
        and one.action.type == "preventive"
    ]
    overdue = sum(one.was_overdue(desk.day) for one in desk.open)
    if done:
        names = joined(
            (say("{}", desk.names.action(o.record, o.action)) for o in done[:MOST]), "; "
        )
        more = f"; and {len(done) - MOST} more" if len(done) > MOST else ""
        changes = words.counted(len(done), "change")
        yield say("We finished {} that {} to keep outages from coming back: {}{}.", changes,
                  "is" if len(done) == 1 else "are", names, more)  # fmt: skip
    else:
        yield (f"No preventive change was finished in {desk.span.label}.",)
    late = f"{overdue} {'is' if overdue == 1 else 'are'} late" if overdue else "none is late"
    number = words.counted(len(desk.open), "open promise")
    yield (f"Of {number} {late}, as of {words.day(desk.day)}.",)
