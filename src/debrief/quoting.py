"""Values as YAML in the words of a file: plain where every reader reads the same, else quoted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from debrief import moments
from debrief.finding import KeyPath
from debrief.nodes import DocumentError, parse_yaml, plain_values, write_yaml
from debrief.schema import Schema

_TEXT = "tag:yaml.org,2002:str"
_TIME = "tag:yaml.org,2002:timestamp"
# What YAML 1.2 or the oldest readers take for something else, and PyYAML does not.
_FOR_OTHERS = re.compile(
    r"[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?|0o[0-7]+|0x[0-9a-f]+|y|n", re.IGNORECASE
)
# Some of these may begin a text here and there; nobody remembers where.
_INDICATORS = tuple("-?:,[]{}#&*!|>'\"%@`")


@dataclass(frozen=True, slots=True)
class Words:
    """Writes values as people write them: plain where every reader takes that for the same text."""

    schema: Schema

    def scalar(self, text: str, path: KeyPath, *, flow: bool, style: str | None = None) -> str:
        """One value, in the quotes that ``style`` names, or plain, or in double quotes."""
        if style == "'":
            return "'" + text.replace("'", "''") + "'"
        typed = self.asked(path).get("type") in ("number", "integer", "boolean")
        if style != '"' and is_plain(text, flow=flow, typed=typed):
            return text
        return write_yaml({"k": text}).removeprefix("k: ").rstrip("\n")

    def item(self, item: Mapping[str, str | tuple[str, ...]] | str, path: KeyPath) -> str:
        """An item of a list: a text, or ``{changed_on: 2026-03-28, field: due}``."""
        if isinstance(item, str):
            return self.scalar(item, (*path, 0), flow=True)
        pairs = (f"{self.key(key)}: {self._value(v, (*path, 0, key))}" for key, v in item.items())
        return "{" + ", ".join(pairs) + "}"

    def _value(self, value: str | tuple[str, ...], path: KeyPath) -> str:
        if isinstance(value, str):
            return self.scalar(value, path, flow=True)
        return f"[{', '.join(self.scalar(text, (*path, 0), flow=True) for text in value)}]"

    def key(self, key: str | int) -> str:
        return self.scalar(str(key), (), flow=True)

    def asked(self, path: KeyPath) -> dict[str, Any]:
        """What the schema says of a key path; nothing where it does not know it."""
        found = self.schema.content
        for step in path:
            inner = found.get("items") if isinstance(step, int) else None
            inner = inner or found.get("properties", {}).get(step, {})
            found = self.schema.resolve(inner)
        return found


def is_plain(text: str, *, flow: bool, typed: bool) -> bool:
    """Whether a text without quotes is read as itself by our reader, and as text by others.

    ``typed`` where the schema asks for a number or a boolean, which quotes would make a text.
    """
    tag = _tag_without_quotes(text, flow=flow)
    if moments.is_day(text) or moments.is_moment(text):
        return tag in (_TEXT, _TIME)
    if tag is None or (flow and ":" in text):  # the strictest readers end an address at its colon
        return False
    return typed or (tag == _TEXT and not _FOR_OTHERS.fullmatch(text))


def _tag_without_quotes(text: str, *, flow: bool) -> str | None:
    """What PyYAML takes a text for; None where a reader would read another text."""
    if text != text.strip() or text.startswith(_INDICATORS):
        return None
    sample = f"{{k: {text}, l: m}}\n" if flow else f"k: {text}\nl: m\n"
    try:
        if plain_values(parse_yaml(sample)) != {"k": text, "l": "m"}:
            return None
        # PyYAML's parser in Python is a second opinion: it reads less than the one in C.
        node: Any = yaml.compose(sample, Loader=yaml.SafeLoader)
    except (DocumentError, yaml.YAMLError):
        return None
    value = node.value[0][1]
    return str(value.tag) if value.value == text and not value.style else None
