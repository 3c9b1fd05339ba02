"""Nothing that a record says can run, and nothing on the site asks another host for anything.

Each page carries a Content-Security-Policy as `<meta>`; `_headers` holds the same, and what only a
header can say, for hosts that read such a file. Material's inline scripts are allowed by their
hashes. The hashes are taken from Material's own files, never from a finished page: a script that
found its way into a page is unknown, and the build fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import material
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import BuildError
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from debrief.site.policy import SCRIPT, digest, headers_file, inline_scripts, policy

THEME = Path(material.__file__).parent / "templates"

OPENED = re.compile(r"<script\b", re.IGNORECASE)
LOADED = re.compile(r'\s+src="(?![a-z]+:|//)[^"]+"(\s+(defer|async))*\s*')
DATA = re.compile(r'\s+id="__config"\s+type="application/json"\s*')


# --- the policy ----------------------------------------------------------------------------------


def theme_scripts(base_url: str) -> tuple[str, ...]:
    """Material's own inline scripts."""
    return inline_scripts(THEME, base_url)


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
    (site / "_headers").write_text(headers_file(digests, site), encoding="utf-8")


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
