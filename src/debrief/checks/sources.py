"""PM021: is each source one that can be looked for?"""

from __future__ import annotations

from collections.abc import Iterator

from debrief.archive import Archive
from debrief.catalog_files import SOURCES
from debrief.checks.rule import archive_rule
from debrief.finding import Problem


@archive_rule(
    "PM021",
    "Each source has a name of its own, and one place",
    fix="write `checkout:` or `export:` with the folder that holds it",
    needs="sources",
)
def sources_apart(archive: Archive) -> Iterator[tuple[str, Problem]]:
    """Of two with one name nobody could tell the records apart. `./debrief sources` reads them."""
    names: dict[str, int] = {}
    for index, source in enumerate(archive.catalog.federation):
        where = ("sources", index)
        if source.checkout is None and source.export is None:
            yield SOURCES, Problem(where, f"`{source.name}` has neither `checkout` nor `export`")
        if source.checkout is not None and source.export is not None:
            message = f"`{source.name}` has both a checkout and an export"
            yield SOURCES, Problem((*where, "export"), message, "delete one of the two")
        first = names.setdefault(source.name, index)
        if first != index:
            message = f"the name `{source.name}` is taken by sources[{first}]"
            fix = "give one of the two another name"
            yield SOURCES, Problem((*where, "name"), message, fix)


RULES = (sources_apart,)
