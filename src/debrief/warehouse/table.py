"""What a table of the export is: a name, columns that know their type, and where rows come from."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from operator import attrgetter
from typing import Any, Generic, TypeVar

from debrief.record import Moment, Postmortem
from debrief.schema import Schema
from debrief.warehouse.source import Source

Value = str | int | float | bool | date | datetime | None
Row = tuple[Value, ...]

T = TypeVar("T")
Item = TypeVar("Item")


class Kind(Enum):
    """What a column holds; the value is the name of its type in DuckDB."""

    TEXT = "VARCHAR"
    WHOLE = "BIGINT"
    NUMBER = "DOUBLE"
    FLAG = "BOOLEAN"
    DAY = "DATE"
    INSTANT = "TIMESTAMPTZ"
    JSON = "JSON"
    """JSON as text: a type of its own only where the database has one."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Item]):
    """One column: ``read`` takes its value from an item of the table.

    ``field`` is the way to the same field in the schemas, such as ``postmortem.incident.type``:
    from there come the description, where ``about`` is empty, and the allowed words. ``refers`` is
    the table and column that a foreign key leads to; ``resolves`` says that it always finds
    something there, because no record can be read otherwise.
    """

    name: str
    kind: Kind
    read: Callable[[Item], Any]
    about: str = ""
    field: str = ""
    nullable: bool = True
    refers: tuple[str, str] | None = None
    resolves: bool = False

    def described(self, schemas: Mapping[str, Schema]) -> str:
        """What it means, in a sentence."""
        if self.about or not self.field:
            return self.about
        name, *path = self.field.split(".")
        return schemas[name].described(*path)

    def words(self, schemas: Mapping[str, Schema]) -> tuple[str, ...]:
        """The words that it may hold, in the schema's order; none where any will do."""
        if not self.field:
            return ()
        name, *path = self.field.split(".")
        try:
            return schemas[name].words(*path)
        except KeyError:  # a field without an enumeration, or one that this repository took out
            return ()


@dataclass(frozen=True, slots=True)
class Table(Generic[Item]):
    """One table. ``items`` gives what its rows are made of, in the order of the rows.

    The first column is its key: a text that is unique in the table and stays the same for as long
    as the thing that the row tells of.
    """

    name: str
    about: str
    items: Callable[[Source], Iterable[Item]]
    columns: tuple[Column[Item], ...]

    @property
    def key(self) -> str:
        """The column that no two rows share."""
        return self.columns[0].name

    def rows(self, source: Source) -> Iterator[Row]:
        """Every row, each with a value for each column."""
        readers = [(column.read, column.kind) for column in self.columns]
        for item in self.items(source):
            yield tuple([_plain(read(item), kind) for read, kind in readers])


def _plain(value: Any, kind: Kind) -> Value:
    """A value of the model as one that every format knows."""
    if isinstance(value, Moment):
        return value.start
    if kind is Kind.JSON and value is not None:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if kind is Kind.NUMBER and value is not None:
        return float(value)
    return value  # type: ignore[no-any-return] # the column's kind says what it is


# --- columns -------------------------------------------------------------------------------------


def column(  # noqa: PLR0913 - each is one thing to say of a column
    name: str,
    kind: Kind,
    read: str | Callable[[Any], Any],
    about: str = "",
    *,
    field: str = "",
    needed: bool = False,
) -> Column[Any]:
    """A column; ``read`` may be the way to an attribute of the item."""
    take = attrgetter(read) if isinstance(read, str) else read
    return Column(name, kind, take, about, field, nullable=not needed)


def instant(
    name: str, read: str, *, field: str = "", about: str = "", needed: bool = False
) -> Iterator[Column[Any]]:
    """An instant in UTC, and beside it whether only its day is known."""
    take = attrgetter(read)
    yield column(name, Kind.INSTANT, take, about, field=field, needed=needed)
    yield column(
        f"{name}_is_day",
        Kind.FLAG,
        lambda item: None if (moment := take(item)) is None else moment.whole_day,
        f"true: of `{name}` only the day is known, and it stands at the beginning of that day.",
        needed=needed,
    )


def reference(  # noqa: PLR0913 - each is one thing to say of a foreign key
    name: str,
    read: str | Callable[[Any], Any],
    table: str,
    key: str,
    about: str = "",
    *,
    field: str = "",
    needed: bool = False,
    resolves: bool = False,
) -> Column[Any]:
    """A column that holds the key of a row in another table."""
    take = attrgetter(read) if isinstance(read, str) else read
    return Column(name, Kind.TEXT, take, about, field, not needed, (table, key), resolves)


def owner(
    name: str, read: str | Callable[[Any], Any], field: str, *, needed: bool = False
) -> Column[Any]:
    """A column that names an owner of the catalog."""
    return reference(name, read, "owners", "owner_id", field=field, needed=needed)


# --- the parts of a record -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """One item of a list in a record: ``key`` is its own in the table, ``position`` counts from 1.

    ``within`` is the key of the part that it belongs to, where that is not the record itself.
    """

    record: Postmortem
    key: str
    position: int
    item: T
    within: str = ""


def parts(
    items: Iterable[T], naming: Callable[[T], str], record: Postmortem, within: str = ""
) -> Iterator[Part[T]]:
    """Each item of a list with its key.

    A key is made of what identifies the item and never of its place, so that it stays when another
    one is put before it. Where two have the same, the later ones are numbered.
    """
    seen: Counter[str] = Counter()
    for position, item in enumerate(items, start=1):
        name = naming(item)
        seen[name] += 1
        again = f"/{seen[name]}" if seen[name] > 1 else ""
        yield Part(record, f"{within or record.id}/{name}{again}", position, item, within)


def digest(*words: object) -> str:
    """A short name made of what an item says, for one that has no name of its own."""
    text = json.dumps([None if word is None else str(word) for word in words], ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def of_each(
    take: Callable[[Postmortem], Iterable[T]], naming: Callable[[T], str]
) -> Callable[[Source], Iterator[Part[T]]]:
    """The items of a table that has a row for each item of a list in the records."""

    def items(source: Source) -> Iterator[Part[T]]:
        for record in source.records:
            yield from parts(take(record), naming, record)

    return items


def part_columns(key: str, about: str) -> tuple[Column[Any], ...]:
    """How every table of parts begins: its key, the record, the place in the list."""
    return (
        column(key, Kind.TEXT, "key", about, needed=True),
        reference(
            "postmortem_id",
            "record.id",
            "postmortems",
            "postmortem_id",
            "The postmortem that it stands in.",
            needed=True,
            resolves=True,
        ),
        column(
            "position",
            Kind.WHOLE,
            "position",
            "Its place in the list, from 1; it moves when something is put before it.",
            needed=True,
        ),
    )


def utc(value: datetime) -> str:
    """An instant as ISO 8601 in UTC: ``2026-03-14T07:42:00Z``."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
