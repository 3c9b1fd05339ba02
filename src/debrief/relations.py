"""Names that tools have for data, as they are compared, and ids for the catalog made of them."""

from __future__ import annotations

import hashlib
import re
import unicodedata

MAX_ID = 120

_QUOTES = str.maketrans("", "", '"`[]')
_AROUND_DOTS = re.compile(r"\s*\.\s*")
_NOT_IN_IDS = re.compile(r"[^a-z0-9._-]+")


def normal(name: str) -> str:
    """A name as it is compared: letter case, and how an adapter quotes it, do not matter.

    ``"PROD"."Pricing"."ORDERS"``, `` `prod`.pricing.orders `` and ``[prod].[pricing].[orders]`` are
    the same relation.
    """
    return _AROUND_DOTS.sub(".", name.translate(_QUOTES)).strip().casefold()


def spelled(name: str) -> str:
    """A relation without the quotes of its adapter; letter case is kept for people."""
    return _AROUND_DOTS.sub(".", name.translate(_QUOTES)).strip()


def asset_id(*parts: str) -> str:
    """An id for people to read, of parts such as a schema and a table.

    A part in another script leaves no letters that an id may have; it is told by a digest, so that
    two such names do not become one id.
    """
    words = ".".join(_word(part) for part in parts if part.strip())
    return words if len(words) <= MAX_ID else with_digest(words, "".join(parts))


def with_digest(asset: str, what: str) -> str:
    """An id that differs from another by the digest of what is meant."""
    return f"{asset[: MAX_ID - 9].rstrip('._-')}-{_digest(what)}"


def _word(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode("ascii")
    word = _NOT_IN_IDS.sub("_", plain).strip("._-")
    return word or f"x{_digest(text)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


# --- names of datasets in a data source ---------------------------------------------------------

_WAREHOUSES = frozenset(
    {"postgres", "postgresql", "redshift", "snowflake", "bigquery", "mysql", "mariadb", "trino",
     "presto", "athena", "awsathena", "sqlserver", "mssql", "oracle", "teradata", "db2", "hive",
     "databricks", "unitycatalog", "clickhouse", "crdb", "duckdb", "vertica", "synapse", "spanner",
     "dremio", "sqlite"}
)  # fmt: skip
_BROKERS = frozenset({"kafka", "kinesis", "pubsub", "pulsar", "rabbitmq", "nats", "eventhubs"})


def scheme(namespace: str) -> str:
    """The kind of data source: ``kafka`` of ``kafka://broker:9092``."""
    return namespace.partition(":")[0].strip().casefold()


def is_topic(namespace: str) -> bool:
    """Whether a data source is a broker, so that its datasets are topics."""
    return scheme(namespace) in _BROKERS


def located(namespace: str, name: str) -> str:
    """The one name of a dataset: ``postgres://host:5432/db.schema.table``, ``s3://bucket/path``.

    Source: "Naming conventions", openlineage.io/docs/spec/naming; a namespace and a name make a
    URI there. BigQuery, which has one namespace for all the world, needs none.
    """
    if scheme(namespace) == "bigquery":
        return spelled(name)
    if scheme(namespace) in _WAREHOUSES:
        name = spelled(name)
    if "//" not in namespace:
        return f"{namespace.strip().rstrip(':')}:{name.strip()}"
    return f"{namespace.strip().rstrip('/')}/{name.strip().strip('/')}"


def bare(namespace: str, name: str) -> str | None:
    """The relation that a warehouse's own users name, who need not say which warehouse it is."""
    return spelled(name) if scheme(namespace) in _WAREHOUSES and "." in name else None


def dataset_ids(namespace: str, name: str) -> tuple[str, ...]:
    """Ids for a dataset, the shortest first."""
    if is_topic(namespace):
        return asset_id("topic", name), asset_id("topic", _host(namespace), name)
    if "/" in name:
        parts = [part for part in name.split("/") if part]
        return asset_id(_host(namespace), *parts), asset_id(scheme(namespace), namespace, *parts)
    parts = spelled(name).split(".")
    return asset_id(*parts[-2:]), asset_id(*parts), asset_id(_host(namespace), *parts)


def _host(namespace: str) -> str:
    return namespace.partition("//")[2] or namespace
