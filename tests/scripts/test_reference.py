"""`reference` and, after `start`, the files that are made from others."""

from __future__ import annotations

from pathlib import Path

import pytest
import reference
import start
from in_process import InProcess, Outcome, Run
from scratch import put_catalog, write

OWNERS = 'owners:\n  a-team: {name: A team, kind: team, handles: ["@acme/a-team"]}\n'
ASSETS = "assets:\n  wh.orders: {name: Orders, kind: table, owner: a-team}\n"
RECORD = "postmortems/2026/2026-03-14-late.md"
MADE = [
    ".github/CODEOWNERS",
    ".vscode/schema/postmortem.schema.json",
    ".vscode/schema/owners.schema.json",
    ".vscode/schema/assets.schema.json",
    ".vscode/schema/policy.schema.json",
    ".vscode/schema/sources.schema.json",
    ".vscode/catalog.code-snippets",
]


def record(tags: str = "[late]", owner: str = "a-team") -> str:
    return (
        f"---\ntitle: Late\nstatus: draft\nseverity: sev4\nowner: {owner}\ntags: {tags}\n"
        "incident: {started_at: 2026-03-14T01:10Z}\nassets: [{asset: wh.orders}]\n---\n\nx\n"
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A scratch repository that keeps only its records, its catalog and its policy."""
    put_catalog(tmp_path, OWNERS, ASSETS)
    policy = (tmp_path / "catalog/policy.yml").read_text(encoding="utf-8")
    policy = policy.replace("maintainers: []", "maintainers: [a-team]")
    write(tmp_path, "catalog/policy.yml", policy.replace("Your organisation", "Pellwick"))
    write(tmp_path, RECORD, record())
    return tmp_path


@pytest.fixture
def run(repository: Path, in_process: InProcess) -> Run:
    def go(*arguments: str, command: str = "reference") -> Outcome:
        main = {"reference": reference.main, "start": start.main}[command]
        return in_process(main, command, "--root", str(repository), *arguments)

    return go


def test_it_writes_what_is_missing_and_then_nothing_more(run: Run, repository: Path) -> None:
    outcome = run()
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == "".join(f"wrote {path}\n" for path in MADE)
    assert all((repository / path).is_file() for path in MADE)
    assert not (repository / "docs").exists()
    assert run().out == "7 generated files are up to date.\n"


def test_check_names_what_is_behind_and_writes_nothing(run: Run, repository: Path) -> None:
    run()
    write(repository, RECORD.replace("late", "later"), record())
    before = (repository / MADE[0]).read_bytes()
    outcome = run("--check")
    assert outcome.code == 1
    assert outcome.out == (
        ".github/CODEOWNERS is out of date\nRun `./debrief reference`, and commit what it writes.\n"
    )
    assert (repository / MADE[0]).read_bytes() == before
    assert run().out == "wrote .github/CODEOWNERS\n"
    assert run("--check").code == 0


def test_a_new_owner_makes_the_lists_for_editors_behind(run: Run, repository: Path) -> None:
    run()
    write(repository, "catalog/owners.yml", f"{OWNERS}  b-team: {{name: B team, kind: team}}\n")
    outcome = run("--check")
    assert outcome.code == 1
    assert ".vscode/catalog.code-snippets is out of date" in outcome.out
    assert "CODEOWNERS" not in outcome.out


def test_the_reference_pages_are_written_where_their_folder_is(run: Run, repository: Path) -> None:
    policy = (repository / "catalog/policy.yml").read_text(encoding="utf-8")
    off = "rules_off:\n  - {rule: PM405, reason: We write in Portuguese}\n"
    write(repository, "catalog/policy.yml", policy + off)
    write(repository, "docs/reference/rules.md", "old")
    pages = ("rules", "schema", "metrics", "api-fields", "tables")
    assert "".join(f"wrote docs/reference/{name}.md\n" for name in pages) in run().out
    page = (repository / "docs/reference/rules.md").read_text(encoding="utf-8")
    assert "- [PM405](#pm405): We write in Portuguese" in page


def test_codeowners_stays_where_the_repository_has_it(run: Run, repository: Path) -> None:
    write(repository, ".gitlab/CODEOWNERS", "old\n")
    assert "wrote .gitlab/CODEOWNERS\n" in run().out
    assert not (repository / ".github").exists()


def test_a_generated_file_that_is_no_text_is_written_anew(run: Run, repository: Path) -> None:
    run()
    (repository / MADE[0]).write_bytes(b"\xff\x00")
    assert run().out == "wrote .github/CODEOWNERS\n"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("catalog/owners.yml", "Error: catalog/owners.yml cannot be read; `./debrief check`"),
        (RECORD, f"Error: {RECORD} cannot be read; `./debrief check` says why\n"),
    ],
)
def test_from_a_source_that_cannot_be_read_nothing_is_made(
    run: Run, repository: Path, path: str, message: str
) -> None:
    run()
    before = (repository / MADE[0]).read_bytes()
    write(repository, path, "---\n: [\n")
    outcome = run()
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(message)
    assert (repository / MADE[0]).read_bytes() == before


def test_after_start_no_generated_file_names_what_is_gone(run: Run, repository: Path) -> None:
    write(repository, RECORD, record("[sample]"))
    run()
    outcome = run("--yes", command="start")
    assert outcome.code == 0
    assert "wrote .github/CODEOWNERS\n" in outcome.out
    assert run("--check").code == 0
    text = (repository / MADE[0]).read_text(encoding="utf-8")
    assert "@acme" not in text
    assert "name them under `maintainers`" in text


def test_start_makes_no_file_that_was_not_there(run: Run, repository: Path) -> None:
    write(repository, RECORD, record("[sample]"))
    assert run("--yes", command="start").code == 0
    assert not any((repository / path).exists() for path in MADE)


def test_start_says_so_where_the_files_cannot_be_made(run: Run, repository: Path) -> None:
    write(repository, RECORD, record("[sample]"))
    write(repository, RECORD.replace("late", "broken"), "---\n: [\n")
    outcome = run("--yes", command="start")
    assert outcome.code == 0
    assert "The generated files are as they were: postmortems/2026/2026-03-14-broken.md" in (
        outcome.out
    )
