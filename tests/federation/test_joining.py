"""Several repositories, one archive: nothing is lost, nothing counts twice, nothing is mixed up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from federated import LATE, put_repository, put_sources
from hypothesis import given, settings
from hypothesis import strategies as st
from scratch import git, write
from small_archive import RECORD

from debrief import recurrence
from debrief.archive import Archive, Origin, references
from debrief.catalog import Catalog, Source
from debrief.catalog_parts import HAND_KEPT, Part, merge
from debrief.chronicle import Chronicle
from debrief.federation import Brought, Federation, federate, unite
from debrief.git import GitError
from debrief.metrics import Ledger, Period, figures
from debrief.record import Postmortem
from debrief.shareable import shareable
from debrief.site import postmortem
from debrief.site.edition import Edition
from debrief.synthetic import TODAY, write_archive
from debrief.trail import GIT

AGAIN = "2026-04-02-orders-late-again"


def read(root: Path) -> Federation:
    return federate(Archive.load(root))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A repository with one record that names another as its source, with a record of that id."""
    put_repository(tmp_path / "pricing", LATE)
    again = RECORD.replace("status: draft\n", f"status: draft\nrecurrence_of: {LATE}\n").replace(
        "severity: sev4\n", f"severity: sev4\nrelated: [{LATE}]\n"
    )
    put_repository(tmp_path / "pricing", AGAIN, text=again)
    root = put_repository(tmp_path / "own", LATE)
    put_sources(root, "{name: pricing, label: Pricing team, checkout: ../pricing}")
    return root


def test_a_repository_that_names_no_source_is_left_as_it_is(tmp_path: Path) -> None:
    archive = Archive.load(put_repository(tmp_path, LATE))
    assert federate(archive).archive is archive


def test_records_bear_the_name_of_their_source_and_refer_to_one_another(own: Path) -> None:
    found = read(own)
    by_id = found.archive.by_id
    assert list(by_id) == [f"{AGAIN}~pricing", f"{LATE}~pricing", LATE]
    again = by_id[f"{AGAIN}~pricing"]
    assert (again.source, again.own_id) == ("pricing", AGAIN)
    assert again.path == f"postmortems/2026/{AGAIN}.md"
    assert {name for _, name in references(again)} == {f"{LATE}~pricing"}
    assert {entry.id for entry in found.archive.entries} == set(by_id)
    assert not list(found.findings)


def test_records_of_one_day_keep_the_order_that_they_would_have_in_one_repository(
    own: Path, tmp_path: Path
) -> None:
    """Which of two repeats the other must not depend on where they lie."""
    put_repository(tmp_path / "pricing", f"{LATE}-again")
    put_sources(own, "{name: pricing, checkout: ../pricing}", "{name: b, checkout: ../b}")
    put_repository(tmp_path / "b", LATE)
    ids = [record.id for record in read(own).archive.postmortems]
    assert ids[1:] == [f"{LATE}-again~pricing", f"{LATE}~pricing", f"{LATE}~b", LATE]


def test_files_beside_a_record_are_those_of_its_own_repository(own: Path, tmp_path: Path) -> None:
    for name in ("own", "pricing"):
        write(tmp_path / name, f"postmortems/2026/{LATE}/log.txt", name)
    archive = shareable(read(own).archive)
    for name, record in (("own", LATE), ("pricing", f"{LATE}~pricing")):
        assert archive.attachments[record] == ("log.txt",)
        file = archive.attachment(archive.by_id[record], "log.txt")
        assert file.read_text(encoding="utf-8") == name


def test_links_in_prose_lead_to_the_repository_of_the_record(
    own: Path, tmp_path: Path, root: Path
) -> None:
    write(tmp_path / "pricing", f"postmortems/2026/{LATE}/log.txt", "x")
    body = f"\nSee [before]({LATE}.md) and [the log]({LATE}/log.txt).\n"
    file = tmp_path / f"pricing/postmortems/2026/{AGAIN}.md"
    file.write_text(file.read_text(encoding="utf-8") + body, encoding="utf-8")
    found = read(own)
    edition = replace(Edition.of(found.archive, TODAY, root / "hooks/templates"), federation=found)
    page = postmortem.postmortem_page(edition, edition.archive.by_id[f"{AGAIN}~pricing"])
    assert f'href="../{LATE}~pricing/"' in page.html
    assert f'href="../{LATE}~pricing/log.txt"' in page.html
    assert "From Pricing team" in page.html
    (plan,) = [p for p in postmortem.plans(edition) if p.source]
    assert plan.address == f"postmortems/2026/{LATE}/"


def test_what_cannot_be_read_is_told_and_stops_nothing(own: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pricing/postmortems/2026"
    write(folder, "2026-05-01-no-yaml.md", "---\ntitle: [\n---\n\nx\n")
    write(folder, "2026-05-02-part.md", RECORD.replace("sev4", "sev9"))
    write(folder, "README.md", "# Read me\n")
    write(tmp_path / "pricing", f"postmortems/2025/{LATE}.md", RECORD)
    found = read(own)
    told = {finding.path.rpartition("/")[2]: finding for finding in found.findings}
    assert told["2026-05-01-no-yaml.md"].message.endswith(", so it is not shown")
    assert told["2026-05-02-part.md"].message.endswith(", so this part of it is not shown")
    assert told["2026-05-02-part.md"].position.line == 4
    assert told["README.md"].rule == "PM013"
    assert "stands twice" in told[f"{LATE}.md"].message
    assert f"../pricing/postmortems/2025/{LATE}.md" in {f.path for f in found.findings}
    assert {finding.level.word for finding in found.findings} == {"warning"}
    assert len(found.archive.postmortems) == 4
    assert found.brought[0].unread == {"2026-05-01-no-yaml", "README"}
    assert all(finding.path in found.documents for finding in told.values())


def test_records_are_held_against_the_schema_here_and_not_against_their_own(
    own: Path, tmp_path: Path
) -> None:
    """For words that only theirs knows, no page and no figure here has a place."""
    write(tmp_path / "pricing", "schema/postmortem.schema.json", "no JSON")
    assert len(read(own).archive.postmortems) == 3


def test_each_record_has_the_trail_that_its_own_git_tells(own: Path, tmp_path: Path) -> None:
    other = tmp_path / "pricing"
    git(other, "init", "-q")
    git(other, "add", "-A")
    git(other, "commit", "-q", "-m", "x", by="N <n@example.com>")

    def chronicle(root: Path) -> Chronicle | None:
        try:
            return Chronicle.at(root)
        except GitError:
            return None

    found = read(own).trails(chronicle)
    assert {key: trail.rests_on for key, trail in found.items()} == {
        LATE: "record",
        f"{LATE}~pricing": GIT,
        f"{AGAIN}~pricing": GIT,
    }


def test_files_that_look_like_a_repository_bring_no_settings(tmp_path: Path) -> None:
    """They could come by a pull request, and their settings name programs that git runs."""
    put_repository(tmp_path, LATE)
    git(tmp_path, "init", "-q", "--bare", ".")
    with pytest.raises(GitError, match="cannot use bare repository"):
        Chronicle.at(tmp_path)


def test_of_a_restricted_record_only_the_outline_is_shareable(own: Path, tmp_path: Path) -> None:
    file = tmp_path / f"pricing/postmortems/2026/{LATE}.md"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("status:", "visibility: restricted\nstatus:"), encoding="utf-8")
    shown = shareable(read(own).archive).by_id[f"{LATE}~pricing"]
    assert (shown.title, shown.source, shown.assets) == ("Orders came late", "pricing", ())


# --- an archive that was split is the archive ----------------------------------------------------

NAMES = ("", "a", "a-b", "z")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Made-up records that relate like real ones."""
    root = tmp_path_factory.mktemp("whole") / "archive"
    write_archive(root, 80)
    return Archive.load(root)


def families(archive: Archive) -> list[set[str]]:
    """Records that name one another: only within a repository can they."""
    found: list[set[str]] = []
    for record in archive.postmortems:
        family = {record.id, *(name for _, name in references(record))}
        for other in [one for one in found if one & family]:
            found.remove(other)
            family |= other
        found.append(family)
    return found


def part_of(archive: Archive, ids: set[str], owners: set[str], assets: set[str]) -> Archive:
    entries = tuple(e for e in archive.entries if e.record is not None and e.record.id in ids)
    catalog = archive.catalog
    merged = merge([Part(HAND_KEPT, {k: catalog.parts.assets[k] for k in assets})])
    parted = Catalog(
        {key: catalog.owners[key] for key in owners},
        {key: catalog.assets[key] for key in assets},
        catalog.policy,
        catalog.known,
        merged,
    )
    return replace(archive, entries=entries, catalog=parted)


def in_parts(data: st.DataObject, names: list[str]) -> Iterator[tuple[str, set[str]]]:
    """Each name in one part at least."""
    some = st.sets(st.sampled_from(NAMES), min_size=1)
    chosen = data.draw(st.lists(some, min_size=len(names), max_size=len(names)))
    for part in NAMES:
        yield part, {name for name, where in zip(names, chosen, strict=True) if part in where}


@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_an_archive_that_is_split_at_random_gives_the_figures_of_the_whole(
    whole: Archive, data: st.DataObject
) -> None:
    kin = families(whole)
    where = data.draw(
        st.lists(st.sampled_from(NAMES), min_size=len(kin), max_size=len(kin)), label="records"
    )
    ids = {name: set[str]() for name in NAMES}
    for family, name in zip(kin, where, strict=True):
        ids[name] |= family
    owners = dict(in_parts(data, sorted(whole.catalog.owners)))
    assets = dict(in_parts(data, sorted(whole.catalog.assets)))
    parts = {name: part_of(whole, ids[name], owners[name], assets[name]) for name in NAMES}
    own = parts.pop("")
    brought = tuple(
        Brought(Source(name), (), archive, Origin(name, name, f"../{name}", archive.root))
        for name, archive in parts.items()
    )
    found = unite(own, brought)
    assert not found.conflicts
    assert sorted(record.own_id for record in found.archive.postmortems) == sorted(whole.by_id)
    assert dict(found.archive.catalog.owners) == dict(whole.catalog.owners)
    assert dict(found.archive.catalog.assets) == dict(whole.catalog.assets)
    assert recurring(found.archive) == recurring(whole)
    for last in (TODAY, date(TODAY.year, 3, 31)):
        period = Period.year_to(last)
        told, asked = (figures(Ledger.of(one), period) for one in (found.archive, whole))
        assert told == asked


def recurring(archive: Archive) -> dict[str, set[str]]:
    """What each record repeats, by the ids that all have in their own repositories."""
    return {r.own_id: {_own(n) for n in _earlier(r, archive)} for r in archive.postmortems}


def _earlier(record: Postmortem, archive: Archive) -> set[str]:
    return {*recurrence.resembling(record, archive), *recurrence.ancestry(record, archive)}


def _own(record_id: str) -> str:
    return record_id.partition("~")[0]
