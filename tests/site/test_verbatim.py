"""HTML that goes through Markdown: the same comes out, whatever stands in it."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import pytest
from html_tree import events
from markdown import Markdown

from debrief.site.verbatim import as_markdown

EXTENSIONS = (
    *("abbr", "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "meta", "smarty"),
    *("tables", "toc", "wikilinks", "pymdownx.arithmatex", "pymdownx.b64", "pymdownx.betterem"),
    *("pymdownx.blocks.html", "pymdownx.caret", "pymdownx.critic", "pymdownx.details"),
    *("pymdownx.emoji", "pymdownx.highlight", "pymdownx.inlinehilite", "pymdownx.keys"),
    *("pymdownx.magiclink", "pymdownx.mark", "pymdownx.smartsymbols", "pymdownx.snippets"),
    *("pymdownx.superfences", "pymdownx.tabbed", "pymdownx.tasklist", "pymdownx.tilde"),
)
"""More than the site uses: another generator may bring its own."""

NASTY = (
    "```\ncode\n```",
    "~~~ {.python}\ncode\n~~~",
    "text\n\n    indented\n\n* item\n\n# heading",
    '--8<-- "secret.txt"',
    "--8<--\nsecret.txt\n--8<--",
    "*[HTML]: an abbreviation\n\nHTML",
    "{{ 7 * 7 }} {% raw %} {# note #} ${x}",
    "{++added++} {--gone--} {>>remark<<} ==mark== ^^a^^ ~~b~~",
    ":smile: :material-pulse: [[wiki]] [x](javascript:x) ![y](z)",
    "https://example.com/ www.example.com @person #12 user@example.com",
    "[TOC]\n\n[^1]: note\n\n[ref]: https://example.com",
    "/// html | div\nx\n///",
    "$x$ \\(y\\) \\[z\\] \\* \\` (c) -->  --- ...",
    "</div></td></pre><!-- --><![CDATA[ ]]><?php ?><script>x</script>",
    '<div markdown="1">**x**</div>',
    "- [ ] task\n- [x] done\n\n1. one\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    '\ttab\n\t\ttabs\n=== "Tab"\n\n    x\n\n!!! note\n    x\n\n??? x',
    "Setext\n======\n\nTerm\n:   Definition\n\n***\n---",
    "name: value\n\nkey: value",
    "&amp; &#96; &lt;b&gt; {: #id .class }",
    "\u00a0\n\u00a0x\n\n\u3000",
    "Привет 世界 🔥 é\u00a0x",
)


@pytest.fixture
def reader(tmp_path: Path) -> Markdown:
    """Markdown with everything that could get in the way, and a file that could be pulled in."""
    (tmp_path / "secret.txt").write_text("SECRET", "utf-8")
    settings: dict[str, dict[str, Any]] = {
        "pymdownx.snippets": {"base_path": [str(tmp_path)]},
        "abbr": {"glossary": {}},
    }
    return Markdown(extensions=list(EXTENSIONS), extension_configs=settings)


@pytest.mark.parametrize("text", NASTY)
def test_text_and_attributes_come_out_as_they_went_in(reader: Markdown, text: str) -> None:
    shown = html.escape(text)
    page = f"""<header class="db-head">
      <h1 id="top">{shown}</h1>
      {shown}

      <p title="{shown}" data-label='{shown}'>
        {shown}
      </p>
    </header>

      <h2 id="part">{html.escape(" ".join(text.split()))}</h2>
    <pre><code>{shown}

    {shown}</code></pre>
    <ul>
        <li>{shown}<br>

        {shown}</li>
    </ul>"""
    made = reader.convert(as_markdown(page, {"part"}))
    assert "SECRET" not in made
    assert events(made) == events(page)


@pytest.mark.parametrize("text", NASTY)
def test_the_table_of_contents_has_the_title_as_it_is(reader: Markdown, text: str) -> None:
    title = " ".join(text.split())
    reader.convert(as_markdown(f'<h2 id="part">{html.escape(title)}</h2>', {"part"}))
    tokens: list[dict[str, str]] = reader.toc_tokens  # type: ignore[attr-defined] # toc sets it
    assert [token["id"] for token in tokens] == ["part"]
    assert html.unescape(tokens[0]["name"]) == " ".join(title.split())


def test_every_line_begins_with_a_tag_or_a_heading_and_none_within_is_empty() -> None:
    page = "<div>\n\n   a\n\n  <p>\nb\n</p>\n<pre>\n  c\n\n\td</pre></div> \n <h2 id='x'>X</h2>"
    for element in as_markdown(page, {"x"}).split("\n\n"):
        for line in element.splitlines():
            assert line.startswith(("<", "## "))


def test_only_headings_of_the_table_of_contents_become_markdown() -> None:
    page = '<h2 id="a">A</h2><h2 id="b">B</h2><h3 id="a-b">C</h3><div><h2 id="c">D</h2></div>'
    assert as_markdown(page, {"a", "a-b", "c"}).split("\n\n") == [
        "## A {#a}",
        '<h2 id="b">B</h2>',
        "### C {#a-b}",
        '<div><h2 id="c">D</h2></div>',
    ]


def test_a_heading_with_more_than_text_or_an_odd_anchor_stays_html() -> None:
    for heading in ('<h2 id="a">A <em>b</em></h2>', '<h2 id="2026">A</h2>', '<h2 id="a"> </h2>'):
        assert as_markdown(heading, {"a", "2026"}) == heading


def test_elements_without_an_end_do_not_swallow_what_follows() -> None:
    page = '<hr><p>a<br>b<img src="x"></p><svg viewBox="0 0 1 1"><path d="M0 0"/></svg><p>c</p>'
    assert as_markdown(page, ()).split("\n\n") == [
        "<hr>",
        '<p>a<br>b<img src="x"></p>',
        '<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>',
        "<p>c</p>",
    ]
