"""Whatever a document is made of: every word of it is in the record, and the check accepts it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from old_documents import TODAY, repository, setting

from debrief import checks, template
from debrief.adopt import verbatim
from debrief.adopt.adoption import Choices, Original
from debrief.adopt.recognise import recognise
from debrief.archive import Archive
from debrief.document import as_record, write_record
from debrief.finding import Level
from debrief.nodes import plain_values

DAY = date(2026, 3, 14)

# Each word of the prose is one of a kind, so that none can be taken for another.
Draw = Callable[..., object]
MARKS = ["{}", "{}", "{}", "*{}*", "**{}**", "`{}`", "{}:", "{}.", "({})", "[{}](https://example.com)",
         "<b>{}</b>", "![{}](a.png)", "@{}", "&amp; {}", "{} | x", "# {}", "\\{}", "{}  ", "_{}_",
         "---{}", "'{}'", '"{}"', "{} #1", "~{}~", "{{{}}}", "- {}", "{}ß", "{}é"]  # fmt: skip


class Prose:
    """Hands out words, and remembers them."""

    def __init__(self, draw: Callable[[st.SearchStrategy[str]], str]) -> None:
        self._draw, self.words = draw, 0

    def word(self) -> str:
        self.words += 1
        mark = self._draw(st.sampled_from(MARKS))
        return mark.replace("{}", f"wort{self.words}q")

    def line(self, most: int = 4) -> str:
        count = int(self._draw(st.sampled_from([str(n) for n in range(1, most + 1)])))
        return " ".join(self.word() for _ in range(count))


BLOCKS = [
    "paragraph", "paragraphs", "bullets", "nested", "numbers", "table", "code", "quote", "rule",
    "times", "time table", "time paragraphs", "boxes", "labels", "html", "nothing", "zone",
]  # fmt: skip
HEADINGS = [
    "Summary", "Timeline", "Action items", "Contributing factors", "Root cause", "Lessons learned",
    "What happened", "Resolution", "Impact", "Stats", "Metadata", "Date", "Severity", "Owner",
    "Zeitverlauf", "Maßnahmen", "Title", "Detection", "14:05", "2026-03-14", "Trigger",
]  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, int]:
    """A document, and how many words of prose are in it."""
    prose = Prose(draw)
    lines = list(front(draw, prose)) + list(title(draw, prose))
    lines += block(draw, prose)
    for _ in range(draw(st.integers(0, 5))):
        lines += heading(draw, prose)
        for _ in range(draw(st.integers(0, 2))):
            lines += block(draw, prose)
    return "\n".join(lines) + "\n", prose.words


def front(draw: st.DrawFn, prose: Prose) -> list[str]:
    kind = draw(st.sampled_from(["", "", "yaml", "toml", "broken", "rule"]))
    word = f"wort{prose.words + 1}q"
    if kind in ("", "rule"):
        return ["---", ""] if kind else []
    prose.words += 1
    told = {
        "yaml": ["---", f'title: "{word}"', "date: 2026-03-14", "---"],
        "toml": ["+++", f'note = "{word}"', "+++"],
        "broken": ["---", f"note: [{word}", "---"],
    }
    return told[kind]


def title(draw: st.DrawFn, prose: Prose) -> list[str]:
    kind = draw(st.sampled_from(["# {}", "{}\n===", "", "# 2026-03-14, {}", "# Title:\n## {}"]))
    return [kind.format(prose.line()), ""] if kind else []


def heading(draw: st.DrawFn, prose: Prose) -> list[str]:
    words = draw(st.sampled_from([*HEADINGS, ""])) or prose.line(2)
    form = draw(
        st.sampled_from(["# {}", "## {}", "### {}", "{}\n---", "**{}**", "## {}: 5", "## {} ##"])
    )
    return ["", form.format(words), ""]


def block(draw: st.DrawFn, prose: Prose) -> list[str]:
    line, kind = prose.line, draw(st.sampled_from(BLOCKS))
    clock = draw(st.sampled_from(["10:00", "2026-03-14 10:00 UTC", "9am", "03/04/2026", "~11:00"]))
    made: dict[str, Callable[[], list[str]]] = {
        "paragraph": lambda: [line(), line()],
        "paragraphs": lambda: [line(), "", line()],
        "bullets": lambda: [f"- {line()}", f"* {line()}"],
        "nested": lambda: [f"- {line()}", f"  - {line()}", "", f"    {line()}"],
        "numbers": lambda: [f"1. {line()}", f"2) {line()}"],
        "table": lambda: ["| a | b |", "|---|---|", f"| {line()} | {line()} |"],
        "code": lambda: ["```", line(), "# no heading", "```"],
        "quote": lambda: [f"> {line()}", f"> ## {line()}"],
        "rule": lambda: ["", "---", "", line(), "", "***"],
        "times": lambda: [f"- {clock} {line()}", f"- 12:00 – {line()}", f"- {line()}"],
        "time table": lambda: ["| Time (CET) | Event |", "|---|---|", f"| {clock} | {line()} |"],
        "time paragraphs": lambda: [f"{clock} {line()}", "", f"**12:30** {line()}"],
        "boxes": lambda: [f"- [x] {line()}", f"- [ ] {line()}"],
        "labels": lambda: [f"Severity: {line(1)}", "Date: 2026-03-14", f"Owner: {line(2)}"],
        "html": lambda: ["<details>", line(), "</details>"],
        "nothing": lambda: ["", ""],
        "zone": lambda: ["All times in CET."],
    }
    return [*made[kind](), ""]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """A repository without a record."""
    return Archive.load(repository(tmp_path_factory.mktemp("repository")))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=documents())
@example(made=("# T\n\n## Timeline\n\n- 10:00 UTC wort1q\n", 1))
@example(made=("", 0))
@example(made=("---\n", 0))
@example(made=("# T\n\n## Contributing factors\n\nA wort1q.\n\n" * 2, 1))
def test_every_word_is_found_again_and_the_check_has_no_error(
    archive: Archive, made: tuple[str, int]
) -> None:
    text, words = made
    original = Original("old/2026-03-14-x.md", text, "old/2026-03-14-x.md")
    adoption = recognise(original, setting(archive.root), Choices(day=DAY))
    values = {
        **adoption.values,
        "imported": {**adoption.values["imported"], "imported_on": str(TODAY)},
    }
    written = write_record(values, adoption.body)

    # Every word stands there, in the body or in a value.
    found = set(re.findall(r"wort\d+q", written))
    assert found == {f"wort{number}q" for number in range(1, words + 1)}
    assert verbatim.lost(text, written, adoption.moved, adoption.converted) == []

    # What is read is what was written.
    path = template.record_path(DAY, "x")
    document = as_record(written, path)
    read = plain_values(document.tree)
    assert read == _as_text(values)
    assert document.body.strip() == adoption.body.strip()

    # The check accepts it as imported.
    trial = archive.with_text(path, written)
    errors = [f for f in checks.run(trial, TODAY, only={path}) if f.level is Level.ERROR]
    assert errors == []


def _as_text(value: object) -> object:
    if isinstance(value, dict):
        return {key: _as_text(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_text(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


@given(text=st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_text_is_adopted_or_told(archive: Archive, text: str) -> None:
    original = Original("old/x.md", text.replace("\r", ""), "old/x.md")
    adoption = recognise(original, setting(archive.root), Choices(day=DAY))
    assert adoption.title or not text.strip() or adoption.body


def test_a_word_that_is_missing_is_named_with_its_line() -> None:
    record = '---\ntitle: "Orders late"\n---\n\nIt broke.\n'
    lost = verbatim.lost("# Orders late\n\nIt broke twice, it broke.\n", record, ["title"], [])
    assert lost == [(3, "it"), (3, "broke"), (3, "twice")]


def test_a_word_in_another_key_is_no_word_found_again() -> None:
    record = '---\ntitle: "Orders"\nsummary: "late"\n---\n\nIt broke.\n'
    assert verbatim.lost("late", record, ["title"], []) == [(1, "late")]
