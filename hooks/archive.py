"""Reads the records, runs the check, and gives the other hooks what they build pages with.

The others find a `Publication` under `config.extra["publication"]`: hooks cannot import one
another, because MkDocs loads each as a module of its own.
"""

from __future__ import annotations

import logging
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from markupsafe import escape
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import BuildError, ConfigurationError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents

from debrief import gate
from debrief.archive import CATALOG, RECORDS, Archive
from debrief.chronicle import Chronicle
from debrief.federation import Federation, federate
from debrief.finding import Finding
from debrief.git import GitError
from debrief.site import page as site
from debrief.site.edition import Edition
from debrief.words import counted

TEMPLATES = Path(__file__).resolve().parent / "templates"

log = logging.getLogger(f"mkdocs.hooks.{__name__}")


@dataclass
class Session:
    """How MkDocs was started. It outlives rebuilds, as the config does not."""

    serving: bool = False
    chronicles: dict[Path, Chronicle] = field(default_factory=dict)
    """What the commits around a folder say, for as long as HEAD stays where it is."""


session = Session()


def on_startup(*, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:  # noqa: ARG001
    session.serving = command == "serve"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Load and check everything; a build ends here when the check has errors."""
    root = records_root(config)
    today = parse_today(str(config.extra.get("today") or ""))
    try:
        verdict = gate.judge(root, today)
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"The records under {root} cannot be read: {error}") from error
    errors = verdict.errors
    for finding in errors:
        log.error(in_words(finding))
    own = len(verdict.archive.postmortems)
    found = f"{counted(own, 'postmortem')}, {counted(len(errors), 'error')}"
    if errors and not session.serving:
        raise BuildError(f"{found}: the site is not built. ./debrief check shows the lines.")
    log.info(found)
    federation = join_sources(verdict.archive, own_only=bool(config.extra.get("own_only")))
    addresses: set[str] = set()
    known = federation.trails(read_chronicle)
    shown = Edition.of(federation.archive, today, TEMPLATES, addresses, known)
    edition = replace(shown, site_url=str(config.site_url or ""), federation=federation)
    config.extra["publication"] = Publication(federation, edition, errors, addresses)
    return config


def join_sources(archive: Archive, *, own_only: bool) -> Federation:
    """The archive with those beside it. A build ends here where one of them is not there at all.

    What is broken in one stands on the page of the sources, and stops nothing.
    """
    if own_only:
        return Federation(archive, archive)
    federation = federate(archive)
    lost = [finding for one in federation.lost for finding in one.findings]
    for finding in lost:
        log.error(in_words(finding))
    if lost and not session.serving:
        raise BuildError(
            f"{counted(len(lost), 'source')} cannot be read: the site is not built."
            " ./debrief build --own-only leaves the sources out."
        )
    return federation


def read_chronicle(root: Path) -> Chronicle | None:
    """What the commits say of the records; None where there are none, and the records speak alone.

    Saving a file moves nothing in it: while a site is served, it is read again after a commit.
    """
    try:
        session.chronicles[root] = Chronicle.at(root, session.chronicles.get(root))
    except GitError as error:
        log.info("Without history: %s", error)
        return None
    return session.chronicles[root]


def records_root(config: MkDocsConfig) -> Path:
    """The folder with postmortems/, catalog/ and schema/."""
    base = Path(config.config_file_path or ".").resolve().parent
    return (base / str(config.extra.get("records") or ".")).resolve()


def parse_today(text: str) -> date:
    """The day to build for. Raises ConfigurationError for what is no date."""
    if not text:
        return date.today()  # noqa: DTZ011 - the day where the site is built, as `--today` means it
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(f"`today` is {text!r}, and not a date as 2026-03-14") from None


def in_words(finding: Finding) -> str:
    """A finding in one line: where, which rule, what, and how to mend it."""
    place = f"{finding.path}:{finding.position.line}:{finding.position.column}"
    rule = f" {finding.rule}" if finding.rule else ""
    fix = f" ({finding.fix})" if finding.fix else ""
    return f"{place}:{rule} {finding.message}{fix}"


def on_serve(
    server: LiveReloadServer,
    *,
    config: MkDocsConfig,
    builder: Any,  # noqa: ARG001
) -> LiveReloadServer:
    """Rebuild when a record, the catalog, a schema, a template or a source changes."""
    root = records_root(config)
    publication: Publication = config.extra["publication"]
    others = publication.federation.folders
    for folder in (root / RECORDS, root / CATALOG, root / "schema", TEMPLATES, *others):
        if folder.is_dir():
            server.watch(str(folder))
    return server


@event_priority(-50)
def on_nav(nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
    """Show the page of a single owner (and so on) under the tab of its overview."""
    publication: Publication = config.extra["publication"]
    publication.find_parents(files)
    return nav


# --- pages of ours among MkDocs' own -----------------------------------------------------------


class MadePage(Page):
    """A page that a page function makes.

    Nothing of a record passes through MkDocs' Markdown, its reader of metadata or its navigation.
    The theme prints titles as they are, without escaping: so the title given to it is HTML.
    """

    def __init__(self, plan: site.Plan, file: File, config: MkDocsConfig) -> None:
        super().__init__(escape(plan.title), file, config)
        self.plan = plan
        self.made: site.Page | None = None

    def read_source(self, config: MkDocsConfig) -> None:  # noqa: ARG002 - there is no source to read
        self.markdown = ""
        self.meta = {}

    def render(self, config: MkDocsConfig, files: Files) -> None:  # noqa: ARG002
        made = self.made = self.plan.make()
        self.content = made.html
        self.toc = TableOfContents([link_of(heading, 1) for heading in made.headings])
        self.present_anchor_ids = set(anchors_of(made.headings))
        self.meta = {
            "description": escape(made.description),
            "hide": ["navigation", "toc"] if made.wide else ["navigation"],
            "search": {"exclude": True},  # search_entries.py adds what search may find
            "scripts": made.scripts,  # docs/overrides/main.html puts these into the page
            "feeds": made.feeds,
        }


def link_of(heading: site.Heading, level: int) -> AnchorLink:
    """A heading as MkDocs has it in a table of contents; its title is HTML there."""
    link = AnchorLink(escape(heading.title), heading.anchor, level)
    link.children = [link_of(inner, level + 1) for inner in heading.inner]
    return link


def anchors_of(headings: Iterable[site.Heading]) -> Iterable[str]:
    """Every anchor in a table of contents."""
    for heading in headings:
        yield heading.anchor
        yield from anchors_of(heading.inner)


@dataclass
class Publication:
    """What one build publishes: the edition, and the pages that the hooks have added so far.

    ``federation`` is everything that was read; ``edition`` is what may be shown of it. ``errors``
    is empty unless the site is served while it is being mended.
    """

    federation: Federation
    edition: Edition
    errors: tuple[Finding, ...]
    addresses: set[str]
    pages: list[MadePage] = field(default_factory=list)
    _under: dict[str, str] = field(default_factory=dict)
    _taken: dict[str, str] = field(default_factory=dict)

    def add_pages(
        self, plans: Iterable[site.Plan], files: Files, config: MkDocsConfig, under: str | None
    ) -> None:
        """Add pages to the site; ``under`` is the address of the overview they belong to.

        An overview itself is in the navigation; the pages under it are not.
        """
        for plan in plans:
            overview = under is None or plan.address == under
            file = self._file_of(plan, config, overview=overview)
            self._add(file, files)
            self.pages.append(MadePage(plan, file, config))
            self.addresses.add(plan.address)
            if under is not None and not overview:
                self._under[plan.address] = under

    def add_file(self, address: str, source: Path, files: Files, config: MkDocsConfig) -> None:
        """Add a file that is copied as it is."""
        content = source.read_bytes()
        file = File.generated(config, address, content=content, inclusion=InclusionLevel.NOT_IN_NAV)
        self._add(file, files)
        self.addresses.add(address)

    def add_made_files(
        self, made: Iterable[site.MadeFile], files: Files, config: MkDocsConfig
    ) -> None:
        """Add files that functions make; each is made now, before any page."""
        for one in made:
            file = File.generated(
                config, one.address, content=one.make(), inclusion=InclusionLevel.NOT_IN_NAV
            )
            self._add(file, files)
            self.addresses.add(one.address)

    def _add(self, file: File, files: Files) -> None:
        """Add a file where none lies yet: MkDocs would let one of the two win in silence."""
        if not self._taken:
            self._taken = {other.dest_uri.lower(): other.src_uri for other in files}
        key = file.dest_uri.lower()
        if key in self._taken:
            raise BuildError(
                f"{file.dest_uri} would be written twice: for {file.src_uri},"
                f" which is generated, and for {self._taken[key]}."
            )
        self._taken[key] = file.src_uri
        files.append(file)

    def _file_of(self, plan: site.Plan, config: MkDocsConfig, *, overview: bool) -> File:
        level = InclusionLevel.INCLUDED if overview else InclusionLevel.NOT_IN_NAV
        uri = f"{plan.address}index.md"
        file = File.generated(config, uri, content="", inclusion=level)
        if plan.source is not None:
            # MkDocs appends this to `edit_uri`, which points into the folder of the handbook.
            base = Path(config.config_file_path or ".").resolve().parent
            docs = Path(config.docs_dir).resolve().relative_to(base).as_posix()
            file.edit_uri = posixpath.relpath(plan.source, docs)
        return file

    def find_parents(self, files: Files) -> None:
        """Make each page a child of its overview, so that the theme shows where one is."""
        for page in self.pages:
            overview = files.get_file_from_path(f"{self._under.get(page.plan.address)}index.md")
            if overview is not None and overview.page is not None:
                page.parent = overview.page  # type: ignore[assignment] # a page will do where a section is meant
