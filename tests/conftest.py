"""What every test may use, and the refusal of skipped tests where `DEBRIEF_NO_SKIP=1` is set."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from in_process import InProcess

# Nothing hangs on how fast the machine is; what a test asks for itself comes on top.
settings.register_profile(
    "patient", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")

NO_SKIP = os.environ.get("DEBRIEF_NO_SKIP") == "1"

LONGEST_FIRST = (
    "tests/test_fuzz.py",
    "tests/browser/test_pages.py",
    "tests/hooks/test_build.py",
    "tests/browser/test_search.py",
    "tests/warehouse/test_figures.py",
    "tests/scripts/test_stage.py",
    "tests/test_wheel.py",
    "tests/test_gate_in_ci.py",
    "tests/test_elsewhere.py",
    "tests/browser/",
    "tests/hooks/",
    "tests/scripts/",
)
"""The files and folders that take longest. One that began last would leave the other cores idle."""


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> InProcess:
    """Runs commands in this process, with no day but the one that they are told."""
    monkeypatch.delenv("DEBRIEF_TODAY", raising=False)
    return InProcess(monkeypatch, capsys)


def rank(item: pytest.Item) -> int:
    """The place of a test's file among those that take longest; the others come after them."""
    places = (n for n, path in enumerate(LONGEST_FIRST) if item.nodeid.startswith(path))
    return next(places, len(LONGEST_FIRST))


def has_samples(root: Path) -> bool:
    """Whether the samples are there; `./debrief start` deletes them."""
    return (root / "postmortems/2026/2026-03-14-orders-mart-stale-prices.md").exists()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Order the files for many cores; leave out the tests of samples that were deleted."""
    if hasattr(config, "workerinput"):  # a process beside others, each with a file at a time
        items.sort(key=rank)
    if not has_samples(config.rootpath):
        gone = pytest.mark.skip(reason="the samples were deleted by ./debrief start")
        for item in items:
            if item.get_closest_marker("samples"):
                item.add_marker(gone)


def refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure that keeps the reason; an expected failure is no skip."""
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"No test may be skipped here. {reason}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    refuse_skip(report)  # a whole module may skip itself while it is collected
    return report
