"""Nothing is lost: files = records = rows = pages, or the build fails.

And the losses that MkDocs passes over in silence: two files at one place, a page that came out
empty, front matter of a handbook page that it cannot read, a page in a folder it leaves out.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import BuildError
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.utils.meta import get_data

from debrief.archive import RECORDS
from debrief.federation import Brought
from debrief.federation.exports import table_file
from debrief.site import address, listing

if TYPE_CHECKING:
    from hooks.archive import Publication

ROW = re.compile(r'<tr role="row" data-record="([^"]+)">')
LEFT_OUT_ON_PURPOSE = ("overrides/",)


# --- before the pages are written --------------------------------------------------------------


def on_env(env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:  # noqa: ARG001
    """Every file is known by now."""
    refuse_same_place(files)
    for file in files:
        if lost := why_lost(file):
            raise BuildError(f"{file.src_uri}: {lost}")
    return env


def refuse_same_place(files: Files) -> None:
    """Two files at one place, on a disk that does not tell capital letters from small ones."""
    places: dict[str, str] = {}
    for file in files:
        if is_published(file):
            other = places.setdefault(file.dest_uri.lower(), file.src_uri)
            if other != file.src_uri:
                raise BuildError(f"{file.src_uri} and {other} are both written to {file.dest_uri}")
    for place, source in places.items():
        for folder in PurePosixPath(place).parents:
            if str(folder) in places:
                raise BuildError(f"{source} needs the folder {folder}, and that is a file already")


def is_published(file: File) -> bool:
    """Whether a build writes the file."""
    return file.inclusion not in (InclusionLevel.EXCLUDED, InclusionLevel.DRAFT)


def why_lost(file: File) -> str:
    """Why MkDocs would leave out or misread a page that a person wrote; empty if it does not."""
    if not file.is_documentation_page() or file.generated_by is not None:
        return ""
    if not is_published(file):
        is_meant = file.src_uri.startswith(LEFT_OUT_ON_PURPOSE)
        return "" if is_meant else "MkDocs leaves this page out; move or rename it"
    source = file.content_string
    _, meta = get_data(source)
    if source.startswith("---") and not meta:
        return "its front matter cannot be read, and would be printed on the page"
    if meta and not source.startswith("---"):
        return "its first lines would be taken for metadata; begin with a heading"
    return ""


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:  # noqa: ARG001
    if not output.strip():
        raise BuildError(f"{page.file.src_uri}: the page came out empty, and would be left out")
    return output


# --- when the site is there ----------------------------------------------------------------------


def on_post_build(*, config: MkDocsConfig) -> None:
    """Compare what lies in the repository with what lies in the site."""
    publication: Publication = config.extra["publication"]
    if publication.errors:
        return  # served while it is being mended: what cannot be read has no page yet
    site = Path(config.site_dir)
    federation = publication.federation
    written = set(record_files(federation.own.root / RECORDS))
    for one in federation.brought:
        written |= set(ids_of(one))
    compare("records", federation.archive.by_id.keys(), written)
    if any(address.postmortem(record_id) in publication.addresses for record_id in written):
        compare("pages", pages_in(site), written)
    if address.POSTMORTEMS in publication.addresses:
        in_order = sorted(written, key=lambda name: name.partition("~"), reverse=True)
        newest = listing.in_plain_table(in_order)
        compare("rows in the list", rows_in(site / RECORDS / "index.html"), newest)
        compare("rows in the pages of the years", rows_by_year(site), written)
        data = json.loads((site / listing.DATA).read_text("utf-8"))
        compare("rows in the data of the list", data["records"]["id"], written)
    for page in publication.pages:
        if not (site / page.file.dest_uri).is_file():
            raise BuildError(f"{page.file.dest_uri} was planned and has not been written")


def record_files(folder: Path) -> Iterator[str]:
    """The ids of all records on disk, found without the reader whose work is checked here."""
    for file in sorted(folder.glob("*/*")):
        if file.suffix.lower() == ".md":
            yield file.stem


def ids_of(one: Brought) -> Iterator[str]:
    """The ids of all records of a source, but for those of which is told that they are broken."""
    if one.archive is None or one.origin is None:
        return
    if one.origin.root is not None:
        found = {name: name for name in record_files(one.origin.root / RECORDS)}
    else:
        table = (one.archive.root / table_file("postmortems")).read_text("utf-8")
        lines = {str(number): line for number, line in enumerate(table.split("\n"), 1) if line}
        read = (number for number in lines if number not in one.unread)
        found = {number: json.loads(lines[number])["postmortem_id"] for number in read}
    yield from (f"{found[key]}~{one.source.name}" for key in found if key not in one.unread)


def pages_in(site: Path) -> Iterator[str]:
    """The ids of all records that have a page."""
    for file in sorted((site / RECORDS).glob("*/*/index.html")):
        yield file.parent.name


def rows_in(page: Path) -> list[str]:
    """The ids of the records that have a row in a page."""
    return ROW.findall(page.read_text("utf-8"))


def rows_by_year(site: Path) -> Iterator[str]:
    """The ids of the records that have a row in the page of a year, and of no other year."""
    for page in sorted((site / RECORDS).glob("*/index.html")):
        for row in rows_in(page):
            if not row.startswith(f"{page.parent.name}-"):
                raise BuildError(f"{row} has a row in the page of {page.parent.name}")
            yield row


def compare(name: str, found: Iterable[str], expected: Iterable[str]) -> None:
    """Refuse what differs from what was expected, and what is there twice."""
    counts, wanted = Counter(found), set(expected)
    if difference := sorted(wanted ^ counts.keys()):
        raise BuildError(
            f"There are {len(wanted)} postmortems and {len(counts)} {name};"
            f" they differ in {', '.join(difference[:5])}"
        )
    if twice := sorted(one for one, count in counts.items() if count > 1):
        raise BuildError(f"There are two {name} for {', '.join(twice[:5])}")
