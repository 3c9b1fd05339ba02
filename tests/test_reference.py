"""The generated files: made from the registry, the schemas, the catalog, and not behind them."""

from __future__ import annotations

from pathlib import Path

import markdown
import pytest

from debrief import checks, generated, published, reference
from debrief import schema as schemas
from debrief.archive import Archive
from debrief.catalog import RuleOff


@pytest.mark.parametrize(
    "page", ["rules.md", "schema.md", "metrics.md", "api-fields.md", "tables.md"]
)
def test_reference_pages_are_current(root: Path, page: str) -> None:
    policy = Archive.load(root).catalog.policy
    loaded = schemas.load_all(root / "schema")
    made = {
        "rules.md": reference.rules_page(policy.rules_off),
        "schema.md": reference.schema_page(loaded),
        "metrics.md": reference.metrics_page(),
        "api-fields.md": reference.data_page(published.load(loaded)),
        "tables.md": reference.warehouse_page(loaded),
    }
    written = (root / "docs/reference" / page).read_text(encoding="utf-8")
    assert written == made[page], "run ./debrief reference"


@pytest.mark.samples
def test_everything_that_is_made_from_the_records_is_current(root: Path) -> None:
    # Elsewhere these files may be behind for a week: a new record must not wait for them.
    files = generated.generated_files(root)
    assert generated.out_of_date(root, files) == [], "run ./debrief reference"


def test_every_rule_has_a_heading_and_a_fix() -> None:
    page = reference.rules_page()
    for rule in checks.RULES:
        assert f"### {rule.id} · " in page
        assert rule.fix


def test_a_rule_that_is_switched_off_says_why_at_the_top_and_in_its_place() -> None:
    page = reference.rules_page([RuleOff("PM405", "We write in Portuguese")])
    assert "Switched off here:\n\n- [PM405](#pm405): We write in Portuguese\n\n## PM0xx" in page
    _, _, after = page.partition("### PM405 · ")
    assert "*Switched off here:* We write in Portuguese\n\n*Fix:*" in after.partition("###")[0]
    assert page.count("Switched off here") == 2


@pytest.mark.parametrize("rule", ["PM201", "PM999"])
def test_a_rule_that_cannot_be_switched_off_is_not_shown_as_such(rule: str) -> None:
    assert reference.rules_page([RuleOff(rule, "because")]) == reference.rules_page()


@pytest.mark.parametrize(
    "reason",
    [
        "<script>alert(1)</script>",
        "[here](javascript:alert(1)) ![x](https://example.com/x.png)",
        "`code` **bold** _it_ {: .class }",
        "one\n\n# two\n- three\n| four | five |",
        "[ref][x]\n\n[x]: https://example.com",
        "back\\slash \\[x](y)",
    ],
)
def test_a_reason_is_shown_as_it_was_typed(reason: str) -> None:
    page = reference.rules_page([RuleOff("PM405", reason)])
    _, _, after = page.partition("### PM405 · ")
    line = next(line for line in after.splitlines() if line.startswith("*Switched off here:*"))
    extensions = ["attr_list", "tables", "toc", "admonition"]
    html = markdown.markdown(line, extensions=extensions)
    assert html.startswith("<p><em>Switched off here:</em> ")
    assert html.count("<") == 4
    typed = " ".join(reason.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert html.removeprefix("<p><em>Switched off here:</em> ").removesuffix("</p>") == typed


def test_field_page_says_from_which_status_a_key_is_needed(root: Path) -> None:
    page = reference.schema_page(schemas.load_all(root / "schema"))
    record = page.partition("\n## catalog/")[0]
    rows = {
        line.split("|")[1].strip(): line.split("|") for line in record.splitlines() if "|" in line
    }
    assert rows["`stewardship`"][3].strip() == "published"
    assert rows["`closed_on`"][3].strip() == "closed"
    assert rows["`due`"][3].strip() == "draft"


def test_text_outside_code_is_no_html() -> None:
    assert "postmortems/&lt;year&gt;/" in reference.rules_page()
