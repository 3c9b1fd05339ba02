"""PM9xx: does a body have the sections of its template, and is nothing of the template left?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from debrief import prose, template
from debrief.archive import CATALOG, Archive
from debrief.checks.rule import Rule, Subject, archive_rule, rule
from debrief.finding import Level, Position, Problem, did_you_mean
from debrief.record import IN_REVIEW

_POLICY = f"{CATALOG}/policy.yml"


@rule(
    "PM901",
    "The body has its sections, and something in each",
    fix="write it; `./debrief new` shows the headings and what belongs under each",
    since=IN_REVIEW,
    relaxed=True,
)
def has_sections(subject: Subject) -> Iterator[Problem]:
    """The headings of the record's template, as H2.

    Where the policy chooses none for its severity and type they are: Executive summary, What
    happened, Root cause, Resolution, Lessons.
    """
    document = subject.document
    sections = prose.sections(document.body, document.body_line)
    found = {section.title.casefold(): section for section in reversed(sections)}
    asked = tuple(subject.archive.template_of(subject.record).sections)
    missing = [title for title in asked if title.casefold() not in found]
    if missing:
        names = ", ".join(f"`## {title}`" for title in missing)
        many = len(missing) > 1
        message = f"these sections are missing: {names}" if many else f"{names} is missing"
        yield Problem(Position(document.body_line), message)
    for title in asked:
        section = found.get(title.casefold())
        if section is not None and not section.text:
            yield Problem(Position(section.line), f"the section `## {title}` is empty")


_SUGGESTED_VALUE = re.compile(rf"[ \t]*#[ \t]*({template.SUGGESTED}\b.*)")
_SUGGESTED_TEXT = re.compile(
    r"(?:[ \t]*(?:[-*+>]|\d+[.)])(?:[ \t]+\[[ xX]\])?)*[ \t]*"
    rf"((?:\*\*|__){template.SUGGESTED}\b)"
)
_CONFIRM_VALUE = "confirm it by deleting the comment, or change the value"
_CONFIRM_TEXT = f"confirm it by deleting the word {template.SUGGESTED}, or delete what is wrong"


@rule(
    "PM902",
    "No text of the template is left",
    fix="replace it by what happened, or delete it",
    since=IN_REVIEW,
)
def no_template_text(subject: Subject) -> Iterator[Problem]:
    """A template says in italics what belongs in a section, whichever template it was begun from.

    A section that stands as its template has it is left too.
    What a draft suggests, `# Suggested …` above a key and **Suggested** in the body, is confirmed
    or deleted by somebody who knows.
    """
    document = subject.document
    for section in prose.sections(document.body, document.body_line):
        text = " ".join(section.text.split())
        archive = subject.archive
        if text in archive.untouched or any(prompt in text for prompt in archive.prompts):
            message = f"under `## {section.title}` the template's own text is left"
            yield Problem(Position(section.line), message)
    for number, text in enumerate(document.front.split("\n"), document.front_line):
        if left := _SUGGESTED_VALUE.match(text):
            message = f"what follows is not confirmed: {_shortened(left[1])}"
            yield Problem(Position(number, left.start(1) + 1), message, _CONFIRM_VALUE)
    for line in prose.lines_outside_code(document.body, document.body_line):
        if left := _SUGGESTED_TEXT.match(line.text):
            message = f"this is not confirmed: {_shortened(line.text[left.start(1) :])}"
            yield Problem(Position(line.number, left.start(1) + 1), message, _CONFIRM_TEXT)


def _shortened(words: str) -> str:
    return f"`{words[:60].rstrip()}…`" if len(words) > 60 else f"`{words.rstrip()}`"


@archive_rule(
    "PM915",
    "Every template that the policy names exists",
    fix="correct the name, or write the template: catalog/templates/<name>.md",
    needs="policy",
)
def templates_known(archive: Archive) -> Iterator[tuple[str, Problem]]:
    """A template is a file of catalog/templates/, or one of those that are built in.

    Records for which the policy chooses one that is not there are asked for all that `full` asks.
    """
    for index, choice in enumerate(archive.catalog.policy.templates):
        if choice.template not in archive.templates:
            message = f"there is no template `{choice.template}`"
            fix = did_you_mean(choice.template, archive.templates)
            yield _POLICY, Problem(("templates", index, "template"), message, fix)


@archive_rule(
    "PM916",
    "Every choice of a template is come to",
    fix="put it above the one that takes its records, or delete it",
    level=Level.WARNING,
    needs="policy",
)
def templates_reached(archive: Archive) -> Iterator[tuple[str, Problem]]:
    """The first choice that suits a record counts, so special ones stand above general ones."""
    words = archive.schemas["postmortem"].words
    types = (None, *words("incident", "type"))
    kinds = [(severity, kind) for severity in words("severity") for kind in types]
    choices = archive.catalog.policy.templates
    for index, choice in enumerate(choices):
        its = [pair for pair in kinds if choice.suits(*pair)]
        takers = {next(n for n, one in enumerate(choices) if one.suits(*pair)) for pair in its}
        if takers and index not in takers:
            above = ", ".join(f"templates[{number}]" for number in sorted(takers))
            message = f"no record comes to this choice: {above} above takes them all"
            yield _POLICY, Problem(("templates", index, "template"), message)


RULES = (
    has_sections,
    no_template_text,
    Rule(
        "PM914",
        "A template is Markdown under H2 headings, with the executive summary among them",
        "correct it; docs/handbook/templates.md shows how a template is written",
        explanation="Its headings are the sections that the check asks for, and its lines in "
        "italics say what belongs there. It has no front matter, and nothing above its first "
        "heading.",
    ),
    templates_known,
    templates_reached,
)
