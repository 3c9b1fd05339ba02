"""Which policy each file of a site is sent with."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import quote

import pytest

from debrief.site.policy import COMPILING, digest, headers_file, policy

DIGESTS = (digest("one()"), digest("two()"))
FILES = (
    "index.html",
    "404.html",
    "a page.html",
    "100%.html",
    "odd[1]*/index.html",
    "search.html",
    "search/index.html",
    "search/engine.json",
    "search/names/0.json",
    "search/pagefinder/index.html",
    "searching/index.html",
    "postmortems/search/pagefind/index.html",
    f"{COMPILING}/pagefind-worker.js",
    f"{COMPILING}/fragment/en_1.pf_fragment",
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site with Pagefind's folder and with names that are near to it."""
    for name in FILES:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return tmp_path


def addresses() -> Iterator[str]:
    """Every file as one asks for it, a folder's page under both of its addresses."""
    for name in FILES:
        yield f"/{quote(name)}"
        if name.endswith("index.html"):
            yield f"/{quote(name.removesuffix('index.html'))}"


def rules(headers: str) -> dict[str, dict[str, str]]:
    """The headers that a `_headers` file gives, by pattern."""
    found: dict[str, dict[str, str]] = {}
    pattern = ""
    for line in headers.splitlines():
        if line.startswith("  "):
            name, value = line.strip().split(": ", 1)
            found[pattern][name] = value
        else:
            pattern = line
            assert pattern not in found, "the second rule for a pattern may be passed over"
            found[pattern] = {}
    return found


def sent(headers: str, address: str, name: str) -> list[str]:
    """The values of a header that a host sends which joins the rules."""
    matching = (said for pattern, said in rules(headers).items() if fnmatchcase(address, pattern))
    return [said[name] for said in matching if name in said]


def test_while_nothing_compiles_one_rule_is_for_every_file(tmp_path: Path) -> None:
    (tmp_path / "search").mkdir()
    for headers in (headers_file(DIGESTS), headers_file(DIGESTS, tmp_path)):
        assert list(rules(headers)) == ["/*"]
        said = rules(headers)["/*"]
        assert said["Content-Security-Policy"] == policy(DIGESTS) + "; frame-ancestors 'none'"
        assert said["X-Content-Type-Options"] == "nosniff"
        assert "wasm" not in headers


@pytest.mark.parametrize("address", tuple(addresses()))
def test_with_pagefind_each_file_gets_one_policy(site: Path, address: str) -> None:
    headers = headers_file(DIGESTS, site)
    policies = sent(headers, address, "Content-Security-Policy")
    assert len(policies) == 1
    if not address.startswith(f"/{COMPILING}/"):
        assert policies == sent(headers_file(DIGESTS), address, "Content-Security-Policy")
    assert sent(headers, address, "X-Content-Type-Options") == ["nosniff"]


def test_only_the_folder_of_pagefind_may_compile_and_nothing_inline_runs_there(
    site: Path,
) -> None:
    found = rules(headers_file(DIGESTS, site))
    compiling = {name for name, said in found.items() if "wasm-unsafe-eval" in str(said)}
    assert compiling == {f"/{COMPILING}/*"}
    loose = found[f"/{COMPILING}/*"]["Content-Security-Policy"]
    assert "'unsafe-eval'" not in loose
    assert "sha256-" not in loose
    assert loose.startswith("default-src 'none'; ")
