"""A sheet → one HTML page that prints, without script, and asks nothing of the network."""

from __future__ import annotations

import html
from functools import singledispatch

from debrief.exercise import sheet
from debrief.reporters import plain

_STYLE = """\
body { font: 11pt/1.45 system-ui, sans-serif; color: #111; max-width: 46rem; margin: 2rem auto;
  padding: 0 1rem; }
h1, h2, h3 { line-height: 1.2; break-after: avoid; }
h2 { margin-top: 2rem; border-bottom: 1px solid #999; padding-bottom: .2rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; break-inside: auto; }
th, td { border: 1px solid #999; padding: .3rem .5rem; text-align: left; vertical-align: top; }
tr { break-inside: avoid; }
code, pre { font-family: ui-monospace, monospace; font-size: .92em; overflow-wrap: anywhere; }
pre { border: 1px solid #999; padding: .5rem; white-space: pre-wrap; }
ul.boxes { list-style: none; padding-left: 0; }
ul.boxes li::before { content: "\\2610\\a0"; }
.space { border-bottom: 1px solid #999; height: 2rem; }
.page { break-after: page; border-top: 1px dashed #999; margin: 2.5rem 0; }
@media print { body { margin: 0; max-width: none; } .page { border: 0; margin: 0; } }
"""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Nothing is loaded and nothing runs; the style is the page's own."""


def page(made: sheet.Sheet) -> str:
    """The whole page."""
    body = "\n".join(map(_block, made.blocks))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(made.title)}</title>\n<style>\n{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


@singledispatch
def _block(block: sheet.Block) -> str:
    raise TypeError(type(block).__name__)


@_block.register
def _(block: sheet.Heading) -> str:
    return f"<h{block.level}>{_text(block.words)}</h{block.level}>"


@_block.register
def _(block: sheet.Paragraph) -> str:
    return f"<p>{_line(block.line)}</p>"


@_block.register
def _(block: sheet.Items) -> str:
    items = "\n".join(f"<li>{_line(line)}</li>" for line in block.lines)
    begin = '<ul class="boxes">' if block.boxes else "<ul>"
    return f"{begin}\n{items}\n</ul>"


@_block.register
def _(block: sheet.Table) -> str:
    heads = "".join(f'<th scope="col">{_text(head)}</th>' for head in block.heads)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{_line(cell)}</td>" for cell in row) + "</tr>" for row in block.rows
    )
    return f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


@_block.register
def _(block: sheet.Commands) -> str:
    return "<pre>" + "\n".join(map(_text, block.lines)) + "</pre>"


@_block.register
def _(block: sheet.Space) -> str:
    return "\n".join(['<div class="space"></div>'] * block.lines)


@_block.register
def _(_: sheet.NewPage) -> str:
    return '<div class="page"></div>'


_TAGS = {"": "{}", "strong": "<strong>{}</strong>", "code": "<code>{}</code>"}


def _line(line: sheet.Line) -> str:
    return "".join(_TAGS[span.style].format(_text(span.words)) for span in line)


def _text(words: str) -> str:
    return html.escape(plain.printable(words))
