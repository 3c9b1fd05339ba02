"""What the schema finds wrong → problems, in words: what, where, and what to write."""

from __future__ import annotations

from typing import Any, cast

from jsonschema.exceptions import ValidationError

from debrief import moments
from debrief.document import Document
from debrief.finding import KeyPath, Problem, did_you_mean, spell

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

COMPLETENESS_RULES = frozenset({_COMPLETENESS, *_OWN_RULES.values()})
ABOUT_A_KEY = ("required", "additionalProperties")
_ORDER = ("additionalProperties", "type", "enum", "pattern", "format")


def urgency(error: ValidationError) -> tuple[int, int]:
    """The whole before its parts, the kind of a value before its details."""
    rank = _ORDER.index(error.validator) if error.validator in _ORDER else len(_ORDER)
    return (rank, len(error.absolute_path))


def _property(schema: dict[str, Any], key: str) -> dict[str, Any]:
    """The schema of one key, among the named ones or the others."""
    others = schema.get("additionalProperties")
    found = schema.get("properties", {}).get(key, others if isinstance(others, dict) else {})
    return cast("dict[str, Any]", found)


def how_to_write(schema: dict[str, Any], path: KeyPath, key: str) -> str:
    """What to write for a key of the group at a path, by its description in the schema."""
    for step in path:
        schema = schema.get("items", {}) if isinstance(step, int) else _property(schema, step)
    field = _property(schema, key)
    described = str(field.get("description", "")).split(". ")[0].rstrip(".")
    if words := field.get("enum"):
        return f"write `{key}: …`, one of: {', '.join(words)}"
    return f"write `{key}: …`" + (f": {described[:1].lower()}{described[1:]}" if described else "")


class Telling:
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
        fix = _FIX_OF.get((pattern, key)) or how_to_write(self._document_schema, self._path, key)
        return Problem(path, message, fix, rule)

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
        message, fix = moments.about_time(str(self._value), self._schema["format"])
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
