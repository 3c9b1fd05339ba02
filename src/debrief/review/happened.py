"""What happened: in two sentences, by domain and severity, and in figures beside those before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta

from debrief import words
from debrief.metrics import DEFINITIONS, EDGE_CASES, Definition, Figure, OutageFacts, Period
from debrief.review.desk import Desk
from debrief.review.outages import SEVERE, meta
from debrief.review.phrases import Phrase, ended, prose, say
from debrief.review.report import Item, Section, Table

_NO_DOMAIN, _ALL = "No domain known", "All, each once"
_WHOLE = 10
"""From so many days on a tenth of one says nothing."""
TOO_FEW = "–"
_STANDING = frozenset({"open_actions", "overdue_actions", "age_of_open_actions"})
"""Figures of a day, not of the time before it."""


def section(desk: Desk, question: str, minutes: int) -> Section:
    """The first point: what a meeting has to know before it speaks of one thing."""
    return Section(
        "happened",
        "What happened",
        question,
        minutes,
        said=tuple(_sentences(desk)),
        tables=(_by_domain(desk),) if desk.outages else (),
        items=(*_each(desk), *_found_later(desk)),
    )


def figures_section(desk: Desk) -> Section:
    """Every figure, and what each means: to look up, at the end, and no point of the meeting."""
    return Section(
        "figures",
        "Figures",
        said=((f"{TOO_FEW} stands where there are too few cases to say.",),),
        tables=(_figures(desk),),
        terms=tuple(_terms()),
    )


# --- in sentences --------------------------------------------------------------------------------


def _sentences(desk: Desk) -> Iterator[Phrase]:
    number, before = len(desk.outages), _before(desk)
    where = f"in {desk.span.label}" + ("" if desk.over else " so far")
    if not number:
        yield (f"No outage began {where}; {_compared(before, desk)}.",)
    else:
        verb = "outage began" if number == 1 else "outages began"
        yield (f"{number} {verb} {where}{_by_severity(desk.outages)}; {_compared(before, desk)}.",)
        yield (_damage(desk),)
    restricted = sum(outage.record.restricted for outage in desk.outages)
    if restricted:
        many = words.counted(restricted, "of them is restricted", "of them are restricted")
        yield (f"{many}: only title, owner and actions may be told.",)
    retold = [r for r in desk.ledger.imported if r.day in desk.span]
    if retold:
        told = words.counted(len(retold), "imported record", "imported records")
        counts = "tells of this time too, and counts" if len(retold) == 1 else (
            "tell of this time too, and count"
        )  # fmt: skip
        yield (f"{told} {counts} nowhere.",)
    if desk.promises:
        yield (_promised(desk),)


def _before(desk: Desk) -> int:
    period = desk.span.previous.period
    return int(desk.basis.figures(period, period.last)["outages"].value or 0)


def _compared(before: int, desk: Desk) -> str:
    there = f"in {desk.span.previous.label}"
    if not before:
        return f"{there} there was none"
    return f"{there} there was one" if before == 1 else f"{there} there were {before}"


def by_severity(outages: Iterable[OutageFacts]) -> str:
    """``2 SEV 1, 1 SEV 3, 1 restricted``: what has no severity is restricted, or not rated yet."""
    found = Counter(_severity(outage) for outage in outages)
    return ", ".join(f"{number} {_called(name)}" for name, number in sorted(found.items()))


def _by_severity(outages: tuple[OutageFacts, ...]) -> str:
    return f" ({by_severity(outages)})" if len(outages) > 1 else f", {by_severity(outages)[2:]}"


def _severity(outage: OutageFacts) -> str:
    if outage.severity:
        return outage.severity
    return "~restricted" if outage.record.restricted else "~unrated"


def _called(name: str) -> str:
    return {"~restricted": "restricted", "~unrated": "not rated"}.get(name) or words.term(name)


def _damage(desk: Desk) -> str:
    told = desk.basis.figures(desk.span.period, desk.day)
    days = int(told["data_days_wrong"].value or 0)
    assets = {wrong.asset for outage in desk.outages for wrong in outage.wrong}
    by_consumers = sum(outage.found_by == "consumer" for outage in desk.outages)
    found = {0: "none of them was", 1: "one of them was"}.get(by_consumers)
    found = found or f"{by_consumers} of them were"
    they = "They"
    if len(desk.outages) == 1:
        they, found = "It", "it was" if by_consumers else "it was not"
    hit = words.counted(len(assets), "data asset")
    wrong = f"{words.counted(days, 'data-day')} of {desk.span.label}"
    return (
        f"{they} hit {hit}, and {found} found first by somebody who used the data; {wrong} "
        f"{'was' if days == 1 else 'were'} wrong (an asset, on one date of its data)."
    )


def _promised(desk: Desk) -> str:
    """How promises stood on the day: the one figure that a meeting can change."""
    told = desk.basis.figures(desk.span.period, desk.day)
    many, late, moved = (
        int(told[name].value or 0) for name in ("open_actions", "overdue_actions", "postponements")
    )
    if many:
        noun = words.counted(many, "action was", "actions were")
        stood = f"{noun} open on {words.short_day(desk.day)}, {late or 'none'} of them overdue"
    else:
        stood = f"No action was open on {words.short_day(desk.day)}"
    postponed = words.counted(moved, "postponement")
    return f"{stood}; there was {postponed}." if moved == 1 else (
        f"{stood}; there were {postponed}." if moved else f"{stood}."
    )  # fmt: skip


# --- in tables -----------------------------------------------------------------------------------


def _by_domain(desk: Desk) -> Table:
    severities = sorted({_severity(outage) for outage in desk.outages})
    domains = sorted({name for outage in desk.outages for name in outage.domains})
    homeless = [outage for outage in desk.outages if not outage.domains]
    groups = [(words.term(n), [o for o in desk.outages if n in o.domains]) for n in domains]
    groups += [(_NO_DOMAIN, homeless)] if homeless else []
    groups += [(_ALL, list(desk.outages))]
    rows = tuple(
        ((name,), *(_number(sum(_severity(o) == s for o in found)) for s in severities),
         _number(len(found)))
        for name, found in groups
    )  # fmt: skip
    columns = ("Domain", *(words.sentence(_called(name)) for name in severities), "Outages")
    return Table("Outages by domain and severity", columns, rows, numbers=True)


def _number(number: int) -> Phrase:
    return (words.number(number) if number else "–",)


def _figures(desk: Desk) -> Table:
    last, before = desk.day, desk.span.previous.period
    now = desk.basis.figures(desk.span.period, last)
    then = desk.basis.figures(before, before.last)
    year = desk.basis.figures(Period.year_to(last), last)
    rows = []
    for one in shown_definitions():
        whole = "" if one.id in _STANDING else in_words(year[one.id])
        rows.append(((one.name,), (in_words(now[one.id]),), (in_words(then[one.id]),), (whole,)))
    labels = (
        desk.span.label,
        desk.span.previous.label,
        f"Twelve months to {words.short_day(last)}",
    )
    return Table("", ("Figure", *labels), tuple(rows), numbers=True)


def shown_definitions() -> tuple[Definition, ...]:
    """Those that have a past: the catalog is told as it is now, on the pages of the site."""
    return tuple(one for one in DEFINITIONS if one.shape != "coverage")


def in_words(figure: Figure) -> str:
    """``2 h 15 min (n 7, 1 missing)``; of too few ``– (n 2)``."""
    unit, value = figure.definition.unit, figure.value
    missing = f"{words.number(figure.missing)} missing" if figure.missing else ""
    if figure.definition.shape == "count":
        return _in(unit, value or 0) + (f" ({missing})" if missing else "")
    if not figure.n:
        return f"none ({missing})" if missing else "none"
    told = ", ".join(filter(None, (f"n {words.number(figure.n)}", missing)))
    if value is None:
        return f"{TOO_FEW} ({told})"
    spread = ""
    if figure.lower is not None and figure.upper is not None:
        spread = f"half lie from {_in(unit, figure.lower)} to {_in(unit, figure.upper)}; "
    return f"{_in(unit, value)} ({spread}{told})"


def _in(unit: str, value: float) -> str:
    if unit == "seconds":
        return words.duration(timedelta(seconds=round(value)))
    if unit == "days":
        days = round(value) if value >= _WHOLE else round(value, 1)
        return f"{words.number(days)} {words.unit(days, 'days')}"
    return f"{round(value)}%" if unit == "percent" else words.number(round(value, 1))


def _terms() -> Iterator[tuple[str, str]]:
    """What each figure is, and how its edge cases are decided."""
    for one in shown_definitions():
        lacks = f" Missing: {one.lacks}." if one.lacks else ""
        yield one.name, f"{words.sentence(one.says)}. It counts {one.belongs}.{lacks}"
    yield from EDGE_CASES.items()


# --- one by one -------------------------------------------------------------------------


def _each(desk: Desk) -> Iterator[Item]:
    for outage in desk.outages:
        record = outage.record
        lasted = desk.lasted(record)
        facts = (*meta(desk, record), *([(f"lasted {lasted}",)] if lasted else []))
        # A severe one has its summary where it is spoken of.
        brief = record.summary and outage.severity not in SEVERE
        notes = (ended(record.summary or ""),) if brief else ()
        yield Item((desk.names.record(record),), facts, notes)


def _found_later(desk: Desk) -> Iterator[Item]:
    for outage in desk.found_later:
        told = say("found on {}, after the {} had ended", words.short_day(outage.known_on),
                   desk.span.kind)  # fmt: skip
        summary = outage.record.summary
        yield Item(
            (desk.names.record(outage.record),),
            tuple(filter(None, (desk.names.severity(outage.record), told))),
            since=(prose(summary),) if summary else ("not counted above.",),
            group=("Found since, and not counted above",),
            later=True,
        )
