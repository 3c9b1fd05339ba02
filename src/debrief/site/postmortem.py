"""The page of one postmortem: thirty seconds for everybody first, then all of it for engineers."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from itertools import pairwise

from markupsafe import Markup

from debrief import data_time, words
from debrief.archive import RECORDS
from debrief.prose import SECTIONS
from debrief.record import (
    DRAFT,
    UNPUBLISHED,
    WITHDRAWN,
    Action,
    Cause,
    Evidence,
    Postmortem,
    Rehearsal,
)
from debrief.rehearsals import failures_of
from debrief.site import (
    address,
    bodies,
    cause_map,
    moves,
    neighbourhood,
    phases,
    search,
    timeline,
)
from debrief.site.edition import Edition
from debrief.site.neighbourhood import Neighbourhood
from debrief.site.page import Facets, Page, Plan, SearchEntry
from debrief.site.related import Related
from debrief.site.rendering import Links, contents, fill
from debrief.trail import ACTION, Step, Trail

EXECUTIVE_SUMMARY, WHAT_HAPPENED, ROOT_CAUSE, RESOLUTION, LESSONS = SECTIONS
INTRODUCTION = "Introduction"
"""What the page calls prose that stands before the first heading, as in many older documents."""


def plans(edition: Edition) -> Iterator[Plan]:
    """A page for every record."""
    for record in edition.records:
        make = partial(postmortem_page, edition, record)
        source = record.path if not record.source else None  # that of another is edited there
        yield Plan(address.postmortem(record.id), record.title, make, source)


def postmortem_page(edition: Edition, record: Postmortem) -> Page:
    """The page of a record."""
    here = address.postmortem(record.id)
    view = View(edition, record, Links(edition, here))
    parts = [part for part in _parts(view) if part.applies]
    html = fill(
        edition,
        "postmortem.html",
        here,
        view=view,
        record=record,
        parts=parts,
        moves=moves,
        timeline=timeline,
    )
    return Page(
        here,
        record.title,
        record.summary or record.title,
        html,
        contents(record.title, [(part.anchor, part.title) for part in parts]),
        tuple(_search_entries(view)),
        (address.LINEAGE,) if view.around.is_known else (),
    )


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the page under one heading; it is left out where it has nothing to say."""

    anchor: str
    title: str
    template: str
    applies: bool
    section: bodies.Section | None = None


def _parts(view: View) -> Iterator[Part]:
    record = view.record
    if record.restricted:
        yield Part("actions", "Actions", "actions", True)
        return
    for title in reading_order(view.edition.archive.template_of(record).sections):
        yield from _around(view, title)
    yield from (_own_part(section) for section in view.unplaced if section.title)
    yield Part("lineage", "Lineage", "lineage", bool(record.assets))
    yield Part("evidence", "Evidence", "evidence", bool(record.evidence))
    yield Part("people", "Ownership and sign-off", "people", True)
    yield Part("related", "Related outages", "related", view.related.applies)
    yield Part("life", "Life of this record", "life", True)
    yield Part("record", "About this record", "record", True)


def reading_order(sections: Iterable[str]) -> tuple[str, ...]:
    """The titles of a template with those of :data:`SECTIONS` that it lacks, in which it is read.

    The summary comes first, because everybody begins there. What a template lacks follows what
    stands before it elsewhere, so that the drawings and tables beside it keep a place.
    """
    standard = {title.casefold(): title for title in SECTIONS}
    order = [standard.get(title.casefold(), title) for title in sections]
    for before, title in pairwise(SECTIONS):
        if title not in order:
            order.insert(order.index(before) + 1 if before in order else 0, title)
    return (EXECUTIVE_SUMMARY, *(title for title in order if title != EXECUTIVE_SUMMARY))


def _around(view: View, title: str) -> Iterator[Part]:
    """A section, with the drawings and tables that tell of the same."""
    record = view.record
    if title == EXECUTIVE_SUMMARY:
        told = view.section(title) or record.summary
        yield Part("summary", title, "summary", bool(told))
        yield from (_own_part(section) for section in view.unplaced if not section.title)
        yield Part("actions", "Actions", "actions", True)
        known = record.timeline or record.phases or record.incident.trigger
        runs = phases.not_over(record, view.edition.today) is not None
        yield Part("timeline", "Timeline", "timeline", bool(known) or runs)
    elif title == WHAT_HAPPENED:
        yield _prose(view, title)
        yield Part("impact", "Impact", "impact", view.has_impact)
    elif title == ROOT_CAUSE:
        yield Part("causes", "Causes", "causes", bool(record.causes or view.section(title)))
        yield Part("data", "Affected data", "data", bool(record.assets))
    elif title == RESOLUTION:
        yield _prose(view, title)
        promised = bool(record.actions or record.ideas)
        yield Part("promises", "Actions in detail", "promises", promised)
    else:
        yield _prose(view, title)


def _own_part(section: bodies.Section) -> Part:
    return Part(section.anchor, section.title or INTRODUCTION, "prose", True, section)


def _prose(view: View, title: str) -> Part:
    section = view.section(title)
    anchor = section.anchor if section else ""
    return Part(anchor, title, "prose", bool(section), section)


def _search_entries(view: View) -> Iterator[SearchEntry]:
    record, catalog = view.record, view.edition.archive.catalog
    facts = [words.term(word) for word in (record.severity, record.status) if word]
    facts += [catalog.owner_name(record.owner)] if record.owner else []
    facts += [catalog.asset_name(affected.asset) for affected in record.assets]
    facts += [view.edition.origin(record)] if record.source else []
    facts += [record.id, *filter(None, [record.incident.reference])]
    text = f"{record.summary or ''} {' · '.join(facts)}".strip()
    facets = Facets(
        "Postmortem",
        words.term(record.status),
        words.term(record.severity or ""),
        str(record.year),
    )
    names = search.names_of(record)
    yield SearchEntry(record.title, text, tags=record.tags, facets=facets, names=names)
    for section in view.sections:
        title = section.title or INTRODUCTION
        anchor = "summary" if section == view.section(EXECUTIVE_SUMMARY) else section.anchor
        anchor = "causes" if section == view.section(ROOT_CAUSE) else anchor
        yield SearchEntry(title, section.text, anchor)


# --- what the templates ask for ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure of the strip under the title; ``value`` is None where it is not known."""

    label: str
    value: str | None
    note: str = ""
    alarming: bool = False


@dataclass(frozen=True)
class View:
    """A record with everything that its page derives from it."""

    edition: Edition
    record: Postmortem
    link: Links

    @cached_property
    def sections(self) -> tuple[bodies.Section, ...]:
        """The prose, cut at its headings."""
        body = self.edition.bodies.get(self.record.id, "")
        return bodies.render(body, self.record.path, self.resolve)

    def section(self, title: str) -> bodies.Section | None:
        """The section of the body under a heading, if it says anything."""
        wanted = title.casefold()
        found = (part for part in self.sections if part.title.casefold() == wanted and part.html)
        return next(found, None)

    @property
    def unplaced(self) -> tuple[bodies.Section, ...]:
        """The sections that have no place of their own on the page; none may be lost."""
        order = reading_order(self.edition.archive.template_of(self.record).sections)
        placed = [self.section(title) for title in order]
        return tuple(part for part in self.sections if part not in placed and part.html)

    def resolve(self, path: str) -> str | None:
        """A path in the repository → a link to a record's page or to a file beside a record."""
        archive = self.edition.archive
        parts = path.split("/")
        if len(parts) < 3 or parts[:2] != [RECORDS, parts[2][:4]]:
            return None
        # A path leads to what lies in the repository of the record itself.
        source = f"~{self.record.source}" if self.record.source else ""
        name, extension = posixpath.splitext(parts[2])
        if len(parts) == 3 and extension == ".md" and f"{name}{source}" in archive.by_id:
            return self.link.to(address.postmortem(f"{name}{source}"))
        file, beside = "/".join(parts[3:]), f"{parts[2]}{source}"
        if file in archive.attachments.get(beside, ()):
            return self.link.to(address.attachment(beside, file))
        return None

    # The first screen

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The strip under the title."""
        return (self._lasted(), self._noticed(), self._data(), self._restored(), self._hit())

    def _lasted(self) -> Fact:
        incident = self.record.incident
        if self.record.duration is not None:
            return Fact("Duration", words.lasted(self.record))
        if incident.resolved_at is not None or not self.record.is_unpublished:
            return Fact("Duration", None)  # a later status leaves it unknown
        today, start = self.edition.today, incident.started_at
        if start is None or start.day > today:
            return Fact("Duration", "not resolved")
        lasting = phases.so_far(start, today, approximate=incident.approximate)
        return Fact("Duration", lasting, "not resolved")

    def _span(self, value: timedelta) -> str:
        incident = self.record.incident
        by_day = incident.precision == "day"
        return words.span(value, by_day=by_day, approximate=incident.approximate)

    def _noticed(self) -> Fact:
        incident = self.record.incident
        note = f"found by {words.FOUND_BY[incident.detected_by]}" if incident.detected_by else ""
        value = self.record.time_to_detect
        text = None if value is None else self._span(value)
        return Fact("Time to detect", text, note, incident.detected_by == "consumer")

    def _data(self) -> Fact:
        known = [(a.data_from, data_time.end_of(a)) for a in self.record.assets if a.data_from]
        if not known:
            return Fact("Data affected", None)
        ends = [end for _, end in known if end is not None]
        reach = words.data_range(
            min(start for start, _ in known), max(ends) if len(ends) == len(known) else None
        )
        days = words.counted(data_time.days_wrong(self.record, self.edition.today), "data-day")
        assets = words.counted(len({a.asset for a in self.record.assets}), "asset")
        return Fact("Data affected", days, f"{assets}, {reach}")

    def _restored(self) -> Fact:
        repairs = [affected.repair for affected in self.record.assets]
        if self.is_withdrawn:
            return Fact("Data now", "not an outage of its own")
        unknown, pending = repairs.count(None), repairs.count("pending")
        lost = repairs.count("lost")
        note = f"{words.counted(lost, 'asset')} lost data for good" if lost else ""
        if unknown == len(repairs):
            return Fact("Data now", None)
        if pending:
            some = "" if pending == len(repairs) else f"{pending} of {len(repairs)} "
            return Fact("Data now", f"{some}not repaired", note, True)
        if lost:
            return Fact("Data now", "lost in part" if lost < len(repairs) else "lost", note, True)
        if unknown:
            known = f"{len(repairs) - unknown} of {len(repairs)} repaired"
            return Fact("Data now", known, "of the rest it is not known")
        took = self.record.time_to_restore_data
        return Fact("Data now", "repaired", f"{self._span(took)} after the start" if took else "")

    def _hit(self) -> Fact:
        names = self.edition.archive.catalog.owner_name
        found = sorted(names(owner_id) for owner_id in self.record.stakeholders)
        exposed = len(self.around.exposures)
        note = f"{words.counted(exposed, 'exposure')} downstream" if exposed else ""
        if not found:
            return Fact("Who was hit", None, note)
        return Fact("Who was hit", words.counted(len(found), "team"), words.listed(found))

    # Actions

    @cached_property
    def actions(self) -> tuple[Action, ...]:
        """All actions: overdue ones first, then open ones by due date, then the rest."""
        order = {action.id: index for index, action in enumerate(self.record.actions)}
        return tuple(
            sorted(
                self.record.actions,
                key=lambda a: (not a.is_open, a.due or date.max, order[a.id]),
            )
        )

    def of_type(self, kind: str) -> tuple[Action, ...]:
        """The preventive or the corrective actions, in the author's order."""
        return tuple(action for action in self.record.actions if action.type == kind)

    @cached_property
    def does_not_hold(self) -> tuple[Rehearsal, ...]:
        """The rehearsals that failed, and that nothing has followed."""
        return tuple(one.rehearsal for one in failures_of(self.record, self.edition.today))

    @cached_property
    def causes(self) -> dict[str, Cause]:
        """Causes by id."""
        return {cause.id: cause for cause in self.record.causes}

    @property
    def cause_maps(self) -> tuple[cause_map.Drawing, ...]:
        """Its causes and the actions that address them, drawn."""
        return cause_map.drawings(self.record, self.edition.today)

    @cached_property
    def trail(self) -> Trail:
        """How the record and its promises moved."""
        return self.edition.trail(self.record)

    def first_due(self, action: Action) -> date | None:
        """The day that was promised at first, where it is another one now."""
        moves = [step for step in self.trail.of(action.id) if step.days]
        first = date.fromisoformat(moves[0].old or "") if moves else None
        return first if first != action.due else None

    def states(self, day: date) -> bool:
        """Whether the life of the record tells a day that the record gives."""
        return any(stay.stated_on == day for stay in self.trail.stays)

    @property
    def came_late(self) -> bool:
        """Whether its life began before its first commit, as far as it says so itself."""
        began, arrived = self.trail.stays[0].since, self.trail.arrived
        return arrived is not None and began is not None and began < arrived.on

    @property
    def comings(self) -> tuple[Step, ...]:
        """Actions that went once the analysis was there, or that came after it was agreed.

        While a draft is written, they come and go, and nobody has been promised anything.
        """
        return tuple(
            step
            for step in self.trail.steps
            if step.field == ACTION
            and (step.status not in UNPUBLISHED if step.old is None else step.status != DRAFT)
        )

    @property
    def corrections(self) -> tuple[Step, ...]:
        """Every other move of the record itself."""
        return tuple(step for step in self.trail.steps if step.field != ACTION)

    # Evidence

    @cached_property
    def _evidence(self) -> dict[str, Evidence]:
        return {item.id: item for item in self.record.evidence}

    def evidence(self, ids: tuple[str, ...]) -> Markup:
        """Links to pieces of evidence, by their ids."""
        items = (self._evidence[name] for name in ids if name in self._evidence)
        return Markup(", ").join(self.link.evidence(self.record, item) for item in items)

    # Data and lineage

    @property
    def has_impact(self) -> bool:
        """Whether anything is known of what it did."""
        impact = self.record.impact
        known = impact.business or impact.measures or impact.decisions
        return bool(known or self.record.stakeholders)

    @cached_property
    def around(self) -> Neighbourhood:
        """The lineage around the affected assets."""
        return neighbourhood.of_record(self.edition, self.record)

    @cached_property
    def related(self) -> Related:
        """What it has to do with other records."""
        return Related(self.edition, self.record, self.link)

    @property
    def is_withdrawn(self) -> bool:
        """Whether it turned out not to be an outage of its own."""
        return self.record.status == WITHDRAWN
