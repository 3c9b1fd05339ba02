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
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from jsonschema import Draft7Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from debrief.document import Document, Mapping, Node, Scalar, Sequence
from debrief.finding import KeyPath, Problem, did_you_mean, spell

OWN_FOLDER = Path(__file__).resolve().parents[2] / "schema"
"""The schemas of this checkout, for archives that bring none of their own."""

NAMES = ("postmortem", "owners", "assets", "policy")

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

# A missing key that has a rule of its own; ``None`` stands for any list index.
_OWN_RULES: dict[tuple[tuple[str | None, ...], str], str] = {
    ((), "owner"): "PM201",
    (("actions", None), "owner"): "PM202",
    (("actions", None), "due"): "PM203",
    (("roles",), "facilitator"): "PM204",
    (("roles",), "scribe"): "PM204",
    (("roles",), "engineers"): "PM204",
}
_COMPLETENESS = "PM110"

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
    return not isinstance(value, str) or (
        _parses(date.fromisoformat, value) and _in_our_time(value)
    )


@_FORMATS.checks("moment")
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or (
        _parses(datetime.fromisoformat, value) and _in_our_time(value)
    )


def _in_our_time(value: str) -> bool:
    """Whether a year is one that outages have: far ones are slips, and overflow what adds days."""
    return "1970" <= value[:4] <= "2199"


def _parses(parse: Any, value: str) -> bool:
    try:
        parse(value)
    except (ValueError, OverflowError):
        return False
    return True


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
        """The allowed values at a property path, in the schema's order; lists are looked into."""
        return tuple(self._at(path)["enum"])

    def keys(self, *path: str) -> tuple[str, ...]:
        """The keys of a group, or of the items of a list, at a property path."""
        return tuple(self._at(path)["properties"])

    def _at(self, path: tuple[str, ...]) -> dict[str, Any]:
        schema = self.content
        for step in path:
            schema = self.resolve(schema["properties"][step])
            schema = self.resolve(schema.get("items", schema))
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
        told: dict[tuple[KeyPath, str], Problem] = {}
        broken: set[KeyPath] = set()
        for error in sorted(self._validator.iter_errors(values), key=_urgency):
            problem = _Telling(error, document, self._validator.schema).problem()
            path = tuple(error.absolute_path)
            extra = (error.message,) if error.validator in _ABOUT_A_KEY else ()
            if any(outer in broken for outer in _prefixes(path)):
                continue
            told.setdefault(((*path, *extra), problem.rule), problem)
            if problem.rule not in COMPLETENESS_RULES and error.validator != "required":
                broken.add((*path, *extra))
        for (path, _), problem in tuple(told.items()):
            # `severty` is unknown and `severity` is missing: one slip, and one thing to say.
            if problem.rule == "PM101" and (meant := _MEANT.match(problem.fix)):
                for rule in (*COMPLETENESS_RULES, "PM102"):
                    told.pop(((*path[:-1], meant[1]), rule), None)
        kept = _without(values, self._shape, (), broken)
        return Reading(
            kept if isinstance(kept, dict) else None,
            (*problems, *told.values()),
            frozenset(broken),
            tuple(_prose(kept, self._shape, ())),
        )

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


_MEANT = re.compile(r"did you mean `([^`]+)`\?")


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


# --- errors → words ------------------------------------------------------------------------------

COMPLETENESS_RULES = frozenset({_COMPLETENESS, *_OWN_RULES.values()})
_ABOUT_A_KEY = ("required", "additionalProperties")
_ORDER = ("additionalProperties", "type", "enum", "pattern", "format")


def _urgency(error: ValidationError) -> tuple[int, int]:
    """The whole before its parts, the kind of a value before its details."""
    rank = _ORDER.index(error.validator) if error.validator in _ORDER else len(_ORDER)
    return (rank, len(error.absolute_path))


def _prefixes(path: KeyPath) -> Iterable[KeyPath]:
    return (path[:length] for length in range(1, len(path) + 1))


def _property(schema: dict[str, Any], key: str) -> dict[str, Any]:
    """The schema of one key, among the named ones or the others."""
    others = schema.get("additionalProperties")
    found = schema.get("properties", {}).get(key, others if isinstance(others, dict) else {})
    return cast("dict[str, Any]", found)


class _Telling:
    """Finds the words for one validation error."""

    def __init__(
        self, error: ValidationError, document: Document, document_schema: dict[str, Any]
    ) -> None:
        self._error = error
        self._document_schema = document_schema
        self._document = document
        self._path: KeyPath = tuple(error.absolute_path)
        self._schema = cast("dict[str, Any]", error.schema)
        self._value: Any = error.instance

    def problem(self) -> Problem:
        teller = getattr(self, f"_tell_{self._error.validator}", None)
        if teller is None:
            return self._say("PM107", f"{self._what()} does not fit: {self._error.message}")
        return cast(Problem, teller())

    def _say(self, rule: str, message: str, fix: str = "") -> Problem:
        if "propertyNames" in self._error.absolute_schema_path:
            key = (*self._path, str(self._value))
            return Problem(self._document.locate_key(key), message, fix, rule)
        return Problem(self._path, message, fix, rule)

    def _what(self) -> str:
        return f"`{spell(self._path)}`" if self._path else "the front matter"

    def _shown(self) -> str:
        text = str(self._value)
        return f"`{text[:60]}…`" if len(text) > 60 else f"`{text}`"

    def _tell_required(self) -> Problem:
        key = self._error.message
        path = (*self._path, key)
        pattern = tuple(None if isinstance(step, int) else step for step in self._path)
        by_status = "allOf" in self._error.absolute_schema_path
        rule = _OWN_RULES.get((pattern, key), _COMPLETENESS) if by_status else "PM102"
        blank = self._document.has_key(path)
        message = f"`{spell(path)}` has no value" if blank else f"`{spell(path)}` is missing"
        fix = _FIX_OF.get((pattern, key)) or self._how_to_write(key)
        return Problem(path, message, fix, rule)

    def _how_to_write(self, key: str) -> str:
        """What to write for a key, by its description in the schema."""
        schema: Any = self._document_schema
        for step in self._path:
            schema = schema.get("items", {}) if isinstance(step, int) else _property(schema, step)
        field = _property(schema, key)
        described = str(field.get("description", "")).split(". ")[0].rstrip(".")
        if words := field.get("enum"):
            described = ", ".join(words)
        return f"write `{key}: …`" + (
            f": {described[:1].lower()}{described[1:]}" if described else ""
        )

    def _tell_additionalProperties(self) -> Problem:  # noqa: N802 - named after the keyword
        key = self._error.message
        known = list(self._schema.get("properties", {}))
        path = (*self._path, key)
        fix = did_you_mean(key, known) or self._where_it_belongs(key)
        if not fix and (" " in key or not key.islower()) and self._is_blank(path):
            # `{event: Stopped, then restarted}` is two keys to YAML.
            fix = "if it is the rest of a value that holds a comma, put that value in double quotes"
        fix = fix or f"known here: {', '.join(known)}"
        message = f"`{spell(path)}` is not a key of the schema"
        return Problem(self._document.locate_key(path), message, fix, "PM101")

    def _is_blank(self, path: KeyPath) -> bool:
        return isinstance(self._value, dict) and self._value.get(str(path[-1])) is None

    def _where_it_belongs(self, key: str) -> str:
        """The group that knows a key which stands outside it."""
        groups = self._document_schema.get("properties", {})
        for name, group in groups.items():
            inner = group.get("items", group)
            if key in inner.get("properties", {}) and not self._path:
                return f"it belongs under `{name}`"
        return ""

    def _tell_type(self) -> Problem:
        wanted = _KINDS[self._schema["type"]]
        if self._value is None:
            return self._say("PM109", f"{self._what()} is an empty item", "fill it in or delete it")
        if isinstance(self._value, str) and wanted == "a group of keys":
            first = next(iter(self._schema.get("required", ())), "key")
            return self._say(
                "PM103",
                f"{self._what()} is the text {self._shown()}, and {wanted} is wanted",
                f"write `{first}: …` and the other keys, indented under it",
            )
        if isinstance(self._value, str) and wanted in _UNQUOTED:
            return self._say(
                "PM103",
                f"{self._what()} is the text {self._shown()}, and {wanted} is wanted",
                f"write {_UNQUOTED[wanted]}, without quotes",
            )
        given = _KIND_OF.get(type(self._value), "a value")
        fix = _KIND_FIX.get(wanted, "")
        return self._say("PM103", f"{self._what()} is {given}, and {wanted} is wanted", fix)

    def _tell_enum(self) -> Problem:
        allowed = [str(word) for word in self._schema["enum"]]
        return self._say(
            "PM104",
            f"{self._what()} is {self._shown()}, which is not one of the allowed values",
            f"{did_you_mean(str(self._value), allowed)} allowed: {', '.join(allowed)}".strip(),
        )

    def _tell_const(self) -> Problem:
        return self._say("PM104", f"{self._what()} must be `{self._schema['const']}`")

    def _tell_pattern(self) -> Problem:
        if self._schema.get("format") in ("date", "moment"):
            return self._tell_format()
        if "propertyNames" in self._error.absolute_schema_path:
            return self._say(
                "PM106", f"the id {self._shown()} is not of the right form", self._form()
            )
        return self._say(
            "PM106",
            f"{self._what()} is {self._shown()}, which is not of the right form",
            self._form(),
        )

    def _form(self) -> str:
        example = self._schema.get("examples", [None])[0]
        described = str(self._schema.get("description", "")).rstrip(".")
        shown = f", such as `{example}`" if example is not None else ""
        pattern = self._schema.get("pattern", "")
        if pattern.startswith("^https?"):
            return "write a full address, beginning with https://"
        if pattern.startswith("^[a-z0-9]"):
            more = ", dots and underscores" if "._" in pattern else ""
            return f"write lower-case letters, digits and hyphens{more}{shown}"
        return f"write {described[:1].lower()}{described[1:]}{shown}"

    def _tell_format(self) -> Problem:
        message, fix = about_time(str(self._value), self._schema["format"])
        return self._say("PM105", f"{self._what()} is {self._shown()}: {message}", fix)

    def _tell_minLength(self) -> Problem:  # noqa: N802 - named after the keyword
        return self._say("PM107", f"{self._what()} has nothing to read in it", "write it out")

    def _tell_maxLength(self) -> Problem:  # noqa: N802 - named after the keyword
        most, now = self._schema["maxLength"], len(self._value)
        return self._say(
            "PM107",
            f"{self._what()} has {now:,} characters; at most {most:,} are allowed",
            "shorten it; what does not fit belongs in the body",
        )

    def _tell_minItems(self) -> Problem:  # noqa: N802 - named after the keyword
        rule = _COMPLETENESS if "allOf" in self._error.absolute_schema_path else "PM107"
        return self._say(rule, f"{self._what()} is an empty list", "give at least one item")

    def _tell_maxItems(self) -> Problem:  # noqa: N802 - named after the keyword
        most, now = self._schema["maxItems"], len(self._value)
        return self._say("PM107", f"{self._what()} has {now} items; at most {most} are allowed")

    def _tell_minimum(self) -> Problem:
        return self._say(
            "PM107",
            f"{self._what()} is {self._value}; at least {self._schema['minimum']} is wanted",
        )

    def _tell_maximum(self) -> Problem:
        return self._say(
            "PM107", f"{self._what()} is {self._value}; at most {self._schema['maximum']} is wanted"
        )

    def _tell_uniqueItems(self) -> Problem:  # noqa: N802 - named after the keyword
        *path, index = self._path
        item = self._value[index]
        return self._say(
            "PM108", f"`{spell(tuple(path))}` holds `{item}` twice", "delete one of the two"
        )


_KINDS = {
    "string": "a text",
    "array": "a list",
    "object": "a group of keys",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
}
_KIND_OF: dict[type, str] = {
    str: "a text", list: "a list", dict: "a group of keys", int: "a number", float: "a number",
    bool: "true or false",
}  # fmt: skip
_UNQUOTED = {
    "a number": "a number such as `41` or `0.5`",
    "a whole number": "a whole number such as `2`",
    "true or false": "`true` or `false`",
}
_KIND_FIX = {
    "a list": "write `[one, two]`, or one `- item` a line",
    "a group of keys": "write `key: value` lines, indented under it",
    "a text": "write one value; quote it if it holds a colon",
}
_FIX_OF = {
    ((), "owner"): "write `owner: <id>` with an id from catalog/owners.yml",
    (("actions", None), "owner"): "write `owner: <id>` in this action: who will do it?",
    (("actions", None), "due"): "write `due: YYYY-MM-DD` in this action: by when?",
}

_NO_ZONE = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)\Z", re.ASCII)
_ZONE_NAME = re.compile(
    r"(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?) ?([A-Za-z][A-Za-z/_]{1,40})\Z", re.ASCII
)
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?\Z", re.ASCII)
_SPACED = re.compile(
    r"(\d{4}-\d{2}-\d{2})[ tT](\d{2}:\d{2}(?::\d{2})?) ?(Z|z|UTC|[+-]\d{2}:?\d{2})\Z",
    re.ASCII,
)
_SHAPED = re.compile(r"\d{4}-\d{2}-\d{2}(T|\Z)", re.ASCII)


def about_time(value: str, wanted: str) -> tuple[str, str]:
    """What is wrong with a date or an instant, and what to write."""
    return _about_date(value) if wanted == "date" else _about_instant(value)


def _about_date(value: str) -> tuple[str, str]:
    if "T" in value and _SHAPED.match(value):
        return "a date is wanted here, without a time", f"write `{value[:10]}`"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        if _parses(date.fromisoformat, value):
            return _FAR
        return "there is no such day in the calendar", "write a day that exists, YYYY-MM-DD"
    return "this is not a date", "write YYYY-MM-DD, such as `2026-03-14`"


def _about_instant(value: str) -> tuple[str, str]:
    if bare := _NO_ZONE.match(value):
        stamp = f"{bare[1]}T{bare[2]}"
        return (
            "the time has no zone",
            f"write `{stamp}Z` if it is UTC, else the offset, such as `{stamp}+01:00`",
        )
    if _MOMENT.match(value):
        return _about_impossible(value)
    if spaced := _SPACED.match(value):
        zone = "Z" if spaced[3] in ("z", "UTC") else spaced[3]
        zone = zone if ":" in zone or zone == "Z" else f"{zone[:3]}:{zone[3:]}"
        return "this is not written as an instant", f"write `{spaced[1]}T{spaced[2]}{zone}`"
    if named := _ZONE_NAME.match(value):
        return (
            f"`{named[2]}` names a zone, and names are ambiguous",
            f"write the offset, such as `{named[1].replace(' ', 'T')}+01:00`, or `Z` for UTC",
        )
    if _CLOCK.match(value):
        return "a time without its date", f"write the date too: `2026-03-14T{value:0>5}Z`"
    return "this is not an instant", "write `2026-03-14T07:42Z`, or with an offset `+01:00`"


def _about_impossible(value: str) -> tuple[str, str]:
    if _parses(datetime.fromisoformat, value):
        return _FAR
    return (
        "there is no such instant in the calendar",
        "check the day, the hour (00 to 23) and the minutes (00 to 59)",
    )


_FAR = ("the year lies outside 1970 to 2199", "correct the year")


def load_all(folder: Path) -> dict[str, Schema]:
    """The four schemas of a folder, by name; see :data:`NAMES`."""
    return {name: Schema.load(folder / f"{name}.schema.json") for name in NAMES}


def is_moment(text: str) -> bool:
    """Whether a text is an instant with its zone, or a date."""
    return _MOMENT.match(text) is not None and _is_moment(text)


_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2}))?\Z", re.ASCII
)
