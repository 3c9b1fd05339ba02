"""dbt manifests of our own making, with the few keys that matter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Node = dict[str, Any]


def manifest(*nodes: Node, version: int = 12, project: str | None = "shop", **parts: Any) -> Node:
    """A manifest of these nodes; ``parts`` are further keys at its top."""
    metadata = {"dbt_schema_version": f"https://schemas.getdbt.com/dbt/manifest/v{version}.json"}
    if project is not None:
        metadata["project_name"] = project
    found: Node = {"metadata": metadata, "nodes": {}, "sources": {}, "exposures": {}, "metrics": {}}
    for node in nodes:
        kind = node["resource_type"]
        part = {"source": "sources", "exposure": "exposures", "metric": "metrics",
                "semantic_model": "semantic_models", "saved_query": "saved_queries",
                "unit_test": "unit_tests"}.get(kind, "nodes")  # fmt: skip
        found.setdefault(part, {})[node["unique_id"]] = node
    return {**found, **parts}


def model(name: str, /, *upstream: str, kind: str = "model", **values: Any) -> Node:
    """A model in ``prod.pricing``, or a seed or a snapshot; ``upstream`` are unique ids."""
    return {
        "resource_type": kind,
        "unique_id": f"{kind}.shop.{name}",
        "name": name,
        "package_name": "shop",
        "database": "prod",
        "schema": "pricing",
        "alias": name,
        "relation_name": f'"prod"."pricing"."{name}"',
        "config": {"materialized": "table", "enabled": True},
        "depends_on": {"nodes": list(upstream), "macros": []},
        **values,
    }


def other(kind: str, name: str, /, *upstream: str, **values: Any) -> Node:
    """A node of another kind: an exposure, a metric, a test."""
    return {
        "resource_type": kind,
        "unique_id": f"{kind}.shop.{name}",
        "name": name,
        "package_name": "shop",
        "depends_on": {"nodes": list(upstream)},
        **values,
    }


def source(name: str, relation: str, **values: Any) -> Node:
    """A table that another system writes, by its relation with dots."""
    database, schema, identifier = relation.split(".")
    return {
        "resource_type": "source",
        "unique_id": f"source.shop.{schema}.{name}",
        "name": name,
        "package_name": "shop",
        "source_name": schema,
        "database": database,
        "schema": schema,
        "identifier": identifier,
        **values,
    }


def written(folder: Path, content: Node, name: str = "manifest.json") -> str:
    """Write a manifest; the path, for a command line."""
    file = folder / name
    file.write_text(json.dumps(content), encoding="utf-8")
    return str(file)
