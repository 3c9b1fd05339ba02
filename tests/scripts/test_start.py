"""`start`: the samples go, everything else stays."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import new
import pytest
import start
from in_process import InProcess, Outcome, Run
from scratch import put_catalog, write

from debrief import checks
from debrief.archive import Archive

TODAY = date(2026, 3, 16)
OWNERS = "owners:\n  a-team: {name: A team, kind: team}\n"
ASSETS = "assets:\n  wh.orders: {name: Orders, kind: table, owner: a-team}\n"


def record(tags: str) -> str:
    return (
        "---\ntitle: Orders came late\nstatus: draft\nseverity: sev4\nowner: a-team\n"
        f"tags: {tags}\n"
        "incident: {started_at: 2026-03-14T01:10Z}\nassets: [{asset: wh.orders}]\n---\n\nx\n"
    )


SAMPLE = "postmortems/2026/2026-03-14-sample.md"
EVIDENCE = "postmortems/2026/2026-03-14-sample/evidence/log.txt"
OLDER = "postmortems/2025/2025-03-14-sample.md"
OWN = "postmortems/2026/2026-03-14-own.md"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A scratch repository with two samples."""
    put_catalog(tmp_path, OWNERS, ASSETS)
    policy = (tmp_path / "catalog/policy.yml").read_text(encoding="utf-8")
    write(tmp_path, "catalog/policy.yml", policy.replace("Your organisation", "Pellwick"))
    write(tmp_path, SAMPLE, record("[sample, late]"))
    write(tmp_path, EVIDENCE, "x")
    write(tmp_path, OLDER, record("[sample]").replace("2026-03", "2025-03"))
    return tmp_path


@pytest.fixture
def run(repository: Path, in_process: InProcess) -> Run:
    def go(*arguments: str, command: str = "start") -> Outcome:
        main = {"start": start.main, "new": new.main}[command]
        return in_process(main, command, "--root", str(repository), *arguments)

    return go


def files(repository: Path) -> dict[str, str]:
    """Every file of the scratch repository, with its text."""
    found = (file for file in repository.rglob("*") if file.is_file())
    return {
        file.relative_to(repository).as_posix(): file.read_text(encoding="utf-8") for file in found
    }


def test_the_samples_go_with_the_files_beside_them_and_the_catalog_begins_anew(
    run: Run, repository: Path, root: Path
) -> None:
    outcome = run("--yes")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("2 sample postmortems will be deleted, 0 others stay.\n")
    left = files(repository)
    assert set(left) == {
        "catalog/assets.yml", "catalog/owners.yml", "catalog/policy.yml", "postmortems/.gitkeep"
    }  # fmt: skip
    for name in ("owners", "assets", "policy"):
        starter = (root / f"src/debrief/starter/{name}.yml").read_text(encoding="utf-8")
        assert left[f"catalog/{name}.yml"] == starter
    assert not (repository / "postmortems" / "2025").exists()
    assert not (repository / "postmortems" / "2026").exists()


def test_the_starter_catalog_passes_the_check(run: Run, repository: Path) -> None:
    run("--yes")
    assert checks.run(Archive.load(repository), TODAY) == []


def test_after_it_new_explains_the_empty_catalog(run: Run) -> None:
    run("--yes")
    outcome = run(
        "--title", "Late", "--severity", "sev4", "--owner", "a-team", "--asset", "wh.orders",
        "--started", "2026-03-14T01:10Z", command="new",
    )  # fmt: skip
    assert outcome.code == 2
    assert "--owner: 'a-team' is not an owner in catalog/owners.yml" in outcome.err
    assert "the catalog is empty: add it there first" in outcome.err


def test_the_example_in_a_starter_file_is_lawful_once_it_is_uncommented(
    run: Run, repository: Path
) -> None:
    run("--yes")
    for name in ("owners", "assets"):
        file = repository / "catalog" / f"{name}.yml"
        lines = file.read_text(encoding="utf-8").split("\n")
        begin = lines.index(f"# {name}:")
        shown = [line.removeprefix("# ") for line in lines[begin:] if line.startswith("#")]
        file.write_text("\n".join(shown) + "\n", encoding="utf-8")
    errors = [
        (finding.rule, finding.message)
        for finding in checks.run(Archive.load(repository), TODAY)
        # the example's source is not part of the example
        if finding.rule != "PM607"
    ]
    assert errors == []


@pytest.mark.parametrize("name", ["Harbour & Field", 'A "quoted" name', "no", "Zoë: data"])
def test_the_organisation_gets_its_name(run: Run, repository: Path, name: str) -> None:
    assert run("--yes", "--organisation", name).code == 0
    archive = Archive.load(repository)
    assert archive.catalog.policy.organisation == name
    assert checks.run(archive, TODAY) == []


def test_other_records_stay_and_so_does_the_catalog(run: Run, repository: Path) -> None:
    write(repository, OWN, record("[late, samples]"))
    write(repository, OWN.replace(".md", "/log.txt"), "own")
    before = files(repository)
    outcome = run("--yes")
    assert outcome.code == 0
    assert outcome.out.startswith("2 sample postmortems will be deleted, 1 other")
    assert "catalog/ was left as it is" in outcome.out
    after = files(repository)
    gone = {SAMPLE, EVIDENCE, OLDER}
    assert {path: text for path, text in before.items() if path not in gone} == {
        path: text for path, text in after.items() if path != "postmortems/.gitkeep"
    }
    assert checks.run(Archive.load(repository), TODAY) == []


@pytest.mark.parametrize(
    "text",
    ["broken", "---\ntags: [sample]\n", record("[sample]").replace("status: draft", "status: x")],
)
def test_a_record_that_cannot_be_read_is_not_taken_for_a_sample(
    run: Run, repository: Path, text: str
) -> None:
    write(repository, OWN, text)
    assert run("--yes").code == 0
    assert files(repository)[OWN] == text
    assert files(repository)["catalog/owners.yml"] == OWNERS


def test_a_file_that_belongs_to_no_record_is_not_deleted(run: Run, repository: Path) -> None:
    write(repository, "postmortems/2026/notes.txt", "mine")
    assert run("--yes").code == 0
    assert files(repository)["postmortems/2026/notes.txt"] == "mine"
    assert files(repository)["catalog/owners.yml"] == OWNERS


def test_where_no_samples_are_left_nothing_is_changed(run: Run, repository: Path) -> None:
    for path in (SAMPLE, EVIDENCE, OLDER):
        (repository / path).unlink()
    write(repository, OWN, record("[late]"))
    before = files(repository)
    outcome = run("--yes")
    assert outcome.code == 0
    assert "no sample postmortems left; nothing was changed" in outcome.out
    assert files(repository) == before


def test_a_second_time_it_leaves_the_new_catalog_alone(run: Run, repository: Path) -> None:
    run("--yes")
    write(repository, "catalog/owners.yml", OWNERS)
    assert run("--yes").code == 0
    assert files(repository)["catalog/owners.yml"] == OWNERS


@pytest.mark.parametrize(("answer", "deleted"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_it_asks_first(
    run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch, answer: str, deleted: bool
) -> None:
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: answer.strip())
    before = files(repository)
    assert run().code == 0
    assert (files(repository) != before) is deleted


def test_without_an_answer_nothing_is_deleted(
    run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("click.termui.visible_prompt_func", ended)
    before = files(repository)
    outcome = run()
    assert outcome.code == 130
    assert "stopped" in outcome.err
    assert files(repository) == before


def test_a_catalog_that_is_already_yours_stays(repository: Path, run: Run) -> None:
    policy = repository / "catalog/policy.yml"
    policy.write_text(policy.read_text("utf-8").replace("Pellwick", "Ours"), encoding="utf-8")
    before = (repository / "catalog/owners.yml").read_text("utf-8")
    assert run("--yes").code == 0
    assert (repository / "catalog/owners.yml").read_text("utf-8") == before
    assert "Ours" in policy.read_text("utf-8")
