"""What one can subscribe to from a page: its feed and its calendar, where the site has them."""

from __future__ import annotations

from debrief.catalog import Asset, Owner
from debrief.site import address, calendars, feeds
from debrief.site.edition import Edition
from debrief.site.page import Feed


def of_everything(edition: Edition) -> tuple[Feed, ...]:
    """All postmortems, and all open actions."""
    return _there(
        edition,
        Feed(address.FEED, feeds.title(edition)),
        Feed(address.CALENDAR, calendars.title(edition), calendars.KIND),
    )


def of_owner(edition: Edition, owner: Owner) -> tuple[Feed, ...]:
    """The postmortems of an owner, and their open actions."""
    return _there(
        edition,
        Feed(address.owner_feed(owner.id), feeds.title(edition, owner.name)),
        Feed(address.owner_calendar(owner.id), calendars.title(edition, owner), calendars.KIND),
    )


def of_asset(edition: Edition, asset: Asset) -> tuple[Feed, ...]:
    """The outages of a data asset."""
    return _there(edition, Feed(address.asset_feed(asset.id), feeds.title(edition, asset.name)))


def _there(edition: Edition, *found: Feed) -> tuple[Feed, ...]:
    return tuple(feed for feed in found if edition.has(feed.address))
