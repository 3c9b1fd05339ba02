"""What the pages of records and owners say of moves: owners, due dates, statuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from debrief.site import moves, owner, postmortem
from debrief.site.edition import Edition
from debrief.site.rendering import Links
from debrief.trail import CUT_OFF, GIT, Arrival, Person, Stay, Step, Trail

ID = "2026-03-14-orders-late"
NOBODY_KNOWN = "somebody who is not in the catalog"
OWNERS = {
    "m-sato": {"name": "Mei Sato", "kind": "person"},
    "o-brandt": {"name": "Ole Brandt", "kind": "person"},
}


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def action(name: str, **given: Any) -> dict[str, Any]:
    base = {"id": name, "title": f"Do {name}", "type": "preventive", "owner": "m-sato"}
    return {**base, "due": "2026-05-01", "status": "open", **given}


POSTPONED = Step("due", "2026-04-01", "2026-05-01", day("03-26"), day("03-26"), Person("m-sato"))
HANDED_ON = Step("owner", "o-brandt", "m-sato", day("03-20"), reason="Ole leaves")
SILENT = Step("due", "2026-03-25", "2026-04-01", None, day("03-22"), Person(None, "A Guest"))


@pytest.fixture
def made(repository: Any) -> Any:
    """An edition of one record with one action, given its trail."""

    def make(trail: Trail, *actions: dict[str, Any], **given: Any) -> Edition:
        repository.catalog("owners", {"owners": OWNERS})
        base = {"title": "Orders came late", "status": "draft", "owner": "m-sato"}
        found = list(actions or (action("check"),))
        repository.record(ID, {**base, "actions": found, **given})
        plain: Edition = repository.edition()
        return Edition.of(plain.archive, plain.today, plain.templates, None, {ID: trail})

    return make


def page_of(edition: Edition, read: Any) -> str:
    html = postmortem.postmortem_page(edition, edition.archive.by_id[ID]).html
    blocks = html.replace('<span class="db-sub">', ' <span class="db-sub">')
    return " ".join(read(blocks).text.split())


def owner_page_of(edition: Edition, name: str, read: Any) -> str:
    found = edition.archive.catalog.owners[name]
    return " ".join(read(owner.owner_page(edition, found).html).text.split())


def test_a_measure_that_was_corrected_is_called_by_its_name(made: Any, read: Any) -> None:
    steps = (
        Step("impact.measures[0].value", "2900", "3100", day("07-08")),
        Step("impact.measures[0].value", "few", "1", day("07-08")),
        Step("impact.measures[7].value", "1", "2", day("07-08")),
    )
    measures = [{"measure": "orders corrected by hand", "value": 3100, "unit": "orders"}]
    shown = page_of(made(Trail(GIT, steps=steps), impact={"measures": measures}), read)
    assert "Orders corrected by hand changed from 2,900 to 3,100" in shown
    assert "Orders corrected by hand changed from “few” to 1" in shown
    assert "impact.measures[7].value changed from “1” to “2”" in shown, "there is no eighth"


# --- in words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (POSTPONED, "Postponed by 30 days, from 1 Apr 2026 to 1 May 2026"),
        (
            Step("due", "2026-04-02", "2026-04-01"),
            "Brought forward by 1 day, from 2 Apr 2026 to 1 Apr 2026",
        ),
        (Step("due", None, "2026-04-01"), "Due date set to 1 Apr 2026"),
        (Step("due", "2026-04-01", None), "Due date moved from 1 Apr 2026"),
        (Step("due", "soon", "later"), "Due date moved from soon to later"),
        (HANDED_ON, "Handed on from Ole Brandt to Mei Sato"),
        (Step("owner", None, "m-sato"), "Given to Mei Sato"),
        (Step("owner", "<b>", None), "Handed on from <b>"),
        (Step("action", None, "check"), "Action check added"),
        (Step("action", "check", None), "Action check taken out"),
        (Step("status", "published", "in-review"), "Moved from Published to In review"),
        (Step("impact.business", "a", "<b>"), "impact.business changed from “a” to “<b>”"),
        (Step("rollback", None, None), "rollback changed"),
    ],
)
def test_each_move_in_words(made: Any, read: Any, step: Step, words: str) -> None:
    link = Links(made(Trail(GIT)), "here/")
    assert read(str(moves.what(step, link))).text == words


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (POSTPONED, "26 Mar 2026 by Mei Sato"),
        (HANDED_ON, "20 Mar 2026"),
        (SILENT, "22 Mar 2026 by A Guest"),
        (Step("due", None, "x"), "not committed yet"),
        (
            Step("due", "a", "b", day("03-20"), day("03-22"), Person()),
            f"decided on 20 Mar 2026, committed on 22 Mar 2026 by {NOBODY_KNOWN}",
        ),
        (
            Step("due", "a", "b", day("03-20"), day("03-21"), Person(None, "<b>")),
            "20 Mar 2026 by <b>",
        ),
    ],
)
def test_when_and_by_whom_in_words(made: Any, read: Any, step: Step, words: str) -> None:
    link = Links(made(Trail(GIT)), "here/")
    assert read(str(moves.circumstances(step, link))).text == words


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([POSTPONED], "Postponed once, by 30 days"),
        ([POSTPONED, SILENT], "Postponed twice, by 37 days in all"),
        ([POSTPONED] * 3 + [HANDED_ON], "Postponed 3 times, by 90 days in all; handed on once"),
        ([Step("due", "2026-04-02", "2026-04-01")], "Brought forward once, by 1 day"),
        ([HANDED_ON, HANDED_ON, Step("rollback", "a", "b")], "Handed on twice; 1 other change"),
    ],
)
def test_what_several_moves_come_to(steps: list[Step], words: str) -> None:
    assert moves.summary(steps) == words


# --- the page of a record -------------------------------------------------------------------------


def test_an_action_shows_how_it_moved(made: Any, read: Any) -> None:
    trail = Trail(
        GIT, stays=(Stay("draft", day("03-15")),), actions={"check": (SILENT, HANDED_ON, POSTPONED)}
    )
    shown = page_of(made(trail), read)
    assert "1 May 2026, at first 25 Mar 2026" in shown
    assert "Postponed twice, by 37 days in all; handed on once" in shown
    assert "to 1 Apr 2026 · 22 Mar 2026 by A Guest without a reason" in shown
    assert "to Mei Sato · 20 Mar 2026 Ole leaves" in shown


def test_an_action_that_never_moved_says_nothing_of_it(made: Any, read: Any) -> None:
    shown = page_of(made(Trail(GIT, stays=(Stay("draft", day("03-15")),))), read)
    assert "Moved" not in shown
    assert "at first" not in shown
    assert "Changes and corrections" not in shown


def test_the_life_of_a_record(made: Any, read: Any) -> None:
    to_review = Step("status", "draft", "in-review", None, day("03-18"), Person("o-brandt"))
    to_published = Step(
        "status", "in-review", "published", None, day("03-29"), Person(None, "A Guest")
    )
    trail = Trail(
        GIT,
        Arrival(day("03-15"), "draft", Person("m-sato")),
        (
            Stay("draft", day("03-15"), day("03-18")),
            Stay("in-review", day("03-18"), day("03-24"), to_review),
            Stay("published", day("03-24"), None, to_published, day("03-24")),
        ),
    )
    shown = page_of(made(trail, status="published", published_on="2026-03-24"), read)
    assert "In the repository since 15 Mar 2026, added by Mei Sato." in shown
    assert "Draft 15 Mar 2026 18 Mar 2026 3 days –" in shown
    assert "In review 18 Mar 2026 24 Mar 2026 6 days Ole Brandt" in shown
    assert "Published 24 Mar 2026 committed on 29 Mar 2026 now 243 days so far A Guest" in shown
    assert shown.count("24 Mar 2026") == 2, "a day that its life tells is told once"


def test_a_move_back_shows_its_reason_or_that_there_is_none(made: Any, read: Any) -> None:
    back = Step("status", "in-review", "draft", None, day("03-18"), Person("m-sato"))
    for step, words in (
        (back, "back from in review without a reason"),
        (Step("status", "in-review", "draft", day("03-18"), reason="Too early"), "Too early"),
    ):
        stays = (
            Stay("in-review", day("03-15"), day("03-18")),
            Stay("draft", day("03-18"), None, step),
        )
        assert words in page_of(made(Trail(GIT, stays=stays)), read)


@pytest.mark.parametrize(
    ("trail", "words"),
    [
        (Trail(CUT_OFF, stays=(Stay("draft", None),)), "built from a shallow clone"),
        (
            Trail(GIT, Arrival(day("11-20"), "closed", Person()), (Stay("closed", day("06-24")),)),
            f"added by {NOBODY_KNOWN} as closed; what came before is what the record says of",
        ),
        (
            Trail(
                GIT,
                Arrival(day("03-15"), "in-review", Person("m-sato")),
                (Stay("in-review", day("03-15")),),
            ),
            "In the repository since 15 Mar 2026, added by Mei Sato as in review.",
        ),
    ],
)
def test_the_page_says_what_its_trail_rests_on(
    made: Any, read: Any, trail: Trail, words: str
) -> None:
    assert words in page_of(made(trail), read)


def test_without_history_the_record_speaks_for_itself(repository: Any, read: Any) -> None:
    change = {"changed_on": "2026-03-26", "field": "due", "reason": "Late supplier"}
    moved = action("check", changes=[{**change, "from": "2026-04-01", "to": "2026-05-01"}])
    repository.catalog("owners", {"owners": OWNERS})
    base = {"title": "Orders came late", "status": "published", "published_on": "2026-03-24"}
    repository.record(ID, {**base, "owner": "m-sato", "actions": [moved]})
    shown = page_of(repository.edition(), read)
    assert "No commit of this record is known here" in shown
    assert "Published 24 Mar 2026 now" in shown
    assert "to 1 May 2026 · 26 Mar 2026 Late supplier" in shown


def test_actions_that_came_and_went_are_shown_once_they_were_promised(made: Any, read: Any) -> None:
    def coming(name: str, status: str, *, gone: bool = False) -> Step:
        old, new = (name, None) if gone else (None, name)
        return Step("action", old, new, None, day("03-20"), Person("m-sato"), status=status)

    steps = (
        coming("in-a-draft", "draft"),
        coming("tried", "draft", gone=True),
        coming("in-a-review", "in-review"),
        coming("dropped", "in-review", gone=True),
        coming("later", "published"),
    )
    shown = page_of(made(Trail(GIT, stays=(Stay("draft", day("03-15")),), steps=steps)), read)
    found = shown[shown.index("Actions added and taken out") :]
    assert [name for name in ("in-a-draft", "tried", "in-a-review") if name in found] == []
    assert "Action dropped taken out · 20 Mar 2026 by Mei Sato" in found
    assert "Action later added" in found


# --- restricted records ---------------------------------------------------------------------------


def test_a_restricted_record_shows_moves_without_reasons_or_authors(made: Any, read: Any) -> None:
    told = Step(
        "due",
        "2026-04-01",
        "2026-05-01",
        day("03-26"),
        day("03-30"),
        Person(None, "zanzibar"),
        "zanzibar",
    )
    free = Step("success_criteria", "zanzibar", "zanzibar", day("03-26"), reason="zanzibar")
    stays = (Stay("draft", day("03-15"), None, Step("status", "x", "draft", reason="zanzibar")),)
    trail = Trail(
        GIT,
        Arrival(day("03-15"), "draft", Person(None, "zanzibar")),
        stays,
        (free,),
        {"check": (told, free)},
    )
    edition = made(trail, visibility="restricted")
    for shown in (page_of(edition, read), owner_page_of(edition, "m-sato", read)):
        assert "zanzibar" not in shown
        assert "Postponed by 30 days, from 1 Apr 2026 to 1 May 2026" in shown
        assert "without a reason" not in shown
    assert "Life of this record" not in page_of(edition, read)


# --- the page of an owner -------------------------------------------------------------------------


def test_an_owner_sees_what_came_what_went_and_what_was_postponed(made: Any, read: Any) -> None:
    trail = Trail(
        GIT, stays=(Stay("draft", day("03-15")),), actions={"check": (HANDED_ON, SILENT, POSTPONED)}
    )
    edition = made(trail)
    mei = owner_page_of(edition, "m-sato", read)
    assert "1 action was handed to them. Postponed while theirs: twice, by 37 days in all." in mei
    assert mei.index("Postponed by 30 days") < mei.index("Postponed by 7 days"), "the latest first"
    ole = owner_page_of(edition, "o-brandt", read)
    assert "1 action was handed on." in ole
    assert "Postponed" not in ole.replace("Handed on and postponed", "")
    assert "Handed on from Ole Brandt to Mei Sato" in ole


def test_an_owner_of_whom_nothing_moved_has_no_such_section(made: Any, read: Any) -> None:
    assert "Handed on and postponed" not in owner_page_of(made(Trail(GIT)), "m-sato", read)


def test_many_moves_are_folded(made: Any, read: Any) -> None:
    steps = tuple(
        Step("due", f"2026-04-0{n}", f"2026-04-0{n + 1}", day(f"03-0{n}")) for n in range(1, 9)
    )
    more = (*steps, Step("due", "2026-04-09", "2026-04-10", day("03-09")))
    few = made(Trail(GIT, actions={"check": steps}), action("check", due="2026-04-09"))
    assert "earlier" not in owner_page_of(few, "m-sato", read)
    many = made(Trail(GIT, actions={"check": more}), action("check", due="2026-04-10"))
    assert "1 earlier move" in owner_page_of(many, "m-sato", read)
