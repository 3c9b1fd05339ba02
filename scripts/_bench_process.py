"""One command in a process of its own: how long it took, and how much memory it had."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from _bench_report import UnmeasuredError

_PAUSE = 0.25
"""Seconds between two looks at the memory; each look costs a few milliseconds."""

_LAST_LINES = 4


@dataclass(frozen=True)
class Usage:
    """What a command took: seconds by the clock and of all cores, and bytes at the highest.

    ``memory`` is summed over its processes where the system tells what they share, as Linux does,
    at the highest of a few looks a second; elsewhere it is that of the largest.
    """

    wall: float
    cpu: float
    memory: int


def usage(command: Sequence[str], environment: Mapping[str, str]) -> Usage:
    """Run a command to its end. Raises UnmeasuredError where it does not succeed."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        child = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # its processes are known by it
        )
        watch = _Watch(child.pid)
        watch.start()
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        watch.stop()
        child.returncode = os.waitstatus_to_exitcode(status)  # else it would be waited for again
        if child.returncode:
            output.seek(0)
            said = output.read().decode("utf-8", "replace").strip().splitlines()[-_LAST_LINES:]
            raise UnmeasuredError(" / ".join(said) or f"it ended with {child.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    # Linux counts into `ru_maxrss` what this process had when it started the other.
    memory = watch.highest or used.ru_maxrss * unit
    return Usage(wall, used.ru_utime + used.ru_stime, memory)


class _Watch(threading.Thread):
    """Looks now and then at the memory of all processes of a session."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self.highest = 0
        self._session = session
        self._ended = threading.Event()

    def run(self) -> None:
        """Look until the command has ended."""
        while True:
            self.highest = max(self.highest, sum(map(_proportional, _processes(self._session))))
            if self._ended.wait(_PAUSE):
                return

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()
        self.join()


def _processes(session: int) -> list[Path]:
    """The folders in /proc of the processes of a session; none on other systems."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # Behind the name, which may hold anything, come state, parent, group and session.
            after_name = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2]
        except OSError:
            continue  # it has ended meanwhile
        if int(after_name.split()[3]) == session:
            found.append(folder)
    return found


def _proportional(folder: Path) -> int:
    """The memory of a process in bytes; what it shares with others is divided among them."""
    try:
        lines = (folder / "smaps_rollup").read_text("utf-8").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
