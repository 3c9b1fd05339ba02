"""Where everything on the site lies, and how one page leads to another.

An address is a path from the site's root without a leading slash; a page's address ends in a slash
(the home page's is empty) and its file is ``index.html`` under it. Links are relative, so the site
works under any path of any host.
"""

from __future__ import annotations

import re
from urllib.parse import quote

HOME = ""
POSTMORTEMS = "postmortems/"
OWNERS = "owners/"
STATUSES = "status/"
ASSETS = "assets/"
ACTIONS = "actions/"
SEVERITIES = "severity/"
CAUSES = "cause/"
TYPES = "type/"
QUARTERS = "quarters/"
METRICS = "metrics/"
RELIABILITY = "reliability/"
ACTIONS_TREND = "actions/trend/"
ASSET_DATES = "assets/asset-dates.js"
"""The script that answers whether an asset was wrong on a date."""
SOURCES = "sources/"
"""Where the records come from; there is such a page only where they have several sources."""
FEED = "feeds/postmortems.xml"
CALENDAR = "calendar.ics"
API = "api/"
LINEAGE = "assets/lineage.js"
"""The script that brings the middle of a wide lineage into sight."""


def postmortem(record_id: str) -> str:
    """The page of a record."""
    return f"{POSTMORTEMS}{record_id[:4]}/{record_id}/"


def year(number: int) -> str:
    """The page of the postmortems of a year."""
    return f"{POSTMORTEMS}{number:04}/"


def attachment(record_id: str, path: str) -> str:
    """A file beside a record; ``path`` is relative to the record's own folder."""
    return f"{postmortem(record_id)}{path}"


def owner(owner_id: str) -> str:
    """The page of an owner."""
    return f"{OWNERS}{owner_id}/"


def status(name: str) -> str:
    """The page of a status."""
    return f"{STATUSES}{name}/"


def asset(asset_id: str) -> str:
    """The page of a data asset."""
    return f"{ASSETS}{asset_id}/"


def actions(name: str) -> str:
    """The page of the actions in a state, or of a priority."""
    return f"{ACTIONS}{name}/"


def quarter(name: str) -> str:
    """The page of a quarter, ``2026-Q1``; small letters, as in every address."""
    return f"{QUARTERS}{name.lower()}/"


def metrics_by(dimension: str) -> str:
    """The page of the figures by severity, domain or team."""
    return f"{METRICS}by-{dimension}/"


def reliability(domain: str | None) -> str:
    """How reliable the data of a domain is, or of none; no domain has an underscore in its name."""
    return f"{RELIABILITY}{domain or 'no_domain'}/"


def owner_feed(owner_id: str) -> str:
    """The feed of an owner."""
    return f"{owner(owner_id)}feed.xml"


def owner_calendar(owner_id: str) -> str:
    """The calendar of an owner."""
    return f"{owner(owner_id)}calendar.ics"


def asset_feed(asset_id: str) -> str:
    """The feed of a data asset."""
    return f"{asset(asset_id)}feed.xml"


def data(name: str) -> str:
    """A file for programs, by its name."""
    return f"{API}{name}.json"


def data_schema(name: str) -> str:
    """What a file for programs holds, as a JSON Schema."""
    return f"{API}schema/{name}.schema.json"


def action_anchor(action_id: str, *, restricted: bool) -> str:
    """Where an action stands in the page of its record; a restricted one has a list of them."""
    return "actions" if restricted else f"action-{action_id}"


def relative(here: str, there: str) -> str:
    """A link from the page at one address to another address, percent-encoded."""
    # As posixpath.relpath says, at a quarter of its time: a page has a hundred links.
    mine = [step for step in here.split("/") if step]
    *folders, last = there.split("/")
    shared = 0
    for own, other in zip(mine, folders, strict=False):
        if own != other:
            break
        shared += 1
    path = "/".join([*[".."] * (len(mine) - shared), *folders[shared:], last])
    return quote(path or "./")


def root(site_url: str, file: str) -> str:
    """What stands before an address in a file that leaves the site, such as a feed.

    It is where the site lies, or else the way from the file to the site's root.
    """
    return f"{site_url.rstrip('/')}/" if site_url else "../" * file.count("/") or "./"


def under(site: str, there: str) -> str:
    """An address under such a root, percent-encoded."""
    return site + quote(there)


def anchor(words: str) -> str:
    """A name for a place in a page, made from the words of its heading."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "section"
