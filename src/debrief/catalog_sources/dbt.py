"""dbt: what `target/manifest.json` says of models, sources, exposures, metrics and their owners.

Source: "Manifest JSON file", docs.getdbt.com/reference/artifacts/manifest-json, and the schemas at
schemas.getdbt.com/dbt/manifest/, v1 (dbt 0.19) to v12 (dbt 1.8 and newer).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from debrief.catalog_sources.imported import Found, Imported, LeftOut, Link, SourceError
from debrief.catalog_sources.values import group, items, text, tier, url, whom
from debrief.relations import asset_id, spelled

NEWEST = 12
META = {key: key for key in ("owner", "steward", "tier", "domain", "contract", "validation")}
"""What is read from `meta`: the catalog's word → the key under which projects keep it."""

_SCHEMA = re.compile(r"/dbt/([a-z-]+)/v([0-9]+)(?:\.json)?/?\Z")
_KINDS = {"model": "model", "source": "source", "seed": "table", "snapshot": "table",
          "metric": "metric"}  # fmt: skip
_EXPOSURES = {"dashboard": "dashboard", "notebook": "report", "analysis": "report",
              "application": "report", "ml": "feature"}  # fmt: skip
_TESTS = frozenset({"test", "unit_test"})
_PASSED = {
    "semantic_model": "it only describes a model; its metrics lead to that model",
    "saved_query": "it only names metrics; what uses it leads to those",
    "function": "it holds no data; what calls it leads to what it reads",
    "analysis": "dbt compiles an analysis and never runs it",
    "operation": "it is a hook and no data",
    "sql_operation": "it is a query and no data",
    "rpc": "it is a query and no data",
}
_NO_NODES = frozenset(
    {"metadata", "macros", "docs", "selectors", "disabled", "groups", "parent_map", "child_map",
     "group_map"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Options:
    """How a project is read: ``meta`` maps words of the catalog to keys of `meta`."""

    meta: Mapping[str, str] = field(default_factory=lambda: META)
    without: Collection[str] = ()
    """Packages whose nodes are left out."""
    docs: str | None = None
    """Where the project's generated documentation is published."""
    files: str | None = None
    """The address that the paths of the project's files are put behind."""


def read(manifest: object, options: Options = Options()) -> Imported:
    """What a manifest says. Raises SourceError where it is none."""
    version = _version(manifest)
    return _Project(group(manifest), options).imported(version)


def _version(manifest: object) -> int:
    metadata = group(group(manifest).get("metadata"))
    found = _SCHEMA.search(text(metadata.get("dbt_schema_version")))
    if found is None:
        raise SourceError(
            "this is no dbt manifest: it has no `metadata.dbt_schema_version`; "
            "give the target/manifest.json that dbt 0.19 or newer has written"
        )
    if found[1] != "manifest":
        raise SourceError(f"this is dbt's {found[1]}, and not its manifest: give manifest.json")
    if not isinstance(group(manifest).get("nodes"), Mapping):
        raise SourceError("this dbt manifest has no `nodes`; is it whole?")
    return int(found[2])


class _Project:
    """One manifest, while it is read."""

    def __init__(self, manifest: Mapping[str, Any], options: Options) -> None:
        self._manifest = manifest
        self._options = options
        self._nodes = dict(_nodes(manifest))
        self._groups = {text(g.get("name")): g for g in map(group, group(
            manifest.get("groups")).values())}  # fmt: skip
        self._left_out: list[LeftOut] = []
        self._notices: list[str] = []
        self._tests: dict[str, list[Mapping[str, Any]]] = {}

    def imported(self, version: int) -> Imported:
        if version > NEWEST:
            self._notices.append(
                f"the manifest has schema v{version}; up to v{NEWEST} is known, so look at what "
                "was read of it"
            )
        self._tests = self._tests_by_node()
        kept = [key for key, node in sorted(self._nodes.items()) if self._is_asset(key, node)]
        taken = frozenset(kept)
        assets = tuple(self._found(key, taken) for key in kept)
        tests = sum(len(found) for found in self._tests.values())
        if tests:
            with_tests = sum(1 for key in kept if key in self._tests)
            self._notices.append(f"{tests} tests on {with_tests} assets")
        self._left_out += _disabled(self._manifest.get("disabled"))
        return Imported("dbt", self._name(), assets, tuple(self._left_out), tuple(self._notices))

    def _name(self) -> str:
        metadata = group(self._manifest.get("metadata"))
        if name := text(metadata.get("project_name")):
            return name
        packages = Counter(text(node.get("package_name")) for node in self._nodes.values()
                           if node.get("resource_type") == "model")  # fmt: skip
        most = max(sorted(packages), key=packages.__getitem__, default="")
        if most:
            self._notices.append(
                f"the manifest does not name its project; taken for `{most}`, the package of most "
                "models"
            )
        return most

    def _tests_by_node(self) -> dict[str, list[Mapping[str, Any]]]:
        found: dict[str, list[Mapping[str, Any]]] = {}
        for _, node in sorted(self._nodes.items()):
            if node.get("resource_type") in _TESTS:
                tested = text(node.get("attached_node"))
                for key in [tested] if tested else _parents(node):
                    found.setdefault(key, []).append(node)
        return found

    def _is_asset(self, key: str, node: Mapping[str, Any]) -> bool:
        kind = text(node.get("resource_type"))
        if kind in _TESTS:
            return False
        if why := self._why_not(kind, node):
            self._left_out.append(LeftOut(key, why))
        return not why

    def _why_not(self, kind: str, node: Mapping[str, Any]) -> str:
        """Why a node becomes no asset; empty where it does."""
        package, config = text(node.get("package_name")), group(node.get("config"))
        reasons = (
            (package in self._options.without, f"its package `{package}` is left out as asked"),
            (kind in _PASSED, _PASSED.get(kind, "")),
            (kind not in _KINDS and kind != "exposure", f"`{kind}` is no kind that is known here"),
            (
                config.get("materialized") == "ephemeral",
                "it is ephemeral: nothing is stored; what uses it leads to what it reads",
            ),
            (config.get("enabled") is False, "it is disabled"),
            (
                group(node.get("type_params")).get("is_private") is True,
                "it is a private metric; what uses it leads to what it reads",
            ),
        )
        return next((why for applies, why in reasons if applies), "")

    def _found(self, key: str, taken: frozenset[str]) -> Found:
        node = self._nodes[key]
        kind = text(node.get("resource_type"))
        meta = self._meta(node)
        told = {word: meta.get(name) for word, name in self._options.meta.items()}
        own = _KINDS.get(kind) or self._exposed(key, node)
        relation = _relation(node) if own in ("model", "source", "table") else ()
        page = text(node.get("url")) if url(node.get("url")) else ""
        if told["tier"] is not None and tier(told["tier"]) is None:
            self._notices.append(f"the tier of {key} is none from 1 to 4, and left out")
        owners = (*whom(told["owner"]), *self._owners(node))
        return Found(
            key=key,
            name=_title(node),
            kind=own,
            ids=tuple(_ids(own, relation, node)),
            relations=(".".join(relation),) if relation else (),
            names=(page,) if page else (),
            description=text(node.get("description")) or text(node.get("source_description")),
            domain=text(told["domain"]),
            tier=tier(told["tier"]),
            owners=tuple(dict.fromkeys(owners)),
            stewards=tuple(dict.fromkeys(whom(told["steward"]))),
            upstream=tuple(sorted(self._upstream(key, taken))),
            contract=_link(told["contract"]) or self._promised(node),
            validation=_link(told["validation"]) or self._validated(key),
            lineage_map=self._documented(key, kind),
        )

    def _exposed(self, key: str, node: Mapping[str, Any]) -> str:
        kind = text(node.get("type")).casefold()
        if kind not in _EXPOSURES:
            self._notices.append(f"{key} is of no known type; taken for a report")
        return _EXPOSURES.get(kind, "report")

    def _meta(self, node: Mapping[str, Any]) -> dict[str, Any]:
        """Its own `meta` before that of its group; newer projects keep it under `config`."""
        return {
            **group(node.get("source_meta")),
            **group(node.get("meta")),
            **group(group(node.get("config")).get("meta")),
        }

    def _owners(self, node: Mapping[str, Any]) -> Iterator[str]:
        yield from whom(node.get("owner"))
        name = text(node.get("group")) or text(group(node.get("config")).get("group"))
        if name:
            yield from whom(group(self._groups.get(name)).get("owner"))
            yield name

    def _upstream(self, key: str, taken: frozenset[str]) -> set[str]:
        """The assets that a node is made from; what stores nothing is passed through."""
        found: set[str] = set()
        seen, waiting = {key}, [key]
        while waiting:
            for parent in self._parents(waiting.pop()):
                if parent in taken:
                    found.add(parent)
                elif parent not in seen and parent in self._nodes:
                    seen.add(parent)
                    waiting.append(parent)
                elif parent not in self._nodes and parent not in seen:
                    seen.add(parent)
                    self._notices.append(f"{key} is made from {parent}, which the manifest lacks")
        return found - {key}

    def _parents(self, key: str) -> Iterator[str]:
        node = self._nodes[key]
        yield from _parents(node)
        if node.get("resource_type") == "semantic_model" and not any(_parents(node)):
            wanted = spelled(text(group(node.get("node_relation")).get("relation_name")))
            for other, one in self._nodes.items():
                if wanted and spelled(text(one.get("relation_name"))) == wanted:
                    yield other

    def _promised(self, node: Mapping[str, Any]) -> Link | None:
        """Where a contract that dbt enforces is written, like :meth:`_validated`."""
        enforced = group(group(node.get("config")).get("contract")).get("enforced") is True
        path = text(node.get("patch_path")).partition("://")[2]
        if not (enforced and path and self._options.files):
            return None
        return Link(url(f"{self._options.files.rstrip('/')}/{path}"))

    def _validated(self, key: str) -> Link | None:
        """Where its tests are written, if the address of the project's files is known."""
        if key not in self._tests or not self._options.files:
            return None
        paths = Counter(text(test.get("original_file_path")) for test in self._tests[key])
        path = max(sorted(paths), key=paths.__getitem__).replace("\\", "/")
        return Link(url(f"{self._options.files.rstrip('/')}/{path}")) if path else None

    def _documented(self, key: str, kind: str) -> Link | None:
        if not self._options.docs:
            return None
        return Link(url(f"{self._options.docs.rstrip('/')}/#!/{kind}/{key}"))


def _nodes(manifest: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every node of every kind, with those of kinds that newer versions bring."""
    for part, content in manifest.items():
        if part in _NO_NODES:
            continue
        for key, value in group(content).items():
            node = group(value)
            if "resource_type" in node or part in ("nodes", "sources", "exposures", "metrics"):
                kind = text(node.get("resource_type")) or key.partition(".")[0]
                yield key, {**node, "resource_type": kind}


def _disabled(disabled: object) -> Iterator[LeftOut]:
    """What is switched off: a list at first, and later lists by id."""
    nodes = disabled if isinstance(disabled, list) else [
        node for found in group(disabled).values() for node in items(found)
    ]  # fmt: skip
    keys = {text(group(node).get("unique_id")) or "a node without an id" for node in nodes
            if group(node).get("resource_type") not in _TESTS}  # fmt: skip
    return (LeftOut(key, "it is disabled") for key in sorted(keys))


def _parents(node: Mapping[str, Any]) -> Iterator[str]:
    for parent in items(group(node.get("depends_on")).get("nodes")):
        if isinstance(parent, str):
            yield parent


def _relation(node: Mapping[str, Any]) -> tuple[str, ...]:
    """The parts of a relation's name, as the adapter has them and without its quotes."""
    if name := spelled(text(node.get("relation_name"))):
        return tuple(part for part in name.split(".") if part)
    last = next(filter(None, (text(node.get(k)) for k in ("identifier", "alias", "name"))), "")
    return tuple(filter(None, (text(node.get("database")), text(node.get("schema")), last)))


def _ids(kind: str, relation: tuple[str, ...], node: Mapping[str, Any]) -> Iterator[str]:
    if relation:
        yield asset_id(*relation[-2:])
        yield asset_id(*relation)
    else:
        yield asset_id(kind, text(node.get("name")))
        yield asset_id(kind, text(node.get("package_name")), text(node.get("name")))


def _title(node: Mapping[str, Any]) -> str:
    name = text(node.get("label")) or text(node.get("name")) or text(node.get("unique_id"))
    version = text(node.get("version"))
    if not version or node.get("resource_type") != "model":
        return name
    return f"{name} v{version}"


def _link(value: object) -> Link | None:
    """A contract or rules named in `meta`: an address, or a group with one and who keeps it."""
    if isinstance(value, Mapping):
        found = Link(url(value.get("url")), tuple(whom(value.get("owner"))))
        return found if found.url or found.keepers else None
    return Link(url(value)) if url(value) else None
