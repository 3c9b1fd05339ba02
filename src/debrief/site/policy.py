"""What pages may run and load: the Content-Security-Policy, and the headers that go with it.

A theme in the manner of Material puts inline scripts into every page. They are allowed by their
hashes, which are taken from the theme's own files and never from a finished page: a script that
found its way into a page is unknown.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader

INLINE_SCRIPTS = ("base", "content", "palette")
"""The theme's partials that put a script into a page with the features that mkdocs.yml asks for."""

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",  # the theme's icons are data
    "font-src": "'self'",
    "connect-src": "'self'",  # the search index
    "worker-src": "'self'",  # the search itself
    "base-uri": "'none'",
    "form-action": "'none'",
}
ONLY_IN_A_HEADER = "; frame-ancestors 'none'"
COMPILING = "search/pagefind"
"""Where the one thing lies that compiles WebAssembly: the search of a large site (Pagefind)."""
POLICY_OF_COMPILING = {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "connect-src": "'self'",
}
"""It does so in a worker, which obeys the headers of its own file and not the policy of a page."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)


@cache
def inline_scripts(theme: Path, base_url: str) -> tuple[str, ...]:
    """A theme's own inline scripts; one of them holds the way from the page to the site's root."""
    templates = Environment(loader=FileSystemLoader(theme), autoescape=False)  # noqa: S701 - the theme's own text
    values = {"base_url": base_url, "config": {"extra": {}}, "features": ()}
    scripts = []
    for name in INLINE_SCRIPTS:
        text = templates.get_template(f"partials/javascripts/{name}.html").render(values)
        scripts += [content for attributes, content in SCRIPT.findall(text) if not attributes]
    return tuple(scripts)


def digest(script: str) -> str:
    """A script as a policy names it."""
    hashed = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest())
    return f"'sha256-{hashed.decode('ascii')}'"


def policy(digests: Iterable[str]) -> str:
    """The policy that lets these inline scripts run and no other."""
    return _as_text({**POLICY, "script-src": " ".join([POLICY["script-src"], *digests])})


def _as_text(sources: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in sources.items())


# --- the file of headers -------------------------------------------------------------------------


def headers_file(digests: Iterable[str], site: Path | None = None) -> str:
    """The file `_headers` of a built site, for hosts that take headers from one.

    Without the site, it is for one in which nothing compiles.
    """
    lines: list[str] = []
    for pattern, headers in _rules(site, policy(digests) + ONLY_IN_A_HEADER):
        lines += [pattern, *(f"  {name}: {value}" for name, value in headers.items())]
    return "\n".join(lines) + "\n"


def _rules(site: Path | None, strict: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Which files get which headers.

    One rule does while nothing compiles. Else no two rules may give a policy to the same file:
    Cloudflare would send both, of which a browser obeys each, and Netlify perhaps one of them. So
    each place beside that folder is named. What is not there has no policy but the one in the page
    for "not found".
    """
    if site is None or not (site / COMPILING).is_dir():
        yield "/*", {"Content-Security-Policy": strict, **HEADERS}
        return
    yield "/*", HEADERS
    for pattern in _patterns_beside(site, COMPILING):
        yield pattern, {"Content-Security-Policy": strict}
    loose = _as_text(POLICY_OF_COMPILING) + ONLY_IN_A_HEADER
    yield f"/{COMPILING}/*", {"Content-Security-Policy": loose}


def _patterns_beside(site: Path, folder: str) -> Iterator[str]:
    """Patterns that together match every file of a site but those in one folder."""
    above, kept = site, ""
    for step in folder.split("/"):
        yield f"{kept}/"  # the page of that place, as one asks for it
        for path in sorted(above.iterdir()):
            if path.name != step:
                yield f"{kept}/{quote(path.name)}{'/*' if path.is_dir() else ''}"
        above, kept = above / step, f"{kept}/{step}"
