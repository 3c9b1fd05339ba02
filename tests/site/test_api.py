"""The data for programs: as its schemas say, complete, and without what may not be told."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from types import ModuleType
from typing import Any
from urllib.parse import urljoin

import pytest
from jsonschema import Draft7Validator

from debrief import metrics, published
from debrief.metrics import Period
from debrief.quarters import Quarter
from debrief.schema import Schema, load_all
from debrief.site import address, api, calendars, feeds, inventory
from debrief.site.edition import Edition

pytestmark = pytest.mark.samples

Made = Callable[[ModuleType, Edition], dict[str, bytes]]
Worded = Callable[[str], dict[str, Any]]

FIRST = "2026-03-14-first"
SAMPLE = "2026-03-14-orders-mart-stale-prices"
HOSTILE = '</script><script>ran(1)</script> "quoted" \\ back {{7*7}} ünïcode 😀'
DATA = ("postmortems", "actions", "assets", "owners")
"""Files that hold what the archive holds; the figures are there whatever it holds."""


def held(made: dict[str, bytes]) -> dict[str, Any]:
    """The files of data, each held against the schema that is published beside it."""
    found = {}
    for name in published.NAMES:
        schema = json.loads(made[f"api/schema/{name}.schema.json"])
        Draft7Validator.check_schema(schema)
        found[name] = json.loads(made[f"api/{name}.json"])
        checker = Draft7Validator.FORMAT_CHECKER
        faults = Draft7Validator(schema, format_checker=checker).iter_errors(found[name])
        assert [(name, fault.json_path, fault.message) for fault in faults] == []
    return found


def groups(schema: Any) -> Iterator[Any]:
    """Every group of keys in a schema."""
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        for value in schema.values():
            yield from groups(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from groups(value)


# --- schemas -------------------------------------------------------------------------------------


def test_every_file_is_as_its_schema_says(samples: Edition, made: Made) -> None:
    found = made(api, samples)
    assert set(found) == {
        *(f"api/{name}.json" for name in published.NAMES),
        *(f"api/schema/{name}.schema.json" for name in published.NAMES),
    }
    for name, data in held(found).items():
        assert data["version"] == published.VERSION == 1
        assert data["day"] == "2026-11-22"
        rows = data["files" if name == "index" else name]
        assert data["count"] == len(rows) > 0


def test_schemas_are_closed_complete_and_explained(samples: Edition) -> None:
    for name, schema in published.load(samples.archive.schemas).items():
        assert schema["$id"] == f"urn:debrief:api:{published.VERSION}:{name}"
        assert schema["properties"]["version"]["const"] == published.VERSION
        for group in groups(schema):
            assert group["additionalProperties"] is False
            assert group["required"] == list(group["properties"]), "every key is always there"
            assert group["description"].endswith(".")
            for key, field in group["properties"].items():
                assert field["description"].endswith("."), (name, key)
        assert "postmortem.schema.json" not in json.dumps(schema), "it needs no other file"


def test_words_are_those_of_the_records_schemas(root: Any) -> None:
    schemas = load_all(root / "schema")
    content = json.loads(json.dumps(schemas["postmortem"].content))
    content["definitions"]["status"]["enum"].append("archived")
    content["properties"]["causes"]["items"]["properties"]["category"]["enum"].append("weather")
    loaded = published.load({**schemas, "postmortem": Schema(content)})
    row = loaded["postmortems"]["properties"]["postmortems"]["items"]["properties"]
    words = schemas["postmortem"].words
    assert row["status"]["allOf"][0]["enum"] == [*words("status"), "archived"]
    category = row["causes"]["items"]["properties"]["category"]["anyOf"][0]
    assert category["enum"] == [*words("causes", "category"), "weather"]
    for name in published.NAMES:
        source = published.__path__[0] + f"/{name}.schema.json"
        with open(source, encoding="utf-8") as file:  # noqa: PTH123 - a path as the package has it
            assert '"enum"' not in file.read(), "no second list of words"


# --- what the files hold -------------------------------------------------------------------------


def test_nothing_is_lost(samples: Edition, made: Made) -> None:
    data = held(made(api, samples))
    catalog = samples.archive.catalog
    assert [row["id"] for row in data["postmortems"]["postmortems"]] == [
        record.id for record in samples.records
    ]
    assert [(row["postmortem"], row["id"]) for row in data["actions"]["actions"]] == [
        (record.id, action.id) for record, action in samples.actions
    ]
    assert [row["id"] for row in data["assets"]["assets"]] == sorted(catalog.assets)
    assert [row["id"] for row in data["owners"]["owners"]] == sorted(catalog.owners)
    told = {row["name"]: row["count"] for row in data["index"]["files"]}
    assert told == {name: data[name]["count"] for name in (*DATA, "metrics")}
    assert [row["id"] for row in data["metrics"]["metrics"]] == list(metrics.METRICS)


def test_files_agree_with_one_another(samples: Edition, made: Made) -> None:
    data = held(made(api, samples))
    actions = data["actions"]["actions"]
    per_record = Counter(row["postmortem"] for row in actions)
    late = Counter(row["owner"] for row in actions if row["days_overdue"])
    outages = {
        (row["id"], affected["asset"])
        for row in data["postmortems"]["postmortems"]
        for affected in row["assets"]
        if row["status"] != "withdrawn"
    }
    for row in data["postmortems"]["postmortems"]:
        assert row["actions"]["total"] == per_record[row["id"]]
    for row in data["owners"]["owners"]:
        assert row["actions"]["overdue"] == late[row["id"]]
    seen = {
        (o["postmortem"], row["id"]) for row in data["assets"]["assets"] for o in row["outages"]
    }
    assert seen == outages
    for row in data["assets"]["assets"]:
        for other in data["assets"]["assets"]:
            assert (other["id"] in row["upstream"]) == (row["id"] in other["downstream"])


def test_a_postmortem_holds_the_facts(samples: Edition, made: Made) -> None:
    rows = held(made(api, samples))["postmortems"]["postmortems"]
    row = next(row for row in rows if row["id"] == SAMPLE)
    assert row["title"] == "Orders mart served stale prices for nine hours"
    assert (row["status"], row["severity"], row["owner"]) == ("closed", "sev2", "pricing-platform")
    assert row["day"] == "2026-03-14"
    assert row["started_at"] == "2026-03-14T01:10:00Z"
    assert row["durations"]["time_to_detect"] == 6 * 3600 + 32 * 60
    affected = next(a for a in row["assets"] if a["asset"] == "warehouse.orders_mart")
    assert (affected["data_from"], affected["data_to"]) == ("2026-03-13", "2026-03-14")
    assert affected["days_wrong"] == 2
    assert {cause["role"] for cause in row["causes"]} == {"root", "contributing"}
    assert row["actions"] == {"total": 8, "open": 0, "overdue": 0, "verified": 7}
    assert row["recurrence_of"] == "2025-11-02-orders-mart-late"


def test_an_asset_says_whether_it_can_be_trusted(repository: Any, made: Made) -> None:
    assets = {
        "wh.a": {"name": "A", "kind": "table"},
        "wh.b": {"name": "B", "kind": "table", "upstream": ["wh.a"]},
    }
    repository.catalog("assets", {"assets": assets})
    affected = {"asset": "wh.a", "effect": "stale", "data_from": "2026-03-13"}
    one = {**affected, "data_to": "2026-03-15", "repair": "pending"}
    other = {**affected, "data_to": "2026-03-14", "repair": "backfilled"}
    repository.record(FIRST, {"title": "One", "status": "draft", "assets": [one, other]})
    first, second = held(made(api, repository.edition()))["assets"]["assets"]
    assert (first["days_wrong"], first["unrepaired"], len(first["outages"])) == (3, 1, 2)
    assert first["last_outage_on"] == "2026-03-14"
    assert (first["downstream"], second["upstream"]) == (["wh.b"], ["wh.a"])
    assert (second["outages"], second["last_outage_on"]) == ([], None)


def test_a_figure_says_what_it_rests_on_in_each_period(samples: Edition, made: Made) -> None:
    rows = {row["id"]: row for row in held(made(api, samples))["metrics"]["metrics"]}
    detect = rows["time_to_detect"]
    figure = samples.figure("time_to_detect", Period.year_to(samples.today))
    assert detect["year"]["value"] == figure.value
    assert (detect["year"]["n"], detect["year"]["missing"]) == (figure.n, figure.missing)
    assert detect["year"]["lower"] == figure.lower is not None
    assert detect["year_before"]["last"] == "2025-11-22"
    assert detect["says"] == metrics.METRICS["time_to_detect"].says
    assert [one["quarter"] for one in detect["quarters"]][::7] == ["2025-Q1", "2026-Q4"]
    past = detect["quarters"][-2]
    then = samples.figure("time_to_detect", Period.of(Quarter.parse("2026-Q3")))
    assert (past["value"], past["n"], past["missing"]) == (then.value, then.n, then.missing)
    assert detect["quarters"][-1]["last"] == "2026-11-22", "the current quarter ends today"


def test_the_day_decides_what_is_overdue(samples: Edition, made: Made) -> None:
    def overdue(edition: Edition) -> int:
        return sum(row["days_overdue"] for row in held(made(api, edition))["actions"]["actions"])

    assert overdue(replace(samples, today=date(2026, 11, 23))) == overdue(samples) + 3


# --- links ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("site_url", ["", "https://example.com/postmortems/"])
def test_links_lead_to_what_is_there(samples: Edition, made: Made, site_url: str) -> None:
    edition = replace(samples, site_url=site_url)
    there = {plan.address for plan in inventory.plans(edition)}
    there |= {file.address for file in inventory.files(edition)}
    root = site_url or "https://wherever.example/below/"
    data = held(made(api, edition))
    for name in published.NAMES:
        rows = [*data[name]["files" if name == "index" else name], data[name]]
        for row in rows:
            for key in {"url", "feed", "calendar", "schema"} & row.keys():
                full = urljoin(f"{root}api/{name}.json", row[key]).partition("#")[0]
                assert full.removeprefix(root) in there, (name, row[key])
    assert data["index"]["site"] == (site_url or None)


def test_there_is_no_link_to_what_is_not_built(samples: Edition, made: Made) -> None:
    data = held(made(api, replace(samples, addresses=set())))
    assert data["index"]["feed"] is data["index"]["calendar"] is None
    for name in DATA:
        assert {row["url"] for row in data[name][name]} == {None}
    for row in data["owners"]["owners"]:
        assert row["feed"] is row["calendar"] is None


def test_owners_and_assets_name_their_feeds(samples: Edition, made: Made) -> None:
    data = held(made(api, samples))
    there = {**made(feeds, samples), **made(calendars, samples)}
    for row in data["owners"]["owners"]:
        assert row["feed"] == f"../{address.owner_feed(row['id'])}"
        assert {row["feed"][3:], row["calendar"][3:]} <= there.keys()


# --- what must not get in, or out ----------------------------------------------------------------


def test_nothing_tells_how_to_reach_a_person(repository: Any, made: Made) -> None:
    owner: dict[str, Any] = {"name": "Mei Sato", "kind": "person", "contact": "mei@example.com"}
    owner |= {"handles": ["@mei-sato"], "addresses": ["sato@example.org"]}
    repository.catalog("owners", {"owners": {"mei": owner}})
    action = {"id": "a", "title": "Mend it", "type": "corrective", "owner": "mei"}
    repository.record(FIRST, {"title": "One", "status": "draft", "actions": [action]})
    told = b"".join(made(api, repository.edition()).values()).decode()
    assert "Mei Sato" in told
    assert "@" not in told.replace("[^@", "")


def test_no_sample_has_a_mail_address_in_it(samples: Edition, made: Made) -> None:
    for where, content in made(api, samples).items():
        assert not re.search(rb"\w@[\w-]+\.\w", content), where


def test_hostile_text_comes_out_as_it_was_typed(
    repository: Any, worded: Worded, made: Made
) -> None:
    repository.record(FIRST, worded(HOSTILE))
    data = held(made(api, repository.edition()))
    (row,) = data["postmortems"]["postmortems"]
    assert row["title"] == row["summary"] == row["trigger"] == HOSTILE
    assert {cause["statement"] for cause in row["causes"]} == {HOSTILE}
    assert {action["title"] for action in data["actions"]["actions"]} == {HOSTILE}


def test_a_restricted_record_tells_title_status_owner_and_actions(
    repository: Any, worded: Worded, made: Made
) -> None:
    values = worded("a zanzibar secret") | {"title": "Something", "visibility": "restricted"}
    for action in values["actions"]:
        action["title"] = "A promise"
    repository.record(FIRST, values)
    found = made(api, repository.edition())
    assert b"zanzibar" not in b"".join(found.values())
    data = held(found)
    (row,) = data["postmortems"]["postmortems"]
    told = {key: value for key, value in row.items() if value not in (None, [], False)}
    assert set(told.pop("durations").values()) == {None}
    assert told == {
        "id": FIRST,
        "url": f"../postmortems/2026/{FIRST}/",
        "title": "Something",
        "status": "closed",
        "visibility": "restricted",
        "owner": "pricing-platform",
        "actions": {"total": 8, "open": 0, "overdue": 0, "verified": 7},
    }
    for action in data["actions"]["actions"]:
        keys = {key for key, value in action.items() if value not in (None, [], False, 0)}
        assert keys <= {
            "postmortem", "id", "url", "title", "type", "owner", "due", "status", "open", "done_on",
            "days_overdue", "postponements",
        }  # fmt: skip


def test_an_empty_archive_is_told_as_such(repository: Any, made: Made) -> None:
    data = held(made(api, repository.edition()))
    for name in DATA:
        assert (data[name]["count"], data[name][name]) == (0, [])


# --- the same bytes ------------------------------------------------------------------------------


def test_made_twice_it_is_the_same_and_an_object_is_a_line(samples: Edition, made: Made) -> None:
    found = made(api, samples)
    assert found == made(api, samples)
    for name in DATA:
        first, *lines, last = found[f"api/{name}.json"].decode().splitlines()
        assert json.loads(f"{first}]}}")["count"] == len(lines)
        assert [json.loads(line.rstrip(",")) for line in lines]
        assert last == "]}"
