"""Data contracts: which data each describes, who answers for it, and where its rules stand.

Sources: "Open Data Contract Standard" v2.2 and v3, bitol-io.github.io/open-data-contract-standard;
"Data Contract Specification" 0.9 to 1.2, datacontract.com.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from debrief.catalog_sources.imported import Found, Imported, LeftOut, Link
from debrief.catalog_sources.servers import Server, in_use
from debrief.catalog_sources.values import group, items, text, tier, url, whom
from debrief.relations import asset_id

_NOT_YET = frozenset({"proposed", "draft", "development", "in development"})


@dataclass(frozen=True, slots=True)
class File:
    """A contract as it was parsed, and an address under which people can read it."""

    place: str
    values: object
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a file, and at which key; a file with a fault is not taken."""

    place: str
    key: str
    message: str


@dataclass(frozen=True, slots=True)
class _Dataset:
    """One table or topic of a contract."""

    name: str
    physical: str
    title: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Contract:
    """What both standards have in common."""

    id: str
    name: str
    status: str = ""
    domain: str = ""
    description: str = ""
    tier: int | None = None
    owners: tuple[str, ...] = ()
    stewards: tuple[str, ...] = ()
    page: str | None = None
    servers: tuple[Server, ...] = ()
    datasets: tuple[_Dataset, ...] = ()
    quality: object = None


@dataclass(slots=True)
class _Faults:
    """Collects the faults of one file."""

    place: str
    found: list[Fault] = field(default_factory=list)

    def add(self, key: str, message: str) -> None:
        self.found.append(Fault(self.place, key, message))

    def need(self, values: Mapping[str, Any], *keys: str, within: str = "") -> None:
        for key in keys:
            if not text(values.get(key)):
                self.add(f"{within}{key}", "is missing, and every contract has it")


def read(files: Iterable[File], today: date) -> tuple[Imported, tuple[Fault, ...]]:
    """What contracts say together, and what is wrong with those that are not taken.

    Who has left a team by ``today`` answers for nothing.
    """
    assets: dict[str, Found] = {}
    left_out: list[LeftOut] = []
    notices: list[str] = []
    homeless: list[str] = []
    faults: list[Fault] = []
    names = []
    for file in files:
        told = _Faults(file.place)
        contract = _contract(group(file.values), told, today)
        faults += told.found
        if contract is None or told.found:
            continue
        names.append(contract.name)
        if why := _why_not(contract):
            left_out.append(LeftOut(file.place, why))
            continue
        if contract.status in _NOT_YET:
            notices.append(f"{file.place} is taken, and its status is {contract.status}")
        for found in _found(contract, file.url):
            if found.key in assets:
                left_out.append(LeftOut(f"{file.place}, {found.name}", "another file has the same"
                                        " contract id and dataset"))  # fmt: skip
            else:
                assets[found.key] = found
        if not (contract.page or file.url):
            homeless.append(file.place)
    if len(homeless) > 1:
        notices.append(f"{len(homeless)} contracts have no address, so that nothing links to them;"
                       " --url-prefix would give them one")  # fmt: skip
    elif homeless:
        notices.append(f"{homeless[0]} has no address; --url-prefix would give it one")
    name = names[0] if len(names) == 1 else ""
    whole = not faults
    imported = Imported("contract", name, tuple(assets.values()), tuple(left_out), tuple(notices),
                        whole)  # fmt: skip
    return imported, tuple(faults)


def _why_not(contract: _Contract) -> str:
    if contract.status == "retired":
        return "its status is retired"
    return "" if contract.datasets else "it describes no dataset"


def _found(contract: _Contract, address: str | None) -> Iterator[Found]:
    page = contract.page or address
    servers = in_use(contract.servers)
    alone = len(contract.datasets) == 1
    for dataset in contract.datasets:
        relations = (server.relation(dataset.physical, alone=alone) for server in servers)
        known = tuple(dict.fromkeys(filter(None, relations)))
        is_topic = "topic" in text(dataset.values.get("physicalType")).casefold() or any(
            server.is_broker for server in servers
        )
        ids = (one for server in servers for one in server.ids(dataset.physical, alone=alone))
        link = Link(page, contract.owners)
        rules = bool(contract.quality) or _has_rules(dataset.values)
        yield Found(
            key=f"contract:{contract.id}/{dataset.name}",
            name=dataset.title,
            kind="topic" if is_topic else "table",
            ids=(*ids, asset_id(contract.name, dataset.name), asset_id(contract.id, dataset.name)),
            relations=known,
            description=text(dataset.values.get("description")) or contract.description,
            domain=contract.domain,
            tier=contract.tier,
            owners=contract.owners,
            stewards=contract.stewards,
            contract=link,
            validation=link if rules else None,
        )


def _has_rules(part: object) -> bool:
    """Whether a quality rule stands in a dataset, or in one of its columns, or theirs."""
    waiting = [part]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, Mapping):
            if value.get("quality"):
                return True
            waiting += value.values()
    return False


# --- the two standards ---------------------------------------------------------------------------


def _contract(values: Mapping[str, Any], told: _Faults, today: date) -> _Contract | None:
    if "dataContractSpecification" in values:
        return _specification(values, told)
    version = text(values.get("apiVersion")) or text(values.get("standardVersion"))
    is_second = version.lstrip("v").startswith(("2.", "0.")) or "templateName" in values
    if not version and not is_second and text(values.get("kind")) != "DataContract":
        told.add("", "this is no data contract: it has neither `apiVersion` and `kind: "
                 "DataContract` nor `dataContractSpecification`")  # fmt: skip
        return None
    return _second(values, told, today) if is_second else _third(values, told, today)


def _third(values: Mapping[str, Any], told: _Faults, today: date) -> _Contract:
    """The Open Data Contract Standard, v3."""
    told.need(values, "apiVersion", "kind", "id", "version", "status")
    if text(values.get("kind")) not in ("", "DataContract"):
        told.add("kind", f"is `{text(values.get('kind'))}`, and a contract's is `DataContract`")
    datasets = tuple(
        _Dataset(
            text(one.get("name")),
            text(one.get("physicalName")) or text(one.get("name")),
            text(one.get("businessName")) or text(one.get("name")),
            one,
        )
        for one in _listed(values, "schema", told, "name")
    )
    custom = _custom(values)
    about = values.get("description")
    links = map(group, items(values.get("authoritativeDefinitions")))
    pages = (url(one.get("url")) for one in links if text(one.get("type")) == "canonical")
    return _Contract(
        id=text(values.get("id")),
        name=text(values.get("name")) or text(values.get("dataProduct")) or text(values.get("id")),
        status=text(values.get("status")).casefold(),
        domain=text(values.get("domain")),
        description=text(group(about).get("purpose")) or text(about),
        tier=tier(custom.get("tier")),
        owners=(*_members(values.get("team"), "owner", today), *whom(custom.get("owner")),
                *whom(group(values.get("team")).get("name"))),
        stewards=tuple(_members(values.get("team"), "steward", today)),
        page=next(pages, None),
        servers=tuple(Server(one) for one in _listed(values, "servers", told, "type")),
        datasets=datasets,
    )  # fmt: skip


def _second(values: Mapping[str, Any], told: _Faults, today: date) -> _Contract:
    """The Open Data Contract Standard, v2: one server, whose keys stand at the top."""
    told.need(values, "version", "status")
    if not text(values.get("uuid")) and not text(values.get("id")):
        told.need(values, "uuid")
    server = {
        "type": text(values.get("sourcePlatform")) or "database",
        "database": text(values.get("datasetProject")) or text(values.get("database")),
        "schema": text(values.get("datasetName")) or text(values.get("schema")),
    }
    datasets = tuple(
        _Dataset(
            text(one.get("table")),
            text(one.get("physicalName")) or text(one.get("table")),
            text(one.get("businessName")) or text(one.get("table")),
            one,
        )
        for one in _listed(values, "dataset", told, "table")
    )
    people = [*items(values.get("stakeholders")), *items(values.get("team"))]
    return _Contract(
        id=text(values.get("uuid")) or text(values.get("id")),
        name=text(values.get("quantumName")) or text(values.get("uuid")) or text(values.get("id")),
        status=text(values.get("status")).casefold(),
        domain=text(values.get("datasetDomain")),
        description=text(group(values.get("description")).get("purpose")),
        owners=tuple(_members(people, "owner", today)),
        stewards=tuple(_members(people, "steward", today)),
        servers=(Server(server),),
        datasets=datasets,
        quality=values.get("quality"),
    )


def _specification(values: Mapping[str, Any], told: _Faults) -> _Contract:
    """The Data Contract Specification."""
    told.need(values, "id")
    info = group(values.get("info"))
    told.need(info, "title", "version", within="info.")
    models, servers = values.get("models"), values.get("servers")
    for key, part in (("models", models), ("servers", servers)):
        if part is not None and not isinstance(part, Mapping):
            told.add(key, "is no group of keys; write each under its name")
    contact = group(info.get("contact"))
    return _Contract(
        id=text(values.get("id")),
        name=text(info.get("title")),
        status=text(info.get("status")).casefold(),
        domain=text(info.get("domain")),
        description=text(info.get("description")),
        owners=(*whom(info.get("owner")), *whom(contact.get("email"))),
        stewards=tuple(whom(info.get("steward"))),
        page=url(group(values.get("links")).get("contract")),
        servers=tuple(Server(group(one)) for one in group(servers).values()),
        datasets=tuple(
            _Dataset(name, text(group(one).get("physicalName")) or name,
                     text(group(one).get("title")) or name, group(one))
            for name, one in group(models).items()
        ),
        quality=values.get("quality"),
    )  # fmt: skip


def _listed(
    values: Mapping[str, Any], key: str, told: _Faults, identity: str
) -> Iterator[Mapping[str, Any]]:
    """The groups of a list, each of which has one key at least."""
    part = values.get(key)
    if part is not None and not isinstance(part, list):
        told.add(key, "is no list; begin each of its items with `- `")
        return
    for index, one in enumerate(part or ()):
        if not isinstance(one, Mapping) or not text(one.get(identity)):
            told.add(f"{key}[{index}].{identity}", "is missing, and every one has it")
        else:
            yield one


def _custom(values: Mapping[str, Any]) -> dict[str, Any]:
    return {text(one.get("property")): one.get("value")
            for one in map(group, items(values.get("customProperties")))}  # fmt: skip


def _members(team: object, role: str, today: date) -> Iterator[str]:
    """Who has a role in a team now, by every name; an object since v3.1, and a list before."""
    people = group(team).get("members") if isinstance(team, Mapping) else team
    for person in map(group, items(people)):
        left = text(person.get("dateOut"))[:10]
        if role in text(person.get("role")).casefold() and not (left and left < today.isoformat()):
            yield from whom({key: person.get(key) for key in ("username", "email", "name")})
