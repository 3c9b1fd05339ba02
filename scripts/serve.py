"""Show the site on this computer, and keep it up to date while you write."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import _console
import click

ENVIRONMENT = "site"

CONFIG = _console.REPOSITORY / "mkdocs.yml"
HOST = "127.0.0.1"
PORT = 8000
TRIED_PORTS = 20
POLL_SECONDS = 0.5
CODE = ("hooks", "src")
"""What MkDocs cannot load anew: a change there starts its process again."""
CONTENT = ("postmortems", "catalog", "schema")


@click.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help=f"Port to listen on.  [{PORT}, or the next free one]",
)
@click.option("--open/--no-open", "opening", default=True, help="Whether to open a browser.")
@click.option("--worker", is_flag=True, hidden=True)
@_console.today_option
@_console.root_option
def main(port: int | None, opening: bool, worker: bool, today: date, root: Path) -> int:
    """Check the records, then show the site on this computer until Ctrl+C.

    A change of a record, the catalog, a schema, the handbook, a template or a style is shown at
    once, and errors of the check are listed on every page. Nobody else can reach it: it listens on
    this computer alone.
    """
    if worker:
        return serve(port or PORT)
    chosen = port_to_use(port)
    settings = {"DEBRIEF_TODAY": today.isoformat(), "DEBRIEF_ROOT": str(root.resolve())}
    return Supervisor(chosen, settings, root, opening=opening).run()


def port_to_use(wanted: int | None) -> int:
    """The port asked for, or the first free one. Raises click.UsageError where it is taken."""
    if wanted is not None:
        if not is_free(wanted):
            raise click.UsageError(f"port {wanted} is taken; without --port a free one is found")
        return wanted
    for port in range(PORT, PORT + TRIED_PORTS):
        if is_free(port):
            return port
    raise click.UsageError(f"ports {PORT} to {PORT + TRIED_PORTS - 1} are all taken; use --port")


def is_free(port: int) -> bool:
    """Whether one could listen on the port."""
    with socket.socket() as probe:
        if os.name == "posix":  # elsewhere this option lets two listen on the same port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


# --- the process that watches over the other ---------------------------------------------------


class Supervisor:
    """Keeps a server running, and starts it again when its code has changed or it gave up."""

    def __init__(
        self, port: int, settings: Mapping[str, str], root: Path, *, opening: bool
    ) -> None:
        self._address = f"http://{HOST}:{port}/"
        self._port = port
        self._environment = {**os.environ, **settings, "NO_MKDOCS_2_WARNING": "1"}
        self._root = root
        self._opening = opening

    def run(self) -> int:
        """Run until interrupted."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        while True:
            server = self._start()
            try:
                self._announce(server)
                self._wait_until_worn_out(server)
            finally:
                stop(server)

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(Path(__file__)), "--worker", "--port", str(self._port)]
        return subprocess.Popen(command, env=self._environment)

    def _announce(self, server: subprocess.Popen[bytes]) -> None:
        """Say where the site is, as soon as somebody answers there."""
        while server.poll() is None and not accepts(self._port):
            time.sleep(0.1)
        if server.poll() is None:
            click.echo(f"\nThe site is at {self._address}   (Ctrl+C ends this)\n")
            if self._opening:
                webbrowser.open(self._address)
            self._opening = False

    def _wait_until_worn_out(self, server: subprocess.Popen[bytes]) -> None:
        """Return when the server must be started again."""
        code = newest(self._files("*.py", CODE))
        while server.poll() is None:
            time.sleep(POLL_SECONDS)
            if newest(self._files("*.py", CODE)) != code:
                click.echo("The code has changed: starting again …")
                return
        click.echo("The site cannot be shown; it is tried again after the next change.", err=True)
        before = newest(self._everything())
        while newest(self._everything()) == before:
            time.sleep(POLL_SECONDS)

    def _files(self, pattern: str, folders: tuple[str, ...]) -> Iterator[Path]:
        for folder in folders:
            yield from (_console.REPOSITORY / folder).rglob(pattern)

    def _everything(self) -> Iterator[Path]:
        yield CONFIG
        yield from self._files("*", (*CODE, "docs"))
        for folder in CONTENT:
            yield from (self._root / folder).rglob("*")


def stop(server: subprocess.Popen[bytes]) -> None:
    """End the server's process."""
    server.terminate()
    try:
        server.wait(timeout=5)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def newest(files: Iterator[Path]) -> tuple[int, int]:
    """What changes when one of the files does: their number and the latest time of a change."""
    times = []
    for file in files:
        try:
            times.append(file.stat().st_mtime_ns)
        except OSError:  # deleted, or renamed by an editor, since it was listed
            continue
    return len(times), max(times, default=0)


def accepts(port: int) -> bool:
    """Whether somebody answers on the port."""
    try:
        with socket.create_connection((HOST, port), timeout=1):
            return True
    except OSError:
        return False


# --- the process that serves -------------------------------------------------------------------


def serve(port: int) -> int:
    """Serve until stopped; MkDocs builds anew whenever something changes."""
    from mkdocs.commands.serve import serve as serve_site  # noqa: PLC0415 - only the worker needs it

    for name, level in (("mkdocs", logging.WARNING), ("mkdocs.hooks", logging.INFO)):
        logging.getLogger(name).setLevel(level)
    logging.getLogger().addHandler(Teller())
    # Not strict: what a build would refuse is shown here, so that it can be mended.
    serve_site(str(CONFIG), dev_addr=f"{HOST}:{port}", strict=False)
    return 0


class Teller(logging.Handler):
    """Prints what is worth a line."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one."""
        level = "" if record.levelno < logging.WARNING else f"{record.levelname.lower()}: "
        click.echo(level + record.getMessage(), err=True)


if __name__ == "__main__":
    _console.run(main, "serve")
