"""Where the names in a report lead: to the pages of the site, where its address is known."""

from __future__ import annotations

from urllib.parse import quote

from debrief.archive import Archive
from debrief.record import Postmortem
from debrief.review.markdown import Place
from debrief.review.phrases import ACTION, ASSET, OWNER, RECORD, Name


def of_site(archive: Archive, site: str) -> Place:
    """Leads to the pages of a site; nowhere, where no address is given.

    Its addresses are those of ``site/address.py``, which no wheel has; a test holds them equal.
    """
    root = f"{site.rstrip('/')}/"

    def place(name: Name) -> str | None:
        there = _page(archive, name) if site else None
        return root + there if there is not None else None

    return place


def _page(archive: Archive, name: Name) -> str | None:
    catalog = archive.catalog
    if name.kind == OWNER and name.id in catalog.owners:
        return f"owners/{quote(name.id)}/"
    if name.kind == ASSET and name.id in catalog.assets:
        return f"assets/{quote(name.id)}/"
    record = archive.by_id.get(name.within if name.kind == ACTION else name.id)
    if record is None or name.kind not in (RECORD, ACTION):
        return None
    page = f"postmortems/{record.id[:4]}/{quote(record.id)}/"
    return page + (_anchor(record, name.id) if name.kind == ACTION else "")


def _anchor(record: Postmortem, action_id: str) -> str:
    # The page of a restricted record has one list of its actions, and no anchors in it.
    return "#actions" if record.restricted else f"#action-{quote(action_id)}"
