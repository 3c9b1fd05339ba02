"""The reference pages are written from the registry and the schemas, and are not behind them."""

from __future__ import annotations

from pathlib import Path

from debrief import checks, reference
from debrief import schema as schemas


def test_rule_page_is_current(root: Path) -> None:
    written = (root / "docs/reference/rules.md").read_text(encoding="utf-8")
    assert written == reference.rules_page(), "run ./debrief reference"


def test_field_page_is_current(root: Path) -> None:
    written = (root / "docs/reference/schema.md").read_text(encoding="utf-8")
    assert written == reference.schema_page(schemas.load_all(root / "schema")), (
        "run ./debrief reference"
    )


def test_every_rule_has_a_heading_and_a_fix() -> None:
    page = reference.rules_page()
    for rule in checks.RULES:
        assert f"### {rule.id} · " in page
        assert rule.fix


def test_field_page_says_from_which_status_a_key_is_needed(root: Path) -> None:
    page = reference.schema_page(schemas.load_all(root / "schema"))
    rows = {
        line.split("|")[1].strip(): line.split("|") for line in page.splitlines() if "|" in line
    }
    assert rows["`stewardship`"][3].strip() == "published"
    assert rows["`closed_on`"][3].strip() == "closed"
    assert rows["`due`"][3].strip() == "draft"


def test_text_outside_code_is_no_html() -> None:
    assert "postmortems/&lt;year&gt;/" in reference.rules_page()
