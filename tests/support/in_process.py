"""Commands, run in the process of the tests: what comes of one, and how it is called."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import _console
import click
import pytest


@dataclass(frozen=True)
class Outcome:
    """The exit code of a command, and what it printed."""

    code: object
    out: str
    err: str


Run = Callable[..., Outcome]
"""What a test file's own fixture `run` is: its command, with the options that every call has."""


@dataclass(frozen=True)
class InProcess:
    """Runs commands as the front door does."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __call__(self, command: click.Command, name: str, *words: str) -> Outcome:
        self.monkeypatch.setattr(sys, "argv", [name, *words])
        with pytest.raises(SystemExit) as ended:
            _console.run(command, name)
        captured = self.capsys.readouterr()
        return Outcome(ended.value.code, captured.out, captured.err)
