"""Archives of any size, made in memory, in which everything happens that figures must decide on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from debrief.archive import Archive
from debrief.catalog import Asset, Maintained, Owner
from debrief.entry import Entry
from debrief.record import (
    Action,
    AffectedAsset,
    Cause,
    Change,
    Import,
    Incident,
    Moment,
    Postmortem,
    Review,
    SignOff,
    Verification,
    Withdrawal,
)

FIRST, DAYS = date(2023, 1, 1), 1400
_DOMAINS = ("pricing", "finance", "logistics", None)
_CATEGORIES = ("schedule", "vendor", "capacity", "code-defect", None)
_SEVERITIES = ("sev1", "sev2", "sev3", "sev4", None)
_ASSETS, _TEAMS, _PEOPLE = 400, 12, 60


def with_eventful_records(archive: Archive, count: int, seed: int = 7) -> Archive:
    """The same repository with other owners, assets and records, of somewhat under four years."""
    dice = Random(seed)  # noqa: S311 - made-up records are no secret
    owners, assets = _owners(dice), _assets(dice)
    catalog = replace(archive.catalog, owners=owners, assets=assets)
    records: list[Postmortem] = []
    for number in range(count):
        records.append(_record(dice, number, records[-1].id if records else None))
    entries = tuple(Entry(record.path, record=record) for record in records)
    return replace(archive, entries=entries, catalog=catalog, attachments={})


def _owners(dice: Random) -> dict[str, Owner]:
    people = [f"person-{number}" for number in range(_PEOPLE)]
    found = [Owner(name, name.title(), "person") for name in people]
    for number in range(_TEAMS):
        members = tuple(dice.sample(people, dice.randint(0, 8)))
        found.append(Owner(f"team-{number}", f"Team {number}", "team", members=members))
    found.append(Owner("on-call", "On call", "role", members=("person-1",)))
    return {owner.id: owner for owner in found}


def _owner(dice: Random) -> str | None:
    number = dice.randrange(100)
    if number < 8:
        return None
    if number < 12:
        return dice.choice(("nobody-we-know", "on-call"))
    return f"person-{number % _PEOPLE}" if number < 70 else f"team-{number % _TEAMS}"


def _assets(dice: Random) -> dict[str, Asset]:
    return {
        f"wh.t{number}": Asset(
            f"wh.t{number}",
            f"Table {number}",
            "table",
            domain=dice.choice(_DOMAINS),
            owner=_owner(dice),
            upstream=tuple(
                f"wh.t{dice.randrange(number)}" for _ in range(dice.randrange(2)) if number
            ),
            contract=Maintained() if number % 3 == 0 else None,
            gone_on=date(2026, 1, 1) if number % 29 == 0 else None,
        )
        for number in range(_ASSETS)
    }


def _later(dice: Random, day: date | None, most: int, unknown: int = 8) -> date | None:
    """A day up to so many days later; one in so many is not known."""
    if day is None or not dice.randrange(unknown):
        return None
    return day + timedelta(days=dice.randint(0, most))


def _moment(dice: Random, day: date | None) -> Moment | None:
    if day is None:
        return None
    if not dice.randrange(9):
        return Moment.parse(day.isoformat())
    return Moment.parse(f"{day}T{dice.randrange(24):02}:{dice.randrange(60):02}Z")


def _record(dice: Random, number: int, before: str | None) -> Postmortem:
    day = FIRST + timedelta(days=dice.randrange(DAYS))
    record_id = f"{day}-outage-{number}"
    status = dice.choice(("draft", "in-review", "published", "closed", "closed", "withdrawn"))
    detected = _later(dice, day, 2)
    published = _later(dice, day, 60) if status in ("published", "closed") else None
    reviewed = _later(dice, day, 20, 4)
    return Postmortem(
        id=record_id,
        path=f"postmortems/{day.year}/{record_id}.md",
        title=f"Outage {number}",
        status=status,
        severity=dice.choice(_SEVERITIES),
        owner=_owner(dice),
        visibility="internal" if dice.randrange(25) else "restricted",
        incident=Incident(
            detected_by=dice.choice(("consumer", "monitor", "engineer", None)),
            started_at=_moment(dice, day if dice.randrange(9) else None),
            detected_at=_moment(dice, detected),
            acknowledged_at=_moment(dice, _later(dice, detected, 1)),
            mitigated_at=_moment(dice, _later(dice, day, 4)),
            resolved_at=_moment(dice, _later(dice, day, 9)),
            approximate=not dice.randrange(6),
        ),
        assets=tuple(_affected(dice, day) for _ in range(dice.randint(0, 3))),
        causes=(Cause("why", "root", "It could", category=dice.choice(_CATEGORIES)),),
        actions=tuple(_action(dice, number, day) for number in range(dice.randrange(4))),
        review=Review(reviewed) if reviewed else None,
        sign_offs=tuple(_sign_offs(dice, reviewed)),
        published_on=published,
        recurrence_of=before if not dice.randrange(12) else None,
        withdrawn=Withdrawal("It was none") if status == "withdrawn" else None,
        imported=Import("wiki") if not dice.randrange(10) else None,
        changes=tuple(_reopened(dice, published)),
    )


def _affected(dice: Random, day: date) -> AffectedAsset:
    first = day - timedelta(days=dice.randint(0, 5)) if dice.randrange(8) else None
    restored = _later(dice, day, 30, 3)
    return AffectedAsset(
        f"wh.t{dice.randrange(_ASSETS + 3)}",
        effect="wrong",
        data_from=first,
        data_to=_later(dice, first, 9, 3),
        repair=dice.choice(("pending", "none-needed", "backfilled", "lost", None)),
        restored_at=_moment(dice, restored),
    )


def _sign_offs(dice: Random, reviewed: date | None) -> list[SignOff]:
    roles = ("facilitator", "owner", "steward", "executive", "engineer", "closing")
    signed = ((role, _later(dice, reviewed, 15)) for role in roles if dice.randrange(4))
    return [SignOff(role, "person-1", on) for role, on in signed if on is not None]


def _reopened(dice: Random, published: date | None) -> list[Change]:
    if published is None or dice.randrange(10):
        return []
    earlier = published - timedelta(days=3)
    return [Change(earlier, "status", "Wrong cause", old="published", new="in-review")]


def _action(dice: Random, number: int, day: date) -> Action:
    status = dice.choice(("open", "in-progress", "blocked", "done", "verified", "not-doing"))
    due = _later(dice, day, 120)
    done = _later(dice, day, 150) if status in ("done", "verified") else None
    return Action(
        f"a{number}",
        "Mend it",
        dice.choice(("corrective", "preventive")),
        owner=_owner(dice),
        due=due,
        status=status,
        done_on=done,
        verification=Verification(verified_on=_later(dice, done, 60)),
        changes=tuple(_moves(dice, day, due, status)),
    )


def _moves(dice: Random, day: date, due: date | None, status: str) -> list[Change]:
    """How the due date came to be what it is, one move in ten brought forward."""
    found: list[Change] = []
    while due is not None and not dice.randrange(3):
        earlier = due - timedelta(days=dice.choice((7, 14, 30, -5)))
        on = day + timedelta(days=dice.randrange(100))
        found.insert(0, Change(on, "due", "Later", old=earlier.isoformat(), new=due.isoformat()))
        due = earlier
    if status == "not-doing" and dice.randrange(3):
        on = day + timedelta(days=dice.randrange(100))
        found.append(Change(on, "status", "No longer needed", old="open", new="not-doing"))
    if not dice.randrange(5):
        found.append(Change(day, "owner", "Handed on", old="person-2", new="person-3"))
    return found
