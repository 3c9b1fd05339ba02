"""OpenLineage: jobs and datasets out of run events, and of static job and dataset events.

Source: the specification 2-0-2 with its facets (ownership, documentation, symlinks, datasetType,
columnLineage, lineage), openlineage.io/spec; names by "Naming conventions" there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from debrief.catalog_sources.imported import Found, Imported, LeftOut, SourceError
from debrief.catalog_sources.values import group, items, text, whom
from debrief.relations import asset_id, bare, dataset_ids, is_topic, located

Place = str
"""Where an event was read: a file, with a number behind it where the file has several."""

_PLACEHOLDER = re.compile(r"\{\{|\$\{")
_TYPES = {"TOPIC": "topic", "STREAM": "topic", "MODEL": "model"}
# What Hive and Spark put behind a path for a part of the data: `day=2026-03-14`, `2026-03-14`.
_PARTITION = re.compile(r"(?:/(?:[^/=]+=[^/]*|\d{4}-?\d{2}-?\d{2}))+/*\Z")
_NEVER = datetime.min.replace(tzinfo=UTC)


def read(events: Iterable[tuple[Place, object]], *, whole: bool = False) -> Imported:
    """What events say together; their order does not matter.

    ``whole`` where they are all that there is, so that what they do not name is gone. Raises
    SourceError where there is no event among them.
    """
    graph = _Graph()
    for place, event in events:
        graph.take(place, event)
    if not graph.events:
        raise SourceError(
            "no event among these: an event has a `job` or a `dataset` with namespace and name"
        )
    return graph.imported(whole=whole)


@dataclass(slots=True)
class _Thing:
    """A job or a dataset, as far as it is known yet."""

    namespace: str
    name: str
    is_job: bool
    upstream: set[str] = field(default_factory=set)
    symlinks: set[tuple[str, str]] = field(default_factory=set)
    said: dict[str, tuple[datetime, tuple[str, ...]]] = field(default_factory=dict)

    def say(self, what: str, at: datetime, values: Iterable[str]) -> None:
        """Take a value of a facet, unless a later event has another."""
        given = tuple(values)
        if given:
            self.said[what] = max(self.said.get(what, (_NEVER, ())), (at, given))

    def last(self, what: str) -> tuple[str, ...]:
        return self.said[what][1] if what in self.said else ()


class _Graph:
    """Everything that was read so far."""

    def __init__(self) -> None:
        self.events = 0
        self._things: dict[str, _Thing] = {}
        self._left_out: list[LeftOut] = []
        self._notices: list[str] = []
        self._partitioned: set[str] = set()
        self._namespaces: set[str] = set()

    def take(self, place: Place, event: object) -> None:
        value = group(event)
        job, dataset = group(value.get("job")), group(value.get("dataset"))
        if not job and not dataset:
            self._left_out.append(LeftOut(place, "it is no event: no `job` and no `dataset`"))
            return
        thing = job or dataset
        if why := _unusable(thing):
            self._left_out.append(LeftOut(place, why))
            return
        self.events += 1
        at = _time(value.get("eventTime"))
        if dataset and not job:
            self._dataset(place, dataset, at)
            return
        key = self._thing(job, at, is_job=True)
        self._namespaces.add(text(job.get("namespace")))
        self._run(place, key, value, at)

    def _run(self, place: Place, job: str, event: Mapping[str, Any], at: datetime) -> None:
        for one in items(event.get("inputs")):
            if source := self._dataset(place, one, at):
                self._things[job].upstream.add(source)
        for one in items(event.get("outputs")):
            target = self._dataset(place, one, at)
            if target is None:
                continue
            self._things[target].upstream.add(job)
            # Columns of datasets that the event does not list as inputs are inputs all the same.
            self._things[job].upstream.update(self._columns(place, one, at))
        for holder in (group(event.get("job")), group(event.get("run"))):
            facet = group(group(holder.get("facets")).get("lineage"))
            for entry in map(group, items(facet.get("entries"))):
                self._explicit(place, entry, at, own=job)

    def _dataset(self, place: Place, value: object, at: datetime) -> str | None:
        dataset = group(value)
        if why := _unusable(dataset):
            self._left_out.append(LeftOut(f"{place}, a dataset", why))
            return None
        key = self._thing(dataset, at, is_job=False)
        facets = group(dataset.get("facets"))
        for link in map(group, items(group(facets.get("symlinks")).get("identifiers"))):
            if not _unusable(link):
                self._things[key].symlinks.add((text(link["namespace"]), text(link["name"])))
        if lineage := group(facets.get("lineage")):
            self._explicit(place, {**dataset, **lineage, "type": "DATASET"}, at, own=key)
        return key

    def _thing(self, value: Mapping[str, Any], at: datetime, *, is_job: bool) -> str:
        """The job or dataset of a namespace and a name, with what its facets say."""
        namespace, name = text(value["namespace"]), text(value["name"])
        if not is_job and (whole := _PARTITION.sub("", name)) and whole != name:
            self._partitioned.add(located(namespace, whole))
            name = whole
        key = f"job:{namespace}/{name}" if is_job else located(namespace, name)
        thing = self._things.setdefault(key, _Thing(namespace, name, is_job))
        facets = group(value.get("facets"))
        thing.say("description", at, filter(None, [
            text(group(facets.get("documentation")).get("description"))]))  # fmt: skip
        thing.say("type", at, filter(None, [
            text(group(facets.get("datasetType")).get("datasetType"))]))  # fmt: skip
        owners = [group(one) for one in items(group(facets.get("ownership")).get("owners"))]
        is_steward = [("steward" in text(one.get("type")).casefold(), one) for one in owners]
        for what, wanted in (("stewards", True), ("owners", False)):
            names = (_owner(one) for steward, one in is_steward if steward is wanted)
            thing.say(what, at, (name for found in names for name in found))
        return key

    def _columns(self, place: Place, dataset: object, at: datetime) -> Iterator[str]:
        """The datasets that columns come from."""
        facet = group(group(group(dataset).get("facets")).get("columnLineage"))
        listed = [one for column in group(facet.get("fields")).values()
                  for one in items(group(column).get("inputFields"))]  # fmt: skip
        for one in (*listed, *items(facet.get("dataset"))):
            if source := self._dataset(place, {**group(one), "facets": {}}, at):
                yield source

    def _explicit(self, place: Place, entry: Mapping[str, Any], at: datetime, own: str) -> None:
        """A line of the lineage facet: a dataset or a job, and what feeds it."""
        target = self._end(place, entry, at, own)
        listed = [*items(entry.get("inputs"))]
        for column in group(entry.get("fields")).values():
            listed += items(group(column).get("inputs"))
        for one in map(group, listed):
            source = self._end(place, one, at, own)
            if target and source:
                self._things[target].upstream.add(source)

    def _end(self, place: Place, one: Mapping[str, Any], at: datetime, own: str) -> str | None:
        if text(one.get("type")).upper() != "JOB":
            return self._dataset(place, {k: one.get(k) for k in ("namespace", "name")}, at)
        if not one.get("name"):
            return own
        if why := _unusable(one):
            self._left_out.append(LeftOut(f"{place}, a job", why))
            return None
        return self._thing({k: one[k] for k in ("namespace", "name")}, at, is_job=True)

    def _update_in_place(self) -> None:
        """A job that reads what it writes, as a merge does, makes it all the same."""
        for key, thing in sorted(self._things.items()):
            both = {job for job in thing.upstream if key in self._things[job].upstream}
            for job in sorted(both) if not thing.is_job else ():
                if self._things[job].is_job:
                    self._things[job].upstream.discard(key)
                    self._notices.append(f"{self._things[job].name} reads and writes {key}; taken "
                                         "for what makes it")  # fmt: skip

    def imported(self, *, whole: bool) -> Imported:
        self._update_in_place()
        self._notices += (f"the partitions of {key} are taken for one asset"
                          for key in sorted(self._partitioned))  # fmt: skip
        read_by = {source for thing in self._things.values() for source in thing.upstream}
        assets = []
        for key, thing in sorted(self._things.items()):
            if thing.is_job and not thing.upstream and key not in read_by:
                self._left_out.append(LeftOut(thing.name, "the job reads and writes nothing"))
            else:
                assets.append(_found(key, thing))
        name = self._namespaces.pop() if len(self._namespaces) == 1 else ""
        left_out = tuple(sorted(set(self._left_out), key=lambda one: (one.what, one.why)))
        return Imported("openlineage", name, tuple(assets), left_out, tuple(self._notices), whole)


def _found(key: str, thing: _Thing) -> Found:
    kind = "pipeline"
    ids: tuple[str, ...] = (asset_id(kind, thing.name), asset_id(kind, thing.namespace, thing.name))
    relations: list[str] = []
    names: list[str] = []
    if not thing.is_job:
        kind = "topic" if is_topic(thing.namespace) else "table"
        kind = next((_TYPES[t] for t in map(str.upper, thing.last("type")) if t in _TYPES), kind)
        ids = dataset_ids(thing.namespace, thing.name)
        # In the order of the text, so that the order of the events does not matter.
        for namespace, name in ((thing.namespace, thing.name), *sorted(thing.symlinks)):
            relations.append(located(namespace, name))
            names += filter(None, [bare(namespace, name)])
    return Found(
        key=key,
        name=_title(thing, kind),
        kind=kind,
        ids=ids,
        relations=tuple(relations),
        names=tuple(names),
        description="".join(thing.last("description")),
        owners=thing.last("owners"),
        stewards=thing.last("stewards"),
        upstream=tuple(sorted(thing.upstream)),
    )


def _title(thing: _Thing, kind: str) -> str:
    """The end of a path, and of a relation its table; topics and jobs go by their whole names."""
    if thing.is_job or kind == "topic":
        return thing.name
    end = thing.name.rstrip("/").rpartition("/")[2] or thing.name
    return end if "/" in thing.name else end.rpartition(".")[2] or end


def _unusable(value: Mapping[str, Any]) -> str:
    """Why a job or a dataset cannot be told from others; empty where it can."""
    for key in ("namespace", "name"):
        found = text(value.get(key))
        if not found:
            return f"its `{key}` is missing"
        if _PLACEHOLDER.search(found):
            return f"its `{key}` is a placeholder: {found}"
    return ""


def _owner(value: Mapping[str, Any]) -> Iterator[str]:
    """The names of an owner, which is best written as ``team:data`` or ``user:jdoe``."""
    for name in whom(value.get("name")):
        kind, _, plain = name.partition(":")
        yield plain if plain and kind.isalpha() else name


def _time(value: object) -> datetime:
    """When an event was sent; before all others where it does not say so."""
    try:
        found = datetime.fromisoformat(text(value))
    except ValueError:
        return _NEVER
    return found if found.tzinfo else found.replace(tzinfo=UTC)
