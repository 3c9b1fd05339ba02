"""The comment on a pull request: what it tells first, whom it names, what it never lets through."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debrief import digest
from debrief.archive import Archive
from debrief.digest import MARKER, MOST_BYTES, PastOutage
from debrief.finding import Finding, Level, Position
from debrief.reporters import Totals

TODAY = date(2026, 4, 1)
ID = "2026-03-14-late"
PATH = f"postmortems/2026/{ID}.md"
OTHER = "postmortems/2026/2026-02-01-earlier.md"

OWNERS = """\
owners:
  n-okafor: {name: Nkechi Okafor, kind: person}
  b-varga: {name: Bo Varga, kind: person}
  y-demir: {name: Yara Demir, kind: person}
  a-team: {name: The A team, kind: team}
"""
DAYS = "meaning: M, in_review_days: 1, published_days: 2, action_due_days: 3"
POLICY = f"""\
organisation: An organisation
severities:
  sev1: {{{DAYS}, sign_offs: [facilitator, steward, owner, executive, consumer]}}
  sev2: {{{DAYS}, sign_offs: [facilitator]}}
  sev3: {{{DAYS}, sign_offs: []}}
  sev4: {{{DAYS}, sign_offs: []}}
"""
RECORD = """\
---
title: Orders came late
status: in-review
severity: sev1
owner: a-team
roles:
  facilitator: n-okafor
  stewards: [b-varga, y-demir]
sign_offs:
  - {role: owner, signed_by: a-team, signed_on: 2026-03-20}
---
"""

steady = settings(derandomize=True, deadline=None, max_examples=80)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write(tmp_path, "catalog/owners.yml", OWNERS)
    write(tmp_path, "catalog/assets.yml", "assets: {}\n")
    write(tmp_path, "catalog/policy.yml", POLICY)
    return tmp_path


def write(home: Path, path: str, text: str) -> None:
    file = home / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def archive(home: Path, **records: str) -> Archive:
    for path, text in records.items():
        write(home, path, text)
    return Archive.load(home)


def finding(
    *,
    path: str = PATH,
    line: int = 3,
    rule: str = "PM201",
    level: Level = Level.ERROR,
    message: str = "`owner` has no value",
    fix: str = "write `owner: <id>`",
) -> Finding:
    return Finding(path, Position(line), rule, level, message, fix)


def told(
    archive: Archive,
    findings: Sequence[Finding] = (),
    changed: Sequence[str] | None = None,
    similar: Sequence[PastOutage] = (),
) -> str:
    totals = Totals.of(findings, 5)
    text = digest.comment(archive, findings, totals, changed, TODAY, similar=similar)
    assert text.startswith(f"{MARKER}\n\n## ")
    assert len(text.encode()) <= MOST_BYTES
    return text


def part(text: str, heading: str) -> str:
    """What stands under a heading, up to the next."""
    assert f"### {heading}\n" in text, text
    return text.partition(f"### {heading}\n")[2].partition("\n### ")[0]


def headings(text: str) -> list[str]:
    return re.findall("^#+ (.*)$", text, re.MULTILINE)


class Cells(HTMLParser):
    """Reads the cells of all tables, and every tag."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.rows: list[list[str]] = []
        self.inside = False
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not attrs or (tag, attrs) == ("details", [("open", None)])
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] += data


# --- can it merge? -------------------------------------------------------------------------------


def test_nothing_found_is_ready(home: Path) -> None:
    assert told(archive(home), (), [PATH]).split("\n\n")[:3] == [
        MARKER,
        "## Ready to merge, says the check",
        "5 files checked, as of 2026-04-01.",
    ]


def test_without_a_base_it_says_that_history_was_not_looked_at(home: Path) -> None:
    assert "History was not looked at: no base was given." in told(archive(home), (), None)
    assert "History was not looked at" not in told(archive(home), (), [])


def test_it_says_of_which_commit_it_speaks(home: Path) -> None:
    totals = Totals.of([], 5)
    text = digest.comment(archive(home), [], totals, [], TODAY, commit="0123456789abcdef" * 2)
    assert "5 files checked at <code>0123456789</code>, as of 2026-04-01." in text


def test_an_error_is_told_in_the_first_line(home: Path) -> None:
    found = [finding(), finding(level=Level.WARNING), finding(level=Level.WARNING, line=9)]
    lines = told(archive(home), found).split("\n")
    assert lines[:5] == [
        MARKER,
        "",
        "## Not ready to merge: 1 error",
        "",
        "- 2 warnings: not in the way of a merge, and worth a look",
    ]


def test_a_warning_does_not_stand_in_the_way(home: Path) -> None:
    text = told(archive(home), [finding(level=Level.WARNING)])
    assert headings(text)[0] == "Ready to merge, says the check"


def test_what_is_not_verified_never_reads_as_ready(home: Path) -> None:
    found = [finding(rule="PM810", level=Level.WARNING, message="no history", fix="fetch it")]
    text = told(archive(home), found)
    assert headings(text) == [
        "Nothing found that blocks, but 1 thing not verified",
        "Not verified",
    ]
    assert "They have not passed." in part(text, "Not verified")
    assert Cells(text).rows[1] == [f"{PATH}:3", "no history", "fetch it"]


# --- what is missing -----------------------------------------------------------------------------


def test_the_worst_file_comes_first_and_in_it_the_worst_finding(home: Path) -> None:
    found = [
        finding(path="a.md", level=Level.WARNING),
        finding(path="b.md", line=1, level=Level.WARNING),
        finding(path="b.md", line=2),
        finding(path="c.md"),
        finding(path="c.md", line=4),
        finding(path="c.md", line=5, level=Level.ADVICE),
    ]
    text = part(told(archive(home), found), "What is missing")
    assert re.findall("<summary>(.*?)</summary>", text) == [
        "<code>c.md</code>: 2 errors, 1 advice",
        "<code>b.md</code>: 1 error, 1 warning",
        "<code>a.md</code>: 1 warning",
    ]
    lines = [cells[0] for cells in Cells(text).rows if cells[0] != "Line"]
    assert lines == ["3", "4", "5", "2", "1", "3"]


def test_what_only_warns_is_folded(home: Path) -> None:
    found = [finding(), finding(path="b.md", level=Level.WARNING)]
    text = told(archive(home), found)
    assert text.count("<details open>") == 1
    assert text.count("<details>") == 1


def test_a_row_says_the_line_the_rule_what_and_how_to_put_it_right(home: Path) -> None:
    assert Cells(told(archive(home), [finding()])).rows == [
        ["Line", "Rule", "What", "How to put it right"],
        ["3", "PM201 error", "owner has no value", "write owner: <id>"],
    ]


def test_many_findings_are_counted_and_not_cut(home: Path) -> None:
    found = [finding(line=line) for line in range(1, 51)]
    text = told(archive(home), found)
    assert text.count("<td>PM201 error</td>") == 20
    assert "<p>And 30 more in this file.</p>" in text


def test_of_files_that_are_not_changed_only_errors_are_told(home: Path) -> None:
    found = [finding(), finding(path=OTHER), finding(path=OTHER, level=Level.WARNING, line=8)]
    text = told(archive(home), found, [PATH])
    assert "- 1 error in files changed here, the others in files that are not" in text
    assert OTHER not in part(text, "What is missing")
    elsewhere = Cells(part(text, "Errors in files that are not changed here"))
    assert [cells[0] for cells in elsewhere.rows] == ["Where", f"{OTHER}:3"]


# --- who must sign -------------------------------------------------------------------------------


def signing(text: str) -> list[list[str]]:
    return Cells(part(text, "Who has yet to sign")).rows[1:]


def test_who_has_yet_to_sign_is_told_by_name(home: Path) -> None:
    text = told(archive(home, **{PATH: RECORD}))
    assert signing(text) == [
        [ID, "facilitator", "Nkechi Okafor", "before it is published"],
        [ID, "steward", "Bo Varga or Yara Demir", "before it is published"],
        [ID, "executive", "nobody is named under roles", "before it is published"],
        [ID, "consumer", "whoever holds the role", "before it is published"],
    ]
    assert "- 4 sign-offs still to be given" in text


def test_what_blocks_comes_first(home: Path) -> None:
    published = RECORD.replace("in-review", "published").replace("sev1", "sev2")
    text = told(archive(home, **{OTHER: RECORD, PATH: published}))
    assert signing(text)[0] == [ID, "facilitator", "Nkechi Okafor", "now: it blocks the merge"]


def test_a_closed_record_needs_its_closing_signed(home: Path) -> None:
    closed = RECORD.replace("in-review", "closed").replace("sev1", "sev3")
    (row,) = signing(told(archive(home, **{PATH: closed})))
    assert row == [ID, "closing", "whoever holds the role", "now: it blocks the merge"]


@pytest.mark.parametrize(
    "text",
    [
        RECORD.replace("in-review", "draft"),
        RECORD.replace("in-review", "withdrawn"),
        RECORD.replace("sev1", "sev4"),
        RECORD.replace("---\n", "---\nimported: {source: wiki, imported_on: 2026-03-01}\n", 1),
    ],
)
def test_nobody_is_asked_to_sign_too_early_or_for_an_old_document(home: Path, text: str) -> None:
    assert "Who has yet to sign" not in told(archive(home, **{PATH: text}))


def test_only_records_of_the_pull_request_are_to_be_signed(home: Path) -> None:
    text = told(archive(home, **{PATH: RECORD, OTHER: RECORD}), (), [PATH])
    assert {cells[0] for cells in signing(text)} == {ID}


def test_the_policy_may_be_broken(home: Path) -> None:
    write(home, "catalog/policy.yml", "severities: [\n")
    assert "Who has yet to sign" not in told(archive(home, **{PATH: RECORD}))


# --- the rest ------------------------------------------------------------------------------------


def test_what_the_blast_radius_forgot_has_a_part_of_its_own(home: Path) -> None:
    words = "`finance` owns board-report downstream, and is not a stakeholder"
    found = [finding(rule="PM605", level=Level.WARNING, message=words, fix="tell them")]
    text = told(archive(home), found)
    assert headings(text)[1:] == ["What the blast radius forgot"]
    assert Cells(text).rows[1] == [f"{PATH}:3", words.replace("`", ""), "tell them"]


def test_similar_outages_are_told_with_the_reason(home: Path) -> None:
    earlier = "2026-02-01-earlier"
    similar = [PastOutage(ID, earlier, "the same root cause on `wh.orders`", "1 overdue")]
    text = told(archive(home, **{OTHER: RECORD}), similar=similar)
    assert Cells(part(text, "Similar past outages")).rows[1] == [
        ID,
        f"{earlier} Orders came late",
        "the same root cause on wh.orders",
        "1 overdue",
    ]


def test_what_is_like_a_record_of_the_pull_request_is_found(home: Path) -> None:
    asset = "incident: {detected_at: 2026-03-14T01:10Z}\nassets: [{asset: wh.orders}]\n---\n"
    late = RECORD.removesuffix("---\n") + asset
    action = "{id: test, title: T, type: preventive, owner: a-team, due: 2026-02-20}"
    earlier = late.removesuffix("---\n") + f"actions: [{action}]\n---\n"
    loaded = archive(home, **{PATH: late, OTHER: earlier})
    assert digest.past_outages(loaded, {PATH}, date(2026, 3, 20)) == [
        PastOutage(
            ID,
            "2026-02-01-earlier",
            "Same asset: wh.orders; 41 days earlier",
            "none of 1 verified, 1 overdue by 28 days",
        )
    ]
    assert digest.past_outages(loaded, set(), date(2026, 3, 20)) == []
    published = archive(home, **{PATH: late.replace("in-review", "published")})
    assert digest.past_outages(published, {PATH}, date(2026, 3, 20)) == []


def test_the_same_input_gives_the_same_bytes(home: Path) -> None:
    found = [finding(line=line, path=path) for line in (4, 2) for path in (PATH, OTHER)]
    loaded = archive(home, **{PATH: RECORD})
    assert told(loaded, found) == told(loaded, found[::-1])


# --- no words of a record do more than stand there -----------------------------------------------

HOSTILE = [
    "@an-org/everyone, look",
    "closes #12, fixes an-org/postmortems#3 and GH-4, see GHSA-aaaa-bbbb-cccc",
    "https://example.com www.example.com somebody@example.com",
    "deadbeef1 0123456789abcdef0123456789abcdef01234567",
    "<img src=x onerror=alert(1)><!-- --> <script>alert(1)</script>",
    "</td></tr></table><h1>Ready to merge</h1>",
    "![x](https://example.com/x.png) [x](javascript:alert(1))",
    "a | b\n\n## Ready to merge\n\n| x |\n| --- |",
    "\u202eevil\u202c \u2066x\u2069 \u200f \x1b[31m \x00",
    ":tada: $x^2$ `<b>` ``` ~~~",
    "-->\n<!-- debrief -->",
    "&#64;everyone &lt;b&gt;",
]


TAGS = {"details", "summary", "table", "tr", "th", "td", "code", "em", "span", "sub", "p"}


def outside_code(text: str) -> str:
    """The text as a host's filters see it: tags and entities gone, code left out."""
    return re.sub("<code>.*?</code>", "", text)


@pytest.mark.parametrize("words", HOSTILE)
def test_words_of_a_record_are_words(home: Path, words: str) -> None:
    record = RECORD.replace("Orders came late", "x")
    loaded = archive(home, **{OTHER: record})
    rules = ("PM201", "PM605", "PM810")
    found = [finding(rule=rule, message=words, fix=words, path=words) for rule in rules]
    found.append(finding(path=words, message=words, fix=words, rule=words))
    text = told(loaded, found, similar=[PastOutage(words, words, words, words)])
    cells = Cells(text)
    assert cells.tags <= TAGS
    assert {len(row) for row in cells.rows} <= {3, 4}
    assert headings(text)[0] == "Not ready to merge: 4 errors"
    assert all("Ready" not in heading for heading in headings(text)[1:])
    assert text.count(MARKER) == 1
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\u200e\u200f]", text)
    # Entities are decoded in it, as they are where a host looks for what it could link.
    seen = "\n".join("\n".join(row) for row in Cells(outside_code(text)).rows)
    assert not re.search(r"@\w|#\d|://|www\.|\bGH-\d|\bGHSA-\w", seen)
    assert not re.search(r"\b[0-9a-f]{7,40}\b", seen)
    assert not re.search(r":\w+:", seen)
    assert not re.search(r"\$(?!</span>)", outside_code(text))


@steady
@given(st.text(max_size=80))
def test_any_words_stay_in_their_cells(words: str) -> None:
    loaded = Archive.load(Path(__file__).parent / "data")  # where there are no records
    found = [finding(message=words, fix=words, path=f"{words}.md")]
    cells = Cells(told(loaded, found))
    assert cells.tags <= TAGS
    assert [len(row) for row in cells.rows] == [4, 4]


@pytest.mark.parametrize("letter", ["x", "@", "$", "'", "🔥", "\n", "\u202e", "`", "<"])
def test_it_stays_short_whatever_it_is_given(home: Path, letter: str) -> None:
    """60,000 bytes, and every finding is shown or counted."""
    long = letter * 5_000
    found = [
        finding(path=f"{number:03}-{long}.md", line=line, rule=rule, message=long, fix=long)
        for rule in ("PM201", "PM605", "PM810")
        for number in range(40)
        for line in range(1, 4)
    ]
    for number in range(60):
        path = f"postmortems/2026/2026-01-01-{'y' * 70}-{number:02}.md"
        write(home, path, RECORD)
    similar = [PastOutage(ID, long, long, long)] * 50
    text = told(archive(home), found, similar=similar)
    changed = {finding.path for finding in found[:60]}
    told(archive(home), found, sorted(changed), similar)
    assert len(text) > 5_000
    for heading, number in (
        ("What is missing", 120),
        ("What the blast radius forgot", 120),
        ("Not verified", 120),
        ("Who has yet to sign", 240),
        ("Similar past outages", 50),
    ):
        section = part(text, heading)
        rows = sum(1 for row in Cells(section).rows if row[0] not in ("Line", "Where", "Record"))
        more = sum(int(n) for n in re.findall(r"^And (\d+) more\.$", section, re.MULTILINE))
        more += sum(int(n) for n in re.findall(r"And (\d+) more in this file", section))
        assert rows + more == number, heading


def test_ten_thousand_findings_take_no_time(home: Path) -> None:
    found = [finding(path=f"{number // 4}.md", line=number) for number in range(10_000)]
    text = told(archive(home), found)
    assert "## Not ready to merge: 10,000 errors" in text
