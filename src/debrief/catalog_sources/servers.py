"""Where the data of a contract lies: its servers, and the names that the data has on them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from debrief.catalog_sources.values import text
from debrief.relations import asset_id, dataset_ids, is_topic, located, spelled

_ABOVE_THE_SCHEMA = ("catalog", "project", "database", "serviceName")
_SCHEMA = ("schema", "dataset")
_FILES = frozenset({"s3", "gcs", "azure", "adls", "sftp", "hdfs"})
_NOWHERE = frozenset({"local", "api", "custom", "dataframe"})
_VARIABLE = re.compile(r"[^/]*[*?{].*")
_PRODUCTION = frozenset({"prod", "production", "live"})


@dataclass(frozen=True, slots=True)
class Server:
    """One server of a contract, with its keys in either standard."""

    values: Mapping[str, Any]

    @property
    def type(self) -> str:
        return text(self.values.get("type")).casefold()

    @property
    def is_broker(self) -> bool:
        return is_topic(self.type)

    @property
    def is_production(self) -> bool:
        return text(self.values.get("environment")).casefold() in _PRODUCTION

    def relation(self, name: str, *, alone: bool) -> str | None:
        """The name of a dataset there; None where the server gives none that others know.

        ``alone`` where the contract has no other dataset, so that a place without a name is its.
        """
        if self.type in _NOWHERE:
            return None
        if self.is_broker:
            host = text(self.values.get("host"))
            return (
                located(f"{self.type}://{host}", self._topic(name, alone=alone)) if host else None
            )
        if self.type in _FILES:
            return self._location(name, alone=alone)
        parts = self._parts(name)
        return spelled(".".join(parts)) if len(parts) > 1 else None

    def ids(self, name: str, *, alone: bool) -> Iterator[str]:
        """Ids for a dataset there, the shortest first."""
        if self.is_broker:
            yield asset_id("topic", self._topic(name, alone=alone))
        elif self.type in _FILES:
            if location := self._location(name, alone=alone):
                head, _, path = location.partition("://")
                bucket, _, rest = path.partition("/")
                yield from dataset_ids(f"{head}://{bucket}", rest if "/" in rest else f"/{rest}")
        elif len(parts := self._parts(name)) > 1:
            yield asset_id(*parts[-2:])
            yield asset_id(*parts)

    def _topic(self, name: str, *, alone: bool) -> str:
        return (text(self.values.get("topic")) if alone else "") or name

    def _parts(self, name: str) -> list[str]:
        """Database, schema and table, as far as they are known; a name may bring its own."""
        if "." in name:
            return spelled(name).split(".")
        above = next(filter(None, (text(self.values.get(k)) for k in _ABOVE_THE_SCHEMA)), "")
        schema = next(filter(None, (text(self.values.get(k)) for k in _SCHEMA)), "")
        return [part for part in (above, schema, name) if part]

    def _location(self, name: str, *, alone: bool) -> str | None:
        """A place among files, up to what varies; of several datasets only where it names one."""
        location = text(self.values.get("location"))
        if not ("{model}" in location or "{schema}" in location or alone):
            return None
        named = location.replace("{model}", name).replace("{schema}", name)
        return _VARIABLE.sub("", named).rstrip("/") or None


def in_use(servers: Sequence[Server]) -> Sequence[Server]:
    """The servers of production, where a contract says which these are; else all of them."""
    return [server for server in servers if server.is_production] or servers
