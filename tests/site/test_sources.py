"""Records from several repositories on the site: where each comes from, and what is missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from federated import LATE, put_repository, put_sources
from jsonschema import Draft7Validator

from debrief import published
from debrief.archive import Archive
from debrief.federation import federate
from debrief.site import address, api, facets, inventory, listing, sources
from debrief.site.edition import Edition
from debrief.site.page import Page
from debrief.synthetic import TODAY

Pages = Callable[[Edition], dict[str, Page]]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    put_repository(tmp_path / "pricing", LATE, "2026-03-20-prices-late")
    root = put_repository(tmp_path / "own", LATE)
    put_sources(root, "{name: pricing, label: Pricing <team>, checkout: ../pricing}")
    return root


def edition(root: Path, templates: Path) -> Edition:
    federation = federate(Archive.load(root))
    return replace(Edition.of(federation.archive, TODAY, templates), federation=federation)


def test_without_sources_nothing_speaks_of_them(own: Path, templates: Path, pages: Pages) -> None:
    (own / "catalog/sources.yml").unlink()
    alone = edition(own, templates)
    made = pages(alone)
    assert address.SOURCES not in made
    assert ["source", "Source"] not in facets.data(alone, address.POSTMORTEMS)["facets"]
    assert made == pages(Edition.of(Archive.load(own), TODAY, templates))


def test_a_page_says_where_its_record_comes_from(own: Path, templates: Path, pages: Pages) -> None:
    made = pages(edition(own, templates))
    chip = 'href="../../../sources/"><span class="db-chip">From Pricing &lt;team&gt;</span></a>'
    assert chip in made[address.postmortem(f"{LATE}~pricing")].html
    assert "From Pricing" not in made[address.postmortem(LATE)].html
    row = made[address.POSTMORTEMS].html
    assert row.count('<span class="db-sub">From Pricing &lt;team&gt;</span>') == 2
    assert 'one of 2 repositories: <a href="../sources/">the sources</a>' in row


def test_the_list_can_be_narrowed_to_a_source(own: Path, templates: Path) -> None:
    data = json.loads(listing.data_file(edition(own, templates)))
    assert data["facets"][-1] == ["source", "Source"]
    assert data["words"]["source"] == [["pricing", "Pricing <team>"], ["-", "This repository"]]
    names = [data["words"]["source"][number][0] for number in data["records"]["source"]]
    told = dict(zip(data["records"]["id"], names, strict=True))
    assert told == {"2026-03-20-prices-late~pricing": "pricing", f"{LATE}~pricing": "pricing",
                    LATE: "-"}  # fmt: skip


def test_the_page_of_the_sources_counts_them_and_names_what_is_missing(
    own: Path, templates: Path, read: Any
) -> None:
    file = own.parent / f"pricing/postmortems/2026/{LATE}.md"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("severity: sev4", "severity: hidden words"), encoding="utf-8")
    (plan,) = sources.plans(edition(own, templates))
    page = plan.make()
    words = " ".join(read(page.html).text.split())
    assert "This repository 1 1 1 0 Pricing <team>~pricing, a checkout 2 1 1 0" in words
    assert f"../pricing/postmortems/2026/{LATE}.md:4 PM104 does not hold:" in words
    assert "hidden words" not in words
    assert [heading.anchor for heading in page.headings[0].inner] == ["missing"]


def test_data_for_programs_names_the_source_and_keeps_to_its_schema(
    own: Path, templates: Path
) -> None:
    shown = edition(own, templates)
    schemas = published.load(shown.archive.schemas)
    files = {file.address: json.loads(file.make()) for file in api.files(shown)}
    for name in ("postmortems", "actions", "assets"):
        assert list(Draft7Validator(schemas[name]).iter_errors(files[address.data(name)])) == []
    told = {r["id"]: r["source"] for r in files[address.data("postmortems")]["postmortems"]}
    assert told[f"{LATE}~pricing"] == "pricing"
    assert told[LATE] is None


def test_every_page_of_a_federation_is_at_an_address_of_its_own(own: Path, templates: Path) -> None:
    found = [plan.address.lower() for plan in inventory.plans(edition(own, templates))]
    assert len(found) == len(set(found))
