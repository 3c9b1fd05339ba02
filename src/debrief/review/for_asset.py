"""Whether a data asset can be relied on: what was wrong, what is, and what may be again."""

from __future__ import annotations

from collections.abc import Iterator

from debrief import words
from debrief.catalog import Asset, Maintained
from debrief.metrics import OutageFacts, Period
from debrief.metrics.figures import wrong_dates
from debrief.record import AffectedAsset
from debrief.review import outages, promises
from debrief.review.agenda import warnings
from debrief.review.desk import Desk
from debrief.review.phrases import Phrase, enumerated, say
from debrief.review.report import Item, Report, Section, Table


def asset_report(desk: Desk, asset_id: str) -> Report:
    """Everything that speaks for and against an asset of the catalog."""
    asset = desk.archive.catalog.assets[asset_id]
    hit = [outage for outage in desk.known if asset_id in _hit(outage)]
    wrong = tuple(item for item in outages.unrepaired(desk) if _about(item) == asset_id)
    sections = [
        Section("wrong", "Data not to rely on", "Who repairs it and by when?", items=wrong),
        Section("outages", "Outages", items=tuple(_outage(desk, o, asset_id) for o in hit)),
        Section("promised", "Promised, and not done", items=tuple(_open(desk, asset_id))),
        Section("upstream", "What threatens it upstream", items=tuple(_upstream(desk, asset_id))),
    ]
    found = [section for section in sections if section.items]
    found += [_keepers(desk, asset), _readers(desk, asset_id)]
    return Report(
        f"Can {asset.name} be relied on?",
        tuple(_lead(desk, asset, hit, wrong)),
        tuple(found),
        warnings=tuple(warnings(desk)),
        since="Now",
    )


def _hit(outage: OutageFacts) -> set[str]:
    return {affected.asset for affected in outage.record.assets}


def _about(item: Item) -> str:
    head = item.head[0]
    return "" if isinstance(head, str) else head.id


def _lead(
    desk: Desk, asset: Asset, hit: list[OutageFacts], wrong: tuple[Item, ...]
) -> Iterator[Phrase]:
    today = words.day(desk.day)
    if wrong:
        yield (f"Not all of it, as of {today}: see below which dates.",)
    else:
        yield (f"Nothing is known to be wrong with it today, {today}.",)
    if asset.gone_on is not None:
        yield (f"It is gone since {words.day(asset.gone_on)}.",)
    if not hit:
        yield ("No outage of it is recorded.",)
        return
    year = Period.year_to(desk.day)
    recent = [outage for outage in hit if outage.day in year]
    dates = {pair for pair in wrong_dates(hit, year) if pair[0] == asset.id}
    days = (desk.day - hit[0].day).days
    told, number = words.counted(len(recent), "outage"), words.counted(len(dates), "date")
    wrong_days = f"{number} of its data {'was' if len(dates) == 1 else 'were'} wrong"
    yield (f"Its last outage began {words.counted(days, 'day')} ago.",)
    yield (f"In the twelve months to {today} it had {told}, and {wrong_days}.",)


def _outage(desk: Desk, outage: OutageFacts, asset_id: str) -> Item:
    affected = [one for one in outage.record.assets if one.asset == asset_id]
    notes = tuple(_effect(desk, one) for one in affected)
    return Item((desk.names.record(outage.record),), outages.meta(desk, outage.record), notes)


def _effect(desk: Desk, one: AffectedAsset) -> Phrase:
    effect = words.lower_term(one.effect or "wrong")
    data = words.sentence(words.data_of(one.data_from, one.data_to))
    if desk.is_pending(one):
        return (f"{data} was {effect}, and is not repaired.",)
    repair = words.lower_term(one.repair) if one.repair else "what was done about it is not known"
    repair = "no repair was needed" if one.repair == "none-needed" else repair
    when = f" on {words.short_day(one.restored_at.day)}" if one.restored_at else ""
    return (f"{data} was {effect}: {repair}{when}.",)


def _open(desk: Desk, asset_id: str) -> Iterator[Item]:
    """Preventive actions of its outages that somebody still has to do."""
    for one in desk.open:
        hit = asset_id in {affected.asset for affected in one.record.assets}
        if hit and one.action.type == "preventive":
            yield promises.item(desk, one, desk.delays(one))


def _upstream(desk: Desk, asset_id: str) -> Iterator[Item]:
    """What it is made from and was broken within a year, with what is still to be done there."""
    year = Period.year_to(desk.day)
    for source, steps in desk.archive.catalog.upstream(asset_id).items():
        hit = [outage for outage in desk.known if source in _hit(outage) and outage.day in year]
        if not hit:
            continue
        pending = any(
            desk.is_pending(one) for o in hit for one in o.record.assets if one.asset == source
        )
        left = sum(
            one.action.type == "preventive" and source in {a.asset for a in one.record.assets}
            for one in desk.open
        )
        names = enumerated(say("{}", desk.names.record(outage.record)) for outage in hit[:3])
        facts = [f"{words.counted(steps, 'step')} away"]
        facts += ["data still wrong"] if pending else []
        facts += [f"{words.counted(left, 'preventive action')} open"] if left else []
        head = (desk.names.asset(source),)
        meta = tuple((fact,) for fact in facts)
        outages_of = words.counted(len(hit), "outage")
        yield Item(head, meta, (say("{} in twelve months: {}.", outages_of, names),))


def _keepers(desk: Desk, asset: Asset) -> Section:
    """Who answers for it, and what nobody does."""

    def kept(one: Maintained | None) -> Phrase:
        if one is None:
            return ("not in the catalog",)
        return (
            say("kept by {}", desk.names.owner(one.owner))
            if one.owner
            else ("there, kept by nobody",)
        )

    rows: tuple[tuple[Phrase, ...], ...] = (
        (("Owner",), say("{}", desk.names.owner(asset.owner))),
        (("Steward",), say("{}", desk.names.owner(asset.steward))),
        (("Data contract",), kept(asset.contract)),
        (("Validation rules",), kept(asset.validation)),
        (("Lineage map",), kept(asset.lineage_map)),
    )
    table = Table("", ("What", "Who"), rows)
    return Section("keepers", "Who answers for it", tables=(table,))


def _readers(desk: Desk, asset_id: str) -> Section:
    """What people look at downstream of it."""
    found = tuple(
        Item((desk.names.asset(one.id),), (say("{}", desk.names.owner(one.owner)),))
        for one in desk.archive.catalog.exposures(asset_id)
    )
    said: tuple[Phrase, ...] = ()
    if not found:
        said = (("The catalog names nothing downstream of it that people look at.",),)
    return Section("readers", "Who looks at it", said=said, items=found)
