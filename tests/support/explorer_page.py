"""The page with all postmortems, in the words of whoever uses it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit


class Explorer:
    """The page in a browser; what the browser complains of is kept."""

    def __init__(self, page: Any, site: str) -> None:
        self.page = page
        self.site = site
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._listen)

    def _listen(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def open(self, query: str = "") -> None:
        self.page.goto(f"{self.site}postmortems/{query}")
        self.page.wait_for_selector(".db-found")

    @property
    def rows(self) -> list[str]:
        found: list[str] = self.page.eval_on_selector_all(
            "tr[data-record]", "rows => rows.map(row => row.dataset.record)"
        )
        return found

    @property
    def count(self) -> str:
        text: str = self.page.inner_text(".db-found__count")
        return text

    @property
    def query(self) -> str:
        url: str = self.page.url
        return urlsplit(url).query

    @property
    def chosen(self) -> list[str]:
        texts = self.page.locator(".db-chosen").all_inner_texts()
        return [text.removeprefix("Take away").removesuffix("×").strip() for text in texts]

    def facet(self, label: str) -> Any:
        title = self.page.locator("summary", has_text=re.compile(f"^{label}$"))
        return self.page.locator(".db-facet").filter(has=title)

    def values(self, label: str) -> dict[str, int]:
        """The values of a facet that are shown, with their counts."""
        texts = self.facet(label).locator("li").all_text_contents()
        split = (text.strip().rsplit(maxsplit=1) for text in texts)
        return {name.strip(): int(count.replace(",", "")) for name, count in split}

    def choose(self, label: str, value: str) -> None:
        self.facet(label).locator("li label").filter(has_text=value).click()

    def find(self, text: str) -> None:
        self.page.fill(".db-found__text input", text)

    def column(self, label: str) -> list[str]:
        cells = self.page.locator(f'tr[data-record] td[data-label="{label}"]')
        texts: list[str] = cells.all_inner_texts()
        return [text.strip() for text in texts]

    def focused_record(self) -> str | None:
        script = "() => document.activeElement.closest('tr')?.dataset.record ?? null"
        found: str | None = self.page.evaluate(script)
        return found
