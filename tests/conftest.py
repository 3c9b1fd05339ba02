"""What every test may use, and the refusal of skipped tests where `DEBRIEF_NO_SKIP=1` is set."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from in_process import InProcess

NO_SKIP = os.environ.get("DEBRIEF_NO_SKIP") == "1"


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> InProcess:
    """Runs commands in this process, with no day but the one that they are told."""
    monkeypatch.delenv("DEBRIEF_TODAY", raising=False)
    return InProcess(monkeypatch, capsys)


def has_samples(root: Path) -> bool:
    """Whether the samples are there; `./debrief start` deletes them."""
    return (root / "postmortems/2026/2026-03-14-orders-mart-stale-prices.md").exists()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of the samples in a repository that has deleted them."""
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
