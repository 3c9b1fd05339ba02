"""Views and macros on the tables, in SQL of DuckDB: one file each subject."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FILES = ("figures.sql",)

_FOLDER = Path(__file__).resolve().parent


def add(database: DuckDBPyConnection) -> None:
    """Add them to a database that holds all the tables."""
    for name in FILES:
        database.execute((_FOLDER / name).read_text(encoding="utf-8"))
