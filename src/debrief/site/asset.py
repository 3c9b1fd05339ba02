"""The index by data asset: can I trust it? An overview by domain, and a page each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

from debrief import data_time, words
from debrief.catalog import Asset, Maintained
from debrief.catalog_parts import HAND_KEPT
from debrief.metrics import Promise
from debrief.record import WITHDRAWN, AffectedAsset, Postmortem
from debrief.site import address, data_calendar, neighbourhood, subscriptions
from debrief.site.data_calendar import DataCalendar
from debrief.site.edition import Edition
from debrief.site.neighbourhood import Neighbourhood
from debrief.site.page import Facets, Page, Plan, SearchEntry
from debrief.site.rendering import contents, fill

TITLE = "By data asset"
NO_DOMAIN = "No domain given"
_UPSTREAM = 40
"""So many ranges of wrong data upstream stand on the page of an asset."""


def plans(edition: Edition) -> Iterator[Plan]:
    """The overview, and a page for every asset in the catalog."""
    yield Plan(address.ASSETS, TITLE, partial(overview_page, edition))
    for asset in edition.archive.catalog.assets.values():
        yield Plan(address.asset(asset.id), asset.name, partial(asset_page, edition, asset))


def overview_page(edition: Edition) -> Page:
    """Every asset with its outages, by domain."""
    here = address.ASSETS
    domains: dict[str, list[AssetView]] = {}
    for asset in edition.archive.catalog.assets.values():
        name = words.term(asset.domain) if asset.domain else NO_DOMAIN
        domains.setdefault(name, []).append(AssetView(edition, asset))
    groups = [
        (f"domain-{address.anchor(name)}", name, sorted(views, key=AssetView.by_trouble))
        for name, views in sorted(domains.items(), key=lambda item: (item[0] == NO_DOMAIN, item))
    ]
    wrong = [pair for _, _, views in groups for view in views for pair in view.unrepaired]
    html = fill(edition, "assets.html", here, title=TITLE, groups=groups, wrong=wrong)
    sections = [("wrong", "Do not rely on")] if wrong else []
    headings = contents(TITLE, [*sections, *((anchor, name) for anchor, name, _ in groups)])
    text = "Outages of every data asset, which dates were wrong, and what is not repaired."
    return Page(here, TITLE, text, html, headings, (SearchEntry(TITLE, text),))


def asset_page(edition: Edition, asset: Asset) -> Page:
    """One asset: its outages and data ranges, what it stands on, and who answers for it."""
    here = address.asset(asset.id)
    view = AssetView(edition, asset)
    feeds = subscriptions.of_asset(edition, asset)
    html = fill(edition, "asset.html", here, view=view, asset=asset, feeds=feeds)
    text = asset.description or f"{words.term(asset.kind)}: outages, data ranges and lineage."
    scripts = [address.ASSET_DATES]
    scripts += [address.LINEAGE] if view.around.is_known else []
    entry = SearchEntry(
        asset.name,
        f"{asset.description or ''} {words.term(asset.kind)} · {asset.id}".strip(),
        facets=Facets("Data asset"),
        # In a query editor a table has its own name alone, without the one of its schema.
        names=(asset.id, asset.name, asset.id.rpartition(".")[2], *asset.known_as),
    )
    headings = contents(asset.name, view.headings)
    return Page(here, asset.name, text, html, headings, (entry,), tuple(scripts), feeds)


@dataclass(frozen=True)
class AssetView:
    """An asset with everything that the archive says of it."""

    edition: Edition
    asset: Asset

    @staticmethod
    def by_trouble(view: AssetView) -> tuple[int, int, str]:
        """Order: what is not repaired first, then the most outages, then by name."""
        return (-len(view.unrepaired), -len(view.outages), view.asset.name.casefold())

    @cached_property
    def outages(self) -> tuple[tuple[Postmortem, AffectedAsset], ...]:
        """Outages of it with what each did to its data, the newest first."""
        return tuple(self._outages_of(self.asset.id))

    def _outages_of(self, asset_id: str) -> Iterator[tuple[Postmortem, AffectedAsset]]:
        for record in self.edition.archive.by_asset.get(asset_id, ()):
            if record.status != WITHDRAWN:
                yield from ((record, one) for one in record.assets if one.asset == asset_id)

    @property
    def records(self) -> int:
        """How many outages it had."""
        return len({record.id for record, _ in self.outages})

    @cached_property
    def days_wrong(self) -> int:
        """How many dates of its data were wrong at some time; a date counts once."""
        today = self.edition.today
        found = (day for _, one in self.outages for day in data_time.days(one, today))
        return len(set(found))

    @cached_property
    def unrepaired(self) -> tuple[tuple[Postmortem, AffectedAsset], ...]:
        """The outages after which its data still waits for repair."""
        return tuple(pair for pair in self.outages if pair[1].is_pending)

    @cached_property
    def calendar(self) -> DataCalendar:
        """The dates of its data that were wrong."""
        return data_calendar.of(self.outages, self.edition.today)

    @property
    def became(self) -> dict[str, str]:
        """What a state of a wrong date means."""
        return data_calendar.STATES

    def state(self, affected: AffectedAsset) -> str:
        """What became of a range of wrong data."""
        return data_calendar.state(affected)

    def end_of(self, affected: AffectedAsset) -> date | None:
        """The last date of a range; None where no end is in sight."""
        return data_time.end_of(affected)

    @cached_property
    def wrong_upstream(self) -> tuple[tuple[Postmortem, AffectedAsset], ...]:
        """What was wrong in the data that it is made from, the latest first."""
        found = {
            (record.id, affected.asset, affected.data_from): (record, affected)
            for other in self.around.upstream
            for record, affected in self._outages_of(other.asset_id)
        }
        newest = sorted(found.values(), key=lambda pair: pair[0].id, reverse=True)
        return tuple(newest[:_UPSTREAM])

    @property
    def last(self) -> date | None:
        """The day of its latest outage."""
        return max((record.day for record, _ in self.outages), default=None)

    @property
    def days_without(self) -> int | None:
        """Days since its latest outage; none while its data waits for repair."""
        if self.last is None:
            return None
        return 0 if self.unrepaired else max((self.edition.today - self.last).days, 0)

    @property
    def checked(self) -> str:
        """What is looked at for "was it wrong on that day?"."""
        if not self.around.upstream:
            return "its own outages"
        which = "those" if len(self.wrong_upstream) < _UPSTREAM else f"the latest {_UPSTREAM}"
        return f"its own outages, and {which} of what it is made from"

    @cached_property
    def preventive(self) -> tuple[Promise, ...]:
        """What has been promised against another outage of it, and is not done."""
        concerned = dict.fromkeys(record.id for record, _ in self.outages)
        promises = (p for key in concerned for p in self.edition.actions_by_record.get(key, ()))
        found = [p for p in promises if p[1].is_open and p[1].type == "preventive"]
        return tuple(sorted(found, key=lambda pair: (pair[1].due or date.max, pair[0].id)))

    @cached_property
    def around(self) -> Neighbourhood:
        """What it is made from, and what it feeds."""
        return neighbourhood.of_asset(self.edition, self.asset)

    @property
    def maintained(self) -> tuple[tuple[str, Maintained | None], ...]:
        """Contract, rules and lineage map, whether the catalog knows them or not."""
        return (
            ("Data contract", self.asset.contract),
            ("Validation rules", self.asset.validation),
            ("Lineage map", self.asset.lineage_map),
        )

    @property
    def files(self) -> tuple[str, ...]:
        """The files of the catalog that describe it, where there is more than the one by hand."""
        files = self.edition.archive.catalog.parts.files(self.asset.id)
        return files if files != (HAND_KEPT,) else ()

    @property
    def headings(self) -> list[tuple[str, str]]:
        """The sections of the page."""
        sections = [
            ("calendar", "Which dates were wrong", True),
            ("outages", "Outages and data", True),
            ("wrong-upstream", "Wrong upstream", bool(self.wrong_upstream)),
            ("preventive", "Open preventive actions", bool(self.preventive)),
            ("lineage", "Lineage", True),
            ("governance", "Who answers for it", True),
        ]
        return [(anchor, title) for anchor, title, applies in sections if applies]
