"""Old documents for tests: a small repository to bring them into, and what becomes of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from scratch import put_catalog, write

from debrief.adopt import headings
from debrief.adopt.adoption import Adoption, Choices, Original
from debrief.adopt.parts import Names, Setting
from debrief.adopt.plan import Job, Planned, Told, plan
from debrief.adopt.recognise import recognise
from debrief.archive import Archive
from debrief.spoken_time import Zone

OWNERS = """\
owners:
  pricing: {name: Pricing team, kind: team, members: [m-sato]}
  m-sato: {name: Mika Sato, kind: person, handles: ["@mika-pellwick"]}
  gone: {name: Left Long Ago, kind: person, active: false}
"""
ASSETS = """\
assets:
  mart.orders: {name: Orders mart, kind: table, owner: pricing, known_as: [dwh.orders_v2]}
  mart.prices: {name: Prices mart, kind: table, owner: pricing}
"""
TODAY = date(2026, 11, 1)


def repository(folder: Path) -> Path:
    """A repository with a catalog and no record."""
    put_catalog(folder, OWNERS, ASSETS)
    return folder


@cache
def setting(root: Path, *, zone: str | None = None, order: str | None = None) -> Setting:
    """What holds for all documents of a run; kept, because reading the tables takes its time."""
    archive = Archive.load(root)
    known = headings.load(root)
    fallback = Zone.named(zone) if zone else None
    return Setting(known, Names.of(archive.catalog), fallback=fallback, order=order)


def adopted(  # noqa: PLR0917 - each is one thing that a test says of a document
    root: Path,
    text: str,
    path: str = "old/orders.md",
    zone: str | None = None,
    order: str | None = None,
    choices: Choices | None = None,
) -> Adoption:
    """What is made of one document."""
    original = Original(path, text, path)
    return recognise(original, setting(root, zone=zone, order=order), choices or Choices())


def planned(root: Path, text: str, path: str = "old/orders.md", **said: object) -> Planned:
    """What would be written of one document, which is laid down beside the repository."""
    file = write(root, path, text)
    told = replace(Told(file), **said)  # type: ignore[arg-type]
    job = Job(Archive.load(root), setting(root), TODAY, (root / "old",))
    [one] = plan(job, [told])
    return one
