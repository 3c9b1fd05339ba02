"""What the pages of a built site link to and load, and which of their links lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit


class Links(HTMLParser):
    """What a page links to and what it loads, its anchors, and the scripts within it."""

    LOADING = ("script", "link", "img", "iframe", "source", "video", "audio", "object", "embed")

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.handlers: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        self.handlers += [name for name in given if name.startswith("on") or name == "style"]
        target = given.get("href") or given.get("src")
        if target is None:
            return
        relation = given.get("rel", "")
        if tag in self.LOADING and relation not in ("canonical", "next", "prev"):
            self.loaded.append(target)
        else:
            self.links.append(target)


def read(site: Path) -> dict[str, Links]:
    """Every page of a site, by its path."""
    files = sorted(site.rglob("*.html"))
    return {f.relative_to(site).as_posix(): Links(f.read_text("utf-8")) for f in files}


def dead_links(site: Path, pages: dict[str, Links]) -> Iterator[str]:
    """Links within a site that lead to no file, or to no anchor of the page they lead to."""
    for path, page in pages.items():
        for link in [*page.links, *page.loaded]:
            if urlsplit(link).scheme or path == "404.html":
                continue  # the page for "not found" has absolute links: nobody knows where it shows
            there, anchor = urldefrag(urljoin(f"https://site/{path}", link))
            name = unquote(there.removeprefix("https://site/"))
            name = f"{name}index.html" if not name or name.endswith("/") else name
            if not (site / name).is_file():
                yield f"{path} → {link}"
            elif anchor and name in pages and unquote(anchor) not in pages[name].anchors:
                yield f"{path} → {link} (no such anchor)"
