"""GitHub: the webhook ``issues``, as an event file of a workflow has it too.

Source: "Webhook events and payloads", section ``issues``, of GitHub's documentation
(https://docs.github.com/webhooks/webhook-events-and-payloads#issues), and "Syntax for issue forms":
GitHub writes an answered form into the issue as ``### Label``, a blank line and the answer, with
``_No response_`` where there is none.

The key is the repository with the issue's number. An issue is opened when somebody knew of the
outage at the latest; the form may state it better. Closing an issue is not the end of an outage, so
``resolved_at`` is read from the form alone. Comments are in no issue event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from debrief.events import vocabulary
from debrief.events.body import MOST_ITEMS, Body
from debrief.events.composing import Told, compose
from debrief.events.instants import read_instant
from debrief.events.notice import Notice
from debrief.events.wording import one_line, prose, shown
from debrief.record import Moment

NAME = "github"
TOOL = "GitHub"
TITLE = f"{TOOL} issue (webhook `issues`)"

_HEADING = re.compile(r"^### +(\S.*)$", re.MULTILINE)
_NOTHING = ("_no response_", "none", "n/a", "-", "unknown", "_none_")
_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+")
_SEVERITY_LABEL = re.compile(r"(?:sev(?:erity)?[-_:/ ]*([1-9]|[a-z]+)|(p[0-9]))", re.IGNORECASE)

_FORM = (
    ("detected_by", r"\b(?:who|what|how)\b.*\b(?:noticed?|detect|found|discover|report)"),
    ("started_at", r"\b(?:start|began|begin|since)"),
    ("detected_at", r"\b(?:noticed?|detect|discover|first seen)"),
    ("resolved_at", r"\bwhen\b.*\b(?:over|end|resolv|fixed|whole)|\bresolved\b"),
    ("severity", r"\bseverity\b|\bhow bad\b|\bpriority\b"),
    ("links", r"\blinks?\b|\bevidence\b|\breferences?\b"),
    ("summary", r"\bwhat happened\b|\bdescription\b|\bsummary\b"),
    ("data", r"\b(?:assets?|tables?|datasets?|dashboards?|pipelines?)\b|\bwhich data\b"),
)
"""What a heading of a form asks for, by its words; the first that fits counts."""

_QUESTIONS = tuple((field, re.compile(words, re.IGNORECASE)) for field, words in _FORM)


def recognises(body: Body) -> bool:
    return body.at("issue").has("number", "title") and isinstance(body.at("action").value, str)


def read(body: Body) -> Notice:
    issue, number = body.at("issue"), body.text("issue", "number")
    if issue.at("pull_request").given:
        raise issue.at("pull_request").no_outage("this is a pull request, and not an issue")
    reason = issue.text("state_reason")
    if issue.text("state") == "closed" and reason in ("not_planned", "duplicate"):
        raise issue.at("state_reason").no_outage(
            f"the issue was closed as `{reason}`: no draft is made of it"
        )
    repository = body.text("repository", "full_name") or _repository(issue)
    return compose(_told(body, issue, f"{repository}#{number}"), body)


def _repository(issue: Body) -> str:
    parts = (issue.text("html_url") or "").split("/issues/")[0].split("/")
    return "/".join(parts[-2:])


def _told(body: Body, issue: Body, key: str) -> Told:
    labels = issue.names("labels")
    clock: dict[str, Moment | None] = {}
    told = Told(
        source=NAME,
        key=key,
        title=issue.text("title"),
        reference=issue.address("html_url") or f"GitHub issue {key}",
        severity=_severity(labels),
        clock=clock,
        tags=list(labels),
        is_over=issue.text("state") == "closed" or body.text("action") == "closed",
    )
    _Report(told, issue.at("body"), clock).read()
    opened, closed = issue.moment("created_at"), issue.moment("closed_at")
    told.entry(opened, "Issue opened on GitHub", "report")
    told.entry(closed, "Issue closed on GitHub", "note")
    clock.setdefault("detected_at", opened)
    if closed and not clock.get("resolved_at"):
        issue.note(
            f"The issue was closed at {closed.text}, which need not be when the outage was over: "
            "fill in `incident.resolved_at`"
        )
    for label in labels:
        told.named("label", label)
        told.named("label", label.partition(":")[2].strip() or label.partition("/")[2].strip())
    told.person("reporter", issue.person("user"))
    for assignee in issue.items("assignees"):
        told.person("assignee", assignee.person())
    return told


def _severity(labels: tuple[str, ...]) -> str | None:
    """The severity that one label names; none where several do."""
    found = [match for label in labels if (match := _SEVERITY_LABEL.fullmatch(label.strip()))]
    if len(found) != 1:
        return None
    word = found[0][1]
    return found[0][2] or (f"sev{word}" if word.isdigit() else word)


def sections(text: str) -> Iterator[tuple[str, str]]:
    """Each heading of the third level with the text under it; what precedes them has no heading."""
    parts = _HEADING.split(prose(_without_comments(text)))
    yield "", parts[0].strip()
    for heading, answer in zip(parts[1::2], parts[2::2], strict=True):
        yield one_line(heading), answer.strip()


def _without_comments(text: str) -> str:
    first, *rest = text.split("<!--")
    return first + "".join(part.partition("-->")[2] for part in rest)


def _field(heading: str) -> str | None:
    found = (field for field, words in _QUESTIONS if words.search(heading[:300]))
    return next(found, None)


_INSTEAD = {"detected_at": "; when the issue was opened stands instead"}
"""What is taken where an answer cannot be read: said, because it is not what was answered."""


def _with_heading(heading: str, answer: str) -> str:
    mark = "" if heading.endswith(("?", ":", ".")) else ":"
    return f"{heading}{mark}" + ("\n" if "\n" in answer else " ") + answer


@dataclass(slots=True)
class _Report:
    """What somebody answered in an issue form, field by field."""

    told: Told
    body: Body
    clock: dict[str, Moment | None]

    def read(self) -> None:
        """Take what the form says; what no field holds goes into the summary with its heading."""
        seen: set[str] = set()
        for heading, answer in sections(self.body.prose() or ""):
            if not answer or answer.lower() in _NOTHING:
                continue
            field = _field(heading)
            if field == "summary" or not heading:
                self.told.summary.append(answer)
            elif field is None or field in seen or not self._holds(field, heading, answer):
                self.told.summary.append(_with_heading(heading, answer))
            seen.add(field or "")

    def _holds(self, field: str, heading: str, answer: str) -> bool:
        """Whether a field has taken the whole of an answer."""
        if field.endswith("_at"):
            return self._time(field, heading, answer)
        taken: bool = getattr(self, f"_{field}")(one_line(answer), answer)
        return taken

    def _time(self, field: str, heading: str, answer: str) -> bool:
        try:
            self.clock[field] = read_instant(answer)
        except ValueError as error:
            instead = _INSTEAD.get(field, "")
            self.body.note(f"The answer to {shown(heading)} is {shown(answer)}: {error}{instead}")
            return False
        return self.clock[field] is not None

    def _severity(self, line: str, _: str) -> bool:
        self.told.severity = re.split(r"[\s:,(]", line)[0]
        return line == self.told.severity

    def _detected_by(self, line: str, _: str) -> bool:
        words = [word for word in vocabulary.detectors() if word in line.lower()]
        self.told.detected_by = words[0] if len(words) == 1 else None
        return line.lower() in words

    def _links(self, line: str, _: str) -> bool:
        for url in _ADDRESS.findall(line):
            self.told.link("Link from the report", url, "document")
        return not _ADDRESS.sub("", line).strip(" -*,")

    def _data(self, _: str, answer: str) -> bool:
        for name in re.split(r"[\n,;]", answer)[:MOST_ITEMS]:
            self.told.named("reported data", name.strip("`*- ").strip())
        return False
