"""Points about outages: what came back, the severe ones, how they were found, what is left of them.

Each takes a desk and finds the items of its point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from debrief import words
from debrief.blast_radius import forgotten
from debrief.lifecycle import deadline
from debrief.metrics import ActionFacts, OutageFacts, Period
from debrief.record import PUBLISHED, UNPUBLISHED, Action, AffectedAsset, Postmortem
from debrief.review.desk import Desk, state_on
from debrief.review.phrases import Phrase, ended, joined, late, say
from debrief.review.report import Item

SEVERE = ("sev1", "sev2")
"""Severities that a review speaks of one by one."""

_RANK = {"high": 0, "medium": 1, "low": 2}
_WATCHES = frozenset({"data-test", "monitoring", "alerting"})
"""Categories of action that find an outage."""

_MOST_PROMISES = 4
_MOST_DECISIONS = 2
_SLOW = 2
"""From so many medians on, a time to detect stands out."""


def meta(desk: Desk, record: Postmortem) -> tuple[Phrase, ...]:
    """Severity, day and owner of a record; of a restricted one the owner alone."""
    day = () if record.restricted else (words.short_day(record.day),)
    keeper = desk.owner_of(record)
    owner = say("{}", desk.names.owner(keeper)) if keeper else ()
    return tuple(filter(None, (desk.names.severity(record), day, owner)))


# --- what came back ------------------------------------------------------------------------------


def recurred(desk: Desk) -> Iterator[Item]:
    """What repeated an earlier outage, and what had been promised against it."""
    for outage in _told(desk):
        known = [key for key, day in outage.repeats if day <= desk.day]
        if known:
            yield _recurrence(desk, outage, known, later=False)
    for outage in _told(desk):
        since = [key for key, day in outage.repeats if day <= desk.today]
        if since and not any(day <= desk.day for _, day in outage.repeats):
            yield _recurrence(desk, outage, since, later=True)


def _told(desk: Desk) -> Iterable[OutageFacts]:
    """Outages of the span, and those of before that were shown in it to repeat an earlier one."""
    return (
        outage
        for outage in desk.known
        if outage.repeats
        and (outage.day in desk.span or min(day for _, day in outage.repeats) in desk.span)
    )


def _recurrence(desk: Desk, outage: OutageFacts, earlier: list[str], *, later: bool) -> Item:
    record = outage.record
    notes = [
        say("{} {} {}.", "It names an earlier outage:" if key == record.recurrence_of
            else "It has the cause and the data of", desk.names.record(key),
            f"({words.short_day(date.fromisoformat(key[:10]))})")
        for key in earlier
    ]  # fmt: skip
    promises = [one for key in earlier for one in prevention(desk, key)]
    told = [_promise(desk, one, record.day) for one in sorted(promises, key=_weight(record.day))]
    notes += told[:_MOST_PROMISES]
    if len(told) > _MOST_PROMISES:
        notes.append((f"{len(told) - _MOST_PROMISES} more promises had been made against it.",))
    if not told:
        notes.append(("No preventive action is recorded against it: nothing had been promised.",))
    group = ("Shown since to repeat an earlier one",) if later else ()
    return Item((desk.names.record(record),), meta(desk, record), tuple(notes), group=group,
                later=later)  # fmt: skip


def prevention(desk: Desk, record_id: str) -> Iterator[ActionFacts]:
    """The preventive promises of a record, as far as figures know them."""
    known = desk.archive.by_id.get(record_id)
    for action in known.actions if known is not None else ():
        one = desk.ledger.by_action.get((record_id, action.id))
        if one is not None and action.type == "preventive":
            yield one


def _weight(day: date) -> Callable[[ActionFacts], tuple[int, date]]:
    """Puts promises that were broken on a day before those that were kept and did not hold."""

    def weigh(one: ActionFacts) -> tuple[int, date]:
        broken = (one.was_overdue(day), bool(_postponed_past(one, day)), one.was_open(day))
        return (broken.index(True) if True in broken else 3), one.due_on(day) or date.max

    return weigh


def _postponed_past(one: ActionFacts, day: date) -> bool:
    """Whether it would have been due by a day, had it not been postponed."""
    first = one.first_due
    return first is not None and first < day and one.was_open(day) and not one.was_overdue(day)


def _promise(desk: Desk, one: ActionFacts, day: date) -> Phrase:
    """What a promise was worth on the day of the recurrence: what the meeting has to know."""
    what, who = desk.names.action(one.record, one.action), desk.names.owner(desk.owner(one))
    if day < one.promised_on:
        return say("{} ({}) was promised only afterwards.", what, who)
    due, first = one.due_on(day), one.first_due
    if _postponed_past(one, day) and first and due:
        moved = (step for step in one.due_moves if step.on is not None and step.on <= day)
        reasons = [step.reason for step in moved if step.reason and step.days > 0]
        why = say(": {}", ended(reasons[-1])) if reasons else (".",)
        return say(
            "{} ({}) had been promised for {}, and {} to {}{}", what, who, words.short_day(first),
            late("had been postponed"), words.short_day(due), why,
        )  # fmt: skip
    if one.was_overdue(day):
        return say("{} ({}) was {} on that day.", what, who, state_on(one, day))
    if one.was_open(day):
        dated = f", due {words.short_day(due)}" if due else ", without a due date"
        return say("{} ({}) was open on that day{}.", what, who, dated)
    if one.was_done(day):
        state, again = state_on(one, day), late("happened all the same")
        return say("{} ({}) was in place ({}), and it {}.", what, who, state, again)
    reason = say(": {}", ended(one.action.reason)) if one.action.reason else (".",)
    return say("{} ({}) had been {}{}", what, who, late("decided against"), reason)


# --- the severe ones -----------------------------------------------------------------------------


def severe(desk: Desk) -> Iterator[Item]:
    """The worst of it, each in thirty seconds, with what was decided and its largest action."""
    for outage in desk.outages:
        if outage.severity in SEVERE:
            record = outage.record
            notes = [ended(record.summary)] if record.summary else []
            notes += filter(None, [_course(desk, record)])
            notes += _decided(desk, record)
            largest = largest_action(desk, record)
            notes.append(_under_way(desk, largest) if largest else ("It promises no change.",))
            since = desk.became(largest) if largest and desk.over else ()
            yield Item((desk.names.record(record),), meta(desk, record), tuple(notes), since)


def _course(desk: Desk, record: Postmortem) -> Phrase:
    found = words.FOUND_BY.get(record.incident.detected_by or "")
    lasted, detected = desk.lasted(record), record.time_to_detect
    parts = [f"lasted {lasted}"] if lasted else []
    if found:
        after = f" after {words.duration(detected)}" if detected else ""
        parts.append(f"was found by {found}{after}")
    return (f"It {words.listed(parts)}.",) if parts else ()


def _decided(desk: Desk, record: Postmortem) -> Iterator[Phrase]:
    decisions = [e for e in record.timeline if e.kind == "decision" and e.at.day <= desk.day]
    for event in decisions[:_MOST_DECISIONS]:
        why = say(", because: {}", ended(event.rationale)) if event.rationale else (".",)
        yield say("Decided: {}{}", ended(event.event.rstrip("."))[0], why)


def largest_action(desk: Desk, record: Postmortem) -> ActionFacts | None:
    """The preventive action that matters most: by impact, by the risk of its cause, by effort."""
    risks = {cause.id: cause.risk or 0 for cause in record.causes}

    def weigh(action: Action) -> tuple[int, int, int, str]:
        risk = max((risks.get(key, 0) for key in action.addresses), default=0)
        effort = 2 - _RANK.get(action.feasibility or "", 0)
        return _RANK.get(action.impact or "", 3), -risk, effort, action.id

    for action in sorted((a for a in record.actions if a.type == "preventive"), key=weigh):
        one = desk.ledger.by_action.get((record.id, action.id))
        if one is not None and one.promised_on <= desk.day:
            return one
    return None


def _under_way(desk: Desk, one: ActionFacts) -> Phrase:
    action = desk.names.action(one.record, one.action)
    return say("Its largest action: {} ({}): {}.", action, desk.names.owner(desk.owner(one)),
               desk.state(one))  # fmt: skip


# --- how they were found -------------------------------------------------------------------------


def undetected(desk: Desk) -> Iterator[Item]:
    """What consumers found, or what was found late; and what is to find it next time."""
    median = desk.basis.figures(Period.year_to(desk.day), desk.day)["time_to_detect"].value
    for outage in desk.outages:
        measured = outage.measured.get("time_to_detect")
        slow = measured is not None and bool(median) and measured.value > _SLOW * (median or 0)
        if outage.found_by != "consumer" and not slow:
            continue
        after = f" after {words.duration(timedelta(seconds=measured.value))}" if measured else ""
        by = words.FOUND_BY.get(outage.found_by or "", "nobody knows whom")
        usual = words.duration(timedelta(seconds=median)) if slow and median else ""
        against = f"; half of the last twelve months' were found within {usual}" if usual else ""
        notes: list[Phrase] = [(f"Found by {by}{after}{against}.",)]
        promises = desk.promises_of.get(outage.id, ())
        watching = [one for one in promises if one.action.category in _WATCHES]
        if watching:
            told = (
                say("{} ({})", desk.names.action(one.record, one.action), desk.state(one))
                for one in watching[:3]
            )
            notes.append(say("What is to find it next time: {}.", joined(told, "; ")))
        else:
            notes.append((late("None of its actions"), " is a test, a monitor or an alert."))
        yield Item((desk.names.record(outage.record),), meta(desk, outage.record), tuple(notes))


# --- what is left of them ------------------------------------------------------------------------


def unrepaired(desk: Desk) -> Iterator[Item]:
    """Data that was known to be wrong and waited for repair, whenever its outage began."""
    for outage in reversed(desk.known):
        for affected in outage.record.assets:
            if not desk.is_pending(affected):
                continue
            asset = desk.archive.catalog.assets.get(affected.asset)
            steward = asset.steward or asset.owner if asset else None
            end = affected.data_to
            last = end if end is not None and end <= desk.day else None
            data = words.data_of(affected.data_from, last)
            days = words.counted((desk.day - outage.known_on).days, "day")
            effect = words.lower_term(affected.effect or "wrong")
            yield Item(
                say("{}: {} is {}", desk.names.asset(affected.asset), data, effect),
                ((f"known for {days}",), say("kept by {}", desk.names.owner(steward))),
                (say("From: {}.", desk.names.record(outage.record)),),
                since=_repaired(desk, affected),
            )


def _repaired(desk: Desk, affected: AffectedAsset) -> Phrase:
    """What became of the data since; a note on it may be of any day."""
    if affected.restored_at is not None:
        how = words.lower_term(affected.repair or "restored")
        return (f"{how} on {words.short_day(affected.restored_at.day)}.",)
    waits = "still not repaired." if desk.over else ""
    note = ended(affected.note) if affected.note else ()
    return joined(filter(None, ((waits,) if waits else (), note)))


def stakeholders(desk: Desk) -> Iterator[Item]:
    """Who looks at what broke and was not asked, and decisions that still rest on bad data."""
    catalog = desk.archive.catalog
    for outage in desk.outages:
        record = outage.record
        notes = []
        missed = forgotten(record, catalog)
        if missed:
            told = (say("{} ({})", desk.names.asset(one.id), desk.names.owner(one.owner))
                    for one in missed[:5])  # fmt: skip
            more = f" and {len(missed) - 5} more" if len(missed) > 5 else ""
            notes.append(
                say("Nobody who looks at these is named in it: {}{}.", joined(told, ", "), more)
            )
        for decision in record.impact.decisions:
            corrected = decision.corrected_on
            if decision.outcome == "pending" or (corrected is not None and corrected > desk.day):
                who = say(" ({})", desk.names.owner(decision.consumer)) if decision.consumer else ()
                notes.append(say("Decided on the wrong data, and not settled: {}{}.",
                                 ended(decision.decision.rstrip("."))[0], who))  # fmt: skip
        if notes:
            yield Item((desk.names.record(record),), meta(desk, record), tuple(notes))


# --- what is not finished ------------------------------------------------------------------------


def unfinished(desk: Desk) -> Iterator[Item]:
    """Records that were not published, by the day by which they ought to be."""
    policy = desk.archive.catalog.policy
    waiting = [o for o in desk.known if desk.status_of(o) in UNPUBLISHED]
    dues = {o.id: deadline(o.record, policy, PUBLISHED) for o in waiting}
    for outage in sorted(waiting, key=lambda o: (dues[o.id] or date.max, o.id)):
        due, record = dues[outage.id], outage.record
        if record.restricted:  # when it was published may not be told
            continue
        told: Phrase = ()
        if due is not None and due < desk.day:
            days = words.counted((desk.day - due).days, "day")
            told = (late(f"was to be published {days} ago"),)
        elif due is not None:
            told = (f"to be published by {words.short_day(due)}",)
        on = outage.published_on
        since: Phrase = ()
        if on is not None and on > desk.day:
            since = (f"published on {words.short_day(on)}.",)
        elif desk.over or record.status != UNPUBLISHED[0]:
            since = (f"{words.lower_term(record.status)}.",)
        facts = tuple(filter(None, (*meta(desk, record), told)))
        yield Item((desk.names.record(record),), facts, since=since)
    for outage in desk.known:
        if outage.record.restricted and outage.record.is_unpublished:
            now = (f"{words.lower_term(outage.record.status)}.",)
            head = (desk.names.record(outage.record),)
            yield Item(head, meta(desk, outage.record), since=now, later=True)


def unclosed(desk: Desk) -> Iterator[Item]:
    """Published records of which nothing is left to do but to close them."""
    for outage in reversed(desk.known):
        record = outage.record
        promises = desk.promises_of.get(record.id, ())
        kept = all(one.was_verified(desk.day) or one.was_dropped(desk.day) for one in promises)
        whole = not any(desk.is_pending(affected) for affected in record.assets)
        if record.restricted or not (kept and whole and desk.status_of(outage) == PUBLISHED):
            continue
        closed = record.closed_on
        now = f"closed on {words.short_day(closed)}." if closed else "still published."
        since = (now,) if desk.over else ()
        number = len(promises)
        told = (
            f"all {words.counted(number, 'action')} verified or decided against"
            if number > 1
            else "its action is verified or decided against"
        )
        facts = (*meta(desk, record), (told if number else "it promises nothing",))
        yield Item((desk.names.record(record),), facts, since=since)
