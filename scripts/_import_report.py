"""What an import into the catalog prints: short, however much was imported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import click

from debrief.catalog_import import Outcome
from debrief.catalog_sources.imported import Imported
from debrief.reporters.plain import printable, shortened

_FEW = 15
"""So many lines of one kind are told without --all."""

_FEW_IDS = 3
"""So many ids are told in one line."""


def tell(imported: Imported, outcome: Outcome, *, everything: bool) -> None:
    """Print what was read, what became of it, and what was not taken."""
    most = None if everything else _FEW
    live = {key: one for key, one in outcome.entries.items() if "gone_on" not in one}
    steps = sum(len(one.get("upstream", ())) for one in live.values())
    counts = ((len(live), "asset"), (steps, "step"), (outcome.owned, "owner"))
    assets, lineage, owners = (f"{n} {word}{'' if n == 1 else 's'}" for n, word in counts)
    click.echo(f"{assets}, {lineage} of lineage, {owners}")
    difference = outcome.difference
    referred_to = difference.referred_to
    for title, ids in (
        ("Added", difference.added),
        ("Changed", difference.changed),
        ("Back again", difference.back),
        ("Gone since the last import", difference.gone),
        ("Still gone", difference.still_gone),
        ("Removed", difference.removed),
    ):
        lines = (f"{i}: {referred_to[i]} refers to it" if i in referred_to else i for i in ids)
        _list(title, lines, most)
    unknown = outcome.unknown_owners.items()
    _list(
        "Perhaps the same as an entry by hand; if so, name it there under `known_as`",
        (f"{new}: {old}" for new, old in outcome.alike.items()),
        most,
    )
    _list("Called otherwise by hand", (f"{a} is {b}" for a, b in outcome.joined.items()), most)
    _list(
        "Named as owner or steward, and not in catalog/owners.yml, with how many assets",
        (f"{who}: {count}" for who, count in sorted(unknown, key=lambda one: (-one[1], one[0]))),
        most,
    )
    _list("Left out", _left_out(imported, most), most, len(imported.left_out))
    _list("Notes", dict.fromkeys(outcome.notices), most)


def _left_out(imported: Imported, most: int | None) -> Iterator[str]:
    """What was left out; a few of each reason, where not every line is to be told."""
    if most is None:
        yield from (f"{one.what}: {one.why}" for one in imported.left_out)
        return
    whats: dict[str, list[str]] = {}
    for one in imported.left_out:
        whats.setdefault(one.why, []).append(one.what)
    for why, found in whats.items():
        yield f"{some(found)}: {why}"


def _list(title: str, lines: Iterable[str], most: int | None, count: int | None = None) -> None:
    """A list under its title; ``count`` where a line tells of more than one."""
    found = list(lines)
    if not found:
        return
    click.echo(f"{title} ({count or len(found)}):")
    for line in found[:most]:
        click.echo(f"- {shortened(printable(line), 300)}")
    if most is not None and len(found) > most:
        click.echo(f"- and {len(found) - most} more; --all tells them")


def some(words: Sequence[str]) -> str:
    """The first few of some words, and how many more there are."""
    more = f" and {len(words) - _FEW_IDS} more" if len(words) > _FEW_IDS else ""
    return ", ".join(words[:_FEW_IDS]) + more
