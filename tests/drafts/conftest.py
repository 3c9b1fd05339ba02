"""The company that drafts are made for."""

from __future__ import annotations

from pathlib import Path

import pytest
from drafted import put_company

from debrief.archive import Archive


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A repository with a catalog, a policy and one record."""
    put_company(tmp_path)
    return tmp_path


@pytest.fixture
def archive(company: Path) -> Archive:
    return Archive.load(company)
