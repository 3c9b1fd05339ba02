"""CODEOWNERS: who is asked for which file, and that the file counts at the code host."""

from __future__ import annotations

from pathlib import Path

import pytest

from debrief import code_owners
from debrief.archive import Archive
from debrief.catalog import Catalog, Owner

OWNERS = """\
owners:
  platform: {name: Platform, kind: team, handles: ["@acme/platform"], members: [ana]}
  stores: {name: Stores, kind: team, members: [ana, ben, gone, on-call]}
  on-call: {name: On call, kind: role, members: [ben, eve, stores]}
  silent: {name: Silent, kind: team}
  ana: {name: Ana, kind: person, handles: ["@ana"]}
  ben: {name: Ben, kind: person, handles: ["@ben", "@ben-admin"]}
  eve: {name: Eve, kind: person, handles: ["@eve"]}
  gone: {name: Gone, kind: person, handles: ["@gone"], active: false}
"""


def record(owner: str | None, day: str = "2026-03-14", more: str = "") -> str:
    owned = f"owner: {owner}\n" if owner else ""
    return (
        f"---\ntitle: Late\nstatus: draft\nseverity: sev4\n{owned}{more}"
        f"incident: {{started_at: {day}T01:10Z}}\nassets: [{{asset: wh.orders}}]\n---\n\nx\n"
    )


@pytest.fixture
def repository(tmp_path: Path, root: Path) -> Path:
    starter = (root / "src/debrief/starter/policy.yml").read_text(encoding="utf-8")
    write(tmp_path, "catalog/owners.yml", OWNERS)
    write(tmp_path, "catalog/assets.yml", "assets:\n  wh.orders: {name: Orders, kind: table}\n")
    write(tmp_path, "catalog/policy.yml", starter)
    maintained_by(tmp_path, "[platform]")
    return tmp_path


def write(repository: Path, path: str, text: str) -> None:
    file = repository / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def maintained_by(repository: Path, owners: str) -> None:
    lines = (repository / "catalog/policy.yml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("maintainers:")]
    write(repository, "catalog/policy.yml", "\n".join([*kept, f"maintainers: {owners}", ""]))


def text_of(repository: Path, limit: int = code_owners.LIMIT) -> str:
    return code_owners.code_owners(Archive.load(repository), limit=limit)


def asked(text: str, path: str) -> list[str]:
    """Whom a code host asks for a path: the last line that matches decides."""
    found: list[str] = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            pattern, *handles = line.split()
            inside = f"/{path}".startswith(pattern) if pattern.endswith("/") else False
            if inside or f"/{path}" == pattern:
                found = handles
    return found


ID = "2026-03-14-late"
RECORD = f"postmortems/2026/{ID}.md"
EVIDENCE = f"postmortems/2026/{ID}/evidence/log.txt"


@pytest.mark.parametrize(
    ("owner", "handles"),
    [
        ("platform", ["@acme/platform"]),
        ("ben", ["@ben", "@ben-admin"]),
        ("stores", ["@ana", "@ben", "@ben-admin", "@eve"]),
        ("gone", ["@acme/platform"]),
        ("silent", ["@acme/platform"]),
        ("nobody-knows", ["@acme/platform"]),
        (None, ["@acme/platform"]),
    ],
)
def test_a_record_and_its_folder_belong_to_its_owner_or_to_the_maintainers(
    repository: Path, owner: str | None, handles: list[str]
) -> None:
    write(repository, RECORD, record(owner))
    text = text_of(repository)
    assert asked(text, RECORD) == handles
    assert asked(text, EVIDENCE) == handles


def test_a_record_of_the_same_beginning_is_not_caught(repository: Path) -> None:
    write(repository, RECORD, record("ben"))
    assert asked(text_of(repository), f"postmortems/2026/{ID}-again.md") == []


def test_why_the_maintainers_are_asked_is_a_comment(repository: Path) -> None:
    write(repository, RECORD, record("silent"))
    write(repository, RECORD.replace("late", "later"), record(None))
    text = text_of(repository)
    assert "# Records of nobody yet: the maintainers." in text
    assert "# Records of `silent`, for whom the catalog has no account: the maintainers." in text


def test_no_comment_names_an_account(repository: Path) -> None:
    # GitLab takes an account behind a `#` for an owner.
    write(repository, RECORD, record("silent"))
    comments = [line for line in text_of(repository).splitlines() if "#" in line]
    assert comments
    assert not any("@" in line for line in comments)


@pytest.mark.parametrize("maintainers", ["[]", "[gone]", "[silent]"])
def test_without_maintainers_their_lines_are_comments_that_say_what_to_do(
    repository: Path, maintainers: str
) -> None:
    maintained_by(repository, maintainers)
    write(repository, RECORD, record("eve"))
    text = text_of(repository)
    assert "name them under `maintainers` in catalog/policy.yml" in text
    assert "# /catalog/\n" in text
    assert asked(text, "catalog/owners.yml") == []
    assert asked(text, RECORD) == ["@eve"]
    # A pattern without an owner would mean: nobody need be asked.
    assert all(len(line.split()) > 1 for line in text.splitlines() if line[:1] == "/")


@pytest.mark.parametrize(
    "path",
    [
        ".github/workflows/check.yml",
        ".github/CODEOWNERS",
        ".gitlab/CODEOWNERS",
        ".gitlab-ci.yml",
        ".pre-commit-config.yaml",
        ".vscode/tasks.json",
        "CODEOWNERS",
        "docs/CODEOWNERS",
        "baseline.json",
        "catalog/policy.yml",
        "schema/postmortem.schema.json",
    ],
)
def test_what_decides_about_the_gate_belongs_to_the_maintainers(
    repository: Path, path: str
) -> None:
    assert asked(text_of(repository), path) == ["@acme/platform"]


def test_the_engine_is_listed_only_where_it_lies(repository: Path, root: Path) -> None:
    assert "/scripts/" not in text_of(repository)
    text = text_of(root)
    listed = [line.split()[0] for line in text.splitlines() if line[:1] == "/"]
    for pattern in code_owners.ENGINE:
        assert pattern in listed


def test_every_folder_with_code_belongs_to_somebody(root: Path) -> None:
    patterns = (*code_owners.GATE, *code_owners.ENGINE)
    ignored = (root / ".gitignore").read_text(encoding="utf-8").splitlines()
    no_code = {"docs", "postmortems", "tests", ".git", *(line.strip("/") for line in ignored)}
    for entry in root.iterdir():
        if entry.is_dir() and entry.name not in no_code:
            assert f"/{entry.name}/" in patterns


def test_past_the_limit_the_oldest_years_go_to_the_maintainers(repository: Path) -> None:
    for year in (2022, 2023, 2024):
        day = f"{year}-03-14"
        write(repository, f"postmortems/{year}/{day}-late.md", record("ben", day))
    full = text_of(repository)
    shorter = text_of(repository, limit=len(full.encode()))
    assert len(shorter.encode()) < len(full.encode())
    assert asked(shorter, "postmortems/2022/2022-03-14-late.md") == ["@acme/platform"]
    assert asked(shorter, "postmortems/2023/2023-03-14-late.md") == ["@ben", "@ben-admin"]
    none = text_of(repository, limit=1)
    assert asked(none, "postmortems/2024/2024-03-14-late.md") == ["@acme/platform"]


def test_ten_thousand_records_stay_below_the_limit_of_the_host() -> None:
    pair = f"/postmortems/2026/2026-03-14-{'x' * 40}.md @organisation/a-team-with-a-name\n" * 2
    assert 10_000 * len(pair) < code_owners.LIMIT


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ((), ".github/CODEOWNERS"),
        (("docs/CODEOWNERS",), "docs/CODEOWNERS"),
        ((".gitlab/CODEOWNERS", ".gitlab-ci.yml"), ".gitlab/CODEOWNERS"),
        ((".gitlab-ci.yml",), ".gitlab/CODEOWNERS"),
        ((".gitlab-ci.yml", ".github/workflows/check.yml"), ".github/CODEOWNERS"),
        (("CODEOWNERS", ".github/CODEOWNERS"), ".github/CODEOWNERS"),
    ],
)
def test_the_file_is_where_the_host_looks_for_it(
    tmp_path: Path, there: tuple[str, ...], expected: str
) -> None:
    for path in there:
        write(tmp_path, path, "")
    assert code_owners.location(tmp_path) == expected


def test_members_in_a_circle_and_without_end_are_each_asked_once() -> None:
    names = [f"team-{n}" for n in range(3000)]
    owners = {
        name: Owner(name, name, "team", members=(names[(n + 1) % 3000],))
        for n, name in enumerate(names)
    }
    owners["team-2999"] = Owner("team-2999", "x", "team", members=("team-0", "ana", "ana"))
    owners["ana"] = Owner("ana", "Ana", "person", handles=("@ana",))
    assert code_owners.handles_of(Catalog(owners), "team-0", "team-7", "ana") == ("@ana",)
