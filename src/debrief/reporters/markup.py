"""Words of a record → HTML that a code host may show inside Markdown, and that stays words.

Markdown is not read inside a block of HTML that has no blank line, so nothing in it can become a
heading, a link, an image or another row. What a host does *after* Markdown it does with the text
itself, so an entity would not help: accounts that are mentioned are notified, numbers and hashes
become links that leave a trace elsewhere, addresses become links. A space without width breaks
those. Inside ``<code>`` none of it happens (html-pipeline, mention_filter.rb: ``IGNORE_PARENTS``).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from debrief.reporters.plain import printable, shortened

_BREAK = "\u200b"  # zero width space

_REFERENCE = re.compile(
    r"""
    (?<=[@\#])(?=\S)                # @account, #12, owner/repository#12, address@example.com
    | (?<=\bGH)(?=-) | (?<=\bGHSA)(?=-)
    | (?<=:)(?=//)                  # https://…
    | (?<=\bwww)(?=\.)
    | (?<=:)(?=[A-Z0-9_+-]+:)       # :emoji:
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COMMIT = re.compile(r"\b[0-9A-F]{7,}\b", re.IGNORECASE)


def inert(words: str, most: int = 1_000) -> str:
    """Words as HTML on one line, cut to a number of characters; `` `x` `` becomes code."""
    # Every second piece stood between two backticks.
    pieces = re.split(r"`([^`]+)`", shortened(printable(words), most))
    return "".join(
        code(piece) if index % 2 else _words(piece) for index, piece in enumerate(pieces)
    )


def code(words: str, most: int = 1_000) -> str:
    """Words as code: file names, ids, keys."""
    return f"<code>{html.escape(shortened(printable(words), most))}</code>"


def unlinked(words: str, most: int = 1_000) -> str:
    """Words as plain text on one line, for where a host reads no HTML: the title of a request."""
    return _marked(shortened(printable(words), most)).replace("\0", _BREAK)


def _words(words: str) -> str:
    escaped = html.escape(_marked(words)).replace("\0", f"&#{ord(_BREAK)};")
    # GitHub's own way to write a dollar that begins no formula.
    return escaped.replace("$", "<span>$</span>")


def _marked(words: str) -> str:
    """The words with a NUL, of which none is left in what is printable, where one is broken."""
    marked = _COMMIT.sub(lambda found: "\0".join(re.findall(".{1,6}", found[0])), words)
    return _REFERENCE.sub("\0", marked)


def row(tag: str, cells: Iterable[str]) -> str:
    """A row of a table; the cells are HTML."""
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"
