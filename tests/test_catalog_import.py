"""What an import writes, how it differs from the last one, and what is never lost."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scratch import put_catalog, write

from debrief import catalog_import
from debrief.archive import Archive
from debrief.catalog_gone import Difference
from debrief.catalog_import import Outcome, PartError
from debrief.catalog_sources.imported import Found, Imported, Link

TODAY, LATER = date(2026, 4, 1), date(2026, 5, 1)
OWNERS = """\
owners:
  pricing-platform: {name: Pricing platform, kind: team, handles: ["@pellwick/pricing"]}
  ann: {name: Ann Lee, kind: person, handles: ["@ann-lee"], addresses: [ann@example.com]}
  twin-a: {name: Twin, kind: person}
  twin-b: {name: Twin, kind: person}
"""
PART = "catalog/generated/dbt-shop.yml"


def found(name: str, /, *upstream: str, **values: Any) -> Found:
    return Found(
        **{
            "key": f"model.shop.{name}",
            "name": name,
            "kind": "model",
            "ids": (f"pricing.{name}", f"prod.pricing.{name}"),
            "relations": (f"prod.pricing.{name}",),
            "upstream": tuple(f"model.shop.{one}" for one in upstream),
            **values,
        }
    )


def record(asset: str, day: str = "2026-03-14") -> str:
    return (
        "---\ntitle: Orders came late\nstatus: draft\nseverity: sev4\nowner: ann\n"
        f"incident: {{started_at: {day}T01:10Z}}\nassets: [{{asset: {asset}}}]\n---\n\nx\n"
    )


@dataclass(frozen=True)
class Repository:
    """A scratch repository into which things are imported."""

    root: Path

    def load(self) -> Archive:
        return Archive.load(self.root)

    def imports(
        self, *assets: Found, today: date = TODAY, name: str = "shop", whole: bool = True,
        accept: bool = False,
    ) -> Outcome:  # fmt: skip
        imported = Imported("dbt", "shop", assets, whole=whole)
        outcome = catalog_import.prepare(imported, self.load(), name, today, accept_removals=accept)
        write(self.root, outcome.path, outcome.text)
        return outcome

    def by_hand(self, text: str) -> None:
        write(self.root, "catalog/assets.yml", text)

    def record(self, asset: str) -> None:
        write(self.root, "postmortems/2026/2026-03-14-late.md", record(asset))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    put_catalog(tmp_path, OWNERS, "assets: {}\n")
    return Repository(tmp_path)


# --- what is written -----------------------------------------------------------------------------


def test_an_import_is_read_by_the_check_as_it_was_meant(repository: Repository) -> None:
    page = "https://contracts.example.com/a"
    repository.imports(
        found("orders", "prices", description="What to reorder.\n\nMore of it.",
              domain="Supply Chain", tier=1, owners=("Pricing Platform",),
              stewards=("ann@example.com",),
              contract=Link(page, ("@ann-lee",)), validation=Link(page)),
        found("prices"),
    )  # fmt: skip
    archive = repository.load()
    assert [entry.problems for entry in archive.catalog_entries] == [()] * 4
    orders = archive.catalog.assets["pricing.orders"]
    assert (orders.name, orders.kind, orders.description) == ("orders", "model", "What to reorder.")
    assert (orders.domain, orders.tier, orders.upstream) == ("supply-chain", 1, ("pricing.prices",))
    assert (orders.owner, orders.steward) == ("pricing-platform", "ann")
    assert orders.contract is not None
    assert (orders.contract.url, orders.contract.owner) == (page, "ann")
    assert orders.known_as == ("prod.pricing.orders", "model.shop.orders")


def test_importing_the_same_again_writes_the_same_bytes(repository: Repository) -> None:
    first = repository.imports(found("orders", "prices"), found("prices"))
    again = repository.imports(found("prices"), found("orders", "prices"), today=LATER)
    assert again.text == first.text
    assert again.difference == Difference()


@pytest.mark.parametrize(
    "text",
    ["{{ jinja }}", "a\nowner: evil", '"quoted" \\ back', "::error::x", "\u202eturned", "&a *b !t",
     "x" * 100_000, "#", "~", "\x00", "\ud800", "😀" * 300],
)  # fmt: skip
def test_text_from_outside_stays_text(repository: Repository, text: str) -> None:
    repository.imports(found("orders", name=text, description=text, domain=text, owners=(text,),
                             names=(text,), key=text))  # fmt: skip
    archive = repository.load()
    assert [entry.problems for entry in archive.catalog_entries] == [()] * 4
    assert set(archive.catalog.assets) == {"pricing.orders"}
    assert archive.catalog.assets["pricing.orders"].owner is None


def test_an_owner_who_is_not_in_the_catalog_is_told_and_not_invented(
    repository: Repository,
) -> None:
    names = {"a": "nobody@example.com", "b": "Twin", "c": "Ann Lee"}
    outcome = repository.imports(*(found(key, owners=(name,)) for key, name in names.items()))
    assert outcome.unknown_owners == {"nobody@example.com": 1, "Twin": 1}
    assert outcome.owned == 1
    assert repository.load().catalog.assets["pricing.b"].owner is None


@pytest.mark.parametrize("name", ["ann", "ANN LEE", "@ann-lee", "ann-lee", "ann@example.com"])
def test_an_owner_is_found_by_id_name_account_or_address(repository: Repository, name: str) -> None:
    repository.imports(found("a", owners=("nobody", name)))
    assert repository.load().catalog.assets["pricing.a"].owner == "ann"


# --- ids -----------------------------------------------------------------------------------------


def test_an_id_that_would_mean_two_things_becomes_longer_for_both_and_is_told(
    repository: Repository,
) -> None:
    outcome = repository.imports(
        found("orders"),
        found(
            "o2", ids=("pricing.orders", "dev.pricing.orders"), relations=("dev.pricing.orders",)
        ),
    )
    assert sorted(outcome.entries) == ["dev.pricing.orders", "prod.pricing.orders"]
    assert len(outcome.notices) == 2


def test_an_asset_keeps_its_id_when_another_comes_that_would_have_had_it(
    repository: Repository,
) -> None:
    repository.imports(found("orders"))
    outcome = repository.imports(
        found("orders"),
        found(
            "o2", ids=("pricing.orders", "dev.pricing.orders"), relations=("dev.pricing.orders",)
        ),
    )
    assert sorted(outcome.entries) == ["dev.pricing.orders", "pricing.orders"]
    assert outcome.entries["pricing.orders"]["imported_as"] == "model.shop.orders"


def test_an_asset_keeps_its_id_when_its_relation_is_renamed_or_its_model(
    repository: Repository,
) -> None:
    repository.imports(found("orders"))
    moved = repository.imports(found("orders", ids=("mart.sales",), relations=("prod.mart.sales",)))
    assert list(moved.entries) == ["pricing.orders"]
    renamed = repository.imports(
        found("sales", ids=("mart.sales",), relations=("PROD.mart.SALES",))
    )
    assert list(renamed.entries) == ["pricing.orders"]


def test_the_id_that_another_part_gives_to_the_data_is_taken_over(repository: Repository) -> None:
    repository.imports(found("x", kind="source", ids=("a.orders",)), name="reader")
    outcome = repository.imports(found("x"))
    assert list(outcome.entries) == ["a.orders"]
    assert list(repository.load().catalog.assets) == ["a.orders"]


def test_an_id_that_another_part_gives_to_other_data_is_not_taken(repository: Repository) -> None:
    repository.by_hand(
        "assets:\n  pricing.orders: {name: O, kind: table, known_as: [dev.pricing.orders]}\n"
    )
    assert list(repository.imports(found("orders")).entries) == ["prod.pricing.orders"]


def test_an_entry_by_hand_without_names_is_the_asset_of_its_id(repository: Repository) -> None:
    repository.by_hand("assets:\n  pricing.orders: {owner: ann}\n")
    repository.imports(found("orders"))
    asset = repository.load().catalog.assets["pricing.orders"]
    assert (asset.owner, asset.kind) == ("ann", "model")


def test_an_entry_by_hand_with_the_name_gives_its_id_and_is_told(repository: Repository) -> None:
    repository.imports(found("orders"), found("report", "orders"))
    repository.by_hand("assets:\n  warehouse.orders: {known_as: [PROD.Pricing.ORDERS]}\n")
    catalog = repository.load().catalog
    assert set(catalog.assets) == {"warehouse.orders", "pricing.report"}
    assert catalog.downstream("warehouse.orders") == {"pricing.report": 1}
    again = repository.imports(found("orders"), found("report", "orders"))
    assert again.joined == {"pricing.orders": "warehouse.orders"}
    assert again.difference == Difference()


def test_two_in_one_source_that_share_a_relation_are_one_and_the_maker_counts(
    repository: Repository,
) -> None:
    read = found(
        "in", kind="source", key="source.other.orders", relations=('"PROD".pricing.orders',)
    )
    outcome = repository.imports(read, found("orders", "prices"), found("prices", "in"),
                                 found("report", upstream=("source.other.orders",)))  # fmt: skip
    assert sorted(outcome.entries) == ["pricing.orders", "pricing.prices", "pricing.report"]
    assert outcome.entries["pricing.orders"]["kind"] == "model"
    assert outcome.entries["pricing.report"]["upstream"] == ["pricing.orders"]


def test_a_name_that_two_assets_share_means_neither(repository: Repository) -> None:
    outcome = repository.imports(found("a", names=("t",)), found("b", names=("T",)))
    assert [entry["known_as"] for entry in outcome.entries.values()] == [
        ["prod.pricing.a"], ["prod.pricing.b"]
    ]  # fmt: skip


# --- what is gone --------------------------------------------------------------------------------


def test_what_the_source_no_longer_has_stays_and_is_marked_with_the_day(
    repository: Repository,
) -> None:
    repository.imports(found("orders", "prices"), found("prices"))
    outcome = repository.imports(found("prices"), today=LATER)
    assert outcome.difference.gone == ("pricing.orders",)
    orders = repository.load().catalog.assets["pricing.orders"]
    assert (orders.gone_on, orders.upstream) == (LATER, ("pricing.prices",))
    again = repository.imports(found("prices"), today=date(2026, 6, 1))
    assert (again.difference.gone, again.difference.still_gone) == ((), ("pricing.orders",))
    assert again.text == outcome.text


def test_what_comes_back_is_back_under_its_id(repository: Repository) -> None:
    repository.imports(found("orders"))
    repository.imports()
    outcome = repository.imports(found("orders"))
    assert outcome.difference.back == ("pricing.orders",)
    assert "gone_on" not in outcome.entries["pricing.orders"]


def test_removals_are_accepted_only_of_what_nothing_refers_to(repository: Repository) -> None:
    repository.imports(
        *map(found, ["in_record", "by_hand", "above", "adopted", "elsewhere", "free"])
    )
    repository.imports(found("other", kind="source", relations=("prod.pricing.elsewhere",)),
                       found("top", upstream=("model.shop.other",), ids=("z.top",)),
                       name="reader")  # fmt: skip
    repository.record("pricing.in_record")
    repository.by_hand(
        "assets:\n  pricing.by_hand: {owner: ann}\n"
        "  w.a: {known_as: [prod.pricing.adopted]}\n"
        "  w.b: {name: B, kind: table, upstream: [pricing.above]}\n"
    )
    outcome = repository.imports(accept=True)
    assert outcome.difference.removed == ("pricing.free",)
    assert outcome.difference.referred_to == {
        "pricing.above": "catalog/assets.yml",
        "pricing.adopted": "catalog/assets.yml",
        "pricing.by_hand": "catalog/assets.yml",
        "pricing.elsewhere": "catalog/generated/dbt-reader.yml",
        "pricing.in_record": "postmortems/2026/2026-03-14-late.md",
    }
    assert [p for entry in repository.load().catalog_entries for p in entry.problems] == []


def test_a_record_that_cannot_be_read_counts_with_every_id_in_its_text(
    repository: Repository,
) -> None:
    repository.imports(found("orders"), found("free"))
    write(repository.root, "postmortems/2026/2026-03-14-late.md", "---\nx: [pricing.orders\n---\n")
    assert repository.imports(accept=True).difference.removed == ("pricing.free",)


def test_what_stays_of_a_gone_asset_names_nobody_and_nothing_that_is_no_more(
    repository: Repository,
) -> None:
    repository.imports(found("orders", "prices", owners=("ann",)), found("prices"))
    repository.record("pricing.orders")
    write(repository.root, "catalog/owners.yml", OWNERS.replace("  ann:", "  ann-lee:"))
    outcome = repository.imports(accept=True)
    assert outcome.difference.removed == ("pricing.prices",)
    assert "owner" not in outcome.entries["pricing.orders"]
    assert "upstream" not in outcome.entries["pricing.orders"]


def test_observations_add_to_earlier_ones_and_nothing_is_gone(repository: Repository) -> None:
    repository.imports(found("a", "b", description="Then."), found("b"), whole=False)
    outcome = repository.imports(found("a", "c"), found("c"), whole=False)
    assert outcome.difference.gone == ()
    assert outcome.entries["pricing.a"]["upstream"] == ["pricing.b", "pricing.c"]
    assert outcome.entries["pricing.a"]["description"] == "Then."
    assert set(outcome.entries) == {"pricing.a", "pricing.b", "pricing.c"}


def test_a_part_that_cannot_be_read_is_not_written_over(repository: Repository) -> None:
    repository.imports(found("orders"))
    text = (repository.root / PART).read_text(encoding="utf-8").replace("assets:", "assets: [")
    write(repository.root, PART, text)
    with pytest.raises(PartError, match=r"dbt-shop\.yml cannot be read, and would be lost"):
        repository.imports(found("orders"))


def test_a_part_that_would_be_too_large_to_read_is_not_made(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog_import, "MAX_CATALOG_BYTES", 300)
    with pytest.raises(PartError, match=r"would have \d+ bytes, and at most 300 are read"):
        repository.imports(found("orders"), found("prices"))
    assert not (repository.root / PART).exists()


# --- whatever happens ----------------------------------------------------------------------------

NAMES = ("a", "b", "c", "d")
Project = Mapping[str, frozenset[str]]
"""Which models a project has, and what each is made from."""

projects: st.SearchStrategy[Project] = st.dictionaries(
    st.sampled_from(NAMES), st.frozensets(st.sampled_from(NAMES)), max_size=4
)


def models(project: Project) -> list[Found]:
    """The models; what is made from one that is not there is as a manifest has it: not at all."""
    return [
        found(name, *sorted((upstream & project.keys()) - {name}))
        for name, upstream in sorted(project.items())
    ]


@settings(max_examples=25, deadline=None)
@given(
    history=st.lists(st.tuples(projects, st.booleans(), st.booleans()), min_size=1, max_size=4),
    named=st.sampled_from(NAMES),
)
def test_no_import_loses_what_a_record_names_or_a_person_wrote(
    history: list[tuple[Project, bool, bool]], named: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        put_catalog(Path(folder), OWNERS, "assets: {}\n")
        repository = Repository(Path(folder))
        repository.imports(*map(found, NAMES))
        repository.record(f"pricing.{named}")
        kept = "assets:\n  warehouse.b: {owner: ann, known_as: [prod.pricing.b]}\n"
        if named != "b":
            repository.by_hand(kept)
        for project, accept, whole in history:
            first = repository.imports(*models(project), accept=accept, whole=whole)
            again = repository.imports(*models(project), accept=accept, whole=whole, today=LATER)
            assert again.text == first.text
            archive = repository.load()
            assert [p for entry in archive.catalog_entries for p in entry.problems] == []
            assert f"pricing.{named}" in archive.catalog.assets
            known = archive.catalog.assets.keys()
            assert all(known >= set(asset.upstream) for asset in archive.catalog.assets.values())
            if named != "b":
                assert archive.catalog.assets["warehouse.b"].owner == "ann"
                file = repository.root / "catalog/assets.yml"
                assert file.read_text(encoding="utf-8") == kept
