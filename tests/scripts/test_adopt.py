"""`adopt`: a dry run first, then the records as they were reviewed."""

from __future__ import annotations

from pathlib import Path

import adopt
import pytest
from in_process import InProcess, Run
from old_documents import repository
from scratch import alter, git, write

from debrief import checks
from debrief.archive import Archive
from debrief.finding import Level

from old_documents import TODAY  # isort: skip

ORDERS = """\
# Orders came late

Date: 2026-03-14

## Summary

The loader stood still.

## Timeline

All times in CET.

- 07:42 Loader stopped
- 08:05 Restarted it
"""
ID = "2026-03-14-orders-came-late"
PATH = f"postmortems/2026/{ID}.md"
WRITTEN = f"""\
---
title: "Orders came late"
summary: "The loader stood still."
status: "published"
incident:
  started_at: "2026-03-14"
  precision: "day"
timeline:
- at: "2026-03-14T07:42+01:00"
  event: "Loader stopped"
- at: "2026-03-14T08:05+01:00"
  event: "Restarted it"
imported:
  source: "old/orders.md"
  imported_on: "{TODAY}"
  headings:
  - "Timeline"
  times: "All times in CET."
---

## Executive summary

The loader stood still.
"""
SECRET = "AKIA" + "IOSFODNN7EXAMPLE"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a catalog, beside a folder of old documents; the command runs there."""
    repository(tmp_path / "repository")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "repository"


@pytest.fixture
def run(root: Path, in_process: InProcess) -> Run:
    """Run the command as the front door does."""
    fixed = ("--root", str(root), "--today", str(TODAY))
    return lambda *words: in_process(adopt.main, "adopt", *words, *fixed)


def records(root: Path) -> list[str]:
    top = root / "postmortems"
    files = (file for file in top.rglob("*") if file.is_file())
    return sorted(file.relative_to(root).as_posix() for file in files)


def old(path: str, text: str) -> Path:
    return write(Path.cwd(), path, text)


# --- the way of a document -----------------------------------------------------------------------


def test_a_dry_run_says_what_it_found_and_writes_the_review_alone(run: Run, root: Path) -> None:
    old("old/orders.md", ORDERS)
    outcome = run("old")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == (
        f"old/orders.md → {PATH}\n"
        "  recognised  title “Orders came late”; date 2026-03-14 (by `Date` in line 3; no time of "
        "day)\n"
        "              2 timeline entries; nothing of `Timeline` is left for the body\n"
        "              summary, from the first paragraph of `Summary`\n"
        "  source      it lies in no git repository\n"
        "\nthe check would have 3 warnings, where these do not hold\n"
        "  PM110 × 1     What the record's status demands is there\n"
        "  PM201 × 1     Every postmortem has an owner\n"
        "  PM901 × 1     The body has its sections, and something in each\n"
        "\n1 document: 1 can be written, 0 cannot yet, 0 left out; 0 other files skipped\n"
        "adopt.yml has an entry for each: correct it, then `./debrief adopt --write`.\n"
    )
    assert records(root) == []


def test_what_is_said_of_many_documents_is_said_once(run: Run) -> None:
    for number in range(5):
        old(f"old/{number}.md", ORDERS.replace("late", f"late {number}"))
    old("old/week.md", "# A week without outages\n\nNothing happened.\n")
    outcome = run("old")
    assert outcome.code == 1
    assert outcome.out.count("it lies in no git repository") == 1
    assert "  source      it lies in no git repository (6 documents)\n" in outcome.out
    assert (
        "\ncannot be written yet\n  old/week.md: no date of the incident is known: give it in the "
        "review, or say `skip: true` there\n"
    ) in outcome.out


def test_what_was_reviewed_is_written(run: Run, root: Path) -> None:
    old("old/orders.md", ORDERS)
    run("old")
    outcome = run("--write")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == f"wrote {PATH}\nNext: `./debrief check`.\n"
    assert (root / PATH).read_text(encoding="utf-8") == WRITTEN
    levels = {finding.level for finding in checks.run(Archive.load(root), TODAY)}
    assert Level.ERROR not in levels


def test_what_the_review_corrects_counts(run: Run, root: Path) -> None:
    old("old/orders.md", ORDERS)
    run("old")
    alter(
        Path("adopt.yml"),
        ('name: "orders-came-late"', "name: late-orders"),
        ('title: "Orders came late"', "title: Orders came too late"),
        ('date: "2026-03-14"', "date: 2026-03-13"),
        ("    severity:\n", "    severity: sev3\n"),
        ("    owner:\n", "    owner: pricing\n"),
        ("assets: []", "assets: [mart.orders]"),
        ("    zone:\n", "    zone: Europe/London\n"),
    )
    assert run("--write").code == 0
    record = Archive.load(root).by_id["2026-03-13-late-orders"]
    assert (record.title, record.severity, record.owner) == (
        "Orders came too late",
        "sev3",
        "pricing",
    )
    assert [affected.asset for affected in record.assets] == ["mart.orders"]
    assert [event.at.text for event in record.timeline] == [
        "2026-03-13T07:42Z",
        "2026-03-13T08:05Z",
    ]


def test_a_second_look_keeps_the_answers_and_adds_what_is_new(run: Run) -> None:
    old("old/orders.md", ORDERS)
    run("old")
    alter(Path("adopt.yml"), ("    severity:\n", "    severity: sev3\n"))
    old("old/prices.md", ORDERS.replace("Orders", "Prices"))
    assert run("old").code == 0
    review = Path("adopt.yml").read_text(encoding="utf-8")
    assert review.count("- file:") == 2
    assert review.count('severity: "sev3"') == 1
    before = review
    assert run("old").code == 0
    assert Path("adopt.yml").read_text(encoding="utf-8") == before


def test_a_document_that_is_here_already_is_left_alone(run: Run, root: Path) -> None:
    old("old/orders.md", ORDERS)
    run("old")
    run("--write")
    outcome = run("--write")
    assert outcome.out == (
        f"skipped old/orders.md: it is here already, as {ID}\nNext: `./debrief check`.\n"
    )
    assert PATH in records(root)


def test_a_document_that_is_to_be_skipped_is(run: Run, root: Path) -> None:
    old("old/orders.md", ORDERS)
    run("old")
    alter(Path("adopt.yml"), ("skip: false", "skip: true"))
    assert "the review says so" in run("--write").out
    assert records(root) == []


def test_two_outages_of_one_name_get_two_ids(run: Run, root: Path) -> None:
    old("old/a.md", ORDERS)
    old("old/b.md", ORDERS)
    run("old")
    run("--write")
    assert records(root) == [f"postmortems/2026/{ID}-2.md", PATH]


def test_the_names_of_a_review_are_taken_as_they_stand(run: Run, root: Path) -> None:
    title = "orders came very late because the feed of the supplier was renamed again"
    old("old/a.md", ORDERS.replace("Orders came late", title))
    old("old/b.md", ORDERS.replace("Orders came late", title))
    run("old")
    assert run("--write").code == 0
    assert len(records(root)) == 2


def test_a_document_that_changed_since_its_review_waits(run: Run, root: Path) -> None:
    old("old/orders.md", ORDERS)
    run("old")
    old("old/orders.md", f"{ORDERS}\nMore.\n")
    outcome = run("--write")
    assert outcome.code == 1
    assert "WAITS       the document has changed since it was reviewed" in outcome.out
    assert records(root) == []


def test_a_document_without_a_date_waits_for_one(run: Run, root: Path) -> None:
    old("old/orders.md", "# Orders came late\n\nThe loader stood still.\n")
    outcome = run("old")
    assert outcome.code == 1
    assert "no date of the incident is known: give it in the review" in outcome.out
    assert run("--write").code == 1
    assert records(root) == []
    alter(Path("adopt.yml"), ("    date:\n", "    date: 2026-03-14\n"))
    assert run("--write").code == 0
    assert PATH in records(root)


def test_a_date_in_two_orders_is_asked_for(run: Run) -> None:
    old("old/orders.md", ORDERS.replace("2026-03-14", "03/04/2026"))
    outcome = run("old")
    assert outcome.code == 1
    assert "`03/04/2026` may be 2026-04-03 or 2026-03-04; say --day-first" in outcome.out
    assert "→ postmortems/2026/2026-03-04-orders-came-late.md" in run("old", "--month-first").out
    assert 'date_order: "month-first"' in Path("adopt.yml").read_text(encoding="utf-8")


def test_a_zone_that_nobody_names_is_asked_for(run: Run, root: Path) -> None:
    old("old/orders.md", ORDERS.replace("All times in CET.\n\n", ""))
    outcome = run("old")
    assert "1 document with times without a zone: give --zone" in outcome.out
    run("old", "--zone", "Asia/Tokyo")
    run("--write")
    record = Archive.load(root).by_id[ID]
    assert record.timeline[0].at.text == "2026-03-14T07:42+09:00"


def test_their_severities_are_asked_for_once(run: Run, root: Path) -> None:
    old("old/orders.md", ORDERS.replace("Date:", "Severity: P1\nDate:"))
    run("old")
    assert "severity:  # the text says P1" in Path("adopt.yml").read_text(encoding="utf-8")
    alter(Path("adopt.yml"), ("  p1:\n", "  p1: sev1\n"))
    run("--write")
    assert Archive.load(root).by_id[ID].severity == "sev1"


# --- where documents come from -------------------------------------------------------------------


def test_the_path_and_the_last_commit_in_its_repository_are_kept(run: Run, root: Path) -> None:
    old("wiki/docs/orders.md", ORDERS)
    git(Path("wiki"), "init", "-q")
    git(Path("wiki"), "add", "-A")
    git(Path("wiki"), "commit", "-qm", "one")
    commit = git(Path("wiki"), "rev-parse", "HEAD")
    old("wiki/other.md", "# Other\n")
    git(Path("wiki"), "add", "-A")
    git(Path("wiki"), "commit", "-qm", "two")
    run("wiki/docs", "--source-url", "https://example.com/wiki/blob/main/")
    run("--write")
    imported = Archive.load(root).by_id[ID].imported
    assert imported is not None
    assert imported.source == "https://example.com/wiki/blob/main/docs/orders.md"
    assert imported.commit == commit


def test_an_original_that_changed_after_it_came_is_told(run: Run, root: Path) -> None:
    old("wiki/orders.md", ORDERS)
    git(Path("wiki"), "init", "-q")
    git(Path("wiki"), "add", "-A")
    git(Path("wiki"), "commit", "-qm", "one")
    run("wiki")
    run("--write")
    old("wiki/orders.md", f"{ORDERS}\nMore.\n")
    git(Path("wiki"), "commit", "-qam", "two")
    told = f"it is here already, as {ID}; the original has changed since"
    assert told in run("wiki").out
    assert PATH in records(root)


def test_a_document_that_differs_from_its_commit_names_none(run: Run, root: Path) -> None:
    old("wiki/orders.md", ORDERS)
    git(Path("wiki"), "init", "-q")
    git(Path("wiki"), "add", "-A")
    git(Path("wiki"), "commit", "-qm", "one")
    old("wiki/orders.md", f"{ORDERS}\nMore.\n")
    assert "it differs from commit" in run("wiki").out
    run("--write")
    imported = Archive.load(root).by_id[ID].imported
    assert imported is not None
    assert (imported.source, imported.commit) == ("orders.md", None)


def test_what_is_no_document_is_named(run: Run) -> None:
    old("old/orders.md", ORDERS)
    old("old/graph.png", "x")
    old("old/LICENSE", "x")
    old("old/.hidden.md", ORDERS)
    old("old/plain", ORDERS)
    (Path("old") / "latin.txt").write_bytes("Stör".encode("latin-1"))
    old("old/empty.md", "\n")
    old("old/a\n::error::b.md", ORDERS)
    (Path("old") / "link.md").symlink_to("orders.md")
    outcome = run("old")
    skipped = [line for line in outcome.out.split("\n") if line.startswith("skipped")]
    assert skipped == [
        "skipped old/LICENSE: a file of this name is no postmortem",
        "skipped old/a?::error::b.md: its name has characters that cannot be written",
        "skipped old/empty.md: it is empty",
        (
            "skipped old/graph.png: `.png` is no kind of document that is read: Markdown and plain "
            "text are"
        ),
        "skipped old/latin.txt: byte 2 is not UTF-8 text: save the file as UTF-8",
        "skipped old/link.md: it is a link or no regular file",
    ]
    assert "2 documents: 2 can be written" in outcome.out


# --- links and files beside a document -----------------------------------------------------------


def test_files_that_a_document_links_to_move_along(run: Run, root: Path) -> None:
    old(
        "old/orders.md",
        f"{ORDERS}\n## Links\n\n![graph](img/The%20graph.png) and [it](../out.txt), "
        "[gone](no.txt), [page](page.html), [prices](prices.md#text), [hidden](.env), "
        "`[code](img/The%20graph.png)`, [web](https://example.com)\n\n[log]: img/run.log\n",
    )
    old("old/img/The graph.png", "picture")
    old("old/img/run.log", "log")
    old("old/page.html", "<b>")
    old("old/.env", "KEY=1")
    old("out.txt", "out of the folder")
    old("old/prices.md", ORDERS.replace("Orders", "Prices").replace("2026", "2025"))
    outcome = run("old/orders.md", "old/prices.md")
    assert (
        "link        ../out.txt: it leads out of the folder of the documents; it stays"
        in outcome.out
    )
    assert "link        no.txt: there is no such file; it stays" in outcome.out
    assert "link        page.html: files of this kind are not published; it stays" in outcome.out
    assert "link        .env: hidden files are not copied; it stays" in outcome.out
    assert "beside it   The-graph.png, run.log" in outcome.out
    run("--write")
    text = (root / PATH).read_text(encoding="utf-8")
    assert f"![graph]({ID}/The-graph.png)" in text
    assert "[prices](../2025/2025-03-14-prices-came-late.md#text)" in text
    assert "`[code](img/The%20graph.png)`" in text
    assert f"[log]: {ID}/run.log" in text
    assert "[it](../out.txt)" in text
    assert (root / f"postmortems/2026/{ID}/The-graph.png").read_text(encoding="utf-8") == "picture"


def test_a_dead_link_is_told_once(run: Run) -> None:
    old("old/orders.md", f"{ORDERS}\n[a](no.txt) and [b](no.txt)\n")
    assert run("old").out.count("no.txt: there is no such file") == 1


def test_copies_that_an_interrupted_run_left_are_no_hindrance(run: Run, root: Path) -> None:
    old("old/orders.md", f"{ORDERS}\n![graph](graph.png)\n")
    old("old/graph.png", "picture")
    write(root, f"postmortems/2026/{ID}/graph.png", "picture")
    run("old")
    assert run("--write").code == 0
    assert PATH in records(root)


def test_a_file_of_somebody_else_is_not_written_over(run: Run, root: Path) -> None:
    old("old/orders.md", f"{ORDERS}\n![graph](graph.png)\n")
    old("old/graph.png", "picture")
    other = write(root, f"postmortems/2026/{ID}/graph.png", "another picture")
    run("old")
    outcome = run("--write")
    assert outcome.code == 2
    assert "graph.png exists already, and no record belongs to it: delete it" in outcome.err
    assert other.read_text(encoding="utf-8") == "another picture"


def test_a_link_through_a_link_does_not_lead_out(run: Run) -> None:
    old("old/orders.md", f"{ORDERS}\n[x](inside/secret.txt) [y](secret.txt)\n")
    old("elsewhere/secret.txt", "secret")
    Path("old/inside").symlink_to(Path("elsewhere").resolve())
    Path("old/secret.txt").symlink_to(Path("elsewhere/secret.txt").resolve())
    outcome = run("old/orders.md")
    assert outcome.out.count("it leads out of the folder of the documents; it stays") == 2
    assert "beside it" not in outcome.out


# --- what must not be kept -----------------------------------------------------------------------


def test_a_secret_is_refused_with_its_line_until_it_is_masked(run: Run, root: Path) -> None:
    old("old/orders.md", f"{ORDERS}\n## Notes\n\nThe key was {SECRET} then.\n")
    outcome = run("old")
    assert outcome.code == 1
    assert (
        "REFUSED     line 18: this looks like a secret (AWS Access Key); revoke it, and put 18 "
        "under `mask` in the review"
    ) in outcome.out
    assert run("--write").code == 1
    assert records(root) == []
    alter(Path("adopt.yml"), ("mask: []", "mask: [18]"))
    assert run("--write").code == 0
    text = (root / PATH).read_text(encoding="utf-8")
    assert "The key was [masked when adopted] then." in text
    assert SECRET not in text


def test_an_address_is_told_and_kept_unless_it_is_masked(run: Run, root: Path) -> None:
    old("old/orders.md", f"{ORDERS}\n## Notes\n\nWrite to a.person@example.com.\n")
    outcome = run("old")
    assert outcome.code == 0
    assert "look        line 18: e-mail address; `mask: [18]` takes it out" in outcome.out
    alter(Path("adopt.yml"), ("mask: []", "mask: [18]"))
    run("--write")
    assert "example.com" not in (root / PATH).read_text(encoding="utf-8")


def test_what_cannot_be_seen_is_taken_out_and_told(run: Run, root: Path) -> None:
    old("old/orders.md", f"\ufeff{ORDERS}\n## Notes\n\nA\u202eB and C\x07.\n".replace("\n", "\r\n"))
    outcome = run("old")
    assert "taken out   line 18: U+202E cannot be seen, and is taken out" in outcome.out
    run("--write")
    assert "AB and C." in (root / PATH).read_text(encoding="utf-8")


def test_a_merge_conflict_in_a_document_is_refused(run: Run) -> None:
    old("old/orders.md", f"{ORDERS}\n<<<<<<< mine\nA\n=======\nB\n>>>>>>> yours\n")
    outcome = run("old")
    assert outcome.code == 1
    assert "REFUSED     the record could not be read back: this is a merge conflict" in outcome.out


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (("skip: false", "skipp: false"), "there is no `skipp` in a review; did you mean `skip`?"),
        (("skip: false", "skip: maybe"), "`maybe` is not allowed here"),
        (('date: "2026-03-14"', "date: 14 March"), "this is not a date; write YYYY-MM-DD"),
        (("    owner:\n", "    owner: pricin\n"), "`pricin` is no owner in catalog/owners.yml"),
        (("assets: []", "assets: [x]"), "`x` is no asset in catalog/assets.yml"),
        (("    severity:\n", "    severity: high\n"), "`high` is not allowed here"),
        (("    zone:\n", "    zone: IST\n"), "`IST` is +05:30 in India"),
        (("mask: []", "mask: [many]"), "`many` is no number of a line"),
        (("mask: []", "mask: 12"), "a list is wanted here; put it into brackets"),
        (('name: "orders-came-late"', "name: ../../x"), "a name is of lower-case letters"),
        (("skip: false", "skip: &x false"), "`&x` is an anchor"),
    ],
)
def test_a_slip_in_the_review_is_told_with_its_line(
    run: Run, root: Path, pair: tuple[str, str], words: str
) -> None:
    old("old/orders.md", ORDERS)
    run("old")
    text = alter(Path("adopt.yml"), pair)
    line = next(n for n, one in enumerate(text.split("\n"), 1) if pair[1].strip() in one)
    outcome = run("--write")
    assert outcome.code == 2
    assert outcome.err.startswith(f"Error: adopt.yml:{line}: {words}")
    assert records(root) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "there is no adopt.yml: name the files or folders to look at"),
        (("--write",), "there is no adopt.yml: run the command without --write first"),
        (("old", "--zone", "IST"), "--zone: `IST` is +05:30 in India"),
        (("old", "--status", "done"), "--status: 'done' is none of draft, in-review, published"),
        (("nowhere",), "Path 'nowhere' does not exist"),
    ],
)
def test_options_that_mean_nothing_are_refused(run: Run, words: tuple[str, ...], told: str) -> None:
    old("old/orders.md", ORDERS)
    outcome = run(*words)
    assert outcome.code == 2
    assert told in outcome.err


def test_words_of_our_own_mean_what_they_are_said_to(run: Run, root: Path) -> None:
    write(root, "catalog/headings.yml", "en:\n  sections:\n    timeline: [what the log says]\n")
    old("old/orders.md", ORDERS.replace("Timeline", "What the log says"))
    assert "2 timeline entries; nothing of `What the log says` is left" in run("old").out


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (
            "en:\n  section:\n",
            "catalog/headings.yml:2: there is no `section`; did you mean `sections`?",
        ),
        ("en:\n  sections:\n    timelin: [x]\n", "catalog/headings.yml:3: `timelin` is not what"),
        ("en:\n  sections:\n    timeline: x\n", "catalog/headings.yml:3: `timeline` is no list"),
        ("English:\n  sections:\n", "catalog/headings.yml:1: `English` is no language"),
        ("en: [x\n", "catalog/headings.yml:1: a `[` or `{` is opened here and not closed"),
    ],
)
def test_a_slip_in_the_words_is_told_with_its_line(
    run: Run, root: Path, table: str, words: str
) -> None:
    write(root, "catalog/headings.yml", table)
    old("old/orders.md", ORDERS)
    outcome = run("old")
    assert outcome.code == 2
    assert words in outcome.err


def test_words_for_a_severity_that_nobody_knows_are_asked_for(run: Run) -> None:
    old("old/orders.md", ORDERS.replace("\n\n## Summary", "\nSeverity: P1\n\n## Summary"))
    assert "words for a severity that are not known: p1; say under" in run("old").out
    alter(Path("adopt.yml"), ("  p1:\n", "  p1: sev2\n"))
    assert "are not known" not in run().out


def test_dates_that_a_document_has_are_offered_in_the_review(run: Run) -> None:
    old("old/week.md", "# It broke\n\nOn 13 November 2017 it broke.\n")
    assert "  dates       in the text: 2017-11-13 (line 3)\n" in run("old").out
    review = Path("adopt.yml").read_text(encoding="utf-8")
    assert "date:  # in the text: 2017-11-13 (line 3)" in review


def test_a_document_that_may_be_here_under_another_path_is_pointed_out(run: Run) -> None:
    old("old/orders.md", ORDERS)
    run("old")
    run("--write")
    outcome = run("old/orders.md", "--review", "again.yml")
    assert f"  look        {ID} has the same day and title; if it is the same, `skip: true`\n" in (
        outcome.out
    )
