"""What terminals, pull requests and programs are shown, whatever an author wrote."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from debrief import reporters
from debrief.document import Document, as_lines
from debrief.finding import Finding, Level, Position
from debrief.reporters import ANNOTATIONS_SHOWN, Totals

TODAY = date(2026, 4, 10)
PATH = "postmortems/2026/2026-03-14-late.md"
FILE = "---\ntitle: Late\nowner:\n---\n"

steady = settings(derandomize=True, deadline=None, max_examples=150)


def finding(
    *,
    path: str = PATH,
    line: int = 3,
    column: int = 1,
    rule: str = "PM201",
    level: Level = Level.ERROR,
    message: str = "`owner` has no value",
    fix: str = "write `owner: <id>`",
) -> Finding:
    return Finding(path, Position(line, column), rule, level, message, fix)


def documents(text: str = FILE, path: str = PATH) -> dict[str, Document]:
    return {path: as_lines(text, path)}


def shown(findings: list[Finding], text: str = FILE, path: str = PATH) -> list[str]:
    """The terminal's lines, as a file without colours gets them."""
    stream = io.StringIO()
    console = Console(file=stream, soft_wrap=True, highlight=False, color_system=None, width=80)
    for line in reporters.text(findings, documents(text, path)):
        console.print(line)
    return stream.getvalue().split("\n")


# --- totals --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("totals", "words"),
    [
        (Totals(0, 0, 0, 0), "0 files, 0 errors, 0 warnings"),
        (Totals(1, 1, 1, 1), "1 file, 1 error, 1 warning, 1 advice"),
        (Totals(1200, 2, 0, 3), "1,200 files, 2 errors, 0 warnings, 3 advice"),
    ],
)
def test_totals_in_words(totals: Totals, words: str) -> None:
    assert str(totals) == words


def test_totals_count_by_level() -> None:
    levels = [Level.ERROR, Level.WARNING, Level.ERROR, Level.ADVICE]
    assert Totals.of([finding(level=level) for level in levels], 7) == Totals(7, 2, 1, 1)


# --- terminal ------------------------------------------------------------------------------------


def test_a_finding_is_shown_with_its_line_a_caret_and_the_fix() -> None:
    assert shown([finding()]) == [
        PATH,
        "      3:1  error  PM201  `owner` has no value",
        "        3 │ owner:",
        "          │ ^",
        "      fix: write `owner: <id>`",
        "",
        "",
    ]


def test_findings_of_a_file_stand_under_its_name_once() -> None:
    lines = shown([finding(line=2), finding(line=3), finding(path="b.md", line=1)])
    assert [line for line in lines if line and not line.startswith(" ")] == [PATH, "b.md"]


def test_the_caret_stands_under_the_column() -> None:
    lines = shown([finding(line=2, column=8)])
    assert lines[2].index("Late") == lines[3].index("^")


def test_tabs_do_not_move_the_caret() -> None:
    lines = shown([finding(line=1, column=4)], "\ta\tb\n")
    assert lines[2].index("b") == lines[3].index("^")


@pytest.mark.parametrize("column", [1, 79, 80, 81, 150, 1999, 2000])
def test_a_long_line_is_shown_around_the_caret(column: int) -> None:
    text = "".join("0123456789"[number % 10] for number in range(2000))
    lines = shown([finding(line=1, column=column)], text)
    assert all(len(line) < 130 for line in lines)
    assert lines[2][lines[3].index("^")] == text[column - 1]


def test_a_place_behind_the_end_of_its_line_gets_a_caret_too() -> None:
    lines = shown([finding(line=3, column=7)])
    assert lines[3].index("^") == lines[2].index("owner:") + len("owner:")


@pytest.mark.parametrize("line", [0, 6, 99])
def test_a_place_outside_the_file_gets_no_frame(line: int) -> None:
    assert not [each for each in shown([finding(line=line)]) if "│" in each]


def test_a_file_that_could_not_be_read_gets_no_frame() -> None:
    assert not [each for each in shown([finding()], path="other.md") if "│" in each]


HOSTILE = "\x1b[2J\x1b]0;pwned\x07\r\x08\x00\x9b31m\u202e\u2066\u2028\x85"
FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def test_control_characters_do_not_reach_the_terminal() -> None:
    path = f"postmortems/{HOSTILE}.md"
    hostile = finding(path=path, line=1, message=HOSTILE, fix=HOSTILE)
    for line in shown([hostile], f"title: {HOSTILE}\n", path):
        assert not FORBIDDEN.search(line), repr(line)


def test_markup_of_the_terminal_library_is_text() -> None:
    lines = shown([finding(message="[bold red]x[/] [link=http://a]b[/link]", fix="[/]")])
    assert "[bold red]x[/] [link=http://a]b[/link]" in lines[1]


def test_a_line_end_in_a_message_does_not_forge_a_line() -> None:
    lines = shown([finding(message="a\n      1:1  error  PM999  forged")])
    assert not any(line.strip().startswith("1:1") for line in lines)


def undecodable() -> str:
    """A file's name in bytes that are not UTF-8, as Python gives it."""
    return b"2026-03-14-\xff.md".decode("utf-8", "surrogateescape")


@pytest.mark.parametrize("form", ["text", "github", "summary", "json"])
def test_a_file_name_that_is_no_text_can_be_written_out(form: str) -> None:
    found = [finding(path=undecodable())]
    totals = Totals.of(found, 1)
    written = {
        "text": lambda: "\n".join(shown(found)),
        "github": lambda: "\n".join(reporters.github(found)),
        "summary": lambda: reporters.job_summary(found, totals),
        "json": lambda: reporters.as_json(found, totals, TODAY),
    }[form]()
    written.encode("utf-8")


# --- GitHub --------------------------------------------------------------------------------------

UNESCAPES = {"%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}


def understood(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as GitHub's runner reads it: its name, properties and message."""
    match = re.fullmatch(r"::(\w+) ([^:]*(?::(?!:)[^:]*)*)::(.*)", line)
    assert match, line

    def plain(text: str) -> str:
        return re.sub("%(?:25|0D|0A|3A|2C)", lambda found: UNESCAPES[found[0]], text)

    pairs = (pair.partition("=") for pair in match[2].split(","))
    return match[1], {key: plain(value) for key, _, value in pairs}, plain(match[3])


def test_an_annotation_names_file_line_column_rule_and_fix() -> None:
    assert list(reporters.github([finding()])) == [
        (
            f"::error file={PATH},line=3,col=1,title=PM201::"
            "`owner` has no value%0AFix: write `owner: <id>`"
        )
    ]


@pytest.mark.parametrize(
    ("level", "command"),
    [(Level.ERROR, "error"), (Level.WARNING, "warning"), (Level.ADVICE, "notice")],
)
def test_each_level_has_its_command(level: Level, command: str) -> None:
    (line,) = reporters.github([finding(level=level)])
    assert line.startswith(f"::{command} ")


@pytest.mark.parametrize(
    ("words", "escaped"),
    [
        ("100%", "100%25"),
        ("%0A", "%250A"),
        ("a\nb", "a%0Ab"),
        ("a\r\nb", "a%0D%0Ab"),
        ("a, b: c", "a, b: c"),
        ("::error::forged", "::error::forged"),
        ("\n::stop-commands::x", "%0A::stop-commands::x"),
    ],
)
def test_a_message_cannot_end_its_command_or_begin_another(words: str, escaped: str) -> None:
    (line,) = reporters.github([finding(message=words, fix="x")])
    assert line.endswith(f"::{escaped}%0AFix: x")
    assert "\n" not in line
    assert "\r" not in line


@pytest.mark.parametrize("path", ["a,line=9.md", "a:b.md", "a::b.md", "a%2Cb.md", "a\nb.md"])
def test_a_file_name_cannot_forge_a_property(path: str) -> None:
    (line,) = reporters.github([finding(path=path)])
    _, properties, _ = understood(line)
    assert properties == {"file": path, "line": "3", "col": "1", "title": "PM201"}


@steady
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_github_reads_what_was_meant(path: str, message: str, fix: str) -> None:
    (line,) = reporters.github([finding(path=path, message=message, fix=fix)])
    assert "\n" not in line
    name, properties, told = understood(line)
    assert (name, properties["line"], properties["title"]) == ("error", "3", "PM201")
    assert properties["file"] == path
    assert told == f"{message}\nFix: {fix}"


def test_only_as_many_annotations_of_a_level_as_github_shows() -> None:
    findings = [finding(line=number) for number in range(1, 26)]
    findings += [finding(line=number, level=Level.WARNING) for number in range(1, 13)]
    findings += [finding(level=Level.ADVICE)]
    lines = list(reporters.github(findings))
    kinds = [understood(line)[0] for line in lines]
    assert ANNOTATIONS_SHOWN == 10
    assert [kinds.count(kind) for kind in ("error", "warning", "notice")] == [10, 10, 1]
    assert understood(lines[0])[1]["line"] == "1"


# --- the job's summary ---------------------------------------------------------------------------


class Table(HTMLParser):
    """Reads the cells of the summary's table, and every tag in it."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.rows: list[list[str]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not attrs
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.rstrip("\n")


def summary(findings: list[Finding]) -> str:
    return reporters.job_summary(findings, Totals.of(findings, 3))


def test_the_summary_has_a_verdict_and_a_row_for_each_finding_the_worst_first() -> None:
    text = summary([finding(level=Level.WARNING, line=1), finding()])
    assert text.startswith("## Every finding\n\n3 files, 1 error, 1 warning.\n")
    assert Table(text).rows == [
        ["Where", "Level", "Rule", "What", "How to put it right"],
        [f"{PATH}:3", "error", "PM201", "owner has no value", "write owner: <id>"],
        [f"{PATH}:1", "warning", "PM201", "owner has no value", "write owner: <id>"],
    ]


def test_the_summary_of_a_good_run_has_no_table() -> None:
    assert summary([]) == "## Every finding\n\n3 files, 0 errors, 0 warnings.\n"


def test_the_summary_holds_all_findings() -> None:
    assert len(Table(summary([finding(line=number) for number in range(1, 101)])).rows) == 101


def test_the_summary_stays_as_short_as_github_takes_it() -> None:
    found = [finding(line=number, message="$" * 900) for number in range(1, 201)]
    found += [finding(level=Level.WARNING)]
    text = summary(found)
    assert len(text.encode()) < 1024 * 1024
    rows = len(Table(text).rows) - 1
    assert 0 < rows < 201
    assert text.endswith(
        f"</table>\n\n{201 - rows} more findings: `./debrief check` tells all of them.\n"
    )


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("@an-org/everyone", "@&#8203;an-org/everyone"),
        ("closes #12", "closes #&#8203;12"),
        ("GH-12", "GH&#8203;-12"),
        ("https://example.com", "https:&#8203;//example.com"),
        ("www.example.com", "www&#8203;.example.com"),
        ("deadbeef", "deadbe&#8203;ef"),
        (":tada:", ":&#8203;tada:"),
        ("$x$", "<span>$</span>x<span>$</span>"),
        ("`@team`", "<code>@team</code>"),
        ("at 10:30, 1 # 2, a @ b", "at 10:30, 1 # 2, a @ b"),
    ],
)
def test_nothing_in_the_summary_refers_to_anything(words: str, shown: str) -> None:
    """Accounts, numbers, commits and addresses would notify or leave a trace elsewhere."""
    assert f"<td>{shown}</td>" in summary([finding(message=words)])


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "</td></tr></table><img src=x onerror=alert(1)>",
        "a | b\n| --- |",
        "`<b>`",
        "\"quoted\" & 'single'",
        "```\n# heading",
        "[x](javascript:alert(1))",
        "&lt;b&gt;",
    ],
)
def test_text_in_the_summary_is_text(words: str) -> None:
    markup = summary([finding(message=words, fix=words, path=words)])
    table = Table(markup)
    assert table.tags <= {"table", "tr", "th", "td", "code", "span"}
    assert len(table.rows) == 2
    assert len(table.rows[1]) == 5
    plain = words.replace("\n", " ")
    assert table.rows[1][3].replace("`", "") == plain.replace("`", "")
    # A blank line would end the table, and let Markdown begin.
    assert "\n\n" not in markup[markup.index("<table>") : markup.index("</table>")]


@steady
@given(st.text(max_size=60))
def test_no_text_leaves_its_cell(words: str) -> None:
    table = Table(summary([finding(message=words, fix=words, path=words)]))
    assert table.tags <= {"table", "tr", "th", "td", "code", "span"}
    assert [len(row) for row in table.rows] == [5, 5]


# --- JSON ----------------------------------------------------------------------------------------


def test_the_json_has_this_shape() -> None:
    found = [finding(message='say "é"\n')]
    assert json.loads(reporters.as_json(found, Totals.of(found, 3), TODAY)) == {
        "version": 1,
        "today": "2026-04-10",
        "totals": {"files": 3, "errors": 1, "warnings": 0, "advice": 0},
        "findings": [
            {
                "path": PATH,
                "line": 3,
                "column": 1,
                "rule": "PM201",
                "level": "error",
                "message": 'say "é"\n',
                "fix": "write `owner: <id>`",
            }
        ],
    }


def test_the_json_of_a_good_run_has_an_empty_list() -> None:
    content = json.loads(reporters.as_json([], Totals.of([], 0), TODAY))
    assert content["findings"] == []


def test_a_report_takes_any_iterable() -> None:
    def once() -> Iterator[Finding]:
        yield finding()

    assert list(reporters.text(once(), documents()))
    assert list(reporters.github(once()))
    assert json.loads(reporters.as_json(once(), Totals.of(once(), 1), TODAY))["findings"]
