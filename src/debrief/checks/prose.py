"""PM9xx: is the body there, clear, safe, and do its links lead somewhere?"""

from __future__ import annotations

import os
import posixpath
import re
import stat
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from detect_secrets.core.scan import scan_line
from detect_secrets.settings import transient_settings

from debrief import prose
from debrief.archive import RECORDS, REFUSED_FILES, Archive
from debrief.checks.causes import evidence_references
from debrief.checks.rule import Subject, archive_rule, rule
from debrief.finding import KeyPath, Level, Position, Problem
from debrief.record import IN_REVIEW

SUMMARY_WORDS = 150
"""An executive summary is read in thirty seconds: 150 words at 300 a minute."""


def _sections(subject: Subject) -> dict[str, prose.Section]:
    found = prose.sections(subject.document.body, subject.document.body_line)
    return {section.title.casefold(): section for section in reversed(found)}


@rule(
    "PM903",
    "The executive summary is read in thirty seconds",
    fix="keep what happened, who was hit, whether it is safe now, and what will change",
    level=Level.WARNING,
    since=IN_REVIEW,
)
def short_summary(subject: Subject) -> Iterator[Problem]:
    """At most 150 words."""
    section = _sections(subject).get(prose.SECTIONS[0].casefold())
    count = len(prose.words(section.text)) if section else 0
    if section and count > SUMMARY_WORDS:
        message = f"the executive summary has {count} words; at most {SUMMARY_WORDS} are read"
        yield Problem(Position(section.line), message)


_ABBREVIATION = re.compile(r"\b(?!SEV[1-4]\b)[A-Z][A-Z0-9]{2,}\b")
_COMMON = frozenset(
    {
        "UTC",
        "USA",
        "API",
        "SQL",
        "CSV",
        "PDF",
        "CEO",
        "CTO",
        "CFO",
        "FAQ",
        "URL",
        "GPS",
        "USD",
        "EUR",
        "GBP",
        "COVID",
        "CET",
        "CEST",
    }
)


@rule(
    "PM904",
    "The executive summary explains its abbreviations",
    fix="write the words, with the abbreviation in brackets behind them",
    level=Level.ADVICE,
    since=IN_REVIEW,
)
def abbreviations(subject: Subject) -> Iterator[Problem]:
    """Who reads this section may not be an engineer."""
    section = _sections(subject).get(prose.SECTIONS[0].casefold())
    if section is None:
        return
    text = prose.blank_code(section.text)
    for name in dict.fromkeys(_ABBREVIATION.findall(text)):
        explained = f"({name}" in text or f"{name} (" in text
        if name not in _COMMON and not explained:
            place = subject.document.find(name, section.line)
            yield Problem(place, f"`{name}` is not explained")


@rule(
    "PM905",
    "Evidence files are there",
    fix="put the file at the path shown, or correct `path`",
)
def evidence_file(subject: Subject) -> Iterator[Problem]:
    """A `path` leads into the record's own folder, postmortems/<year>/<id>/."""
    record = subject.record
    present = subject.archive.attachments.get(record.id, ())
    for index, item in enumerate(record.evidence):
        if item.path is not None and item.path not in present:
            yield Problem(
                ("evidence", index, "path"),
                f"there is no file {RECORDS}/{record.year}/{record.id}/{item.path}",
            )


@rule(
    "PM906",
    "Evidence can be looked at",
    fix="give a `url`, or a `path` to a file beside the record",
    relaxed=True,
)
def evidence_has_place(subject: Subject) -> Iterator[Problem]:
    """A title alone is hearsay."""
    for index, item in enumerate(subject.record.evidence):
        if item.url is None and item.path is None:
            yield Problem(("evidence", index), f"`{item.id}` has neither `url` nor `path`")


@archive_rule(
    "PM907",
    "Attachments are files that nobody runs",
    fix="keep it as text, an image (png, jpg) or a PDF",
)
def attachments_inert(archive: Archive) -> Iterator[tuple[str, Problem]]:
    """The site serves attachments from its own address, where a page or a drawing could run."""
    by_id = {entry.id: entry.path for entry in archive.entries}
    for record_id, files in archive.attachments.items():
        folder = by_id.get(record_id, f"{RECORDS}/{record_id[:4]}/{record_id}.md")[: -len(".md")]
        for file in files:
            path = f"{folder}/{file}"
            if posixpath.splitext(file)[1].lower() in REFUSED_FILES:
                yield path, Problem(Position(1), "files of this kind are not published")
            elif _is_no_file(archive.root / path):
                yield path, Problem(Position(1), "this is not a regular file")


def _is_no_file(file: Path) -> bool:
    """Whether a file is a link, a device or a folder; one that is yet to be copied is none."""
    try:
        return not stat.S_ISREG(os.lstat(file).st_mode)
    except FileNotFoundError:
        return False


@rule(
    "PM908",
    "Links inside the repository lead somewhere",
    fix="correct the path; it counts from the record's own file",
    relaxed=True,
)
def internal_links(subject: Subject) -> Iterator[Problem]:
    """Relative links lead to other records (`2026-03-14-….md`) or to files beside a record."""
    document = subject.document
    folder = posixpath.dirname(document.path)
    for line, column, target in prose.links(document.body, document.body_line):
        where = Position(line, column)
        if not target:
            yield Problem(where, "the link has no target")
        elif (path := _relative_path(target)) is not None:
            inside = posixpath.normpath(posixpath.join(folder, path))
            if not _leads_to_content(subject, inside):
                yield Problem(where, f"`{target}` leads to nothing on the site")


def _relative_path(target: str) -> str | None:
    """The path of a link inside the repository; None where it leads elsewhere or nowhere."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return None  # PM909 says so
    if parts.scheme or parts.netloc or not parts.path or target.startswith("\\"):
        return None
    # The site has no pages with a query; with one, the link leads nowhere.
    return unquote(parts.path) + ("?" if parts.query else "")


def _leads_to_content(subject: Subject, path: str) -> bool:
    record_id = posixpath.splitext(posixpath.basename(path))[0]
    if path.endswith(".md"):
        entry = subject.archive.by_id.get(record_id)
        return entry is not None and entry.path == path
    parts = path.split("/")
    if len(parts) < 4 or parts[0] != RECORDS or parts[1] != parts[2][:4]:
        return False
    return "/".join(parts[3:]) in subject.archive.attachments.get(parts[2], ())


@rule(
    "PM909",
    "Links are http, https, mailto or relative",
    fix="write the full address, beginning with https://",
    relaxed=True,
)
def safe_links(subject: Subject) -> Iterator[Problem]:
    """Anything else (`javascript:`, `data:`, `file:`) either runs or leads nowhere."""
    document = subject.document
    for line, column, target in prose.links(document.body, document.body_line):
        if not _is_allowed(target):
            yield Problem(Position(line, column), f"`{target[:60]}` is not such a link")


def _is_allowed(target: str) -> bool:
    try:
        scheme = urlsplit(target).scheme.lower()
    except ValueError:
        return False
    # A browser reads `java\tscript:` and `//host` in ways of its own.
    return scheme in ("", "http", "https", "mailto") and not target.startswith(("//", "\\"))


_HTML = re.compile(r"<(?:/?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?|!--.*?--)>|<!--")


@rule(
    "PM910",
    "The body has no raw HTML",
    fix="write Markdown; put code between backquotes",
    level=Level.WARNING,
)
def no_html(subject: Subject) -> Iterator[Problem]:
    """The site shows HTML in a body as text, so that nobody can plant a script."""
    document = subject.document
    for line in prose.lines_outside_code(document.body, document.body_line):
        if found := _HTML.search(line.text):
            where = Position(line.number, found.start() + 1)
            yield Problem(where, f"`{found.group()[:40]}` will be shown as text")


_SECRET_KINDS = (
    "AWSKeyDetector", "AzureStorageKeyDetector", "BasicAuthDetector", "DiscordBotTokenDetector",
    "GitHubTokenDetector", "GitLabTokenDetector", "JwtTokenDetector", "MailchimpDetector",
    "NpmDetector", "OpenAIDetector", "PrivateKeyDetector", "PypiTokenDetector", "SendGridDetector",
    "SlackDetector", "SquareOAuthDetector", "StripeDetector", "TelegramBotTokenDetector",
    "TwilioKeyDetector",
)  # fmt: skip
"""The detectors that go by a token's own form; those that go by entropy cry wolf on ids."""

_MAY_BE_SECRET = re.compile(
    r"[A-Za-z0-9_+/=.-]{16,}|://[^\s/:@]{1,200}:[^\s/@]{1,200}@|PRIVATE KEY|SG\."
)
_PIECE = 2_000
"""Some detectors take quadratic time on a long line without blanks: they get it in pieces."""


@rule(
    "PM911",
    "No secret is in the file",
    fix="revoke it at once, then take it out; history keeps what was once committed",
)
def no_secrets(subject: Subject) -> Iterator[Problem]:
    """Keys, tokens and passwords in links, by the form that each service gives them."""
    suspicious = [
        (number, line)
        for number, line in enumerate(subject.document.text.split("\n"), 1)
        if _MAY_BE_SECRET.search(line)
    ]
    if not suspicious:
        return
    with transient_settings({"plugins_used": [{"name": name} for name in _SECRET_KINDS]}):
        for number, line in suspicious:
            pieces = (line[start : start + _PIECE] for start in range(0, len(line), _PIECE - 200))
            for kind in sorted({kind for piece in pieces for kind in _secret_kinds(piece)}):
                yield Problem(Position(number), f"this looks like a secret ({kind})")


def secrets_in(text: str) -> list[tuple[int, str, str]]:
    """The secrets in a text: the line from 1, the kind, and the characters that make each."""
    lines = [(n, ln) for n, ln in enumerate(text.split("\n"), 1) if _MAY_BE_SECRET.search(ln)]
    if not lines:
        return []
    found: set[tuple[int, str, str]] = set()
    with transient_settings({"plugins_used": [{"name": name} for name in _SECRET_KINDS]}):
        for number, line in lines:
            for start in range(0, len(line), _PIECE - 200):
                secrets = scan_line(line[start : start + _PIECE])
                found |= {(number, secret.type, secret.secret_value or "") for secret in secrets}
    return sorted(found)


@lru_cache(maxsize=4096)
def _secret_kinds(line: str) -> tuple[str, ...]:
    return tuple(sorted({secret.type for secret in scan_line(line)}))


# Not the password of a link, the address of a `mailto:` link that was meant, or a git remote.
_MAIL = re.compile(r"(?<![\w.+:/-])(?!git@)[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,4}[A-Za-z]{2,24}\b")


def mail_addresses(line: str) -> list[str]:
    """What looks like an e-mail address on a line."""
    return [found.group() for found in _MAIL.finditer(line)] if "@" in line else []


# The issuers' first digits and the usual groups, so that times in milliseconds are none.
_CARD = re.compile(
    r"(?<![\w.-])(?:(?:4\d{3}|5[1-5]\d\d|2[2-7]\d\d|6\d{3})([ -]?)\d{4}\1\d{4}\1\d{4}"
    r"|3[47]\d\d([ -]?)\d{6}\2\d{5})(?![\w-]|\.\d)",
    re.ASCII,
)


@rule(
    "PM912",
    "No personal data is in the file",
    fix="take it out; a count or a made-up example tells as much",
    relaxed=True,
)
def no_personal_data(subject: Subject) -> Iterator[Problem]:
    """E-mail addresses, and card numbers that pass the Luhn check (ISO/IEC 7812-1, annex B)."""
    for number, line in enumerate(subject.document.text.split("\n"), 1):
        if "@" in line:
            for mail in _MAIL.finditer(line):
                where = Position(number, mail.start() + 1)
                yield Problem(where, "this looks like an e-mail address")
        for card in _CARD.finditer(line):
            if _luhn(re.sub(r"\D", "", card.group())):
                where = Position(number, card.start() + 1)
                yield Problem(where, "this looks like a payment card's number")


def _luhn(digits: str) -> bool:
    total = 0
    for index, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + index % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0 and len(set(digits)) > 1


@rule(
    "PM913",
    "Evidence that is listed is used",
    fix="name it where it shows something: under an asset, an event, a cause or an action",
    level=Level.ADVICE,
    since=IN_REVIEW,
    reads="assets timeline causes actions evidence",
)
def evidence_used(subject: Subject) -> Iterator[Problem]:
    """A piece of evidence that supports no statement leaves readers guessing."""
    used = {name for _, name in evidence_references(subject.record)}
    for index, item in enumerate(subject.record.evidence):
        where: KeyPath = ("evidence", index, "id")
        if item.id not in used and (item.path or item.url or "") not in subject.document.body:
            yield Problem(where, f"nothing rests on `{item.id}`")


RULES = (
    short_summary,
    abbreviations,
    evidence_file,
    evidence_has_place,
    attachments_inert,
    internal_links,
    safe_links,
    no_html,
    no_secrets,
    no_personal_data,
    evidence_used,
)
