"""What a reader waits for: the list of all postmortems, and the search, in a real browser."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _bench_build import SEARCH_FOLDERS, Subject
from _bench_report import Fact, Figure, Measured, Missing, UnmeasuredError
from _browser import chromium, served

from debrief.archive import RECORDS

if TYPE_CHECKING:
    from playwright.sync_api import Page

# --- what the pages call their parts: no other place knows ----------------------------------------

ROW = "tr[data-record]"
FACET_VALUE = ".db-facet input[type=checkbox]"
SORT = "thead button[data-sort]"
SEARCH_INPUT = ".md-search__input"
SEARCH_RESULT = ".md-search-result__item"
ENGINES = {"pagefind/": "Pagefind", "search/search_index.json": "Material"}
"""What a search loads → which engine it is; the first that is asked for counts."""
SEARCH_FILES = (*(f"/{folder}/" for folder in SEARCH_FOLDERS), "/workers/", "/assets/search")
"""In the address of each file that is loaded for the search alone."""

# --- a page ---------------------------------------------------------------------------------------

WAIT = 180
"""Seconds after which something that does not show up counts as not there."""

_NOT_THERE = 15
"""The same for what shows up together with the page, or soon after it."""

_ANSWER = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"

_STEP = """
([act, row, wait]) => new Promise((resolve) => {
  const shown = () => {
    const rows = [...document.querySelectorAll(row)].filter((one) => one.getClientRects().length);
    return rows.map((one) => one.dataset.record).join(" ");
  };
  const before = shown();
  const start = performance.now();
  document.querySelector(act).click();
  const look = () => {
    const now = performance.now() - start;
    if (shown() !== before) requestAnimationFrame(() => resolve(performance.now() - start));
    else if (now > wait * 1000) resolve(null);
    else requestAnimationFrame(look);
  };
  look();
})
"""
"""Clicks on something, and waits until the rows are others and have been painted."""


class Visit:
    """A page that is open in a browser of its own, and everything that it loads."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._requests: list[Any] = []
        page.on("requestfinished", self._remember)

    def _remember(self, request: Any) -> None:
        self._requests.append(request)

    def loaded(self, wanted: Callable[[str], bool] = lambda _: True) -> int:
        """How many bytes were loaded from the addresses that are wanted, as they were sent."""
        found = [request for request in self._requests if wanted(request.url)]
        return sum(request.sizes()["responseBodySize"] for request in found)

    def addresses(self) -> list[str]:
        """Everything that was loaded, in order."""
        return [request.url for request in self._requests]

    def settle(self) -> None:
        """Wait until the page answers: its scripts are done with what they had to do at once."""
        self.page.evaluate(_ANSWER)


@contextmanager
def visit() -> Iterator[Visit]:
    """An empty page in a new browser, which has cached nothing. Raises UnmeasuredError."""
    from playwright.sync_api import Error  # noqa: PLC0415 - the dev group alone has it

    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(WAIT * 1000)
        page.set_default_navigation_timeout(WAIT * 1000)
        try:
            yield Visit(page)
        except Error as error:
            raise UnmeasuredError(str(error).splitlines()[0]) from None


def version() -> str:
    """The version of the Chromium. Raises click.ClickException where there is none."""
    with chromium() as browser:
        return browser.version


# --- the list of all postmortems ------------------------------------------------------------------

STEPS = {"one filter": FACET_VALUE, "one sort": SORT}


def explorer(subject: Subject) -> Iterator[Measured]:
    """The list: until its rows are there, until they can be filtered, one filter, one sort."""
    loaded: list[float] = []
    shown: list[float] = []
    steps: dict[str, list[float]] = {name: [] for name in ("until it can be filtered", *STEPS)}
    with served(subject.site) as url:
        for _ in range(subject.runs):
            with visit() as at:
                start = time.perf_counter()
                at.page.goto(f"{url}{RECORDS}/", wait_until="commit")
                _wait_for(at, ROW, WAIT)
                shown.append(time.perf_counter() - start)
                steps["until it can be filtered"] += _ready(at, start)
                at.page.wait_for_load_state("networkidle")
                loaded.append(at.loaded())
                for name, selector in STEPS.items():
                    steps[name] += _step(at, selector)
    yield Figure("loaded", "bytes", tuple(loaded))
    yield Figure("until rows are shown", "s", tuple(shown))
    for name, times in steps.items():
        if times:
            yield Figure(name, "s", tuple(times))
        else:
            selector = STEPS.get(name, FACET_VALUE)
            yield Missing(
                f"explorer: {name} of {subject.records:,} records is not measured: the list has no"
                f" `{selector}`, or a click on the first one does not change its rows"
            )


def _ready(at: Visit, start: float) -> list[float]:
    """Seconds until a filter can be chosen and the page answers; none where there is no filter."""
    try:
        _wait_for(at, FACET_VALUE, _NOT_THERE)
    except UnmeasuredError:
        return []
    at.settle()
    return [time.perf_counter() - start]


def _step(at: Visit, selector: str) -> list[float]:
    """Seconds of one click; none where there is nothing to click, or nothing comes of it."""
    try:
        _wait_for(at, selector, _NOT_THERE)
    except UnmeasuredError:
        return []
    milliseconds = at.page.evaluate(_STEP, [selector, ROW, _NOT_THERE])
    return [] if milliseconds is None else [milliseconds / 1000]


# --- the search -----------------------------------------------------------------------------------


def search(subject: Subject) -> Iterator[Measured]:
    """The search, from the first key to the first result, for three kinds of query."""
    with served(subject.site) as url:
        for name, query in queries(subject.archive).items():
            yield Fact(f"{name}, query", query)
            try:
                yield from _searched(subject, url, name, query)
            except UnmeasuredError as error:
                why = f"search for {query} ({name}) in {subject.records:,} records"
                yield Missing(f"{why} is not measured: {error}")


def _searched(subject: Subject, url: str, name: str, query: str) -> Iterator[Measured]:
    loaded, waited, engine = [], [], ""
    for _ in range(subject.runs):
        with visit() as at:
            waited.append(_first_result(at, url, query))
            loaded.append(at.loaded(_of_the_search))
            engine = _engine(at.addresses())
    yield Fact(f"{name}, engine", engine)
    yield Figure(f"{name}, loaded", "bytes", tuple(loaded))
    yield Figure(f"{name}, first result", "s", tuple(waited))


def _first_result(at: Visit, url: str, query: str) -> float:
    """Seconds from the first key to a result that has the query in its text or its address."""
    at.page.goto(url)
    at.settle()
    _wait_for(at, SEARCH_INPUT, _NOT_THERE)
    at.page.locator(SEARCH_INPUT).first.focus()
    start = time.perf_counter()
    at.page.keyboard.type(query)
    told = at.page.locator(SEARCH_RESULT)
    by_text = told.filter(has_text=query)
    by_address = told.filter(has=at.page.locator(f'a[href*="{query}"]'))
    _wait_until_visible(by_text.or_(by_address).first, f"`{SEARCH_RESULT}` with the query", WAIT)
    return time.perf_counter() - start


def _of_the_search(url: str) -> bool:
    """Whether a file is one that only the search needs."""
    return any(part in url for part in SEARCH_FILES)


def _engine(addresses: list[str]) -> str:
    asked = (name for url in addresses for part, name in ENGINES.items() if part in url)
    return next(asked, "not known")


def queries(archive: Path) -> dict[str, str]:
    """A word of many titles, one of a single title, and an id. Raises UnmeasuredError."""
    files = sorted((archive / RECORDS).glob("*/*.md"))
    titles = [file.read_text("utf-8").split("\ntitle: ", 1)[-1].split("\n", 1)[0] for file in files]
    # In how many titles each word stands; words of seven letters are no stop words of an engine.
    found = Counter(
        word for title in titles for word in sorted(set(re.findall(r"[a-z]{7,}", title.lower())))
    )
    once = sorted(word for word, count in found.items() if count == 1)
    if not found or not once:
        raise UnmeasuredError("there is no word to look for")
    common, _ = min(found.items(), key=lambda pair: (-pair[1], pair[0]))
    middle = files[len(files) // 2].stem
    return {"common word": common, "rare word": once[len(once) // 2], "id": middle}


# --- waiting --------------------------------------------------------------------------------------


def _wait_for(at: Visit, selector: str, seconds: float) -> None:
    _wait_until_visible(at.page.locator(selector).first, f"`{selector}`", seconds)


def _wait_until_visible(locator: Any, name: str, seconds: float) -> None:
    from playwright.sync_api import Error  # noqa: PLC0415 - the dev group alone has it

    try:
        locator.wait_for(state="visible", timeout=seconds * 1000)
    except Error:
        raise UnmeasuredError(f"{name} did not show up in {seconds:.0f} seconds") from None
