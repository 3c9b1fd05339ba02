"""A site in a real browser: where Chromium is, a server, and one page of each kind to look at."""

from __future__ import annotations

import fnmatch
import functools
import http.server
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from debrief.record import DRAFT, Postmortem
from debrief.site import address, inventory
from debrief.site.edition import Edition

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_CHROMIUM = "there is no Chromium: install it, or name it in $CHROMIUM"


# --- one page of each kind -----------------------------------------------------------------------

BY_HAND = {"handbook": "handbook/", "reference": "reference/rules/", "not-found": "404.html"}
"""Pages that no page function makes."""

SPECIAL: dict[str, Callable[[Postmortem], bool]] = {
    "draft": lambda record: record.status == DRAFT,
    "imported": lambda record: record.imported is not None,
    "restricted": lambda record: record.restricted,
}
"""Postmortems that look different from others."""

TELLING = frozenset({
    "assets/warehouse.orders_mart/",
    "owners/h-nguyen/",
    "postmortems/2026/2026-03-14-orders-mart-stale-prices/",
    "status/published/",
})  # fmt: skip
"""Of several pages of one kind these are shown, where they exist; else the first."""


def kinds(edition: Edition) -> dict[str, str]:
    """The name of each kind of page → the address of one such page.

    A kind is what one module makes at one depth of one section; so a new page of a new kind is
    among them without being named anywhere.
    """
    found: dict[tuple[str, str, int], str] = {}
    for module in inventory.PAGES:
        name = module.__name__.rpartition(".")[2]
        for plan in module.plans(edition):
            section, *below = plan.address.rstrip("/").split("/")
            kind = (name, section, len(below))
            if kind not in found or plan.address in TELLING:
                found[kind] = plan.address
    pages: dict[str, str] = {}
    for (module_name, section, depth), place in sorted(found.items(), key=lambda one: one[0][2]):
        pages[_name(module_name, section, depth, pages)] = place
    for name, is_such in SPECIAL.items():
        if (record := next(filter(is_such, edition.records), None)) is not None:
            pages[name] = address.postmortem(record.id)
    return pages | BY_HAND


def _name(module: str, section: str, depth: int, taken: dict[str, str]) -> str:
    """An overview is called as its section, a page under it as the module that makes it."""
    wanted = section if depth == 0 and section else module
    if wanted in taken:
        wanted = f"{section}-one"
    while wanted in taken:
        wanted += "-more"
    return wanted


# --- a server ------------------------------------------------------------------------------------


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a site under a path, with the headers that its `_headers` file asks for."""

    rules: tuple[tuple[str, str, str], ...] = ()
    """Pattern, name and value: all that match are sent, as on a host that joins them."""
    under = "/"

    def translate_path(self, path: str) -> str:
        inside = path.split("?", maxsplit=1)[0].removeprefix(self.under)
        found = path.startswith(self.under)
        return super().translate_path(f"/{inside}" if found else "/nothing-here")

    def end_headers(self) -> None:
        inside = "/" + self.path.split("?", maxsplit=1)[0].removeprefix(self.under)
        for pattern, name, value in self.rules:
            if fnmatch.fnmatchcase(inside, pattern):
                self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


def _read_rules(headers: str) -> Iterator[tuple[str, str, str]]:
    """The rules of a `_headers` file."""
    pattern = ""
    for line in headers.splitlines():
        if line.startswith(" "):
            name, value = line.split(":", 1)
            yield pattern, name.strip(), value.strip()
        else:
            pattern = line


class _Server(http.server.ThreadingHTTPServer):
    """A server whose visitors may leave in the middle of an answer, as browsers do."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell of an error, unless it is only that nobody listens any more."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def served(site: Path, under: str = "/") -> Iterator[str]:
    """A built site on this computer alone, under a path as on many hosts; its address."""
    headers = site / "_headers"
    rules = tuple(_read_rules(headers.read_text("utf-8"))) if headers.exists() else ()
    handler = type("SiteHandler", (_Handler,), {"rules": rules, "under": under})
    bound = functools.partial(handler, directory=str(site))
    with _Server(("127.0.0.1", 0), bound) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{under}"
        finally:
            server.shutdown()
            thread.join()


# --- the browser ---------------------------------------------------------------------------------


def find_chromium() -> str | None:
    """The program named in $CHROMIUM, or the system's own; playwright's download is not needed."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium without a window. Raises click.ClickException where there is none."""
    path = find_chromium()
    if path is None:
        raise click.ClickException(NO_CHROMIUM)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - the dev group alone has it

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            yield browser
        finally:
            browser.close()
