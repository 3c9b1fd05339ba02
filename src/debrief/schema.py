"""Hold nodes against a JSON Schema: typed values, and every fault told in words.

The schemas in ``schema/`` are the only home of enumerations and of what is required. A plain
``required`` is structure: without it nothing can be read. A ``required`` or ``minItems`` under an
``allOf`` is completeness: what the record's status demands; it has rules of its own, because older
records that were imported are only warned of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from jsonschema import Draft7Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from debrief import moments
from debrief.document import Document
from debrief.faults import ABOUT_A_KEY, COMPLETENESS_RULES, Telling, how_to_write, urgency
from debrief.finding import KeyPath, Problem, nearest
from debrief.nodes import Mapping, Node, Scalar, Sequence

_PACKAGE = Path(__file__).resolve().parent
_IN_THE_WHEEL = _PACKAGE / "schemas"

OWN_FOLDER = _IN_THE_WHEEL if _IN_THE_WHEEL.is_dir() else _PACKAGE.parents[1] / "schema"
"""The schemas that came with this code, for archives that bring none of their own."""

NAMES = ("postmortem", "owners", "assets", "policy", "sources")
_NEWER = frozenset({"sources"})
"""Those that a repository with schemas of its own may lack: Debrief's own are then taken."""

KEYWORDS = frozenset(
    {
        "$schema",
        "$id",
        "$ref",
        "title",
        "description",
        "examples",
        "default",
        "definitions",
        "type",
        "properties",
        "required",
        "additionalProperties",
        "propertyNames",
        "items",
        "minItems",
        "maxItems",
        "uniqueItems",
        "enum",
        "const",
        "pattern",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "format",
        "allOf",
        "if",
        "then",
    }
)
"""Every keyword that the readers of the schemas understand; a test refuses any other."""

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,12})?\Z")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\Z")


# --- the validator -------------------------------------------------------------------------------


def _pattern(_: Any, pattern: str, value: object, __: Any) -> Iterator[ValidationError]:
    # `$` of Python's `re` lets a newline at the end through; that of ECMA, meant here, does not.
    if isinstance(value, str) and not re.search(
        pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern, value, re.ASCII
    ):
        yield ValidationError("pattern")


def _required(_: Any, keys: list[str], value: object, __: Any) -> Iterator[ValidationError]:
    if isinstance(value, dict):
        for key in keys:
            if key not in value:
                yield ValidationError(key)


def _additional(
    validator: Any, extra: object, value: object, schema: dict[str, Any]
) -> Iterator[ValidationError]:
    if not isinstance(value, dict):
        return
    for key in value.keys() - schema.get("properties", {}).keys():
        if extra is False:
            yield ValidationError(key)
        else:
            yield from validator.descend(value[key], extra, path=key)


def _min_length(_: Any, least: int, value: object, __: Any) -> Iterator[ValidationError]:
    # A text of blanks, or of characters without width, is as empty as none.
    if isinstance(value, str) and len(re.sub("[\\s\u00ad\u200b-\u200f\u2060]", "", value)) < least:
        yield ValidationError("minLength")


def _unique(_: Any, wanted: bool, value: object, __: Any) -> Iterator[ValidationError]:
    # jsonschema compares each pair; a list of ten thousand tags would take a minute.
    if wanted and isinstance(value, list):
        seen: set[str] = set()
        for index, item in enumerate(value):
            key = json.dumps(item, sort_keys=True)
            if key in seen and item is not None:
                yield ValidationError("twice", path=(index,))
                return  # one is enough to know where to look
            seen.add(key)


_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date")
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or moments.is_day(value)


@_FORMATS.checks("moment")
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or moments.is_moment(value)


_Validator: Any = extend(  # type: ignore[no-untyped-call] # typed as a function without types
    Draft7Validator,
    {
        "pattern": _pattern,
        "required": _required,
        "additionalProperties": _additional,
        "uniqueItems": _unique,
        "minLength": _min_length,
    },
)


# --- text → typed values -------------------------------------------------------------------------


@dataclass(slots=True)
class _Shape:
    """What the schema asks for at one place, with its references followed."""

    kind: str = "any"
    free_text: bool = False
    required: frozenset[str] = frozenset()
    properties: dict[str, _Shape] = field(default_factory=dict)
    items: _Shape | None = None
    others: _Shape | None = None


_ANY = _Shape()


@dataclass(frozen=True)
class Reading:
    """What a document holds after the schema has looked at it.

    ``values`` has only what passed; ``broken`` are the key paths that did not, so that no rule
    complains a second time. ``values`` is None where too little is left to work with. ``prose`` is
    every text that people wrote in their own words, with its key path.
    """

    values: dict[str, Any] | None
    problems: tuple[Problem, ...]
    broken: frozenset[KeyPath]
    prose: tuple[tuple[KeyPath, str], ...] = ()


class Schema:
    """One JSON Schema, ready to read documents with."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content
        # References are written out once here: following them anew for each value took a third of
        # the time, and a `required` is then under an `allOf` only where a status demands it.
        self._validator = _Validator(self._inlined(content), format_checker=_FORMATS)
        self._shapes: dict[str, _Shape] = {}
        self._shape = self._shape_of(content)

    @classmethod
    def load(cls, file: Path) -> Schema:
        """Load a schema file. Raises OSError or ValueError: without schemas there is no check."""
        content = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise ValueError(f"{file} is no JSON Schema: it holds no object")  # noqa: TRY004 - as bad JSON
        return cls(content)

    def words(self, *path: str) -> tuple[str, ...]:
        """The allowed values at a property path, in the schema's order.

        Lists are looked into, and so are the entries of a catalog.
        """
        return tuple(self._at(path)["enum"])

    def keys(self, *path: str) -> tuple[str, ...]:
        """The keys of a group, or of the items of a list, at a property path."""
        return tuple(self._at(path)["properties"])

    def described(self, *path: str) -> str:
        """What the schema says of the field at a property path."""
        return str(self._at(path).get("description", ""))

    def _at(self, path: tuple[str, ...]) -> dict[str, Any]:
        schema = self.content
        for step in path:
            schema = self.resolve(schema["properties"][step])
            # The entries of a catalog stand under ids, which no schema can name.
            each = schema.get("items") or schema.get("additionalProperties") or schema
            schema = self.resolve(each)
        return schema

    def resolve(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Follow ``$ref``, and merge a lone ``allOf`` reference with what stands beside it."""
        if "$ref" in schema:
            return cast("dict[str, Any]", self.content["definitions"][_name(schema["$ref"])])
        if "type" not in schema and "$ref" in schema.get("allOf", [{}])[0]:
            beside = {key: value for key, value in schema.items() if key != "allOf"}
            return {**self.resolve(schema["allOf"][0]), **beside}
        return schema

    def _inlined(self, schema: Any) -> Any:
        if isinstance(schema, list):
            return [self._inlined(item) for item in schema]
        if not isinstance(schema, dict):
            return schema
        resolved = self.resolve(schema)
        return {
            key: self._inlined(value) for key, value in resolved.items() if key != "definitions"
        }

    def read(self, document: Document) -> Reading:
        """Turn a document's nodes into typed values, and tell every fault."""
        problems: list[Problem] = []
        values = _typed(document.tree, self._shape, (), problems)
        if not isinstance(values, dict):
            values = {}
        told, broken = self._faults(values, document)
        kept = _without(values, self._shape, (), broken)
        return Reading(
            kept if isinstance(kept, dict) else None,
            (*problems, *told),
            frozenset(broken),
            tuple(_prose(kept, self._shape, ())),
        )

    def values(self, document: Document, broken: Iterable[KeyPath] = ()) -> dict[str, Any] | None:
        """The typed values alone, of a document that was read before with these broken places."""
        values = _typed(document.tree, self._shape, (), [])
        kept = _without(values, self._shape, (), set(broken))
        return kept if isinstance(kept, dict) else None

    def how_to_write(self, path: KeyPath, key: str) -> str:
        """What to write for a key of the group at a path."""
        return how_to_write(self._validator.schema, path, key)

    def _faults(
        self, values: dict[str, Any], document: Document
    ) -> tuple[list[Problem], set[KeyPath]]:
        """Each fault told once, and the key paths of what cannot be used."""
        told: dict[tuple[KeyPath, str], Problem] = {}
        broken: set[KeyPath] = set()
        misspelt: set[KeyPath] = set()
        for error in sorted(self._validator.iter_errors(values), key=urgency):
            path = tuple(error.absolute_path)
            if any(outer in broken for outer in _prefixes(path)):
                continue
            if error.validator in ABOUT_A_KEY:
                path = (*path, error.message)
            if error.validator == "required" and path in misspelt:
                continue  # `severty` is unknown and `severity` is missing: one slip, told once
            problem = Telling(error, document, self._validator.schema).problem()
            told.setdefault((path, problem.rule), problem)
            if error.validator == "additionalProperties":
                meant = nearest(error.message, error.schema["properties"])
                misspelt.add((*path[:-1], meant or ""))
            if problem.rule not in COMPLETENESS_RULES and error.validator != "required":
                broken.add(path)
        return list(told.values()), broken

    def _shape_of(self, schema: dict[str, Any]) -> _Shape:
        if "$ref" in schema:
            name = _name(schema["$ref"])
            if name not in self._shapes:
                self._shapes[name] = self._shape_of(self.content["definitions"][name])
            return self._shapes[name]
        schema = self.resolve(schema)
        extra = schema.get("additionalProperties")
        properties = {key: self._shape_of(sub) for key, sub in schema.get("properties", {}).items()}
        return _Shape(
            schema.get("type", "any"),
            schema.get("type") == "string" and not {"enum", "pattern"} & schema.keys(),
            frozenset(schema.get("required", ())),
            properties,
            self._shape_of(schema["items"]) if "items" in schema else None,
            self._shape_of(extra) if isinstance(extra, dict) else None,
        )


def _prefixes(path: KeyPath) -> Iterable[KeyPath]:
    return (path[:length] for length in range(1, len(path) + 1))


def _name(reference: str) -> str:
    return reference.removeprefix("#/definitions/")


def _typed(node: Node, shape: _Shape, path: KeyPath, problems: list[Problem]) -> Any:
    """Values of the types that the schema asks for; a text that is no such value stays text."""
    if isinstance(node, Mapping):
        return _typed_mapping(node, shape, path, problems)
    if isinstance(node, Sequence):
        inner = shape.items or _ANY
        return [_typed(item, inner, (*path, i), problems) for i, item in enumerate(node.items)]
    return _typed_scalar(node, shape, path, problems)


def _typed_mapping(
    node: Mapping, shape: _Shape, path: KeyPath, problems: list[Problem]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, child in node.entries.items():
        known = shape.properties.get(key) or shape.others
        inner = known or _ANY
        value = _typed(child, inner, (*path, key), problems)
        # `owner:` with nothing behind it, and `verification: {method: }`, are not given. A key that
        # nobody knows stays, to be told: in `{event: Stopped, then restarted}` it is lost text.
        blank = value is None or (value == {} and inner.properties)
        if not blank or known is None:
            values[key] = value
    return values


def _typed_scalar(node: Scalar, shape: _Shape, path: KeyPath, problems: list[Problem]) -> Any:
    if node.blank:
        return None
    if node.cut and shape.free_text:
        problems.append(
            Problem(path, "the text ends where a ` #` begins: YAML takes the rest for a comment",
                    "put the whole value in double quotes", "PM015")
        )  # fmt: skip
    if not node.plain:
        return node.text
    if shape.kind == "integer" and _INTEGER.match(node.text):
        return int(node.text)
    if shape.kind == "number" and _NUMBER.match(node.text):
        return float(node.text) if "." in node.text else int(node.text)
    if shape.kind == "boolean" and node.text in ("true", "false"):
        return node.text == "true"
    return node.text


def _without(value: Any, shape: _Shape, path: KeyPath, broken: set[KeyPath]) -> Any:
    """The values with every broken part taken out; None where the whole of it must go."""
    if path in broken:
        return None
    if isinstance(value, list):
        inner = shape.items or _ANY
        items = [_without(item, inner, (*path, i), broken) for i, item in enumerate(value)]
        return None if any(item is None for item in items) else items
    if not isinstance(value, dict):
        return value
    kept = {}
    for key, child in value.items():
        inner = shape.properties.get(key) or shape.others or _ANY
        good = _without(child, inner, (*path, key), broken)
        if good is not None:
            kept[key] = good
        else:
            broken.add((*path, key))
    return kept if shape.required <= kept.keys() else None


def _prose(value: Any, shape: _Shape, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, dict):
        for key, child in value.items():
            inner = shape.properties.get(key) or shape.others or _ANY
            yield from _prose(child, inner, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _prose(item, shape.items or _ANY, (*path, index))
    elif shape.free_text and isinstance(value, str):
        yield path, value


def load_all(folder: Path) -> dict[str, Schema]:
    """The schemas of a folder, by name; see :data:`NAMES`."""
    return {name: Schema.load(_file(folder, name)) for name in NAMES}


def _file(folder: Path, name: str) -> Path:
    own = folder / f"{name}.schema.json"
    return OWN_FOLDER / own.name if name in _NEWER and not own.exists() else own
