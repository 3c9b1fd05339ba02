"""HTML as Markdown that no reader of Markdown changes, whatever a record says.

Between blank lines stands one element each, as raw HTML. Every line in it begins with a tag, so
nothing that a record says begins one; no line is empty, which for CommonMark would end the raw
HTML; and what readers look for before they look for HTML (fences, templates, snippets, tabs) is
written as a character reference. Only the headings of the table of contents are Markdown, because
readers make that table from nothing else.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator

_TOKEN = re.compile(r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>|[^<]+|<""")
_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
_VALUE = re.compile(r"""(?<==)(?:"[^"]*"|'[^']*')""")
_HEADING = re.compile(
    r'<h(?P<level>[1-6]) id="(?P<anchor>[A-Za-z][\w-]*)">(?P<title>[^<\n]*)</h(?P=level)>\Z'
)
_EMPTY = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
})  # fmt: skip
"""Elements without an end."""

_LOOKED_FOR = re.compile("[`~{}\t]")
_PUNCTUATION = re.compile(r"[^\w\s]|[_\t]")
_BLANKS = " \t\r\f\n"
"""What HTML takes for a blank, which is less than Python does."""
_BROKEN = re.compile(rf"[{_BLANKS}]*\n[{_BLANKS}]*")
"""Blanks with a line break among them; outside of `pre` they count as one."""


def as_markdown(page: str, anchors: Collection[str]) -> str:
    """Well-formed HTML as Markdown; the headings with these anchors become Markdown's own.

    What comes of it is the same HTML, but for blanks that HTML does not tell from one another.
    """
    return "\n\n".join(_as_heading(element, anchors) or element for element in _elements(page))


def _elements(page: str) -> Iterator[str]:
    """The elements at the top, one after the other; what stands between them is only blanks."""
    parts: list[str] = []
    depth = preformatted = 0
    for token in _TOKEN.findall(page):
        tag = _TAG.match(token)
        if tag is None:
            parts.append(_text(token, preformatted=preformatted > 0))
            continue
        parts.append(_VALUE.sub(_value, token))
        name = tag[2].lower()
        if name not in _EMPTY and not token.endswith("/>"):
            step = -1 if tag[1] else 1
            depth += step
            preformatted += step if name == "pre" else 0
        if depth == 0:
            yield "".join(parts).strip(_BLANKS)
            parts = []
    if rest := "".join(parts).strip(_BLANKS):
        yield rest


def _text(text: str, *, preformatted: bool) -> str:
    """Text within an element, still HTML, without a line that begins with it."""
    if not preformatted and "\n" in text:
        text = _BROKEN.sub(" " if text.strip(_BLANKS) else "\n", text)
    elif preformatted:
        text = text.replace("\n", "&#10;")
    return _LOOKED_FOR.sub(_reference, text)


def _value(value: re.Match[str]) -> str:
    """The value of an attribute, with its quotes."""
    return _LOOKED_FOR.sub(_reference, value[0].replace("\n", "&#10;"))


def _reference(character: re.Match[str]) -> str:
    return f"&#{ord(character[0])};"


def _as_heading(element: str, anchors: Collection[str]) -> str | None:
    """A heading of the table of contents as Markdown, with nothing in it that Markdown reads."""
    heading = _HEADING.match(element)
    if heading is None or heading["anchor"] not in anchors or not heading["title"].strip():
        return None
    title = _PUNCTUATION.sub(_reference, html.unescape(heading["title"]).strip())
    return f"{'#' * int(heading['level'])} {title} {{#{heading['anchor']}}}"
