"""The whole site as plain files, for a generator that knows nothing of Debrief.

The configuration is that of this repository without its hooks, the handbook is copied, and every
generated page is a Markdown file with front matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from markupsafe import escape

from debrief.nodes import write_yaml
from debrief.site import address, configuration, inventory
from debrief.site.configuration import Settings, setting, text_of
from debrief.site.edition import Edition
from debrief.site.page import Heading, Page
from debrief.site.policy import digest, headers_file, inline_scripts, policy
from debrief.site.verbatim import as_markdown

CONFIGURATION = "mkdocs.yml"
DOCS = "docs"
MARK = "# Written by `./debrief stage`"
"""How a staged configuration begins, so that the folder can be known for a stage."""

_LEFT_OUT = ("hooks", "docs_dir", "site_dir", "edit_uri")
"""Settings that mean nothing there; nobody edits a generated page where it lies."""

_OF_THE_HOOKS = ("today", "records")
"""Settings under `extra` that the hooks alone read."""


class StagingError(ValueError):
    """The site cannot be staged; the message says why."""


@dataclass(frozen=True, slots=True)
class Source:
    """What is staged beside the generated pages.

    ``docs`` is the folder with the handbook, the theme's overrides and the styles, and
    ``settings`` the text of mkdocs.yml. ``themes`` are the template folders of themes that may
    show the site: their own inline scripts are all that its policy lets run.
    """

    docs: Path
    settings: str
    environment: Mapping[str, str]
    themes: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Staged:
    """One file; ``path`` is relative to the folder of the stage, with forward slashes."""

    path: str
    content: bytes

    @property
    def is_page(self) -> bool:
        """Whether a generator makes a page of it."""
        return self.path.endswith(".md")


def stage(edition: Edition, source: Source) -> Iterator[Staged]:
    """Every file of the site; a page is made when it is asked for.

    Raises :class:`StagingError` where the configuration cannot be read, or two files would be one.
    """
    edition = linking_to_all(edition)
    copied = {
        file.relative_to(source.docs).as_posix(): file
        for file in sorted(source.docs.rglob("*"))
        if file.is_file() and not file.name.startswith(".")
    }
    generated = {_document_at(plan.address): plan for plan in inventory.plans(edition)}
    settings = _settings(source)
    written = [path for path in copied if path.endswith(".md")]
    digests = _digests(source.themes, [*written, *generated], text_of(settings.get("site_url")))

    def documents() -> Iterator[Staged]:
        yield from (Staged(path, file.read_bytes()) for path, file in copied.items())
        for path, plan in generated.items():
            yield Staged(path, document(plan.make()).encode("utf-8"))
        for made in inventory.files(edition):
            yield Staged(made.address, made.make())
        for place, file in inventory.attachments(edition):
            yield Staged(place, file.read_bytes())
        yield Staged("_headers", headers_file(digests).encode("utf-8"))

    yield Staged(CONFIGURATION, _configured(settings, generated, digests).encode("utf-8"))
    for file in _each_at_a_place_of_its_own(documents()):
        yield replace(file, path=f"{DOCS}/{file.path}")


# --- pages ---------------------------------------------------------------------------------------


def document(page: Page) -> str:
    """A page as Markdown with front matter.

    Themes print title and description as they are, without escaping: so both are HTML there.
    """
    values: dict[str, object] = {
        "title": str(escape(page.title)),
        "description": str(escape(page.description)),
        "hide": ["navigation"],
    }
    # What docs/overrides/main.html puts into the page, and escapes.
    if page.scripts:
        values["scripts"] = list(page.scripts)
    if page.feeds:
        values["feeds"] = [
            {"address": feed.address, "title": feed.title, "kind": feed.kind} for feed in page.feeds
        ]
    body = as_markdown(page.html, frozenset(_anchors(page.headings)))
    return f"---\n{write_yaml(values)}---\n\n{body}\n"


def _anchors(headings: Iterable[Heading]) -> Iterator[str]:
    for heading in headings:
        yield heading.anchor
        yield from _anchors(heading.inner)


def _document_at(place: str) -> str:
    """The file that becomes the page at an address."""
    return f"{place}index.md"


def linking_to_all(edition: Edition) -> Edition:
    """The edition with links to whatever is staged, and to nothing else."""
    addresses = {plan.address for plan in inventory.plans(edition)}
    addresses |= {made.address for made in inventory.files(edition)}
    addresses |= {place for place, _ in inventory.attachments(edition)}
    return replace(edition, addresses=addresses)


def _each_at_a_place_of_its_own(files: Iterable[Staged]) -> Iterator[Staged]:
    """The same, on a disk that does not tell capital letters from small ones."""
    places: dict[str, str] = {}
    for file in files:
        key = file.path.lower()
        if key in places:
            raise StagingError(f"{DOCS}/{file.path} would be written twice, as {places[key]} too")
        places[key] = file.path
        yield file


# --- the configuration ---------------------------------------------------------------------------


def _settings(source: Source) -> Settings:
    try:
        return configuration.read(source.settings, source.environment)
    except ValueError as error:
        raise StagingError(f"{CONFIGURATION}: {error}") from error


def _configured(settings: Settings, generated: Iterable[str], digests: Iterable[str]) -> str:
    """The configuration of the stage."""
    kept = {name: value for name, value in settings.items() if name not in _LEFT_OUT}
    extra = configuration.inner(kept.get("extra"))
    extra = {name: value for name, value in extra.items() if name not in _OF_THE_HOOKS}
    extra["content_security_policy"] = setting(policy(digests))
    kept["extra"] = setting(extra)
    # Pages under an overview are not in the navigation: that is no mistake to be warned of.
    in_nav = frozenset(configuration.texts_in(kept.get("nav")))
    tops = sorted({path.split("/", 1)[0] for path in generated if path not in in_nav})
    told = text_of(kept.get("not_in_nav")).splitlines() + [f"/{top}" for top in tops]
    kept["not_in_nav"] = setting("\n".join(told) + "\n")
    # Generators leave out folders that begin with a dot; those of records are as good as others.
    excluded = [f"!/{address.POSTMORTEMS}", *text_of(kept.get("exclude_docs")).splitlines()]
    kept["exclude_docs"] = setting("\n".join(excluded) + "\n")
    return f"{MARK} from {CONFIGURATION}: change that one.\n\n{configuration.write(kept)}"


def _digests(themes: Iterable[Path], pages: Iterable[str], site_url: str) -> list[str]:
    """The inline scripts of the themes, one of which holds the way from a page to the root."""
    deepest = max((_depth(page) for page in pages), default=0)
    ways = ["/".join([".."] * depth) or "." for depth in range(deepest + 1)]
    # The page for "not found" can be shown anywhere, so it names the root by its path.
    root = urlsplit(site_url).path or "/"
    ways += [root, root.rstrip("/") or "/"]
    scripts = (inline_scripts(theme, way) for theme in themes for way in ways)
    return list(dict.fromkeys(digest(script) for found in scripts for script in found))


def _depth(page: str) -> int:
    """How many folders deep a page lies, where each page is a folder."""
    return page.count("/") + (0 if page.rsplit("/", 1)[-1] == "index.md" else 1)
