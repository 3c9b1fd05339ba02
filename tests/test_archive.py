"""Loading a repository: what is read, what is kept beside it as broken, and what it answers."""

from __future__ import annotations

import os
import pickle
import random
import shutil
import stat
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from debrief import checks
from debrief.archive import Archive, Entry, references
from debrief.finding import Position
from debrief.record import Postmortem
from debrief.schema import OWN_FOLDER

TODAY = date(2026, 4, 10)

OWNERS = """\
owners:
  a-team: {name: A team, kind: team, members: [b-person]}
  b-person: {name: B, kind: person}
"""
ASSETS = """\
assets:
  wh.orders: {name: Orders, kind: table, owner: a-team}
  wh.prices: {name: Prices, kind: table, owner: a-team}
"""
POLICY = (Path(__file__).resolve().parent.parent / "src/debrief/starter/policy.yml").read_text(
    encoding="utf-8"
)


def draft(
    *,
    status: str = "draft",
    severity: str = "sev4",
    owner: str = "a-team",
    asset: str = "wh.orders",
    started: str = "2026-03-14",
    more: str = "",
) -> str:
    return (
        f"---\ntitle: Orders came late\nstatus: {status}\nseverity: {severity}\nowner: {owner}\n"
        f"incident: {{started_at: {started}T01:10Z}}\nassets: [{{asset: {asset}}}]\n"
        f"{more}---\n\nx\n"
    )


Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of a scratch repository that has a good catalog."""

    def put(path: str, text: str) -> Path:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    put("catalog/owners.yml", OWNERS)
    put("catalog/assets.yml", ASSETS)
    put("catalog/policy.yml", POLICY)
    return put


def rules(archive: Archive, path: str) -> list[str]:
    """The ids of what the reader and the schema say of one file."""
    entries = (*archive.entries, *archive.catalog_entries)
    return [problem.rule for entry in entries if entry.path == path for problem in entry.problems]


def errors(archive: Archive) -> list[tuple[str, str]]:
    found = checks.run(archive, TODAY)
    return [(finding.path, finding.rule) for finding in found if finding.level.word == "error"]


# --- what is read --------------------------------------------------------------------------------


@pytest.mark.usefixtures("write")
def test_a_repository_without_records_is_empty_and_sound(tmp_path: Path) -> None:
    archive = Archive.load(tmp_path)
    assert (archive.entries, archive.postmortems) == ((), ())
    assert (archive.by_id, archive.by_owner, archive.by_quarter) == ({}, {}, {})
    assert archive.catalog.known == {"owners", "assets", "policy"}
    assert checks.run(archive, TODAY) == []


def test_an_empty_folder_lacks_its_catalog_and_nothing_else(tmp_path: Path) -> None:
    archive = Archive.load(tmp_path)
    assert archive.catalog.known == frozenset()
    assert errors(archive) == [
        (f"catalog/{name}.yml", "PM018") for name in ("assets", "owners", "policy")
    ]


def test_a_broken_file_does_not_hide_the_good_ones_beside_it(tmp_path: Path, write: Write) -> None:
    write("postmortems/2026/2026-03-14-good.md", draft())
    write("postmortems/2026/2026-03-15-yaml.md", draft().replace("title: ", "title: a: "))
    write("postmortems/2026/2026-03-16-open.md", "---\ntitle: x\n")
    write("postmortems/2026/2026-03-17-status.md", draft(status="drafted", started="2026-03-17"))
    (tmp_path / "postmortems/2026/2026-03-18-bytes.md").write_bytes(b"---\ntitle: \xff\n---\n")
    archive = Archive.load(tmp_path)
    assert [record.id for record in archive.postmortems] == ["2026-03-14-good"]
    assert [(entry.id, [p.rule for p in entry.problems]) for entry in archive.entries] == [
        ("2026-03-14-good", []),
        ("2026-03-15-yaml", ["PM009"]),
        ("2026-03-16-open", ["PM006"]),
        ("2026-03-17-status", ["PM104"]),
        ("2026-03-18-bytes", ["PM003"]),
    ]


def test_what_could_be_read_of_a_broken_file_is_kept_for_its_report(
    tmp_path: Path, write: Write
) -> None:
    write("postmortems/2026/2026-03-16-open.md", "---\ntitle: x\n")
    archive = Archive.load(tmp_path)
    assert archive.documents["postmortems/2026/2026-03-16-open.md"].text == "---\ntitle: x\n"


@pytest.mark.parametrize(
    "path",
    [
        "postmortems/2026-03-14-late.md",
        "postmortems/2025/2026-03-14-late.md",
        "postmortems/2026/2026-3-14-late.md",
        "postmortems/2026/2026-02-30-late.md",
        "postmortems/2026/2026-03-14-Late.md",
        "postmortems/2026/2026-03-14-late.MD",
        "postmortems/2026/2026-03-14.md",
        "postmortems/2026/2026-03-14-" + "x" * 92 + ".md",
        "postmortems/2026/late.md",
        "postmortems/2026/README.md",
        "postmortems/README.md",
        "postmortems/2026/.hidden.md",
    ],
)
def test_a_record_in_the_wrong_place_is_told_at_its_first_line(
    tmp_path: Path, write: Write, path: str
) -> None:
    write(path, draft())
    archive = Archive.load(tmp_path)
    assert rules(archive, path) == ["PM013"]
    assert archive.entries[0].problems[0].where == Position(1)


def test_a_record_in_the_folder_of_another_year_is_still_read(tmp_path: Path, write: Write) -> None:
    write("postmortems/2025/2026-03-14-late.md", draft())
    archive = Archive.load(tmp_path)
    assert "2026-03-14-late" in archive.by_id
    assert "postmortems/2026/2026-03-14-late.md" in archive.entries[0].problems[0].fix


@pytest.mark.parametrize(
    "path",
    [
        "postmortems/2026/notes.txt",
        "postmortems/2026/2026-03-14-late.markdown",
        "postmortems/2026/2026-03-14-late.md~",
        "postmortems/2026/2026-03-14-nobody/evidence/log.txt",
        "postmortems/2026/03/2026-03-14-late.md",
        "postmortems/2026/2026-03-14-dir.md/inside.md",
        "postmortems/notes",
    ],
)
def test_a_file_that_belongs_to_no_record_is_a_stray(
    tmp_path: Path, write: Write, path: str
) -> None:
    write(path, "x\n")
    archive = Archive.load(tmp_path)
    assert archive.postmortems == ()
    assert rules(archive, path) == ["PM019"]
    assert errors(archive) == [(path, "PM019")]


def test_what_no_person_wrote_is_passed_over(tmp_path: Path, write: Write) -> None:
    for name in (".gitkeep", "2026/.DS_Store", "2026/2026-03-14-late/.DS_Store"):
        write(f"postmortems/{name}", "")
    assert Archive.load(tmp_path).entries == ()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such links and pipes")
def test_links_and_pipes_are_told_and_not_followed(tmp_path: Path, write: Write) -> None:
    elsewhere = write("elsewhere/2026-03-14-late.md", draft())
    year = tmp_path / "postmortems" / "2026"
    year.mkdir(parents=True)
    (year / "2026-03-14-link.md").symlink_to(elsewhere)
    (year / "2026-03-15-nowhere.md").symlink_to("nowhere")
    os.mkfifo(year / "2026-03-16-pipe.md")
    (tmp_path / "postmortems" / "2025").symlink_to(elsewhere.parent)
    archive = Archive.load(tmp_path)
    assert archive.postmortems == ()
    assert [(entry.path, [p.rule for p in entry.problems]) for entry in archive.entries] == [
        ("postmortems/2025", ["PM019"]),
        ("postmortems/2026/2026-03-14-link.md", ["PM001"]),
        ("postmortems/2026/2026-03-15-nowhere.md", ["PM001"]),
        ("postmortems/2026/2026-03-16-pipe.md", ["PM001"]),
    ]


@pytest.mark.skipif(os.name == "nt", reason="Windows asks for a privilege to make links")
@pytest.mark.parametrize("folder", ["postmortems", "catalog"])
def test_a_linked_folder_does_not_bring_in_files_from_outside(
    tmp_path: Path, write: Write, folder: str
) -> None:
    write("postmortems/2026/2026-03-14-late.md", draft())
    (tmp_path / folder).rename(tmp_path.parent / f"{tmp_path.name}-outside")
    (tmp_path / folder).symlink_to(tmp_path.parent / f"{tmp_path.name}-outside")
    archive = Archive.load(tmp_path)
    outside = archive.postmortems if folder == "postmortems" else archive.catalog.owners
    assert not outside
    assert errors(archive)


# --- attachments ---------------------------------------------------------------------------------


def test_files_beside_a_record_are_its_attachments(tmp_path: Path, write: Write) -> None:
    write("postmortems/2026/2026-03-14-late.md", draft())
    beside = "postmortems/2026/2026-03-14-late"
    for name in ("z.csv", "evidence/log.txt", "evidence/deep/er.json", ".DS_Store"):
        write(f"{beside}/{name}", "x")
    archive = Archive.load(tmp_path)
    assert archive.attachments == {
        "2026-03-14-late": ("evidence/deep/er.json", "evidence/log.txt", "z.csv")
    }
    record = archive.by_id["2026-03-14-late"]
    assert archive.attachment(record, "z.csv") == tmp_path / beside / "z.csv"
    assert archive.attachment(record, "z.csv").is_file()


def test_attachments_of_a_broken_record_are_not_strays(tmp_path: Path, write: Write) -> None:
    write("postmortems/2026/2026-03-14-late.md", "---\n")
    write("postmortems/2026/2026-03-14-late/log.txt", "x")
    archive = Archive.load(tmp_path)
    assert archive.attachments == {"2026-03-14-late": ("log.txt",)}
    assert len(archive.entries) == 1


# --- the catalog ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["owners", "assets", "policy"])
def test_a_missing_catalog_file_makes_nobody_unknown(
    tmp_path: Path, write: Write, name: str
) -> None:
    write("postmortems/2026/2026-03-14-late.md", draft())
    (tmp_path / "catalog" / f"{name}.yml").unlink()
    archive = Archive.load(tmp_path)
    assert archive.catalog.known == {"owners", "assets", "policy"} - {name}
    assert errors(archive) == [(f"catalog/{name}.yml", "PM018")]


@pytest.mark.parametrize("name", ["owners", "assets", "policy"])
@pytest.mark.parametrize(
    "text", ["a: [", "x: &a b\n", "\xff", "- a\n", "owners: {a: {kind: tema, name: A}}\n"]
)
def test_a_broken_catalog_file_makes_nobody_unknown(
    tmp_path: Path, write: Write, name: str, text: str
) -> None:
    write("postmortems/2026/2026-03-14-late.md", draft())
    (tmp_path / "catalog" / f"{name}.yml").write_bytes(text.encode("latin-1"))
    archive = Archive.load(tmp_path)
    assert name not in archive.catalog.known
    assert {path for path, _ in errors(archive)} == {f"catalog/{name}.yml"}
    assert "2026-03-14-late" in archive.by_id


def test_an_empty_catalog_is_known_to_be_empty(tmp_path: Path, write: Write) -> None:
    write("catalog/owners.yml", "owners: {}\n")
    write("catalog/assets.yml", "# none yet\nassets: {}\n")
    archive = Archive.load(tmp_path)
    assert archive.catalog.known == {"owners", "assets", "policy"}
    assert errors(archive) == []


# --- generated parts of the catalog --------------------------------------------------------------

PART = "catalog/generated/dbt-shop.yml"


def test_a_generated_part_is_read_beside_what_is_kept_by_hand(tmp_path: Path, write: Write) -> None:
    write(PART, "assets:\n  shop.carts: {name: Carts, kind: model, upstream: [wh.orders]}\n")
    archive = Archive.load(tmp_path)
    assert list(archive.catalog.assets) == ["wh.orders", "wh.prices", "shop.carts"]
    assert archive.catalog.consumers("wh.orders") == ("shop.carts",)
    assert errors(archive) == []


@pytest.mark.parametrize("text", ["a: [", "assets: {a: {name: A, kind: no}}\n", "assets: []\n"])
def test_a_broken_generated_part_makes_no_asset_unknown(
    tmp_path: Path, write: Write, text: str
) -> None:
    write("postmortems/2026/2026-03-14-late.md", draft(asset="shop.carts"))
    write(PART, text)
    archive = Archive.load(tmp_path)
    assert archive.catalog.known == {"owners", "policy"}
    assert {path for path, _ in errors(archive)} == {PART}
    assert "wh.orders" in archive.catalog.assets


def test_generated_parts_behind_a_link_are_not_read(tmp_path: Path, write: Write) -> None:
    write("elsewhere/dbt-shop.yml", "assets:\n  shop.carts: {name: Carts, kind: model}\n")
    (tmp_path / "catalog/generated").symlink_to(tmp_path / "elsewhere")
    archive = Archive.load(tmp_path)
    assert errors(archive) == [("catalog/generated", "PM001")]
    assert "shop.carts" not in archive.catalog.assets
    (tmp_path / "catalog/generated").unlink()
    (tmp_path / "catalog/generated").mkdir()
    (tmp_path / PART).symlink_to(tmp_path / "elsewhere/dbt-shop.yml")
    assert errors(Archive.load(tmp_path)) == [(PART, "PM001")]


def test_the_schemas_of_the_repository_itself_are_used(tmp_path: Path, write: Write) -> None:
    shutil.copytree(OWN_FOLDER, tmp_path / "schema")
    file = tmp_path / "schema" / "postmortem.schema.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"sev4"', '"minor"'), encoding="utf-8")
    write("postmortems/2026/2026-03-14-late.md", draft(severity="minor"))
    assert Archive.load(tmp_path).by_severity.keys() == {"minor"}


@pytest.mark.usefixtures("write")
@pytest.mark.parametrize("damage", ["", "{"])
def test_without_schemas_there_is_no_check(tmp_path: Path, damage: str) -> None:
    (tmp_path / "schema").mkdir()
    if damage:
        shutil.copytree(OWN_FOLDER, tmp_path / "schema", dirs_exist_ok=True)
        (tmp_path / "schema" / "owners.schema.json").write_text(damage, encoding="utf-8")
    with pytest.raises((OSError, ValueError)):
        Archive.load(tmp_path)


# --- ids -----------------------------------------------------------------------------------------


def test_an_id_that_stands_twice_is_told_at_one_and_names_the_other(
    tmp_path: Path, write: Write
) -> None:
    write("postmortems/2025/2026-03-14-late.md", draft())
    write("postmortems/2026/2026-03-14-late.md", draft())
    archive = Archive.load(tmp_path)
    assert len(archive.entries) == 2
    found = [finding for finding in checks.run(archive, TODAY) if finding.rule == "PM016"]
    paths = {entry.path for entry in archive.entries}
    assert len(found) == 1
    assert found[0].path in paths
    assert next(iter(paths - {found[0].path})) in found[0].message


def test_letter_case_does_not_make_an_id(tmp_path: Path, write: Write) -> None:
    write("postmortems/2026/2026-03-14-late.md", draft())
    write("postmortems/2026/2026-03-14-LATE.md", draft())
    found = {finding.rule for finding in checks.run(Archive.load(tmp_path), TODAY)}
    assert "PM016" in found or len(Archive.load(tmp_path).entries) == 1  # one file to some systems


# --- answers -------------------------------------------------------------------------------------


@pytest.fixture
def answering(tmp_path: Path, write: Write) -> Archive:
    """Four records: an older one, two that refer to it, and one in no relation."""
    actions = (
        "actions: [{id: a, title: t, type: corrective, owner: b-person, due: 2026-05-01},"
        " {id: b, title: t, type: corrective, owner: b-person, due: 2026-05-01}]\n"
    )
    causes = (
        "causes: [{id: x, role: root, statement: s, category: capacity},"
        " {id: y, role: contributing, statement: s, category: vendor},"
        " {id: z, role: contributing, statement: s, category: vendor}]\n"
    )
    write("postmortems/2025/2025-12-31-first.md", draft(started="2025-12-31", severity="sev1"))
    write(
        "postmortems/2026/2026-01-01-second.md",
        draft(
            started="2026-01-01",
            more=f"recurrence_of: 2025-12-31-first\nrelated: [2025-12-31-first]\n{causes}",
        ),
    )
    write(
        "postmortems/2026/2026-03-14-third.md",
        draft(
            status="withdrawn",
            owner="b-person",
            more="withdrawn: {reason: r, duplicate_of: 2025-12-31-first}\n",
        ),
    )
    write(
        "postmortems/2026/2026-04-01-fourth.md",
        draft(started="2026-04-01", asset="wh.prices", more=actions),
    )
    return Archive.load(tmp_path)


def ids(groups: Mapping[str, tuple[Postmortem, ...]]) -> dict[str, list[str]]:
    return {key: [record.id[11:] for record in found] for key, found in groups.items()}


def test_records_come_newest_first(answering: Archive) -> None:
    assert [record.id[11:] for record in answering.postmortems] == [
        "fourth", "third", "second", "first"
    ]  # fmt: skip
    assert set(answering.by_id) == {record.id for record in answering.postmortems}


def test_records_by_whatever_is_asked(answering: Archive) -> None:
    assert ids(answering.by_status) == {
        "draft": ["fourth", "second", "first"], "withdrawn": ["third"]
    }  # fmt: skip
    assert ids(answering.by_severity) == {
        "sev1": ["first"], "sev4": ["fourth", "third", "second"]
    }  # fmt: skip
    assert ids(answering.by_asset) == {
        "wh.orders": ["third", "second", "first"], "wh.prices": ["fourth"]
    }  # fmt: skip
    assert ids(answering.by_quarter) == {
        "2025-Q4": ["first"], "2026-Q1": ["third", "second"], "2026-Q2": ["fourth"]
    }  # fmt: skip


def test_by_owner_holds_the_owners_of_actions_too_and_names_a_record_once(
    answering: Archive,
) -> None:
    assert ids(answering.by_owner) == {
        "a-team": ["fourth", "second", "first"], "b-person": ["fourth", "third"]
    }  # fmt: skip


def test_by_cause_names_a_record_once_for_each_category(answering: Archive) -> None:
    assert ids(answering.by_cause) == {"capacity": ["second"], "vendor": ["second"]}


def test_who_refers_to_a_record(answering: Archive) -> None:
    found = answering.referring_to("2025-12-31-first")
    assert [record.id[11:] for record in found] == ["third", "second"]
    assert answering.referring_to("nobody") == ()
    second = answering.by_id["2026-01-01-second"]
    assert list(references(second)) == [
        (("recurrence_of",), "2025-12-31-first"), (("related", 0), "2025-12-31-first")
    ]  # fmt: skip


def test_documents_are_found_by_path_the_catalog_among_them(answering: Archive) -> None:
    assert "postmortems/2026/2026-03-14-third.md" in answering.documents
    assert "catalog/owners.yml" in answering.documents


# --- in parallel ---------------------------------------------------------------------------------


def many(root: Path, number: int) -> None:
    """Records of which some are broken in one of several ways; the same on every run."""
    luck = random.Random(7)  # noqa: S311 - it need not be secret
    for index in range(number):
        day = date.fromordinal(date(2024, 1, 1).toordinal() + index * 2)
        text = draft(
            status=luck.choice(["draft", "in-review", "drafted"]),
            severity=luck.choice(["sev1", "sev4", "sev9"]),
            started=day.isoformat(),
            more=luck.choice(["", "", "tags: [a, a]\n", "x: &a b\n", "x: [\n", "summary: a #b\n"]),
        )
        file = root / f"postmortems/{day.year}/{day}-late-{index}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() + luck.choice([b"", b"", b"\xff"]))


@pytest.mark.usefixtures("write")
def test_two_processes_read_what_one_reads(tmp_path: Path) -> None:
    many(tmp_path, 400)
    told: list[tuple[int, int]] = []
    one = Archive.load(tmp_path, workers=1)
    two = Archive.load(tmp_path, workers=2, progress=lambda done, all_: told.append((done, all_)))
    assert len(one.entries) == 400
    assert 0 < len(one.postmortems) < 400
    for left, right in zip(one.entries, two.entries, strict=True):
        assert (left.path, left.record, left.problems) == (right.path, right.record, right.problems)
        assert (left.broken, left.prose) == (right.broken, right.prose)
        assert left.document == right.document
    assert checks.run(one, TODAY) == checks.run(two, TODAY)
    assert told == sorted(told)
    assert told[-1] == (400, 400)


def test_an_entry_can_be_sent_to_another_process_and_still_finds_places(
    tmp_path: Path, write: Write
) -> None:
    write("postmortems/2026/2026-03-14-late.md", draft(status="drafted"))
    entry = Archive.load(tmp_path).entries[0]
    sent: Entry = pickle.loads(pickle.dumps(entry))  # noqa: S301 - what we have just written
    assert sent == entry
    assert sent.document is not None
    assert sent.document.locate(("status",)) == Position(3, 9)
    assert len(pickle.dumps(entry)) < 10_000, "the nodes are read again, and not sent"


def test_nothing_is_written_while_a_repository_is_read(tmp_path: Path, write: Write) -> None:
    write("postmortems/2026/2026-03-14-late.md", draft())
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")}
    for file in before:
        file.chmod(file.stat().st_mode & ~stat.S_IWUSR)
    checks.run(Archive.load(tmp_path), TODAY)
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")} == before
    for file in before:
        file.chmod(file.stat().st_mode | stat.S_IWUSR)


def test_a_catalog_may_be_as_large_as_a_company(write: Write, tmp_path: Path) -> None:
    """Thousands of assets are more than a record may ever hold."""
    rows = "".join(
        f"  wh.table_{number:05}: {{name: Table {number}, kind: table, owner: a-team,"
        f" description: {'word ' * 20}, upstream: [wh.table_{max(number - 1, 0):05}]}}\n"
        for number in range(9000)
    )
    write("catalog/assets.yml", f"assets:\n{rows}")
    archive = Archive.load(tmp_path)
    assert [problem for entry in archive.catalog_entries for problem in entry.problems] == []
    assert len(archive.catalog.assets) == 9000
