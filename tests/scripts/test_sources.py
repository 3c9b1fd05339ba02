"""`sources`: what each source brought, what is wrong with it, and an exit code for a workflow."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sources
from federated import LATE, put_repository, put_sources
from in_process import InProcess, Outcome, Run


@pytest.fixture
def own(tmp_path: Path) -> Path:
    put_repository(tmp_path / "pricing", LATE)
    return put_repository(tmp_path / "own", LATE)


@pytest.fixture
def run(own: Path, in_process: InProcess) -> Run:
    def call(*words: str) -> Outcome:
        return in_process(sources.main, "sources", *words, "--root", str(own))

    return call


def test_a_repository_that_stands_alone_says_so(run: Run, own: Path) -> None:
    alone = (0, "This repository stands alone: catalog/sources.yml names no other.\n")
    assert (run().code, run().out) == alone
    put_sources(own)
    assert (run().code, run().out) == alone


def test_each_source_has_a_line_and_all_together_one(run: Run, own: Path) -> None:
    put_sources(own, "{name: pricing, checkout: ../pricing}")
    assert run() == Outcome(
        0,
        "  pricing  1 postmortem, 1 owner, 1 asset  ../pricing\n"
        "With 1 postmortem of this repository: 2 postmortems, 1 owner, 1 asset.\n\n"
        "Nothing is wrong.\n",
        "",
    )


def test_what_is_wrong_is_shown_with_its_line_and_what_to_write(run: Run, own: Path) -> None:
    put_sources(own, "{name: pricing, checkout: ../pricing}", "{name: far, export: ../exported}")
    file = own.parent / f"pricing/postmortems/2026/{LATE}.md"
    file.write_text("---\ntitle: a: b\n---\n\nx\n", encoding="utf-8")
    outcome = run()
    assert outcome.code == 1
    assert "  pricing  0 postmortems, 1 owner, 1 asset, 1 not read  ../pricing\n" in outcome.out
    assert "  far      could not be read  ../exported (export)\n" in outcome.out
    assert f"../pricing/postmortems/2026/{LATE}.md\n      2:9  warning  PM009  " in outcome.out
    assert "        2 │ title: a: b\n" in outcome.out
    assert "     3:25  error  `../exported` is not there" in outcome.out
    assert outcome.out.endswith("\n2 problems\n")


def test_what_is_only_worth_knowing_is_no_problem(run: Run, own: Path) -> None:
    put_sources(own, "{name: pricing, checkout: ../pricing}")
    put_sources(own.parent / "pricing", "{name: x, checkout: ../x}")
    outcome = run()
    assert outcome.code == 0
    assert "advice  `pricing` has sources of its own" in outcome.out


def test_the_same_for_programs(run: Run, own: Path) -> None:
    put_sources(own, "{name: pricing, label: P, checkout: ../pricing}", "{name: x, export: ../x}")
    outcome = run("--format", "json")
    told = json.loads(outcome.out)
    assert outcome.code == 1
    counts = {"postmortems": 1, "owners": 1, "assets": 1, "unread": 0}
    pricing = {"name": "pricing", "label": "P", "checkout": "../pricing", "export": None}
    assert told["sources"][0] == {**pricing, **counts}
    assert told["sources"][1]["postmortems"] is None
    assert told["together"] == {"postmortems": 2, "owners": 1, "assets": 1}
    assert [finding["level"] for finding in told["findings"]] == ["error"]
