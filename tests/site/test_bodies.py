"""What a record's prose may become, and what it never may."""

from __future__ import annotations

import pytest

from debrief.site import bodies

PATH = "postmortems/2026/2026-03-14-orders-mart.md"
KNOWN = {
    "postmortems/2025/2025-11-02-late.md": "../../2025/2025-11-02-late/",
    "postmortems/2026/2026-03-14-orders-mart/rows.sql": "rows.sql",
    "postmortems/2026/2026-03-14-orders-mart/chart.png": "chart.png",
}


def html(body: str) -> str:
    return "".join(section.html for section in bodies.render(body, PATH, KNOWN.get))


def test_a_body_is_cut_at_its_second_level_headings() -> None:
    body = (
        "Before.\n\n## One\n\nText `x`.\n\n### Inner\n\n## Two\n\n> ## quoted\n\nTwo\n---\n\nEnd."
    )
    found = bodies.render(body, PATH, KNOWN.get)
    assert [section.title for section in found] == ["", "One", "Two", "Two"]
    assert [section.anchor for section in found[1:]] == ["text-one", "text-two", "text-two-2"]
    assert found[0].html == "<p>Before.</p>"
    assert found[1].html == "<p>Text <code>x</code>.</p>\n<h3>Inner</h3>"
    assert "<h3>quoted</h3>" in found[2].html
    assert found[3].text == "End."


def test_a_heading_in_code_is_no_heading() -> None:
    found = bodies.render("## One\n\n```\n## Two\n```\n", PATH, KNOWN.get)
    assert [section.title for section in found] == ["One"]
    assert found[0].html == "<pre><code>## Two\n</code></pre>"


def test_a_heading_is_text_without_marks() -> None:
    found = bodies.render("## A *b* `<c>` & d\n\nx", PATH, KNOWN.get)
    assert found[0].title == "A b <c> & d"


def test_an_empty_body_has_no_sections() -> None:
    assert bodies.render("", PATH, KNOWN.get) == ()
    assert bodies.render("\n\n", PATH, KNOWN.get) == ()


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ('a <img src=x onerror="y"> b', '<p>a &lt;img src=x onerror="y"&gt; b</p>'),
        ("<div onclick=x>\n\ntext\n\n</div>", "&lt;div onclick=x&gt;"),
        ("<!-- hidden -->", "<p>&lt;!-- hidden --&gt;</p>"),
        ("x {: #evil .mermaid onclick=y }", "<p>x {: #evil .mermaid onclick=y }</p>"),
        ('--8<-- "mkdocs.yml"', '<p>--8&lt;-- "mkdocs.yml"</p>'),
        ("{{ config.site_name }}", "<p>{{ config.site_name }}</p>"),
        ("`</code><script>`", "<code>&lt;/code&gt;&lt;script&gt;</code>"),
        ("```\n</code></pre><script>\n```", "&lt;/code&gt;&lt;/pre&gt;&lt;script&gt;"),
    ],
)
def test_raw_html_shows_as_text(body: str, shown: str) -> None:
    assert shown in html(body)
    assert "<script" not in html(body)


@pytest.mark.parametrize(
    "fence",
    ['{ #__config .mermaid onclick="x" }', "{ .python #a }", "{ .mermaid .other }", '{ ."><b }'],
)
def test_a_fence_sets_no_attribute_but_its_language(fence: str) -> None:
    shown = html(f"```{fence}\ncode\n```")
    assert "id=" not in shown
    assert "<pre><code" in shown or "<p>" in shown
    assert "onclick=" not in shown.replace("&quot;", '"').split("<code")[0]
    assert "<b" not in shown


@pytest.mark.parametrize(
    ("target", "link"),
    [
        ("https://example.com/a?b=c&d", 'href="https://example.com/a?b=c&amp;d"'),
        ("HTTP://example.com/", 'href="HTTP://example.com/"'),
        ("mailto:data@example.com", 'href="mailto:data@example.com"'),
        ("../2025/2025-11-02-late.md", 'href="../../2025/2025-11-02-late/"'),
        ("../2025/2025-11-02-late.md#what-happened", '2025-11-02-late/#text-what-happened"'),
        ("2026-03-14-orders-mart/rows.sql", 'href="rows.sql"'),
        ("2026-03-14-orders-mart/rows%2Esql", 'href="rows.sql"'),
        ("#one", 'href="#text-one"'),
    ],
)
def test_links_that_lead_somewhere(target: str, link: str) -> None:
    assert link in html(f"## One\n\n[x]({target})")


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#115;cript:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://example.com/x",
        "http:alert",
        "//example.com/x",
        "/owners/",
        "\\\\example.com/x",
        "https:\\\\example.com",
        "../../mkdocs.yml",
        "../2025/2025-11-02-late.md?x=1",
        "nothing-here.md",
        "#nowhere",
        "<java\tscript:x>",
        "http://[",
    ],
)
def test_links_that_lead_nowhere(target: str) -> None:
    assert "href" not in html(f"## One\n\n[x]({target})")


def test_an_address_in_angle_brackets_is_a_link() -> None:
    assert html("<https://example.com/>") == (
        '<p><a href="https://example.com/">https://example.com/</a></p>'
    )
    assert 'href="mailto:a@example.com"' in html("<a@example.com>")
    assert "href" not in html("<javascript:alert(1)>")


def test_reference_links_and_titles_are_filtered_too() -> None:
    assert "href" not in html("[x][1]\n\n[1]: javascript:alert(1)")
    assert 'title="&quot;&gt;&lt;b&gt;"' in html("[x](https://example.com '\"><b>')")


def test_links_of_one_body_do_not_leak_into_the_next() -> None:
    html("[x]: https://example.com/\n\n```\ncode\n```")
    assert html("[x]") == "<p>[x]</p>"


def test_a_picture_beside_the_record_is_shown() -> None:
    shown = html("![A chart](2026-03-14-orders-mart/chart.png)")
    assert shown == '<p><img alt="A chart" loading="lazy" src="chart.png"></p>'


def test_a_picture_from_elsewhere_becomes_a_link() -> None:
    shown = html("![A chart](https://example.com/x.png) after")
    assert "<img" not in shown
    assert '<a href="https://example.com/x.png">A chart</a></span> after' in shown


def test_a_picture_in_a_link_does_not_nest_links() -> None:
    shown = html("[![A](https://example.com/x.png)](https://example.com/)")
    assert shown.count("<a ") == 1
    assert "<img" not in shown


def test_a_picture_that_leads_nowhere_is_its_words() -> None:
    assert html("![A chart](data:image/png;base64,xx)") == "<p><span>A chart</span></p>"


def test_tables_align_without_styles() -> None:
    shown = html("| a | b |\n| :-- | --: |\n| 1 | <b> |")
    assert 'align="right"' in shown
    assert "style" not in shown
    assert "&lt;b&gt;" in shown
