"""HTML as what a reader of it sees: elements, attributes and text, in their order."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_EMPTY = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
})  # fmt: skip

Event = tuple[str, object]


class _Reader(HTMLParser):
    """Collects what happens; blanks are one blank but within `pre`, and none between blocks."""

    def __init__(self, html: str, within: str | None) -> None:
        super().__init__(convert_charrefs=True)
        self.events: list[Event] = []
        self._within = within
        self._open: list[str] = []
        self._text = ""
        self._added = 0
        self._reading = within is None
        self.feed(html)
        self.close()
        self._end_text()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == self._within:
            self._reading = True
        elif self._reading:
            self._end_text()
            self._open += [] if tag in _EMPTY else [tag]
            if self._added or _is_of_the_theme(attrs):
                self._added += tag not in _EMPTY
            else:
                self.events.append((tag, sorted(attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._within:
            self._end_text()
            self._reading = False
        elif self._reading and tag not in _EMPTY:
            self._end_text()
            self._open.pop()
            if self._added:
                self._added -= 1
            else:
                self.events.append(("/", tag))

    def handle_data(self, data: str) -> None:
        if self._reading and not self._added:
            self._text += data

    def _end_text(self) -> None:
        text, self._text = self._text, ""
        if "pre" not in self._open:
            text = re.sub(r"[ \t\r\n\f]+", " ", text)
        if text and (self._open or text != " "):
            self.events.append(("text", text))


def _is_of_the_theme(attrs: list[tuple[str, str | None]]) -> bool:
    """Whether it is one of the two anchors that generators add to a page."""
    return ("class", "headerlink") in attrs or ("id", "__skip") in attrs


def events(html: str, within: str | None = None) -> list[Event]:
    """What HTML consists of, or what stands in its elements of one name.

    Anchors that a generator adds, to a heading or to skip to, are left out.
    """
    return _Reader(html, within).events
