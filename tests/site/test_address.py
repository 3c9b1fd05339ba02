"""Addresses: links between any two of them are the ones that a browser resolves."""

from __future__ import annotations

import posixpath
from itertools import product
from urllib.parse import unquote, urljoin

import pytest

from debrief.site import address

ADDRESSES = (
    "",
    "owners/",
    "owners/a-team/",
    "assets/wh.orders/",
    "postmortems/",
    "postmortems/2026/2026-03-14-orders-came-late/",
    "postmortems/2026/2026-03-14-orders-came-late/evidence/row counts.csv",
    "postmortems/2025/2025-03-14-orders-came-late/",
    "assets/debrief.css",
)
PAGES = tuple(place for place in ADDRESSES if not place or place.endswith("/"))


@pytest.mark.parametrize(("here", "there"), list(product(PAGES, ADDRESSES)))
def test_a_relative_link_leads_to_its_address_by_the_shortest_way(here: str, there: str) -> None:
    link = address.relative(here, there)
    base = "https://example.com/some/path/"
    assert unquote(urljoin(base + here, link)) == base + there
    shortest = posixpath.relpath(f"/{there}", f"/{here}")
    assert unquote(link).rstrip("/") == shortest.rstrip("/")
