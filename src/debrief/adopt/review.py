"""The review file: what the dry run found of each document, for a person to correct and complete.

It is read as strictly as a record: an unknown key, a date that is none, a word that is not allowed
is told with its line, and nothing is written then.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from debrief import moments, template
from debrief.adopt.adoption import NONE, Choices
from debrief.adopt.plan import Planned, Told
from debrief.archive import Archive
from debrief.document import MAX_CATALOG_BYTES, Document, as_catalog_file, read_text
from debrief.finding import Position, did_you_mean
from debrief.nodes import DocumentError, Node, Scalar, Sequence, write_yaml
from debrief.nodes import Mapping as MappingNode
from debrief.record import PUBLISHED
from debrief.spoken_time import DAY_FIRST, MONTH_FIRST, Zone, ZoneError

FILE = "adopt.yml"
_DIGEST = 16


_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,89}", re.ASCII)
"""What follows the date in the name of a record's file; see ``archive.RECORD_NAME``."""


class ReviewError(Exception):
    """The review cannot be used; the message has file, line and what to write."""


@dataclass(frozen=True)
class Review:
    """What a person says of all documents, and of each."""

    zone: str | None = None
    order: str | None = None
    url: str | None = None
    severities: Mapping[str, str] = field(default_factory=dict)
    documents: tuple[Told, ...] = ()
    digests: Mapping[Path, str] = field(default_factory=dict)
    """What each document was when it was reviewed."""


def digest(file: Path) -> str:
    """What a document is, so that another one is not taken for it."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:_DIGEST]


# --- reading -------------------------------------------------------------------------------------

_TOP = ("zone", "date_order", "source_url", "severities", "documents")
_OF_ONE = (
    *(
        "file",
        "digest",
        "source",
        "skip",
        "name",
        "title",
        "date",
        "zone",
        "severity",
        "owner",
        "assets",
    ),
    *("status", "language", "action_type", "mask"),
)


def read(file: Path, archive: Archive) -> Review:
    """Read a review; its documents' paths count from its own folder. Raises ReviewError."""
    try:
        document = as_catalog_file(read_text(file, MAX_CATALOG_BYTES), file.name)
        return _Reader(document, archive, file.parent).review()
    except DocumentError as error:
        problem = error.problem
        line = problem.where.line if isinstance(problem.where, Position) else 1
        fix = f"; {problem.fix}" if problem.fix else ""
        raise ReviewError(f"{file.name}:{line}: {problem.message}{fix}") from None


class _Reader:
    def __init__(self, document: Document, archive: Archive, folder: Path) -> None:
        self._tree, self._folder = document.tree, folder
        self._catalog, self._schema = archive.catalog, archive.schemas["postmortem"]

    def review(self) -> Review:
        top = self._keys(self._tree, _TOP)
        order = self._word(top.get("date_order"), (DAY_FIRST, MONTH_FIRST))
        listed = top.get("documents")
        nodes = listed.items if isinstance(listed, Sequence) else []
        if listed is not None and not isinstance(listed, Sequence) and not _blank(listed):
            raise _wrong(listed, "`documents` is no list", "begin each document with `- file:`")
        told, digests = [], {}
        for node in nodes:
            one, known = self._document(node)
            if one.file in digests:
                raise _wrong(node, f"{one.file.name} stands here twice", "delete one of the two")
            digests[one.file] = known
            told.append(one)
        return Review(
            self._zone(top.get("zone")),
            order,
            self._text(top.get("source_url")),
            self._severities(top.get("severities")),
            tuple(told),
            digests,
        )

    def _document(self, node: Node) -> tuple[Told, str]:
        if not isinstance(node, MappingNode):
            raise _wrong(node, "this is no document", "begin it with `- file: path`")
        keys = self._keys(node, _OF_ONE)
        path = self._text(keys.get("file"))
        if not path:
            raise _wrong(
                node, "this document has no `file`", "write the path from this file's folder"
            )
        told = Told(
            Path(os.path.normpath(self._folder / path)),
            Choices(
                self._title(keys.get("title")),
                self._date(keys.get("date")),
                self._zone(keys.get("zone")),
                self._word(keys.get("severity"), (*self._schema.words("severity"), NONE)),
                self._owner(keys.get("owner")),
                tuple(self._asset(item) for item in self._items(keys.get("assets"))),
                self._word(keys.get("status"), self._schema.words("status")) or PUBLISHED,
                self._text(keys.get("language")),
                self._word(keys.get("action_type"), self._schema.words("actions", "type")),
            ),
            self._text(keys.get("source")),
            self._name(keys.get("name")),
            frozenset(self._line(item) for item in self._items(keys.get("mask"))),
            self._word(keys.get("skip"), ("true", "false")) == "true",
        )
        return told, self._text(keys.get("digest")) or ""

    def _keys(self, node: MappingNode, known: tuple[str, ...]) -> dict[str, Node]:
        for key, place in node.keys.items():
            if key not in known:
                hint = did_you_mean(key, known) or f"write one of {', '.join(known)}"
                raise DocumentError("PM009", f"there is no `{key}` in a review", place, hint)
        return node.entries

    def _text(self, node: Node | None) -> str | None:
        if node is None or _blank(node):
            return None
        if not isinstance(node, Scalar):
            raise _wrong(node, "a text is wanted here", "write it behind the colon")
        return node.text.strip() or None

    def _word(self, node: Node | None, allowed: Iterable[str]) -> str | None:
        text, words = self._text(node), list(allowed)
        if text is not None and text not in words and node is not None:
            hint = did_you_mean(text, words) or f"write one of {', '.join(words)}"
            raise _wrong(node, f"`{text}` is not allowed here", hint)
        return text

    def _title(self, node: Node | None) -> str | None:
        text = self._text(node)
        if text is not None and node is not None and len(text) > 160:
            raise _wrong(node, "the title is longer than 160 characters", "make it shorter")
        return text

    def _date(self, node: Node | None) -> date | None:
        text = self._text(node)
        if text is None or node is None:
            return None
        if not moments.is_day(text) or len(text) != 10:
            raise _wrong(node, *moments.about_time(text, "date"))
        return date.fromisoformat(text)

    def _zone(self, node: Node | None) -> str | None:
        text = self._text(node)
        if text is not None and node is not None:
            try:
                Zone.named(text)
            except ZoneError as error:
                raise _wrong(node, str(error), "") from None
        return text

    def _owner(self, node: Node | None) -> str | None:
        return self._known(node, self._catalog.owners, "owner in catalog/owners.yml")

    def _asset(self, node: Node | None) -> str:
        return self._known(node, self._catalog.assets, "asset in catalog/assets.yml") or ""

    def _known(self, node: Node | None, known: Mapping[str, Any], what: str) -> str | None:
        text = self._text(node)
        if text is not None and text not in (*known, NONE) and node is not None:
            raise _wrong(node, f"`{text}` is no {what}", did_you_mean(text, known))
        return text

    def _name(self, node: Node | None) -> str | None:
        text = self._text(node)
        if text is not None and node is not None and not _NAME.fullmatch(text):
            words = "a name is of lower-case letters, digits and hyphens, 90 at most"
            raise _wrong(node, words, f"write `{template.slug(text)}`")
        return text

    def _line(self, node: Node) -> int:
        text = self._text(node) or ""
        if not (text.isascii() and text.isdigit()):
            raise _wrong(node, f"`{text}` is no number of a line", "write `mask: [12, 14]`")
        return int(text)

    def _items(self, node: Node | None) -> list[Node]:
        if node is None or _blank(node):
            return []
        if not isinstance(node, Sequence):
            raise _wrong(node, "a list is wanted here", "put it into brackets: `[one, two]`")
        return [item for item in node.items if not _blank(item)]

    def _severities(self, node: Node | None) -> dict[str, str]:
        if node is None or _blank(node):
            return {}
        if not isinstance(node, MappingNode):
            raise _wrong(node, "`severities` is no list of `word: sev1` lines", "indent them")
        words = self._schema.words("severity")
        found = {key.casefold(): self._word(value, words) for key, value in node.entries.items()}
        return {key: value for key, value in found.items() if value}


def _blank(node: Node) -> bool:
    return isinstance(node, Scalar) and node.blank


def _wrong(node: Node, message: str, fix: str) -> DocumentError:
    return DocumentError("PM009", message, node.position, fix)


# --- writing -------------------------------------------------------------------------------------

_HEAD = """\
# What `debrief adopt` found in these documents. Correct and complete it; run the command again to
# see what that changes; then `debrief adopt --write` writes the records as it says here. What is
# left empty is as the document says; `none` leaves it out of the record.

"""


def written(review: Review, planned: Iterable[Planned], folder: Path) -> str:
    """The text of a review, with what was found of each document beside it."""
    planned = list(planned)
    said = {p.adoption.severity_said for p in planned if p.adoption} - {None, ""}
    words = {str(word).casefold() for word in said} | set(review.severities)
    lines = [
        _line("zone", review.zone, "of times that name none, such as Europe/Copenhagen"),
        _line("date_order", review.order, f"{DAY_FIRST} or {MONTH_FIRST}, for dates as 03/04/2024"),
        _line("source_url", review.url, "what to put before a path, to link to the original"),
    ]
    if words:
        lines.append("severities:  # the documents' own words: sev1 to sev4")
        lines += [f"  {_line(word, review.severities.get(word))}" for word in sorted(words)]
    lines.append("\ndocuments:")
    for one in planned:
        lines += ["", *_entry(one, folder)]
    if not planned:
        lines[-1] += " []"
    return _HEAD + "\n".join(lines) + "\n"


def _entry(one: Planned, folder: Path) -> Iterator[str]:
    told, choices = one.told, one.told.choices
    yield "  - " + _line("file", Path(os.path.relpath(told.file, folder)).as_posix())
    yield "    " + _line("digest", digest(told.file))
    yield "    " + _line("source", one.source)
    yield f"    # {_outcome(one)}"
    adoption = one.adoption
    if adoption is None:
        yield "    " + _line("skip", told.skip)
        return
    found = adoption.values
    assets = list(choices.assets) or [item["asset"] for item in found.get("assets", ())]
    mentioned = f"mentioned: {', '.join(adoption.mentioned[:6])}" if adoption.mentioned else ""
    said = adoption.severity_said
    no_zone = "times of day without a zone" if adoption.needs_zone else ""
    masks = ", ".join(f"{s.line} ({s.kind})" for s in one.secrets)
    pairs: list[tuple[str, object, str]] = [
        ("skip", told.skip, ""),
        ("name", told.name or one.record_id[len("2026-03-14-") :] or None, ""),
        ("title", adoption.title, ""),
        (
            "date",
            adoption.day and str(adoption.day),
            f"by {adoption.day_from}" if adoption.day else _offered(adoption.dates),
        ),
        ("zone", choices.zone, no_zone),
        (
            "severity",
            choices.severity or found.get("severity"),
            f"the text says {said}" if said else "",
        ),
        ("owner", choices.owner or found.get("owner"), ""),
        ("assets", assets, mentioned),
        ("status", choices.status, ""),
        ("language", choices.language or found["imported"].get("language"), ""),
        ("action_type", choices.action_type, ""),
        ("mask", sorted(told.mask), f"lines to mask: {masks}" if masks else ""),
    ]
    for key, value, comment in pairs:
        yield "    " + _line(key, value, comment)


def _offered(dates: tuple[str, ...]) -> str:
    return f"in the text: {', '.join(dates)}" if dates else ""


def _outcome(one: Planned) -> str:
    if one.skipped:
        return f"skipped: {one.skipped}"
    if one.waits:
        return one.waits
    return f"→ {one.path}" + (f"; refused: {one.refused[0]}" if one.refused else "")


def _line(key: str, value: object, comment: str = "") -> str:
    """One key with its value on one line, and a comment that cannot be more than one."""
    name = write_yaml({key: 0}).strip().removesuffix("0").rstrip()
    if isinstance(value, list):
        shown = " [" + ", ".join(write_yaml({"x": item}).strip()[3:] for item in value) + "]"
    else:
        shown = f" {write_yaml({'x': value}).strip()[3:]}" if value is not None else ""
    text = name + shown
    remark = " ".join(comment.split())[:140]
    return f"{text}  # {remark}" if remark else text


def joined(review: Review, files: Iterable[Path], **choices: Any) -> Review:
    """A review with documents that it does not have yet; ``choices`` count for those."""
    known = {told.file for told in review.documents}
    new = [Told(file, Choices(**choices)) for file in files if file not in known]
    return replace(review, documents=(*review.documents, *new))
