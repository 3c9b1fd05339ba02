"""What OpenLineage events say together, in whichever order they come."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debrief.catalog_sources import openlineage
from debrief.catalog_sources.imported import Found, Imported, SourceError

WAREHOUSE = "snowflake://pellwick-eu"
Event = dict[str, Any]


def table(name: str, **facets: Any) -> Event:
    return {"namespace": WAREHOUSE, "name": f"PROD.PRICING.{name}", "facets": facets}


def run(job: str, inputs: list[Event], outputs: list[Event], **values: Any) -> Event:
    facets = values.pop("facets", {})
    return {
        "eventType": "COMPLETE",
        "eventTime": "2026-03-14T01:10:00Z",
        "run": {"runId": "r"},
        "job": {"namespace": "airflow", "name": job, "facets": facets},
        "inputs": inputs,
        "outputs": outputs,
        **values,
    }


def read(*events: object, whole: bool = False) -> Imported:
    return openlineage.read(((f"e{i}", event) for i, event in enumerate(events)), whole=whole)


def by_name(imported: Imported) -> dict[str, Found]:
    return {found.name: found for found in imported.assets}


def sources_of(imported: Imported, name: str) -> set[str]:
    names = {found.key: found.name for found in imported.assets}
    return {names[key] for key in by_name(imported)[name].upstream}


def test_a_job_is_downstream_of_what_it_reads_and_upstream_of_what_it_writes() -> None:
    imported = read(run("load", [table("RAW")], [table("ORDERS")]))
    assert sources_of(imported, "load") == {"RAW"}
    assert sources_of(imported, "ORDERS") == {"load"}
    assert by_name(imported)["load"].kind == "pipeline"
    assert imported.name == "airflow"


def test_a_dataset_has_the_names_by_which_dbt_and_contracts_know_it() -> None:
    found = by_name(read(run("load", [], [table("ORDERS")])))["ORDERS"]
    assert found.relations == ("snowflake://pellwick-eu/PROD.PRICING.ORDERS",)
    assert found.names == ("PROD.PRICING.ORDERS",)
    assert found.ids[0] == "pricing.orders"


def test_symlinks_are_further_names_of_the_same_data() -> None:
    links = {"identifiers": [{"namespace": "s3://lake", "name": "/orders", "type": "LOCATION"}]}
    found = by_name(read(run("load", [], [table("ORDERS", symlinks=links)])))["ORDERS"]
    assert "s3://lake/orders" in found.relations


def test_a_dataset_of_a_broker_is_a_topic_and_so_is_what_is_called_one() -> None:
    topic = {"namespace": "kafka://broker:9092", "name": "shop.orders"}
    stream = table("EVENTS", datasetType={"datasetType": "STREAM"})
    found = by_name(read(run("load", [topic, stream], [])))
    assert (found["shop.orders"].kind, found["PROD.PRICING.EVENTS"].kind) == ("topic", "topic")


def test_the_partitions_of_a_path_are_one_asset_which_is_told() -> None:
    def day(name: str) -> Event:
        return {"namespace": "s3://lake", "name": name}

    paths = (
        "raw/orders/day=2026-03-14/hour=2",
        "raw/orders/day=2026-03-15",
        "raw/orders/20260316/",
    )
    imported = read(*(run("load", [day(path)], []) for path in paths))
    assert sources_of(imported, "load") == {"orders"}
    assert by_name(imported)["orders"].relations == ("s3://lake/raw/orders",)
    assert imported.notices == ("the partitions of s3://lake/raw/orders are taken for one asset",)


def test_a_job_that_reads_what_it_writes_makes_it_which_is_told() -> None:
    imported = read(run("merge", [table("RAW"), table("ORDERS")], [table("ORDERS")]))
    assert sources_of(imported, "merge") == {"RAW"}
    assert "merge reads and writes" in imported.notices[0]


def test_inputs_that_only_the_columns_name_are_inputs() -> None:
    columns = {"fields": {"a": {"inputFields": [{**table("RAW"), "field": "a"}]}}}
    imported = read(run("load", [], [table("ORDERS", columnLineage=columns)]))
    assert sources_of(imported, "load") == {"RAW"}


def test_the_lineage_facet_gives_steps_between_datasets_and_jobs() -> None:
    entry = {
        **table("ORDERS"),
        "type": "DATASET",
        "inputs": [{**table("RAW"), "type": "DATASET"}, {"type": "JOB"}],
        "fields": {"a": {"inputs": [{**table("RATES"), "type": "DATASET", "field": "x"}]}},
    }
    facets = {"lineage": {"entries": [entry]}}
    imported = read(run("load", [], [table("OTHER")], facets=facets))
    assert sources_of(imported, "ORDERS") == {"RAW", "RATES", "load"}


def test_static_events_of_jobs_and_datasets_are_read() -> None:
    job = {"eventTime": "2026-03-14T01:10Z", "job": {"namespace": "n", "name": "j"},
           "inputs": [table("RAW")], "outputs": []}  # fmt: skip
    dataset = {"dataset": table("RATES", documentation={"description": "Rates by day."})}
    imported = read(job, dataset)
    assert sources_of(imported, "j") == {"RAW"}
    assert by_name(imported)["RATES"].description == "Rates by day."


def test_owners_are_those_of_the_facet_without_their_kind_and_stewards_apart() -> None:
    owners = {"owners": [{"name": "team:pricing", "type": "MAINTAINER"},
                         {"name": "user:ann", "type": "DATA_STEWARD"}]}  # fmt: skip
    found = by_name(read(run("load", [table("RAW")], [], facets={"ownership": owners})))["load"]
    assert (found.owners, found.stewards) == (("pricing",), ("ann",))


def test_of_two_descriptions_the_later_one_counts_in_whichever_zone_it_was_written() -> None:
    def told(at: str, words: str) -> Event:
        facets = {"documentation": {"description": words}}
        return run("load", [table("RAW")], [], facets=facets, eventTime=at)

    early, late = told("2026-03-14T09:00:00+10:00", "early"), told("2026-03-14T00:00:00Z", "late")
    for events in ((early, late), (late, early)):
        assert by_name(read(*events))["load"].description == "late"


@given(st.permutations(range(5)))
def test_the_order_of_the_events_does_not_matter(order: list[int]) -> None:
    events = [
        run("a", [table("RAW")], [table("X")], facets={"documentation": {"description": "1"}}),
        run("a", [table("Y")], [], facets={"documentation": {"description": "2"}}),
        run("b", [table("X")], [table("Z")], eventTime="no time at all"),
        run("b", [], [table("X")], eventType="FAIL"),
        {"dataset": table("Z", documentation={"description": "z"})},
    ]
    assert read(*(events[i] for i in order)) == read(*events)


@pytest.mark.parametrize(
    ("thing", "why"),
    [
        ({"documentation": {"description": "a facet alone"}}, "it is no event"),
        (None, "it is no event"),
        ([1], "it is no event"),
        ({"job": {"namespace": "n"}}, "its `name` is missing"),
        ({"job": {"namespace": "{{ any(result) }}", "name": "j"}}, "is a placeholder"),
        ({"job": {"namespace": "n", "name": "${json-unit.any-string}"}}, "is a placeholder"),
    ],
)
def test_what_is_no_event_is_told_and_skipped(thing: object, why: str) -> None:
    imported = read(thing, run("load", [table("RAW")], []))
    assert [left.what for left in imported.left_out] == ["e0"]
    assert why in imported.left_out[0].why
    assert len(imported.assets) == 2


def test_a_dataset_without_a_name_is_left_out_and_the_others_are_read() -> None:
    imported = read(run("load", [{"namespace": "file"}, 7, table("RAW")], []))  # type: ignore[list-item]
    assert sources_of(imported, "load") == {"RAW"}
    assert {left.what for left in imported.left_out} == {"e0, a dataset"}


def test_a_job_that_touches_nothing_is_left_out() -> None:
    imported = read(run("noop", [], []), run("load", [table("RAW")], []))
    assert [(left.what, left.why) for left in imported.left_out] == [
        ("noop", "the job reads and writes nothing")
    ]


def test_without_any_event_there_is_nothing_to_import() -> None:
    with pytest.raises(SourceError, match="no event among these"):
        read({}, [])


def test_events_are_not_all_there_is_unless_somebody_says_so() -> None:
    event = run("load", [table("RAW")], [])
    assert (read(event).whole, read(event, whole=True).whole) == (False, True)


def test_jobs_of_several_namespaces_give_the_part_no_name() -> None:
    one, two = run("a", [table("X")], []), run("b", [table("X")], [])
    two["job"]["namespace"] = "spark"
    assert read(one, two).name == ""
