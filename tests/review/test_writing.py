"""Reports as Markdown and as a page: whatever a record says stays words, and rows stay rows."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hostile import PAYLOADS
from markdown_it import MarkdownIt

from debrief.archive import Archive
from debrief.review import Report, Section, markdown, places, printed
from debrief.review.phrases import ACTION, ASSET, LATE, OWNER, PROSE, RECORD, Name, Phrase, say
from debrief.review.report import Item, Table
from debrief.site import address

NASTY = (
    *PAYLOADS,
    "a | b | c",
    "| - | - |\n# A heading",
    "# no heading",
    "1. no list",
    "- no list",
    "[click](https://evil.example.com) ![x](https://evil.example.com/x.png)",
    "<https://evil.example.com> https://evil.example.com www.evil.example.com",
    "**bold** _slanted_ ~~struck~~ `code` ``` fence",
    "@someone fixes #12 and GH-12 in 0123456789abcdef, :tada: $x^2$",
    "</details></td></tr></table><b>",
    "a\u2028b\x00c\u202ed",
    "[^1]: note\n\n    indented",
    "*",
    "\\",
    "&lt;b&gt; &#60;",
)


def report_of(words: str) -> Report:
    def named(kind: str) -> Phrase:
        return (Name(kind, words, words, words),)

    every = tuple(named(kind) for kind in (RECORD, ACTION, OWNER, LATE, PROSE))
    item = Item((words,), ((words,), *every), ((words,), *every), since=(words,), group=(words,))
    table = Table(words, ("Column", words), (((words,), named(PROSE)), ((words,), named(RECORD))))
    section = Section("anchor", words, "A question?", 5, ((words,),), (table,), (item,),
                      ((words, words),))  # fmt: skip
    return Report(words, ((words,),), (section,), warnings=((words,),))


def shape(html: str) -> Counter[str]:
    """How many of each element."""
    return Counter(re.findall(r"<([a-z][a-z0-9]*)", html))


def rendered(words: str) -> str:
    """What a reader of Markdown with tables and HTML makes of it."""
    text = markdown.written(report_of(words))
    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))


EXPECTED = shape(rendered("words"))
OWN = {"code", "span"}
"""What words may become: code between backquotes, and the dollar that begins no formula."""


@pytest.mark.parametrize("words", NASTY)
def test_in_markdown_no_word_becomes_an_element(words: str) -> None:
    found = shape(rendered(words))
    assert {name: n for name, n in found.items() if name not in OWN} == {
        name: n for name, n in EXPECTED.items() if name not in OWN
    }


def test_accounts_numbers_and_addresses_are_no_references() -> None:
    text = markdown.written(report_of("@someone #12 https://evil.example.com 0123456789ab"))
    prose = re.sub("`[^`]*`", "", text)
    assert not re.search(r"@someone|#12|https://|0123456789ab", prose)


@pytest.mark.parametrize("words", NASTY)
def test_on_the_page_to_print_no_word_becomes_an_element(words: str) -> None:
    found, plain = (shape(printed.page(report_of(one))) for one in (words, "words"))
    assert {k: n for k, n in found.items() if k != "code"} == {
        k: n for k, n in plain.items() if k != "code"
    }


def test_the_page_to_print_asks_nobody_for_anything() -> None:
    page = printed.page(report_of("words"))
    assert not re.search(r"<script|<link|<img|src=|url\(|@import|https?:", page)


def test_names_lead_to_the_site_where_it_is_known() -> None:
    told = say(
        "See {} by {}.", Name(RECORD, "It [broke]", "2026-01-02-it"), Name(OWNER, "Ann", "a")
    )
    report = Report("R", (told,))

    def place(name: Name) -> str:
        return f"https://site.example.com/{name.id})\"'<>/"

    linked = markdown.written(report, place)
    where = "https://site.example.com/2026-01-02-it%29%22%27%3C%3E/"
    assert f"See [It \\[broke\\]]({where}) by [Ann](https" in linked
    assert 'href="https://site.example.com/a)&quot;&#x27;&lt;&gt;/"' in printed.page(report, place)


def test_without_a_site_a_record_has_its_id_at_its_first_mention_of_a_section() -> None:
    name = Name(RECORD, "It broke", "2026-01-02-it")
    section = Section("a", "A", said=(say("{} and {}.", name, name),))
    text = markdown.written(Report("R", sections=(section, section)))
    assert text.count("It broke (`2026-01-02-it`) and It broke.") == 2
    assert "2026-01-02-it" not in markdown.written(Report("R", sections=(section,), ids=False))


@pytest.mark.samples
def test_the_places_of_names_are_those_of_the_pages(root: Path) -> None:
    archive = Archive.load(root)
    place = places.of_site(archive, "https://site.example.com/x/")
    site = "https://site.example.com/x/"
    for owner in archive.catalog.owners:
        assert place(Name(OWNER, "", owner)) == address.under(site, address.owner(owner))
    for asset in archive.catalog.assets:
        assert place(Name(ASSET, "", asset)) == address.under(site, address.asset(asset))
    for record in archive.postmortems:
        page = address.under(site, address.postmortem(record.id))
        assert place(Name(RECORD, "", record.id)) == page
        for action in record.actions:
            anchor = address.action_anchor(action.id, restricted=record.restricted)
            assert place(Name(ACTION, "", action.id, record.id)) == f"{page}#{anchor}"
    assert place(Name(OWNER, "", "nobody")) is None
    assert places.of_site(archive, "")(Name(RECORD, "", record.id)) is None


def test_the_timetable_says_when_each_point_begins() -> None:
    sections = tuple(Section(str(n), f"Point {n}", "Why?", n) for n in (6, 54))
    text = markdown.written(Report("R", sections=sections))
    assert "60 minutes." in text
    assert "| 0:00 | Point 6 | 6 |  |\n| 0:06 | Point 54 | 54 |  |" in text
