"""The version of the tables."""

from __future__ import annotations

VERSION = "1.1"
"""The version of the tables, ``major.minor``; a test holds them to it.

The first number goes up when a table or a column goes, is renamed, or changes its type, its meaning
or its key: what reads the export has to be looked at. The second goes up when one is added.
"""
