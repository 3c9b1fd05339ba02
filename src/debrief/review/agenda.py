"""The agenda of a review: its points, each with a question to answer and its share of an hour."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from debrief import words
from debrief.lifecycle import turns
from debrief.review import anniversaries, happened, outages, promises, rehearsing
from debrief.review.desk import Desk
from debrief.review.phrases import STRONG, Name, Phrase, enumerated, say
from debrief.review.report import Item, Report, Section, Table

HOUR = 60
TURNS = 3
"""So many leaders of the next reviews are named."""

_DECISIONS = 6
"""Rows of the empty list at the end."""


def _nothing(_: Desk) -> Iterable[Phrase]:
    return ()


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the agenda: it takes ``each`` minutes an item, and ``most`` in all."""

    anchor: str
    title: str
    question: str
    each: float
    most: int
    find: Callable[[Desk], Iterable[Item]]
    also: Callable[[Desk], Iterable[Phrase]] = _nothing

    def section(self, desk: Desk) -> Section:
        """The point with its items; its minutes are what it would like to have."""
        items, said = tuple(self.find(desk)), tuple(self.also(desk))
        minutes = max(1, min(self.most, round(self.each * len(items)))) if items else 0
        return Section(self.anchor, self.title, self.question, minutes, said, items=items)


POINTS = (
    Point(
        "recurred",
        "Recurred although promised otherwise",
        "What has to change so that the promise holds: its owner, its date, or the promise itself?",
        5, 12, outages.recurred,
    ),
    Point(
        "severe",
        "The severe ones",
        "Is it understood, is it over, and is its largest action under way?",
        4, 12, outages.severe,
    ),
    Point(
        "unrepaired",
        "Data still wrong",
        "Who repairs it and by when, or who declares it lost?",
        2, 4, outages.unrepaired,
    ),
    Point(
        "overdue",
        "Overdue promises",
        "Set a date that holds, hand it on, or say that it will not be done: which of the three?",
        1.5, 9, promises.overdue,
    ),
    Point(
        "postponed",
        "Postponed",
        "What do the reasons have in common, and who can clear it?",
        1, 4, promises.postponed,
    ),
    Point(
        "quick-wins",
        "Quick wins",
        "High impact and easy: what keeps each from being done within two weeks?",
        1, 5, promises.quick_wins, promises.unrated,
    ),
    Point(
        "projects",
        "For the roadmap",
        "High impact, and work: which get a place in a plan, and what makes room for them?",
        1, 6, promises.projects,
    ),
    Point(
        "unverified",
        "Done, and not verified",
        "Who tries it, and when? Until then nobody knows whether it holds.",
        0.5, 4, promises.unverified,
    ),
    Point(
        "due-rehearsals",
        "Rehearsals due",
        "Does it still hold? Who tries it, and when; or what follows from its failure?",
        1, 4, rehearsing.standing,
    ),
    Point(
        "detection",
        "Detection gaps",
        "What would have told us before those who use the data?",
        1.5, 5, outages.undetected,
    ),
    Point(
        "stakeholders",
        "Who was not asked",
        "Who has to hear of it still, and who settles what was decided on wrong data?",
        1, 3, outages.stakeholders,
    ),
    Point(
        "unfinished",
        "Not published yet",
        "What holds it back, and whose help does it need?",
        1, 3, outages.unfinished,
    ),
    Point(
        "unclosed",
        "Ready to be closed",
        "Is anything left to do? If not, who closes it today?",
        0.5, 2, outages.unclosed,
    ),
    Point(
        "anniversaries",
        "The same days a year later",
        "The day comes round. What will be different this time?",
        1, 3, anniversaries.anniversaries,
    ),
    Point(
        "rehearsals",
        "To rehearse next",
        "Which one do we play, when, and who leads it?",
        1, 3, rehearsing.next_to_play,
    ),
    Point(
        "kept",
        "Thanks",
        "Say it aloud, by name: these were kept by the date first promised.",
        0.5, 2, promises.kept,
    ),
)  # fmt: skip
"""Every point, in the order of the meeting: what is hardest comes while everybody is awake."""

_OPENING, _CLOSING = 6, 4


def agenda(desk: Desk) -> Report:
    """The whole agenda; points about nothing are left out."""
    found = [section for point in POINTS if (section := point.section(desk)).items]
    return Report(
        f"Review of {desk.span.label}",
        tuple(_lead(desk)),
        tuple(_sections(desk, found)),
        warnings=tuple(warnings(desk)),
        since="Since" if desk.over else "Now",
    )


_OPENING_QUESTION = "Does it agree with what each of you saw? What is missing?"


def _sections(desk: Desk, found: list[Section]) -> list[Section]:
    if found or desk.outages or desk.found_later:
        opening = happened.section(desk, _OPENING_QUESTION, _OPENING)
        points = fitted([opening, *found, _decisions(_CLOSING)])
        return [*points, happened.figures_section(desk)]
    opening = happened.section(desk, "", 0)
    nothing = ("There is nothing to talk about: nothing happened, nothing is late or to do first.",)
    return [replace(opening, said=(*opening.said, nothing))]


def warnings(desk: Desk) -> Iterator[Phrase]:
    """What the report cannot tell: files that nobody could read would be missing in silence."""
    lost = desk.basis.unread
    if lost:
        files = words.counted(len(lost), "file was", "files were")
        named = enumerated((path,) for path in lost[:5])
        more = f" and {len(lost) - 5} more" if len(lost) > 5 else ""
        yield say(
            "{} not read without errors: {}{}. What is told there is missing below, from the "
            "figures too, or is there in part.",
            files,
            named,
            more,
        )


def fitted(sections: list[Section]) -> list[Section]:
    """The sections with their minutes cut down to an hour, where they ask for more."""
    asked = sum(section.minutes for section in sections)
    if asked <= HOUR:
        return sections
    shares = [section.minutes * HOUR / asked for section in sections]
    given = [max(1, int(share)) for share in shares]
    by_rest = sorted(range(len(given)), key=lambda at: int(shares[at]) - shares[at])
    for at in islice(by_rest, max(0, HOUR - sum(given))):
        given[at] += 1
    while sum(given) > HOUR:  # many small points were rounded up to a minute
        given[given.index(max(given))] -= 1
    return [replace(s, minutes=m) for s, m in zip(sections, given, strict=True)]


def _lead(desk: Desk) -> Iterator[Phrase]:
    day, today = words.day(desk.day), words.day(desk.today)
    if desk.over:
        yield say(
            "Told as of the last day of the {}, {}: who owed what, what was late, what was known. "
            "What became of it by {} stands beside it under {}.",
            desk.span.kind, day, today, Name(STRONG, "Since"),
        )  # fmt: skip
    else:
        yield (f"The {desk.span.kind} is not over. Told as of today, {day}.",)
    led = list(islice(turns(desk.archive.catalog.policy, _held(desk)), TURNS))
    if led:
        first = desk.names.owner(led[0][1])
        after = enumerated(
            say("{} from {}", desk.names.owner(owner), words.short_day(day))
            for day, owner in led[1:]
        )
        yield say("By the rotation {} leads this review{}.", first,
                  say("; next are {}", after) if after else "")  # fmt: skip
    elif not desk.archive.catalog.policy.review.rotation:
        yield ("Nobody is named to lead it: `review.rotation` in `catalog/policy.yml` is empty.",)


def _held(desk: Desk) -> date:
    return desk.span.next.first if desk.over else desk.today


def _decisions(minutes: int) -> Section:
    rows = tuple(((str(number),), (), (), ()) for number in range(1, _DECISIONS + 1))
    table = Table("", ("No.", "Decision", "Owner", "By"), rows)
    return Section("decisions", "Decisions", "What was decided, who does it, and by when?", minutes,
                   tables=(table,))  # fmt: skip
