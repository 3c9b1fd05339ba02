"""`catalog import`: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import _import_report
import pytest
from in_process import InProcess, Outcome, Run
from manifests import manifest, model, other, source, written
from scratch import put_catalog, write

import catalog
from debrief import catalog_import
from debrief.archive import Archive

OWNERS = "owners:\n  ann: {name: Ann Lee, kind: person}\n"
DBT = "catalog/generated/dbt-shop.yml"
EVENT = {
    "eventTime": "2026-03-14T01:10:00Z",
    "run": {"runId": "r"},
    "job": {"namespace": "airflow", "name": "load"},
    "inputs": [{"namespace": "postgres://db:5432", "name": "prod.pricing.raw"}],
    "outputs": [{"namespace": "postgres://db:5432", "name": "prod.pricing.orders"}],
}
CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: c-1
version: 1.0.0
status: active
name: Orders
servers: [{server: s, type: postgres, database: prod, schema: pricing}]
schema: [{name: orders, quality: [{type: sql}]}]
team: {name: Ann Lee}
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    put_catalog(root, OWNERS, "assets: {}\n")
    return root


@pytest.fixture
def run(repository: Path, in_process: InProcess) -> Run:
    def go(source: str, *words: str) -> Outcome:
        common = ("--root", str(repository), "--today", "2026-04-01")
        return in_process(catalog.main, "catalog", "import", source, *words, *common)

    return go


def test_a_dbt_project_is_imported_and_its_report_says_what_of_it(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    content = manifest(
        model("orders", "model.shop.raw", meta={"owner": "Ann Lee"}),
        model("raw", meta={"owner": "Bo"}),
        other("analysis", "trial"),
    )
    outcome = run("dbt", written(tmp_path, content))
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == (
        "2 assets, 1 step of lineage, 1 owner\n"
        "Added (2):\n- pricing.orders\n- pricing.raw\n"
        "Named as owner or steward, and not in catalog/owners.yml, with how many assets (1):\n"
        "- Bo: 1\n"
        "Left out (1):\n- analysis.shop.trial: dbt compiles an analysis and never runs it\n"
        f"Wrote {DBT}. `./debrief check` and `./debrief reference` come next.\n"
    )
    archive = Archive.load(repository)
    assert set(archive.catalog.assets) == {"pricing.orders", "pricing.raw"}


def test_the_same_again_changes_nothing_and_a_dry_run_writes_nothing(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    first = written(tmp_path, manifest(model("orders")))
    dry = run("dbt", first, "--dry-run")
    assert (dry.code, (repository / DBT).exists()) == (1, False)
    run("dbt", first)
    before = (repository / DBT).read_bytes()
    again = run("dbt", first)
    assert (again.code, again.out.splitlines()[-1]) == (0, "Nothing has changed.")
    assert run("dbt", first, "--dry-run").code == 0
    assert (repository / DBT).read_bytes() == before


def test_what_is_gone_ends_with_1_once_and_is_removed_when_that_is_accepted(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    run("dbt", written(tmp_path, manifest(model("orders"), model("old"))))
    fewer = written(tmp_path, manifest(model("orders")))
    outcome = run("dbt", fewer)
    assert outcome.code == 1
    assert "Gone since the last import (1):\n- pricing.old\n" in outcome.out
    assert run("dbt", fewer).code == 0
    accepted = run("dbt", fewer, "--accept-removals")
    assert accepted.code == 0
    assert "Removed (1):\n- pricing.old\n" in accepted.out
    assert "old" not in (repository / DBT).read_text(encoding="utf-8")


def test_what_may_not_be_removed_is_told_with_what_refers_to_it(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    run("dbt", written(tmp_path, manifest(model("old"))))
    write(repository, "catalog/assets.yml", "assets:\n  pricing.old: {owner: ann}\n")
    outcome = run("dbt", written(tmp_path, manifest()), "--accept-removals")
    assert outcome.code == 1
    line = "- pricing.old: catalog/assets.yml refers to it\n"
    assert f"Gone since the last import (1):\n{line}" in outcome.out
    assert "--accept-removals" not in outcome.out


@pytest.mark.parametrize("file", ["owners", "assets", "generated/dbt-other"])
def test_no_import_goes_on_from_a_broken_file_and_loses_what_it_says(
    run: Run, repository: Path, tmp_path: Path, file: str
) -> None:
    run("dbt", written(tmp_path, manifest(model("orders", meta={"owner": "Ann Lee"}))))
    before = (repository / DBT).read_bytes()
    write(repository, f"catalog/{file}.yml", "broken: [\n")
    outcome = run("dbt", written(tmp_path, manifest()), "--accept-removals")
    assert outcome.code == 2
    assert f"catalog/{file}.yml has errors, and the import would go wrong" in outcome.err
    assert (repository / DBT).read_bytes() == before


def test_an_entry_by_hand_may_still_lack_what_the_import_brings(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    content = "assets:\n  mine: {known_as: [prod.pricing.orders]}\n"
    write(repository, "catalog/assets.yml", content)
    assert run("dbt", written(tmp_path, manifest(model("orders")))).code == 0
    assert Archive.load(repository).catalog.assets["mine"].kind == "model"


@pytest.mark.parametrize("folder", ["catalog", "catalog/generated"])
def test_nothing_is_written_through_a_folder_that_is_a_link(
    run: Run, repository: Path, tmp_path: Path, folder: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    if folder == "catalog":
        (repository / folder).rename(tmp_path / "before")
    (repository / folder).symlink_to(outside)
    outcome = run("dbt", written(tmp_path, manifest(model("orders"))))
    assert outcome.code == 2
    assert f"{folder}/ is a link" in outcome.err
    assert not list(outside.iterdir())


def test_a_file_where_the_folder_of_the_parts_should_be_is_named(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    write(repository, "catalog/generated", "")
    outcome = run("dbt", written(tmp_path, manifest(model("orders"))))
    assert outcome.code == 2
    assert "catalog/generated is no folder; move it away" in outcome.err


def test_what_is_left_out_is_told_by_reason_and_one_by_one_with_all(
    run: Run, tmp_path: Path
) -> None:
    names = [f"t{number}" for number in range(7)]
    file = written(tmp_path, manifest(*(other("analysis", name) for name in names)))
    few = ", ".join(f"analysis.shop.{name}" for name in names[:3])
    assert f"Left out (7):\n- {few} and 4 more: dbt compiles" in run("dbt", file).out
    assert "- analysis.shop.t6: dbt compiles" in run("dbt", file, "--all").out


def test_what_may_be_an_entry_by_hand_is_told_until_it_is_joined_or_imported(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    entry = "{name: a, kind: %s}"
    table, pipeline = entry % "table", entry % "pipeline"
    text = f"assets:\n  w.orders: {table}\n  pipeline.raw: {pipeline}\n"
    write(repository, "catalog/assets.yml", text)
    file = written(tmp_path, manifest(model("orders"), model("raw")))
    told = "under `known_as` (1):\n- pricing.orders: w.orders\n"
    assert told in run("dbt", file, "--dry-run").out
    assert told in run("dbt", file).out
    assert "Perhaps" not in run("dbt", file).out


def test_what_may_go_is_told_with_how(run: Run, tmp_path: Path) -> None:
    run("dbt", written(tmp_path, manifest(model("old"))))
    outcome = run("dbt", written(tmp_path, manifest()))
    assert "\nWhat is gone stays, marked. --accept-removals takes out" in outcome.out


def test_what_is_renamed_at_its_source_keeps_its_id_by_an_entry_by_hand(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    run("dbt", written(tmp_path, manifest(model("old"))))
    run("dbt", written(tmp_path, manifest(model("new"))))
    content = "assets:\n  pricing.old: {known_as: [prod.pricing.new]}\n"
    write(repository, "catalog/assets.yml", content)
    assets = Archive.load(repository).catalog.assets
    assert set(assets) == {"pricing.old"}
    assert assets["pricing.old"].gone_on is None


def test_the_file_is_written_before_the_report_so_that_a_cut_pipe_loses_nothing(
    run: Run, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object, **__: object) -> None:
        raise OSError("nobody listens")

    file = written(tmp_path, manifest(model("orders")))
    monkeypatch.setattr(_import_report, "tell", closed)
    assert run("dbt", file).code == 2
    assert (repository / DBT).exists()


def test_a_part_that_somebody_changes_meanwhile_is_not_written_over(
    run: Run, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("dbt", written(tmp_path, manifest(model("orders"))))
    prepare = catalog_import.prepare

    def slow(*words: Any, **options: Any) -> Any:
        write(repository, DBT, "assets: {}\n")
        return prepare(*words, **options)

    monkeypatch.setattr(catalog_import, "prepare", slow)
    outcome = run("dbt", written(tmp_path, manifest(model("orders"), model("prices"))))
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == f"Error: {DBT} was changed while this ran; run it again\n"
    assert (repository / DBT).read_text(encoding="utf-8") == "assets: {}\n"


def test_long_lists_are_cut_unless_all_is_asked_for(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path, manifest(*(model(f"m{n:02}") for n in range(20))))
    assert "- and 5 more; --all tells them\n" in run("dbt", file, "--dry-run").out
    assert "- pricing.m19\n" in run("dbt", file, "--dry-run", "--all").out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty"),
        ('{"metadata": {', "the file was cut off"),
        ('{"metadata": "x', "the file was cut off"),
        ("{'a': 1}", "this is not JSON"),
        ("[" * 200_000, "nested too deeply"),
        ("[1" + "0" * 10_000 + "]", "this is not JSON"),
        ("{}", "this is no dbt manifest"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_manifest_is_one_line(
    run: Run, repository: Path, tmp_path: Path, text: str, words: str
) -> None:
    file = write(tmp_path, "manifest.json", text)
    outcome = run("dbt", str(file))
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"Error: {file}: ")
    assert words in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert not (repository / "catalog/generated").exists()


def test_bytes_that_are_no_text_a_folder_and_a_file_that_is_not_there(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "latin.json").write_bytes(b'{"a": "\xff"}')
    assert "is not UTF-8 text" in run("dbt", str(tmp_path / "latin.json")).err
    assert "this is no file" in run("dbt", str(tmp_path)).err
    assert "there is no such file" in run("dbt", str(tmp_path / "nowhere.json")).err


def test_a_project_whose_name_is_no_file_name_is_given_one(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    run("dbt", written(tmp_path, manifest(model("a"), project="../../My Shop")))
    (file,) = (repository / "catalog/generated").iterdir()
    assert file.name == "dbt-my-shop.yml"
    refused = run("dbt", written(tmp_path, manifest(model("a"))), "--name", "../evil")
    assert refused.code == 2
    assert "lower-case letters" in refused.err


def test_other_words_of_meta_are_named_on_the_command_line(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    file = written(tmp_path, manifest(model("a", meta={"keeper": "Ann Lee"})))
    run("dbt", file, "--meta", "owner=keeper")
    assert Archive.load(repository).catalog.assets["pricing.a"].owner == "ann"
    assert "write WORD=KEY" in run("dbt", file, "--meta", "colour=red").err


def test_nothing_of_a_source_moves_the_cursor_or_begins_a_workflow_command(
    run: Run, tmp_path: Path
) -> None:
    evil = "::error::\x1b[2J\r\n::set-output name=x::y"
    node = other("analysis", evil, name=evil)
    content = manifest(model("a", meta={"owner": evil}), node)
    out = run("dbt", written(tmp_path, content), "--all").out
    assert "\x1b" not in out
    assert not [line for line in out.splitlines() if line.lstrip().startswith("::")]


# --- OpenLineage ---------------------------------------------------------------------------------


def test_events_come_one_in_a_file_in_a_list_or_one_in_each_line(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    other_job = {**EVENT, "job": {"namespace": "airflow", "name": "again"}}
    texts = {
        "one.json": json.dumps(EVENT, indent=2),
        "list.json": json.dumps([EVENT, other_job]),
        "lines.jsonl": f"{json.dumps(EVENT)}\n\n{json.dumps(other_job)}\n",
        "api.json": json.dumps({"events": [EVENT, other_job]}),
    }
    files = [str(write(tmp_path, name, text)) for name, text in texts.items()]
    outcome = run("openlineage", *files)
    assert (outcome.code, outcome.err) == (0, "")
    assets = Archive.load(repository).catalog.assets
    assert set(assets["pricing.orders"].upstream) == {"pipeline.load", "pipeline.again"}
    before = (repository / "catalog/generated/openlineage-airflow.yml").read_bytes()
    assert run("openlineage", *files[::-1]).code == 0
    assert (repository / "catalog/generated/openlineage-airflow.yml").read_bytes() == before


def test_a_line_that_is_no_json_is_told_and_the_others_are_read(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path, "e.jsonl", f"{json.dumps(EVENT)}\n{json.dumps(EVENT)[:-9]}\n")
    outcome = run("openlineage", str(file), "--whole")
    assert outcome.code == 1
    assert outcome.err.startswith(f"{file}, event 2: ")
    assert "3 assets" in outcome.out


def test_files_without_an_event_are_one_line(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path, "facet.json", '{"documentation": {"description": "x"}}')
    outcome = run("openlineage", str(file))
    assert (outcome.code, outcome.out) == (2, "")
    assert "no event among these" in outcome.err


def test_later_events_add_and_only_whole_ones_take_away(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    file = tmp_path / "e.json"
    file.write_text(json.dumps(EVENT), encoding="utf-8")
    run("openlineage", str(file))
    less = {**EVENT, "inputs": []}
    file.write_text(json.dumps(less), encoding="utf-8")
    assert run("openlineage", str(file)).code == 0
    assert Archive.load(repository).catalog.assets["pipeline.load"].upstream == ("pricing.raw",)
    outcome = run("openlineage", str(file), "--whole")
    assert outcome.code == 1
    assert "- pricing.raw\n" in outcome.out


def test_lineage_crosses_two_dbt_projects_and_the_jobs_between_them(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    write(repository, "catalog/assets.yml",
          "assets:\n  warehouse.orders_mart: {known_as: [prod.pricing.orders]}\n")  # fmt: skip
    run("dbt", written(tmp_path, manifest(model("orders"))))
    reads = source("orders_in", "PROD.pricing.ORDERS")
    board = other("exposure", "board", reads["unique_id"], type="dashboard")
    run("dbt", written(tmp_path, manifest(reads, board, project="finance")))
    run("openlineage", str(write(tmp_path, "e.json", json.dumps(EVENT))))
    catalog_read = Archive.load(repository).catalog
    assert set(catalog_read.assets) == {
        "warehouse.orders_mart", "dashboard.board", "pipeline.load", "pricing.raw"
    }  # fmt: skip
    assert catalog_read.downstream("pricing.raw") == {
        "pipeline.load": 1, "warehouse.orders_mart": 2, "dashboard.board": 3
    }  # fmt: skip


# --- contracts -----------------------------------------------------------------------------------


def test_a_contract_joins_the_model_that_it_is_about(
    run: Run, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("dbt", written(tmp_path, manifest(model("orders"))))
    write(tmp_path, "contracts/the orders.yaml", CONTRACT)
    monkeypatch.chdir(tmp_path)
    outcome = run(
        "contract", "contracts/the orders.yaml", "--url-prefix", "https://git.example.com/b"
    )
    assert (outcome.code, outcome.err) == (0, "")
    (asset,) = Archive.load(repository).catalog.assets.values()
    assert (asset.id, asset.kind, asset.owner) == ("pricing.orders", "model", "ann")
    assert asset.contract == asset.validation
    assert asset.contract is not None
    assert asset.contract.url == "https://git.example.com/b/contracts/the%20orders.yaml"


def test_a_bad_contract_is_told_with_its_place_and_nothing_counts_as_gone(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    good = write(tmp_path, "good.yaml", CONTRACT)
    other_one = write(tmp_path, "other.yaml", CONTRACT.replace("c-1", "c-2").replace("orders", "b"))
    files = (str(good), str(other_one))
    run("contract", *files)
    write(tmp_path, "other.yaml", CONTRACT.replace("status: active\n", ""))
    outcome = run("contract", *files)
    assert outcome.code == 1
    assert outcome.err == f"{other_one}: `status` is missing, and every contract has it\n"
    write(tmp_path, "other.yaml", "id: [\n")
    outcome = run("contract", *files)
    assert outcome.code == 1
    assert outcome.err.startswith(f"{other_one}:2:1: this is not YAML")
    assert [file.name for file in (repository / "catalog/generated").iterdir()] == [
        "contract-all.yml"
    ]
    assert all(one.gone_on is None for one in Archive.load(repository).catalog.assets.values())


def test_where_no_contract_is_any_good_nothing_is_written(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    outcome = run("contract", str(write(tmp_path, "bad.yaml", "a: b\n")))
    assert (outcome.code, outcome.out) == (2, "")
    assert "is no data contract" in outcome.err
    assert not (repository / "catalog/generated").exists()


def test_a_retired_contract_is_gone_and_one_that_never_counted_is_not_written(
    run: Run, repository: Path, tmp_path: Path
) -> None:
    retired = CONTRACT.replace("active", "retired")
    file = str(write(tmp_path, "orders.yaml", retired))
    never = run("contract", file)
    assert (never.code, never.out.splitlines()[-1]) == (0, "Nothing has changed.")
    assert not (repository / "catalog/generated").exists()
    write(tmp_path, "orders.yaml", CONTRACT)
    run("contract", file)
    write(tmp_path, "orders.yaml", retired)
    outcome = run("contract", file)
    assert outcome.code == 1
    assert "Gone since the last import (1):\n- pricing.orders\n" in outcome.out


def test_an_anchor_in_a_contract_is_told_with_what_to_write(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path, "a.yaml", CONTRACT.replace("id: c-1", "id: &id c-1"))
    outcome = run("contract", str(file))
    assert outcome.code == 2
    assert outcome.err.startswith(f"{file}:3:5: `&id` is an anchor; ")


@pytest.mark.parametrize("option", ["--docs-url", "--files-url"])
def test_an_address_that_is_none_is_refused(run: Run, tmp_path: Path, option: str) -> None:
    outcome = run("dbt", written(tmp_path, manifest()), option, "git.example.com")
    assert outcome.code == 2
    assert "write a web address" in outcome.err


def test_a_path_that_leads_elsewhere_has_no_address(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path, "good.yaml", CONTRACT)
    outcome = run("contract", str(file), "--url-prefix", "https://git.example.com")
    assert outcome.code == 2
    assert "give paths from the top of the repository" in outcome.err


def test_records_deep_within_records_are_read(run: Run, tmp_path: Path) -> None:
    deep = "{name: a, properties: [" * 15 + "]}" * 15
    text = CONTRACT.replace("quality: [{type: sql}]", f"properties: [{deep}]")
    assert run("contract", str(write(tmp_path, "deep.yaml", text))).code == 0


# --- one asset -----------------------------------------------------------------------------------


def test_an_asset_is_shown_by_any_name_with_the_line_of_each_word(
    run: Run, repository: Path, tmp_path: Path, in_process: InProcess
) -> None:
    def show(name: str) -> Outcome:
        return in_process(catalog.main, "catalog", "show", name, "--root", str(repository))

    run("dbt", written(tmp_path, manifest(model("orders", "model.shop.raw"), model("raw"))))
    text = "assets:\n  w.orders:\n    owner: ann\n    known_as: [prod.pricing.orders]\n"
    write(repository, "catalog/assets.yml", text)
    shown = show('"PROD".pricing.ORDERS')
    assert (shown.code, shown.err) == (0, "")
    assert [line.split() for line in shown.out.splitlines()] == [
        ["w.orders"],
        ["owner:", "ann", "catalog/assets.yml:3"],
        ["name:", "orders", f"{DBT}:6"],
        ["kind:", "model", f"{DBT}:7"],
        ["known_as:", "prod.pricing.orders", "catalog/assets.yml:4"],
        ["known_as:", "model.shop.orders", f"{DBT}:10"],
        ["upstream:", "pricing.raw", f"{DBT}:12"],
    ]
    assert show("pricing.orders").out == show("model.shop.orders").out == shown.out
    lost = show("pricing.rae")
    assert lost.code == 2
    assert lost.err.endswith("is not in the catalog; did you mean `pricing.raw`?\n")
    assert show("raw").err.endswith("`raw` is not in the catalog; there is pricing.raw\n")
