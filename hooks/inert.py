"""Nothing that a record says can run, and nothing on the site asks another host for anything.

Each page carries a Content-Security-Policy as `<meta>`; `_headers` holds the same, and what only a
header can say, for hosts that read such a file. Material's inline scripts are allowed by their
hashes. The hashes are taken from Material's own files, never from a finished page: a script that
found its way into a page is unknown, and the build fails.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import material
from jinja2 import Environment, FileSystemLoader
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import BuildError
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

THEME = Path(material.__file__).parent / "templates"
INLINE_SCRIPTS = ("base", "content", "palette")
"""Material's partials that put a script into a page with the features that mkdocs.yml asks for."""

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
OPENED = re.compile(r"<script\b", re.IGNORECASE)
LOADED = re.compile(r'\s+src="(?![a-z]+:|//)[^"]+"(\s+(defer|async))*\s*')
DATA = re.compile(r'\s+id="__config"\s+type="application/json"\s*')


# --- the policy ----------------------------------------------------------------------------------


@cache
def theme_scripts(base_url: str) -> tuple[str, ...]:
    """Material's own inline scripts; one of them holds the way from the page to the site's root."""
    theme = Environment(loader=FileSystemLoader(THEME), autoescape=False)  # noqa: S701 - the theme's own text
    values = {"base_url": base_url, "config": {"extra": {}}, "features": ()}
    scripts = []
    for name in INLINE_SCRIPTS:
        text = theme.get_template(f"partials/javascripts/{name}.html").render(values)
        scripts += [content for attributes, content in SCRIPT.findall(text) if not attributes]
    return tuple(scripts)


def digest(script: str) -> str:
    """A script as a policy names it."""
    hashed = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest())
    return f"'sha256-{hashed.decode('ascii')}'"


def policy(digests: Iterable[str]) -> str:
    """The policy that lets these inline scripts run and no other."""
    return as_text({**POLICY, "script-src": " ".join([POLICY["script-src"], *digests])})


def as_text(sources: dict[str, str]) -> str:
    """A policy as it is written."""
    return "; ".join(f"{name} {value}" for name, value in sources.items())


def with_policy(context: dict[str, Any], config: MkDocsConfig) -> dict[str, Any]:
    """Hand the policy to docs/overrides/main.html, which writes it into the page."""
    base_url = context["base_url"]
    config.extra.setdefault("ways_to_root", set()).add(base_url)
    context["content_security_policy"] = policy(map(digest, theme_scripts(base_url)))
    return context


def on_page_context(
    context: dict[str, Any],
    *,
    page: Page,  # noqa: ARG001 - MkDocs hands in all that the event has, by name
    config: MkDocsConfig,
    nav: Navigation,  # noqa: ARG001
) -> dict[str, Any]:
    return with_policy(context, config)


def on_template_context(
    context: dict[str, Any], *, template_name: str, config: MkDocsConfig
) -> dict[str, Any]:
    return with_policy(context, config) if template_name.endswith(".html") else context


# --- what a finished page holds ------------------------------------------------------------------


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    refuse_unknown_scripts(output, page.file.src_uri, config)
    return output


def on_post_template(output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
    if template_name.endswith(".html"):
        refuse_unknown_scripts(output_content, template_name, config)
    return output_content


def refuse_unknown_scripts(output: str, name: str, config: MkDocsConfig) -> None:
    """Every script is a file of the site, the theme's settings, or one of the theme's own."""
    known = {s for base_url in config.extra["ways_to_root"] for s in theme_scripts(base_url)}
    scripts = SCRIPT.findall(output)
    for attributes, content in scripts:
        is_known = content in known if not attributes else LOADED.fullmatch(attributes)
        if not is_known and not DATA.fullmatch(attributes):
            shown = " ".join(f"<script{attributes}>{content}".split())[:120]
            raise BuildError(f"{name}: a script that is not the theme's would not run: {shown}")
    if len(scripts) != len(OPENED.findall(output)):
        raise BuildError(f"{name}: a <script> is opened in this page and not closed.")
    if 'http-equiv="Content-Security-Policy"' not in output:
        raise BuildError(f"{name}: the page carries no policy; see docs/overrides/main.html.")


def on_post_build(*, config: MkDocsConfig) -> None:
    """Write the headers for hosts that take them from a file (`_headers`)."""
    ways = sorted(config.extra["ways_to_root"])
    digests = dict.fromkeys(digest(script) for way in ways for script in theme_scripts(way))
    site = Path(config.site_dir)
    lines = []
    for pattern, headers in rules(site, policy(digests) + ONLY_IN_A_HEADER):
        lines += [pattern, *(f"  {name}: {value}" for name, value in headers.items())]
    (site / "_headers").write_text("\n".join(lines) + "\n", encoding="utf-8")


def rules(site: Path, strict: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Which files get which headers.

    One rule does while nothing compiles. Else no two rules may give a policy to the same file:
    Cloudflare would send both, of which a browser obeys each, and Netlify perhaps one of them. So
    each place beside that folder is named. What is not there has no policy but the one in the page
    for "not found".
    """
    if not (site / COMPILING).is_dir():
        yield "/*", {"Content-Security-Policy": strict, **HEADERS}
        return
    yield "/*", HEADERS
    for pattern in patterns_beside(site, COMPILING):
        yield pattern, {"Content-Security-Policy": strict}
    loose = as_text(POLICY_OF_COMPILING) + ONLY_IN_A_HEADER
    yield f"/{COMPILING}/*", {"Content-Security-Policy": loose}


def patterns_beside(site: Path, folder: str) -> Iterator[str]:
    """Patterns that together match every file of a site but those in one folder."""
    yield "/"
    above, kept = site, ""
    for step in folder.split("/"):
        for path in sorted(above.iterdir()):
            if path.name != step:
                yield f"{kept}/{quote(path.name)}{'/*' if path.is_dir() else ''}"
        above, kept = above / step, f"{kept}/{step}"


# --- while the site is served --------------------------------------------------------------------


def on_serve(
    server: LiveReloadServer,
    *,
    config: MkDocsConfig,  # noqa: ARG001
    builder: Callable[..., None],  # noqa: ARG001
) -> LiveReloadServer:
    """Let the script run that MkDocs adds to each page it serves, to reload it after a change."""
    application: Any = server.get_app()

    def allow_reload(environ: Any, start_response: Any) -> Iterable[bytes]:
        head: list[Any] = []
        body = b"".join(application(environ, lambda *given: head.extend(given)))
        status, headers = head[0], head[1]
        body = allow_last_script(body)
        headers = [(name, value) for name, value in headers if name != "Content-Length"]
        start_response(status, [*headers, ("Content-Length", str(len(body)))])
        return [body]

    server.set_app(allow_reload)
    return server


def allow_last_script(body: bytes) -> bytes:
    """Add the hash of the script right before the end of the page to the page's own policy."""
    before, opened, script = body.rpartition(b"<script>")
    script, closed, after = script.rpartition(b"</script>")
    if not (opened and closed and after.startswith(b"</body>")):
        return body
    allowed = f"script-src 'self' {digest(script.decode('utf-8'))} ".encode()
    return before.replace(b"script-src 'self' ", allowed, 1) + opened + script + closed + after
