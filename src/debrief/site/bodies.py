"""The prose of a record: Markdown in, safe HTML out, cut at its H2 headings.

Raw HTML shows as the text that it is, attributes cannot be set, nothing is loaded from elsewhere,
and a link leads to the web, to a mailbox, to another record, to a file beside the record, or
nowhere. One Markdown instance serves a whole process: making one costs more than using it.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions.fenced_code import FencedBlockPreprocessor, FencedCodeExtension
from markdown.extensions.tables import TableExtension
from markdown.util import AMP_SUBSTITUTE

from debrief.site import address

Resolve = Callable[[str], str | None]
"""A path in the repository (and a fragment, perhaps) → a link from the page, or None."""

ANCHOR_PREFIX = "text-"
"""Before the anchor of every heading of a body, so that none can be one of the page's own."""

_ELSEWHERE = frozenset({"http", "https", "mailto"})
_KEPT = {"a": {"href", "title", "rel"}, "img": {"src", "alt", "title", "loading"}, "ol": {"start"}}
_ALIGNED = frozenset({"left", "center", "right"})
_DEEPER = {"h1": "h3", "h2": "h3"}  # the page has its own; an h2 left here lies in a quotation
_LANGUAGE = re.compile(r"[A-Za-z0-9_+#.-]{1,30}\Z")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one H2 heading; ``title`` is text. Before the first, both are empty."""

    title: str
    anchor: str
    html: str

    @property
    def text(self) -> str:
        """Its words alone, for search."""
        return " ".join(html.unescape(_TAG.sub(" ", self.html)).split())


def render(body: str, path: str, resolve: Resolve) -> tuple[Section, ...]:
    """Turn a body into sections. ``path`` is the record's file: relative links start there."""
    reader = _reader()
    reader.reset()
    root = _parse(reader, body)
    groups = _cut(root)
    anchors = _anchors(title for title, _ in groups)
    links = _Links(path, resolve, frozenset(anchors))
    sections = []
    for (title, elements), anchor in zip(groups, anchors, strict=True):
        for element in elements:
            links.mend(element)
        if title or elements:
            sections.append(Section(title, anchor, _write(reader, elements)))
    return tuple(sections)


# --- Markdown ------------------------------------------------------------------------------------


class _Fences(FencedBlockPreprocessor):
    """Fenced code with a language and nothing more: no id, no class, no key of the author's."""

    def handle_attrs(
        self, attrs: Iterable[tuple[str, str | None]]
    ) -> tuple[str, list[str], dict[str, object]]:
        words = [value for key, value in attrs if key == "." and value]
        return "", [word for word in words[:1] if _LANGUAGE.match(word)], {}


class _FencedCode(FencedCodeExtension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Markdown's own name
        md.preprocessors.register(_Fences(md, self.getConfigs()), "fenced_code_block", 25)


@cache
def _reader() -> Markdown:
    # Alignment as an attribute: a style would break the Content-Security-Policy.
    tables = TableExtension(use_align_attribute=True)
    reader = Markdown(extensions=[tables, _FencedCode(), "sane_lists"], output_format="html")
    reader.preprocessors.deregister("html_block")
    reader.inlinePatterns.deregister("html")
    return reader


def _parse(reader: Markdown, body: str) -> Element:
    """The steps of ``Markdown.convert`` up to the tree, which it does not hand out."""
    lines = body.split("\n")
    for preprocessor in reader.preprocessors:
        lines = preprocessor.run(lines)
    root = reader.parser.parseDocument(lines).getroot()
    if root is None:
        return Element("div")
    for processor in reader.treeprocessors:
        changed = processor.run(root)
        root = root if changed is None else changed
    return root


def _write(reader: Markdown, elements: list[Element]) -> str:
    """The steps of ``Markdown.convert`` after the tree, for a part of it."""
    text = "".join(reader.serializer(element) for element in elements)
    for processor in reader.postprocessors:
        text = processor.run(text)
    return text.strip()


def _cut(root: Element) -> list[tuple[str, list[Element]]]:
    groups: list[tuple[str, list[Element]]] = [("", [])]
    for element in root:
        if element.tag == "h2":
            groups.append((_words(element), []))
        else:
            groups[-1][1].append(element)
    return groups


def _words(element: Element) -> str:
    plain = "".join(element.itertext()).replace(AMP_SUBSTITUTE, "&")
    return " ".join(html.unescape(plain).split()) or "Untitled"


def _anchors(titles: Iterable[str]) -> list[str]:
    """An anchor for each title, no two alike."""
    found: list[str] = []
    for title in titles:
        name = wanted = ANCHOR_PREFIX + address.anchor(title)
        count = 1
        while name in found:
            count += 1
            name = f"{wanted}-{count}"
        found.append(name)
    return found


# --- elements, attributes and links --------------------------------------------------------------


class _Links:
    """Goes through the elements of one body and leaves nothing in them that leads astray."""

    def __init__(self, path: str, resolve: Resolve, anchors: frozenset[str]) -> None:
        self._folder = posixpath.dirname(path)
        self._resolve = resolve
        self._anchors = anchors

    def mend(self, top: Element) -> None:
        for element in list(top.iter()):
            if element.tag == "img":
                self._image(element)
            elif element.tag == "a":
                for image in list(element.iter("img")):
                    self._image(image, linked=True)
                self._link(element)
            element.tag = _DEEPER.get(element.tag, element.tag)
            kept = _KEPT.get(element.tag, set())
            for name, value in list(element.items()):
                if name not in kept and not (name == "align" and value in _ALIGNED):
                    del element.attrib[name]

    def _link(self, element: Element) -> None:
        target = _plain(element.get("href", ""))
        element.attrib.pop("href", None)
        if (link := self._follow(target)) is not None:
            element.set("href", link)

    def _image(self, element: Element, *, linked: bool = False) -> None:
        source = _plain(element.get("src", ""))
        link = self._follow(source)
        if link is not None and not urlsplit(link).scheme:
            element.set("src", link)
            element.set("loading", "lazy")
            return
        # A picture from elsewhere would be a request that leaves the site: offer it as a link.
        shown = element.get("alt") or "picture"
        tail = element.tail
        element.clear()
        element.tag, element.tail = "span", tail
        if link is None or linked:
            element.text = shown
        else:
            SubElement(element, "a", {"href": link}).text = shown

    def _follow(self, target: str) -> str | None:
        """The link to write for what the author wrote; None where it must lead nowhere."""
        if not target or "\\" in target or not target.isprintable():
            return None
        try:
            parts = urlsplit(target)
        except ValueError:
            return None
        if parts.scheme:
            sound = parts.scheme in _ELSEWHERE and (parts.netloc or parts.scheme == "mailto")
            return target if sound else None
        if parts.netloc or parts.path.startswith("/") or parts.query:
            return None
        anchor = ANCHOR_PREFIX + address.anchor(parts.fragment) if parts.fragment else ""
        if not parts.path:
            return f"#{anchor}" if anchor in self._anchors else None
        path = posixpath.normpath(posixpath.join(self._folder, unquote(parts.path)))
        found = self._resolve(path)
        return f"{found}#{anchor}" if found is not None and anchor else found


def _plain(target: str) -> str:
    """A target as the author wrote it, without Markdown's own way of hiding e-mail addresses."""
    return html.unescape(target.replace(AMP_SUBSTITUTE, "&")).strip()
