"""The sheets: no word of a record is markup, and what is written is read back as it stood."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hostile import PAYLOADS
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from debrief.exercise import markdown, printable, sheet
from debrief.reporters import plain

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
"""CommonMark with the tables of GitHub's, and HTML as GitHub reads it."""

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


def inline(text: str) -> list[Token]:
    """The innermost parts of a text, all blocks of it one after the other."""
    blocks = READER.parse(text)
    assert not [block.type for block in blocks if "html" in block.type or block.type == "fence"]
    return [part for block in blocks for part in block.children or ()]


def as_it_reads(text: str) -> str:
    return "".join(re.sub("\u200b", "", plain.printable(text)).split())


def same(written: str, meant: str) -> None:
    told = inline(written)
    assert {part.type for part in told} <= {"text", "text_special", "softbreak"}, written
    joined = "".join(part.content for part in told)
    assert as_it_reads(joined) == as_it_reads(meant)


@given(texts)
@example(PAYLOADS[0])
@example("1. first")
@example("- [ ] x")
@example("# not a heading")
@example("    no code")
@example("a\n===\n")
@example("&lt;b&gt; &#35;")
@example("a\\|b|c")
@example("[a]: https://x.example")
@example("+ 3 | *4* ~~5~~ _6_ https://x.example @all #12")
def test_a_text_stays_text_in_each_place_where_it_can_stand(text: str) -> None:
    line = sheet.line(text)
    for block in (
        sheet.Paragraph(line),
        sheet.Items((line, line)),
        sheet.Heading(2, text),
    ):
        written = markdown.written(sheet.Sheet("x", (block,)))
        meant = f"{text}{text}" if isinstance(block, sheet.Items) else text
        if as_it_reads(text):
            same(written.replace("\u200b", ""), meant)
    table = sheet.Table(("One", "Two"), ((line, sheet.line("end")),))
    rendered = READER.render(markdown.written(sheet.Sheet("x", (table,)))).replace("\u200b", "")
    assert rendered.count("<td>") == 2, rendered
    assert not re.search(r"<(?!/?(?:table|thead|tbody|tr|th|td)>)", rendered), rendered


def test_what_stands_between_backquotes_is_code_and_the_rest_is_not() -> None:
    line = sheet.quoted("`unit_price` is *gone*")
    written = markdown.written(sheet.Sheet("x", (sheet.Paragraph(line),)))
    assert written == "`unit_price` is \\*gone\\*\n"
    table = markdown.written(sheet.Sheet("x", (sheet.Table(("A",), ((sheet.quoted("`a|b`"),),)),)))
    assert "<code>a|b</code>" in READER.render(table)


def test_words_that_stand_out_keep_their_blanks_outside() -> None:
    line = sheet.line(sheet.strong("Ask: "), "what?")
    assert markdown.written(sheet.Sheet("x", (sheet.Paragraph(line),))) == "**Ask:** what?\n"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("text", PAYLOADS)
def test_a_page_holds_no_element_of_a_record_and_loads_nothing(text: str) -> None:
    line = sheet.quoted(text)
    blocks = (
        sheet.Heading(1, text),
        sheet.Paragraph(line),
        sheet.Items((line,), boxes=True),
        sheet.Table((text,), ((line,),)),
        sheet.Commands((text,)),
        sheet.Space(2),
        sheet.NewPage(),
    )
    tags = _Tags()
    tags.feed(printable.page(sheet.Sheet("x", blocks)))
    ours = "html head meta title style body h1 p ul li table thead tbody tr th td pre code div"
    assert {tag for tag, _ in tags.tags} <= set(ours.split())
    assert not [attrs for _, attrs in tags.tags if {"src", "href", "onerror"} & attrs.keys()]
    assert text.replace("`", "") in tags.text
    policy = [attrs["content"] for _, attrs in tags.tags if "http-equiv" in attrs]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]
