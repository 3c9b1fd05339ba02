"""The reference pages, as Markdown: every rule from the registry, every field from the schemas."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from debrief import checks, metrics
from debrief.catalog import RuleOff
from debrief.checks.rule import Rule
from debrief.schema import Schema
from debrief.warehouse.page import tables_page
from debrief.words import as_markdown

_NOTE = "<!-- Written by ./debrief reference. Change the source and run it again. -->"

_ABOUT_RULES = """\
The {count} rules of `./debrief check`. An **error** blocks a merge; a **warning** and an **advice**
do not. Some errors are only warnings in an imported record, so that an old document can be kept as
it is. `./debrief check --explain PM203` prints one rule.

A rule from PM3xx on can be switched off in `catalog/policy.yml`, under `rules_off`, with
a reason."""

_ABOUT_FIELDS = """\
Every field of a record and of the catalog. *Needed* says from which status on a record must have
it; a field that is not needed may be left out. A key with nothing behind it counts as left out.

A *date* is written `2026-03-14`. An *instant* has a time and a zone, `2026-03-14T07:42Z` or
`2026-03-14T08:42+01:00`; where only the day is known, it is a date with `precision: day` beside it.
An *id* is one of the catalog, or the name of a postmortem's file without `.md`."""

_ABOUT_DATA = """\
Every key of the files under `api/` on the site, made from the schemas that lie beside them;
[Feeds, calendars and data](api.md) says what they are for. Each key is always there. Where a value
may be missing, it says *or null*."""

_ABOUT_METRICS = """\
What each figure of the site means, what a period counts, and when a case is missing. The pages
print the same words beside the figure; [Metrics and reliability](../handbook/metrics.md) says how
to read them.

Times and ages are told by their median and quartiles, shares in percent. *Missing* is what belongs
to the period and has no value."""

TITLES = {
    "postmortem": "A postmortem",
    "owners": "catalog/owners.yml",
    "assets": "catalog/assets.yml",
    "policy": "catalog/policy.yml",
    "sources": "catalog/sources.yml",
}


def rules_page(rules_off: Sequence[RuleOff] = ()) -> str:
    """The page of all rules, by family; those that the policy switches off say why."""
    reasons = {off.rule: off.reason for off in rules_off if off.rule in checks.MAY_BE_OFF}
    lines = [
        "# Rules",
        "",
        _NOTE,
        "",
        _ABOUT_RULES.format(count=len(checks.RULES)),
        "",
        *_off_lines(reasons),
    ]
    for prefix, name, rules in checks.FAMILIES:
        lines += [f"## {prefix}xx · {name}", ""]
        for rule in sorted(rules, key=lambda rule: rule.id):
            lines += _rule_lines(rule, reasons.get(rule.id))
    return _page(lines)


def _off_lines(reasons: dict[str, str]) -> Iterator[str]:
    """The rules that are switched off, where a reader sees them first."""
    if reasons:
        yield "Switched off here:"
        yield ""
        for rule_id in sorted(reasons):
            yield f"- [{rule_id}](#{rule_id.lower()}): {_inert(reasons[rule_id])}"
        yield ""


def _rule_lines(rule: Rule, reason_off: str | None) -> Iterator[str]:
    yield f"### {rule.id} · {as_markdown(rule.summary)} {{ #{rule.id.lower()} }}"
    yield ""
    yield f"**{rule.level.word.capitalize()}**, {rule.scope}."
    if rule.explanation:
        yield " ".join(as_markdown(rule.explanation).split())
    yield ""
    if reason_off is not None:
        yield f"*Switched off here:* {_inert(reason_off)}"
        yield ""
    yield f"*Fix:* {as_markdown(rule.fix)}{'' if rule.fix.endswith('?') else '.'}"
    yield ""


def schema_page(schemas: dict[str, Schema]) -> str:
    """The page of every field, with what it holds and from which status it is asked for."""
    lines = [
        "# Fields",
        "",
        _NOTE,
        "",
        _ABOUT_FIELDS,
        "",
    ]
    for name, schema in schemas.items():
        demands = dict(_demands(schema.content))
        lines += [f"## {TITLES[name]}", "", as_markdown(schema.content["description"]), ""]
        lines += _group(schema, schema.content, (), demands)
    return _page(lines)


def data_page(published: Mapping[str, Any]) -> str:
    """The page of every key of the data that the site publishes, from its complete schemas."""
    lines = ["# Fields of the data", "", _NOTE, "", _ABOUT_DATA, ""]
    for name, schema in published.items():
        lines += [f"## api/{name}.json", "", as_markdown(schema["description"]), ""]
        lines += _keys(schema, "")
    return _page(lines)


def warehouse_page(schemas: Mapping[str, Schema]) -> str:
    """The page of every table of the export."""
    return _page(["# Tables", "", _NOTE, "", *tables_page(schemas)])


def metrics_page() -> str:
    """The page of every figure with its definition, and of how the open cases are decided."""
    lines = ["# Figures", "", _NOTE, "", _ABOUT_METRICS, ""]
    for one in metrics.DEFINITIONS:
        lines += [f"## {one.name} {{ #{one.id.replace('_', '-')} }}", "", *_definition(one), ""]
    lines += ["## Edge cases", "", "| case | decided |", "| --- | --- |"]
    lines += [f"| {name} | {as_markdown(said)} |" for name, said in metrics.EDGE_CASES.items()]
    return _page(lines)


_SHAPES = {
    metrics.TIMES: "Median and quartiles, in {unit}",
    metrics.STANDING: "Median and quartiles, in {unit}, as it stood on the last day",
    metrics.SHARE: "A share, in percent",
    metrics.COUNT: "A number",
    metrics.COVERAGE: "A share of the catalog, in percent",
}
_UNITS = {"seconds": "minutes, hours or days"}


def _definition(one: metrics.Definition) -> Iterator[str]:
    shape = _SHAPES[one.shape].format(unit=_UNITS.get(one.unit, one.unit))
    direction = f"; {one.better} is better" if one.better else ""
    fewest = f"; shown from {one.fewest} cases on" if one.fewest else ""
    yield f"`{one.id}`: {as_markdown(one.says)}."
    yield ""
    yield f"- *How it is told:* {shape}{direction}{fewest}."
    yield f"- *A period counts:* {as_markdown(one.belongs)}."
    if one.lacks:
        yield f"- *Missing:* {as_markdown(one.lacks)}."
    if one.sources:
        found = "; ".join(f"[{as_markdown(source.title)}]({source.url})" for source in one.sources)
        yield f"- *Source:* {found}."


def _keys(group: Any, path: str) -> Iterator[str]:
    """A table of one group of keys of the data, then the groups inside it."""
    if path:
        yield f"### `{path}`"
        yield ""
        yield as_markdown(group["description"])
        yield ""
    yield "| key | holds | meaning |"
    yield "| --- | --- | --- |"
    inner = []
    for key, field in group["properties"].items():
        at = f"{path}.{key}".lstrip(".")
        meaning = as_markdown(field["description"]).replace("|", "\\|")
        yield f"| `{key}` | {_value(field)} | {meaning} |"
        for here, nested in ((at, field), (f"{at}[]", field.get("items", {}))):
            if "properties" in nested:
                inner.append((here, nested))
    yield ""
    for here, nested in inner:
        yield from _keys(nested, here)


def _value(field: Any) -> str:
    """What a key of the data holds, in words."""
    if "anyOf" in field:
        return f"{_value(field['anyOf'][0])} or null"
    if "allOf" in field:
        return _value(field["allOf"][0])
    if "$ref" in field:
        return {"moment": "instant", "link": "link", "postmortem_id": "id"}[
            field["$ref"].rsplit("/", 1)[-1]
        ]
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{word}`" for word in field["enum"])
    kind, *null = field["type"] if isinstance(field["type"], list) else [field["type"]]
    return _kind(kind, field) + (" or null" if null else "")


def _kind(kind: str, field: Any) -> str:
    if kind == "array":
        items = _value(field["items"])
        return f"list of {items if items == 'keys' else items + 's'}"
    if kind == "string" and "pattern" in field:
        return "date" if field.get("format") == "date" else "id"
    return {
        "object": "keys",
        "string": "text",
        "boolean": "`true` or `false`",
        "integer": "whole number",
        "number": "number",
    }[kind]


def _page(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"


Path = tuple[str, ...]


def _group(
    schema: Schema, group: dict[str, Any], path: Path, demands: dict[Path, str]
) -> Iterator[str]:
    """A table of one group of keys, then the groups inside it."""
    if path:
        yield f"### `{'.'.join(path)}`"
        yield ""
        yield as_markdown(group.get("description", ""))
        yield ""
    yield "| key | holds | needed | meaning |"
    yield "| --- | --- | --- | --- |"
    inner: list[tuple[Path, dict[str, Any]]] = []
    for key, raw in group.get("properties", {}).items():
        field = schema.resolve(raw)
        here = (*path, key)
        needed = "always" if key in group.get("required", ()) else demands.get(here, "")
        yield f"| `{key}` | {_holds(schema, raw)} | {needed} | {_meaning(raw, field)} |"
        if (nested := _nested(schema, field)) is not None:
            inner.append(((*path, f"{key}{_each(field)}"), nested))
    yield ""
    for inner_path, nested in inner:
        yield from _group(schema, nested, inner_path, demands)


def _each(field: dict[str, Any]) -> str:
    """How the items of a list, or the entries of a catalog, are spelled in a heading."""
    if field["type"] == "array":
        return "[]"
    return ".<id>" if field.get("additionalProperties") else ""


def _nested(schema: Schema, field: dict[str, Any]) -> dict[str, Any] | None:
    """The group of keys inside a field, if there is one."""
    for candidate in (field, field.get("items"), field.get("additionalProperties")):
        if isinstance(candidate, dict):
            resolved = schema.resolve(candidate)
            if "properties" in resolved:
                return resolved
    return None


_BY_NAME = {
    "day": "date",
    "moment": "instant",
    "local_id": "id",
    "owner_id": "owner id",
    "asset_id": "asset id",
    "postmortem_id": "postmortem id",
    "url": "link",
}
"""Definitions that have a name of their own in the table."""


def _reference(field: dict[str, Any]) -> str:
    """The name of the definition that a field refers to, or nothing."""
    target = field.get("$ref") or field.get("allOf", [{}])[0].get("$ref", "")
    return str(target).rsplit("/", 1)[-1]


def _holds(schema: Schema, raw: dict[str, Any]) -> str:
    """What kind of value a field takes, in words."""
    if (name := _reference(raw)) in _BY_NAME:
        return _BY_NAME[name]
    field = schema.resolve(raw)
    if "enum" in field:
        return ", ".join(f"`{word}`" for word in field["enum"])
    if field.get("type") == "array":
        return f"list of {_plural(schema, field['items'])}"
    return {
        "object": "keys",
        "string": "text",
        "boolean": "`true` or `false`",
        "integer": "whole number",
        "number": "number",
    }[field["type"]]


def _plural(schema: Schema, items: dict[str, Any]) -> str:
    if (name := _reference(items)) in _BY_NAME:
        return f"{_BY_NAME[name]}s"
    resolved = schema.resolve(items)
    if "enum" in resolved:
        return ", ".join(f"`{word}`" for word in resolved["enum"])
    return "groups of keys" if resolved["type"] == "object" else "texts"


def _meaning(raw: dict[str, Any], field: dict[str, Any]) -> str:
    # An id or a date looks the same everywhere; the table's second column says enough of it.
    example = field.get("examples", [None])[0] if _reference(raw) not in _BY_NAME else None
    shown = f" Example: `{_yaml(example)}`" if example is not None else ""
    default = f" Default: `{_yaml(field['default'])}`." if "default" in field else ""
    # A bar ends a table's cell even inside a code span.
    return (as_markdown(field.get("description", "")) + default + shown).replace("|", "\\|")


def _yaml(value: object) -> str:
    """A value as an author writes it."""
    if isinstance(value, list):
        return f"[{', '.join(str(item) for item in value)}]"
    return value if isinstance(value, str) else json.dumps(value)


def _demands(content: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """From which status on each key is demanded, by the clauses under ``allOf``."""
    for clause in content.get("allOf", ()):
        if "if" in clause:
            first = clause["if"]["properties"]["status"]["enum"][0]
            yield from _required(clause["then"], (), first)
        else:
            yield from _required(clause, (), "draft")
    items = content.get("properties", {}).get("actions", {}).get("items", {})
    for clause in items.get("allOf", ()):
        if "if" in clause:
            status = clause["if"]["properties"]["status"]
            words = " or ".join(status.get("enum", [status.get("const")]))
            yield from _required(clause["then"], ("actions[]",), f"when {words}")
        else:
            yield from _required(clause, ("actions[]",), "draft")


def _required(clause: dict[str, Any], path: Path, status: str) -> Iterator[tuple[Path, str]]:
    for key in clause.get("required", ()):
        yield (*path, key), status
    for key, inner in clause.get("properties", {}).items():
        yield from _required(inner, (*path, key), status)
        if "items" in inner:
            yield from _required(inner["items"], (*path, f"{key}[]"), status)


def _inert(words: str) -> str:
    """Words that anybody may have written, as Markdown that makes nothing of them but one line."""
    escaped = re.sub(r"([\\`*_{}\[\]()#!|~+.-])", r"\\\1", " ".join(words.split()))
    return html.escape(escaped, quote=False)
