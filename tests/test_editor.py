"""Lists for editors: the ids that the catalog has, and no complaint about any other."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from debrief import editor
from debrief.archive import Archive
from debrief.catalog import Asset, Catalog, Owner
from debrief.schema import Schema, load_all

OWNERS = {
    "zoe": Owner("zoe", "Zoë", "person"),
    "gone": Owner("gone", "Gone", "person", active=False),
    "a-team": Owner("a-team", 'The "A" team', "team"),
}
ASSETS = {"wh.orders": Asset("wh.orders", "Orders", "table")}


@pytest.fixture(scope="module")
def schemas(root: Path) -> dict[str, Schema]:
    return load_all(root / "schema")


def files(
    schemas: dict[str, Schema], owners: dict[str, Owner], assets: dict[str, Asset]
) -> dict[str, Any]:
    archive = Archive(Path("nowhere"), schemas, Catalog(owners, assets), ())
    return {path: json.loads(text) for path, text in editor.editor_files(archive).items()}


@pytest.fixture
def made(schemas: dict[str, Schema]) -> dict[str, Any]:
    return files(schemas, OWNERS, ASSETS)


def test_there_is_a_list_for_each_schema_and_one_of_snippets(made: dict[str, Any]) -> None:
    assert set(made) == {
        ".vscode/catalog.code-snippets",
        *(f".vscode/schema/{name}.schema.json" for name in
          ("postmortem", "owners", "assets", "policy", "sources")),
    }  # fmt: skip


def test_the_active_owners_are_offered_with_their_names(made: dict[str, Any]) -> None:
    offered = made[".vscode/schema/postmortem.schema.json"]["definitions"]["owner_id"]["anyOf"][0]
    assert offered["enum"] == ["a-team", "zoe"]
    assert offered["enumDescriptions"] == ['The "A" team (team)', "Zoë (person)"]


def test_an_asset_that_is_gone_is_not_offered(schemas: dict[str, Schema]) -> None:
    assets = {**ASSETS, "wh.old": Asset("wh.old", "Old", "table", gone_on=date(2026, 3, 1))}
    offered = files(schemas, OWNERS, assets)[".vscode/schema/postmortem.schema.json"]
    assert offered["definitions"]["asset_id"]["anyOf"][0]["enum"] == ["wh.orders"]


def test_every_asset_is_offered_where_assets_are_named(made: dict[str, Any]) -> None:
    for name in ("postmortem", "assets"):
        definitions = made[f".vscode/schema/{name}.schema.json"]["definitions"]
        assert definitions["asset_id"]["anyOf"][0]["enum"] == ["wh.orders"]


def test_the_invented_examples_are_not_offered(schemas: dict[str, Schema]) -> None:
    for owners, assets in ((OWNERS, ASSETS), ({}, {})):
        for path, content in files(schemas, owners, assets).items():
            for name in ("owner_id", "asset_id"):
                assert "examples" not in content.get("definitions", {}).get(name, {}), path


@pytest.mark.parametrize(
    ("value", "lawful"),
    [("zoe", True), ("gone", True), ("new-colleague", True), (None, True), ("Not an id", False)],
)
def test_an_id_that_is_not_listed_is_left_to_the_check(
    made: dict[str, Any], value: str | None, lawful: bool
) -> None:
    content = made[".vscode/schema/postmortem.schema.json"]
    owner = {"$ref": "#/definitions/owner_id", "definitions": content["definitions"]}
    assert Draft7Validator({"allOf": [owner], **owner}).is_valid(value) is lawful


def test_an_empty_catalog_changes_nothing_else(schemas: dict[str, Schema]) -> None:
    content = files(schemas, {}, {})[".vscode/schema/postmortem.schema.json"]
    own = schemas["postmortem"].content
    assert content["properties"] == own["properties"]
    assert (
        content["definitions"]["owner_id"]["pattern"] == own["definitions"]["owner_id"]["pattern"]
    )


def test_the_schemas_of_the_gate_stay_as_they_are(schemas: dict[str, Schema]) -> None:
    before = json.dumps([schema.content for schema in schemas.values()])
    files(schemas, OWNERS, ASSETS)
    assert json.dumps([schema.content for schema in schemas.values()]) == before


def test_each_schema_is_itself_lawful(made: dict[str, Any]) -> None:
    for path, content in made.items():
        if path.endswith(".schema.json"):
            Draft7Validator.check_schema(content)


def test_a_snippet_is_found_by_id_and_by_name_and_writes_the_id(made: dict[str, Any]) -> None:
    snippets = made[".vscode/catalog.code-snippets"]
    assert set(snippets) == {"owner a-team", "owner zoe", "asset wh.orders"}
    assert snippets["owner zoe"] == {
        "scope": "markdown",
        "prefix": ["zoe", "Zoë (person)"],
        "body": "zoe",
        "description": "owner: Zoë (person)",
    }


def test_no_id_has_a_character_that_a_snippet_would_expand(schemas: dict[str, Schema]) -> None:
    for name in ("owners", "assets"):
        pattern = schemas[name].content["properties"][name]["propertyNames"]["pattern"]
        for character in "$}\\|,":
            assert not re.search(pattern, f"a{character}")


def test_the_order_of_the_catalog_does_not_matter(schemas: dict[str, Schema]) -> None:
    backwards = dict(reversed(OWNERS.items()))
    one = Archive(Path("x"), schemas, Catalog(OWNERS, ASSETS), ())
    other = replace(one, catalog=Catalog(backwards, ASSETS))
    assert editor.editor_files(one) == editor.editor_files(other)


def test_five_thousand_assets_make_a_file_that_an_editor_can_hold(
    schemas: dict[str, Schema],
) -> None:
    assets = {
        name: Asset(name, "A name of a common length", "dashboard")
        for name in (f"warehouse.some_domain.table_{n:04}" for n in range(5000))
    }
    archive = Archive(Path("nowhere"), schemas, Catalog(OWNERS, assets), ())
    sizes = {path: len(text.encode()) for path, text in editor.editor_files(archive).items()}
    assert sizes[".vscode/schema/postmortem.schema.json"] < 750_000
    assert sizes[".vscode/catalog.code-snippets"] < 2_000_000


def test_the_settings_lead_to_the_schemas_that_are_made(made: dict[str, Any], root: Path) -> None:
    settings = json.loads((root / ".vscode/settings.json").read_text(encoding="utf-8"))
    assert set(settings["yaml.schemas"]) <= set(made)
    for schema, places in settings["yaml.schemas"].items():
        name = Path(schema).name.removesuffix(".schema.json")
        generated = ["/catalog/generated/*.yml"] if name == "assets" else []
        assert places == [f"/catalog/{name}.yml", *generated]
