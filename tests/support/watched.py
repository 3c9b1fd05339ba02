"""A page in a browser under watch."""

from __future__ import annotations

from typing import Any


class Watched:
    """A page that remembers what it asked for and what the browser complained of."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._listen)

    def _listen(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def visit(self, url: str) -> None:
        """Open a page, and wait until the theme has taken it over."""
        self.page.goto(url)
        self.page.wait_for_selector("html.js")
        self.page.wait_for_timeout(100)

    def foreign(self, url: str) -> list[str]:
        return [request for request in self.requests if not request.startswith((url, "data:"))]
