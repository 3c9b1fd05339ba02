"""An archive made for a test, and a reader of the HTML that pages are."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hostile import HOSTILE_BODY, PAYLOADS, free_text

from debrief.archive import Archive
from debrief.document import write_record
from debrief.nodes import write_yaml
from debrief.site import inventory
from debrief.site.edition import Edition
from debrief.site.page import Page

TODAY = date(2026, 11, 22)
SAMPLE = "2026-03-14-orders-mart-stale-prices"


@dataclass
class Read(HTMLParser):
    """Everything in a page: its elements with their attributes, its anchors and its text."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, attribute: str) -> list[str]:
        return [found[attribute] for _, found in self.elements if attribute in found]


@pytest.fixture
def read() -> Callable[[str], Read]:
    """Read the HTML of a page."""

    def reader(html: str) -> Read:
        page = Read()
        page.feed(html)
        page.close()
        return page

    return reader


@pytest.fixture
def pages() -> Callable[[Edition], dict[str, Page]]:
    """Every page of an edition, by address."""
    return lambda edition: {plan.address: plan.make() for plan in inventory.plans(edition)}


@pytest.fixture(scope="session")
def templates(root: Path) -> Path:
    return root / "hooks" / "templates"


@pytest.fixture(scope="session")
def samples(root: Path, templates: Path) -> Edition:
    """The samples of this repository."""
    return Edition.of(Archive.load(root), TODAY, templates)


@pytest.fixture
def worded(sample: dict[str, Any]) -> Callable[[str], dict[str, Any]]:
    """A sample in which one text stands for everything that a person wrote in words."""

    def replaced(value: Any, text: str) -> Any:
        if isinstance(value, dict):
            return {key: replaced(inner, text) for key, inner in value.items()}
        if isinstance(value, list):
            return [replaced(inner, text) for inner in value]
        return text if isinstance(value, str) and " " in value else value

    return lambda text: replaced(copy.deepcopy(sample), text)


@pytest.fixture
def made() -> Callable[[ModuleType, Edition], dict[str, bytes]]:
    """What a module makes for an edition beside pages, by address."""
    return lambda module, edition: {f.address: f.make() for f in module.files(edition)}


@dataclass
class Repository:
    """A repository in a folder of its own."""

    root: Path
    templates: Path

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def catalog(self, name: str, values: dict[str, Any]) -> None:
        self.write(f"catalog/{name}.yml", write_yaml(values))

    def record(self, record_id: str, values: dict[str, Any], body: str = "") -> None:
        path = f"postmortems/{record_id[:4]}/{record_id}.md"
        self.write(path, write_record(values, body or "## What happened\n\nSomething."))

    def edition(self) -> Edition:
        archive = Archive.load(self.root)
        read = (*archive.entries, *archive.catalog_entries)
        broken = [(entry.path, p) for entry in read for p in entry.problems if p.rule < "PM110"]
        assert broken == [], "a field that broke the schema would be left out of the page"
        return Edition.of(archive, TODAY, self.templates)


@pytest.fixture
def repository(tmp_path: Path, templates: Path) -> Repository:
    """A repository with an empty catalog and no record."""
    made = Repository(tmp_path, templates)
    made.catalog("owners", {"owners": {}})
    made.catalog("assets", {"assets": {}})
    rules = {"in_review_days": 5, "published_days": 9, "action_due_days": 9, "sign_offs": []}
    severities = {f"sev{level}": {"meaning": "bad", **rules} for level in range(1, 5)}
    made.catalog("policy", {"organisation": "Pellwick", "severities": severities})
    return made


@pytest.fixture(scope="session")
def sample(root: Path) -> dict[str, Any]:
    """The front matter of a sample that has nearly every field."""
    archive = Archive.load(root)
    document = archive.documents[f"postmortems/2026/{SAMPLE}.md"]
    values = archive.schemas["postmortem"].read(document).values
    assert values is not None
    return values


@pytest.fixture
def hostile(root: Path, repository: Repository, sample: dict[str, Any]) -> Edition:
    """The samples' catalog and a full record, with a script in every field that is text."""
    samples = Archive.load(root)
    schemas = samples.schemas
    for name in ("owners", "assets", "policy"):
        schema = schemas[name]
        values = schema.read(samples.documents[f"catalog/{name}.yml"]).values
        repository.catalog(name, free_text(schema.content, values, schema.resolve))
    schema = schemas["postmortem"]
    values = free_text(schema.content, sample, schema.resolve)
    values["withdrawn"] = {"reason": PAYLOADS[0]}
    values["imported"] = {"source": PAYLOADS[0]}
    repository.record("2026-03-14-hostile", values, HOSTILE_BODY)
    values = {**values, "status": "withdrawn", "recurrence_of": "2026-03-14-hostile", "related": []}
    repository.record("2026-04-14-hostile", values, HOSTILE_BODY)
    return repository.edition()
