"""PM6xx: is it known which data was wrong, who used it, and what became of it?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from graphlib import CycleError, TopologicalSorter

from debrief import blast_radius
from debrief.archive import Archive
from debrief.catalog_parts import GENERATED
from debrief.checks.rule import Subject, archive_rule, rule
from debrief.finding import KeyPath, Level, Problem, did_you_mean
from debrief.record import CLOSED, IN_REVIEW, PUBLISHED, Postmortem
from debrief.recurrence import ancestry, resembling

DETECTION = frozenset({"monitoring", "alerting", "data-test"})
"""Categories of action by which an outage is noticed sooner."""


@rule(
    "PM601",
    "Every asset is in the catalog",
    fix="correct the id, or add the asset to catalog/assets.yml",
    needs="assets",
)
def known_asset(subject: Subject) -> Iterator[Problem]:
    """Owners, lineage and the history of an asset hang on its id."""
    known, now = subject.catalog.assets, subject.catalog.parts.ids
    for index, affected in enumerate(subject.record.assets):
        name = affected.asset
        if name in known:
            continue
        message, fix = f"`{name}` is not in catalog/assets.yml", did_you_mean(name, known)
        if now.get(name, name) != name:
            message = f"`{name}` is the asset `{now[name]}` now, which has a name in common with it"
            fix = f"call the entry in catalog/assets.yml `{name}`, or write `{now[name]}` here"
        yield Problem(("assets", index, "asset"), message, fix)


@rule(
    "PM602",
    "An effect comes with the dates that it touched",
    fix="write `data_from` and `data_to`: the dates of the data, not of the incident",
    level=Level.WARNING,
)
def effect_has_range(subject: Subject) -> Iterator[Problem]:
    """`Was last Tuesday's number wrong?` is what everybody asks first."""
    if subject.record.reached(IN_REVIEW):
        return  # the schema demands them from here on, as an error
    for index, affected in enumerate(subject.record.assets):
        if affected.effect and affected.data_from is None:
            yield Problem(
                ("assets", index), f"`{affected.asset}` is {affected.effect}, on which dates?"
            )


@rule(
    "PM603",
    "What is published is repaired",
    fix="repair it and say how and when; or keep this reminder until it is",
    level=Level.WARNING,
    since=PUBLISHED,
)
def repaired_when_published(subject: Subject) -> Iterator[Problem]:
    """A repair that is pending may be published, and everybody is reminded of it."""
    if subject.record.status == CLOSED:
        return  # PM706 says it, as an error
    for index, affected in enumerate(subject.record.assets):
        if affected.is_pending:
            yield Problem(
                ("assets", index, "repair"), f"the repair of `{affected.asset}` is still pending"
            )


@rule(
    "PM604",
    "A repair has a time",
    fix="write `restored_at`: when the repaired data was in place",
    since=IN_REVIEW,
    relaxed=True,
)
def repair_has_time(subject: Subject) -> Iterator[Problem]:
    """Data time ends when the data is right again, which is later than the incident."""
    for index, affected in enumerate(subject.record.assets):
        if affected.repair not in (None, "pending") and not affected.settled:
            yield Problem(
                ("assets", index, "restored_at"),
                f"`{affected.asset}` was {affected.repair}, and nobody says when",
            )


@rule(
    "PM611",
    "What is pending is not restored, and what is lost says why",
    fix="say how it was repaired, or take `restored_at` out; for lost data write a `note`",
    level=Level.WARNING,
)
def repair_consistent(subject: Subject) -> Iterator[Problem]:
    """A steward reads this to answer whether the data can be trusted."""
    for index, affected in enumerate(subject.record.assets):
        if affected.is_pending and affected.restored_at:
            where = ("assets", index, "restored_at")
            yield Problem(where, f"`{affected.asset}` is restored, and its repair is pending")
        if affected.repair == "lost" and not affected.note:
            where = ("assets", index, "repair")
            yield Problem(where, f"`{affected.asset}` is lost, and no `note` says why")


@rule(
    "PM605",
    "Owners of everything downstream are among the stakeholders",
    fix="tell them, and add them to `stakeholders`",
    level=Level.WARNING,
    since=IN_REVIEW,
    relaxed=True,
    needs="assets owners",
)
def downstream_told(subject: Subject) -> Iterator[Problem]:
    """Dashboards, reports, metrics and features downstream of the failed assets, by the lineage."""
    catalog, record = subject.catalog, subject.record
    may_omit = subject.archive.template_of(record).omits(("stakeholders",))
    if not record.stakeholders and not may_omit:
        return  # the schema asks for the first one
    forgotten: dict[str, list[str]] = {}
    for exposed in blast_radius.forgotten(record, catalog):
        if exposed.owner:
            forgotten.setdefault(exposed.owner, []).append(exposed.id)
    for owner, exposures in sorted(forgotten.items()):
        shown = ", ".join(exposures[:3]) + (" and more" if len(exposures) > 3 else "")
        yield Problem(
            ("stakeholders",), f"`{owner}` owns {shown} downstream, and is not a stakeholder"
        )


@rule(
    "PM606",
    "What a consumer found gets a detection action",
    fix="add an action of category monitoring, alerting or data-test",
    since=IN_REVIEW,
    relaxed=True,
    reads="actions",
)
def detection_gap(subject: Subject) -> Iterator[Problem]:
    """When a consumer sees it first, the outage is two: the data, and the silence about it."""
    record = subject.record
    if record.incident.detected_by != "consumer" or not record.actions:
        return
    if not any(action.category in DETECTION for action in record.actions):
        yield Problem(
            ("incident", "detected_by"), "a consumer found it, and no action is about detection"
        )


@rule(
    "PM608",
    "No date of an asset is named twice",
    fix="join the two ranges, or correct one",
    level=Level.WARNING,
)
def ranges_apart(subject: Subject) -> Iterator[Problem]:
    """Overlapping ranges of one asset with one effect count the same days twice."""
    reach: dict[tuple[str, str | None], tuple[date, int]] = {}
    ranges = [
        (affected.data_from, affected.data_to, index, affected)
        for index, affected in enumerate(subject.record.assets)
        if affected.data_from and affected.data_to
    ]
    # By their beginning: a range then overlaps an earlier one where it begins before that ends.
    for start, end, index, affected in sorted(ranges, key=lambda found: found[:3]):
        key = (affected.asset, affected.effect)
        before = reach.get(key)
        if before and start <= before[0]:
            yield Problem(
                ("assets", index),
                f"the range of `{affected.asset}` overlaps the one at assets[{before[1]}]",
            )
        if before is None or end > before[0]:
            reach[key] = (end, index)


@rule(
    "PM609",
    "A recurrence is called one",
    fix="name the earlier record under `recurrence_of`, or under `related` if it is not the same",
    level=Level.WARNING,
    since=IN_REVIEW,
    relaxed=True,
    needs="assets",
)
def recurrence_named(subject: Subject) -> Iterator[Problem]:
    """The same category of root cause, on the same asset or one upstream of it, within a year."""
    record, archive = subject.record, subject.archive
    named = {*record.related, *ancestry(record, archive)}
    unnamed = sorted(set(resembling(record, archive)) - named, reverse=True)
    if unnamed:
        more = f" and {len(unnamed) - 3} more" if len(unnamed) > 3 else ""
        yield Problem(
            _first_category(record),
            f"it resembles {', '.join(unnamed[:3])}{more}: the same category of root cause, on "
            "the same data or upstream of it",
        )


def _first_category(record: Postmortem) -> KeyPath:
    """Where the category of a root cause stands."""
    roots = (index for index, cause in enumerate(record.causes) if cause.role == "root")
    return ("causes", next(roots), "category")


@archive_rule(
    "PM607",
    "The lineage leads to assets of the catalog",
    fix="correct the id, or add the asset",
    needs="assets",
)
def known_upstream(archive: Archive) -> Iterator[tuple[str, Problem]]:
    """A blast radius stops at the first id that nobody knows."""
    known = archive.catalog.assets
    for asset in known.values():
        for name in asset.upstream:
            if name not in known:
                path, where = archive.catalog.parts.place(asset.id, "upstream", name)
                generated = path.startswith(f"{GENERATED}/")
                fix = "import this part again" if generated else did_you_mean(name, known)
                yield path, Problem(where, f"`{name}` is not in the catalog", fix)
    parts = archive.catalog.parts
    for entry in (entry for entries in parts.entries.values() for entry in entries):
        for index, name in enumerate(entry.values.get("not_upstream", ())):
            if name not in parts.ids:
                where = (*entry.where, "not_upstream", index)
                fix = did_you_mean(name, known)
                yield entry.part.path, Problem(where, f"`{name}` is not in the catalog", fix)


@archive_rule(
    "PM610",
    "No asset is made from itself",
    fix="take one of the steps out of `upstream`; where that was generated, name the asset under "
    "`not_upstream` in catalog/assets.yml",
    level=Level.WARNING,
    needs="assets",
)
def no_cycle(archive: Archive) -> Iterator[tuple[str, Problem]]:
    """A circle in the lineage has no upstream end; walks survive it, people get lost in it."""
    assets = archive.catalog.assets
    try:
        TopologicalSorter({key: asset.upstream for key, asset in assets.items()}).prepare()
    except CycleError as error:
        circle = error.args[
            1
        ]  # each is upstream of the next, and the first stands again at the end
        first = min(name for name in circle if name in assets)
        path, where = archive.catalog.parts.place(first, "upstream")
        shown = " → ".join(circle)
        yield path, Problem(where, f"`{first}` is upstream of itself: {shown}")


@archive_rule(
    "PM612",
    "What the sources say of an asset agrees",
    fix="say in catalog/assets.yml which is right: what stands there counts",
    level=Level.WARNING,
    needs="assets",
)
def sources_agree(archive: Archive) -> Iterator[tuple[str, Problem]]:
    """Of two generated parts the first counts, and nobody would notice what the other one says."""
    parts = archive.catalog.parts
    for dispute in parts.disputes:
        (path, where), asset = (dispute.second.part.path, dispute.second.where), dispute.asset
        here, there = (e.values[dispute.key] for e in (dispute.second, dispute.first))
        yield (
            path,
            Problem(
                (*where, dispute.key),
                f"the {dispute.key} of `{asset}` is `{here}` here and `{there}` in "
                f"{dispute.first.part.path}, which counts",
            ),
        )


@archive_rule(
    "PM613",
    "A name belongs to one asset",
    fix="leave it to the one that it means",
    level=Level.WARNING,
    needs="assets",
)
def names_apart(archive: Archive) -> Iterator[tuple[str, Problem]]:
    """Events and imports find an asset by its names; with two of them, they find the first."""
    for dispute in archive.catalog.parts.name_disputes:
        path, where = dispute.second.part.path, (*dispute.second.where, "known_as")
        message = f"`{dispute.name}` is a name of `{dispute.first.key}` as well"
        yield path, Problem(where, message)


RULES = (
    known_asset,
    effect_has_range,
    repaired_when_published,
    repair_has_time,
    downstream_told,
    detection_gap,
    known_upstream,
    ranges_apart,
    repair_consistent,
    recurrence_named,
    no_cycle,
    sources_agree,
    names_apart,
)
