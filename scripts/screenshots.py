"""Take pictures of each kind of page, for a person to look at."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import _browser
import _console
import build
import click
from jinja2 import Environment

from debrief.archive import Archive
from debrief.site.edition import Edition
from debrief.words import counted

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ENVIRONMENT = "dev"

TEMPLATES = _console.REPOSITORY / "hooks" / "templates"
PALETTES = ("light", "dark")
WIDTHS = (1440, 390)
HEIGHT = 900
PRINTED = "postmortem"
"""The kind of page that is printed too."""


@dataclass(frozen=True)
class Picture:
    """One picture of a page, and the file that it is in."""

    kind: str
    address: str
    palette: str
    width: int

    @property
    def file(self) -> str:
        """Its name."""
        return f"{self.kind}-{self.palette}-{self.width}.png"


@click.command()
@click.argument(
    "folder",
    metavar="[DIR]",
    type=click.Path(file_okay=False, path_type=Path),
    default=_console.REPOSITORY / "screenshots",
)
@click.option(
    "--site-dir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A site that was built from these records; without it, one is built for this.",
)
@click.option("--only", "names", metavar="NAME", multiple=True, help="This kind of page alone.")
@click.option(
    "--palette",
    "palettes",
    type=click.Choice(PALETTES),
    multiple=True,
    help="These colours alone.",
)
@click.option(
    "--width",
    "widths",
    type=click.IntRange(200, 4000),
    multiple=True,
    show_default="1440 and 390",
    help="Width of the window in pixels.",
)
@_console.today_option
@_console.root_option
def main(
    folder: Path,
    site_dir: Path | None,
    names: tuple[str, ...],
    palettes: tuple[str, ...],
    widths: tuple[int, ...],
    today: date,
    root: Path,
) -> int:
    """Build the site, look at one page of each kind in Chromium, and write pictures into DIR.

    \b
    DIR/index.html          all pictures side by side
    DIR/NAME-COLOURS-WIDTH.png
                            a whole page, light and dark, as wide as a desk and a phone
    DIR/postmortem.pdf      a postmortem as it is printed

    DIR is screenshots/ in this repository unless it is named. --only, --palette and --width can be
    given more than once. Chromium is the one named in $CHROMIUM, or the system's own.

    Exit code: 0 taken, 1 the site could not be built, 2 there is no browser, or no such page.
    """  # noqa: D301 - a backspace is what click knows, not a backslash
    with _browser.chromium() as browser, built(site_dir, today, root) as site:
        if site is None:
            return 1
        edition = Edition.of(Archive.load(root), today, TEMPLATES)
        pages = chosen(_browser.kinds(edition), names, site)
        pictures = [
            Picture(kind, address, palette, width)
            for kind, address in pages.items()
            for palette in palettes or PALETTES
            for width in widths or WIDTHS
        ]
        folder.mkdir(parents=True, exist_ok=True)
        with _browser.served(site) as url:
            take(browser, url, pictures, folder)
            if printed := pages.get(PRINTED):
                print_page(browser, url + printed, folder / f"{PRINTED}.pdf")
    (folder / "index.html").write_text(gallery(pictures, PRINTED), encoding="utf-8")
    taken = f"{counted(len(pictures), 'picture')} of {counted(len(pages), 'page')}"
    click.echo(f"{taken}: {folder / 'index.html'}")
    return 0


@contextmanager
def built(site_dir: Path | None, today: date, root: Path) -> Iterator[Path | None]:
    """The site to look at; None where it could not be built, which has been told by then."""
    if site_dir is not None:
        if not (site_dir / "_headers").is_file():
            raise click.UsageError(f"{site_dir} holds no site that ./debrief build has built")
        yield site_dir
        return
    with tempfile.TemporaryDirectory() as aside:
        site = Path(aside, "site")
        options = ["--site-dir", str(site), "--today", today.isoformat(), "--root", str(root)]
        code = build.main.main(options, prog_name="debrief build", standalone_mode=False)
        yield site if code == 0 else None


def chosen(pages: dict[str, str], names: Collection[str], site: Path) -> dict[str, str]:
    """The pages to look at. Raises click.UsageError for a name that no kind of page has."""
    if unknown := sorted(set(names) - pages.keys()):
        raise click.UsageError(f"no page is called {unknown[0]}; there are {', '.join(pages)}")
    wanted = {name: place for name, place in pages.items() if not names or name in names}
    for place in wanted.values():
        file = site / place
        if not (file.is_file() or (file / "index.html").is_file()):
            raise click.UsageError(f"{site} has no {place}: it was built from other records")
    return wanted


def take(browser: Browser, url: str, pictures: list[Picture], folder: Path) -> None:
    """Take the pictures, of whole pages."""
    for palette, width in dict.fromkeys((one.palette, one.width) for one in pictures):
        context = browser.new_context(
            color_scheme="dark" if palette == "dark" else "light",
            viewport={"width": width, "height": HEIGHT},
            reduced_motion="reduce",
        )
        page = context.new_page()
        for one in pictures:
            if (one.palette, one.width) == (palette, width):
                settle(page, url + one.address)
                page.screenshot(path=folder / one.file, full_page=True)
        context.close()


def print_page(browser: Browser, url: str, file: Path) -> None:
    """Print a page into a file."""
    page = browser.new_page()
    settle(page, url)
    page.pdf(path=file, format="A4")
    page.close()


def settle(page: Page, url: str) -> None:
    """Open a page, and wait until it looks as it will, the pictures further down included."""
    page.goto(url)
    page.wait_for_selector("html.js")
    page.evaluate(
        """async () => {
          await document.fonts.ready;
          const images = Array.from(document.images);
          images.forEach((image) => { image.loading = "eager"; });
          await Promise.allSettled(images.map((image) => image.decode()));
        }"""
    )
    page.wait_for_timeout(200)


# --- the gallery ---------------------------------------------------------------------------------

GALLERY = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Pages of the site</title>
<style>
  body { margin: 2rem; color: #1b2328; background: #fff; font: 16px/1.5 system-ui, sans-serif; }
  section { margin-block: 2rem; padding-top: 1rem; border-top: 1px solid #ccd3d6; }
  h2 { margin: 0; font-size: 1.2rem; }
  code, figcaption { color: #5a666d; font-size: .85rem; }
  .pictures { display: flex; flex-wrap: wrap; gap: 1rem; margin-top: 1rem; }
  figure { margin: 0; }
  img { display: block; width: auto; max-width: 100%; height: 24rem; border: 1px solid #ccd3d6;
    object-fit: cover; object-position: top; }
  .wide img { width: 30rem; }
  .narrow img { width: 11rem; }
  nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
</style>
</head>
<body>
<h1>Pages of the site</h1>
<nav>{% for kind in kinds %}<a href="#{{ kind }}">{{ kind }}</a>{% endfor %}</nav>
{% for kind, found in kinds.items() %}
<section id="{{ kind }}">
<h2>{{ kind }}</h2>
<code>/{{ found[0].address }}</code>
{% if kind == printed %}<a href="{{ printed }}.pdf">as it is printed</a>{% endif %}
<div class="pictures">
{% for one in found %}
<figure class="{{ "wide" if one.width > 600 else "narrow" }}">
<a href="{{ one.file }}"><img src="{{ one.file }}" alt="{{ kind }}" loading="lazy"></a>
<figcaption>{{ one.palette }}, {{ one.width }} px</figcaption>
</figure>
{% endfor %}
</div>
</section>
{% endfor %}
</body>
</html>
"""


def gallery(pictures: list[Picture], printed: str) -> str:
    """A page that shows all pictures, each kind in a row; a picture opens in full."""
    kinds: dict[str, list[Picture]] = {}
    for one in pictures:
        kinds.setdefault(one.kind, []).append(one)
    template = Environment(autoescape=True, trim_blocks=True).from_string(GALLERY)
    return template.render(kinds=kinds, printed=printed)


if __name__ == "__main__":
    _console.run(main, "screenshots")
