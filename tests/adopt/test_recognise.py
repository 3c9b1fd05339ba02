"""What is recognised in an old document, what is assumed, and what stays as it was."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from old_documents import adopted, repository

from debrief.adopt.adoption import Adoption, Choices


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a catalog and no record; nothing is written into it."""
    return repository(tmp_path_factory.mktemp("repository"))


def events(adoption: Adoption) -> list[tuple[str, str]]:
    return [(event["at"], event["event"]) for event in adoption.values.get("timeline", [])]


# --- timelines -----------------------------------------------------------------------------------

HEAD = "# Orders came late\n\nDate: 2026-03-14\n\n"
UTC = "All times in UTC."
TIMELINES = {
    "bullets": f"## Timeline\n\n{UTC}\n\n- 07:42 Loader stopped\n- 08:05 - Restarted it\n",
    "numbered": f"## Timeline\n\n{UTC}\n\n1. 07:42 Loader stopped\n2. 08:05: Restarted it\n",
    "bold": f"## Timeline\n\n{UTC}\n\n- **07:42** Loader stopped\n- **08:05:** Restarted it\n",
    "table": (
        "## Timeline\n\n| Time (UTC) | Event |\n|---|---|\n| 07:42 | Loader stopped |\n"
        "| 08:05 | Restarted it |\n"
    ),
    "table with the dates": (
        f"## Timeline\n\n{UTC}\n\n| Date | Time | What |\n|---|---|---|\n"
        "| 2026-03-14 | 07:42 | Loader stopped |\n| 2026-03-14 | 08:05 | Restarted it |\n"
    ),
    "headings": (
        f"## Timeline\n\n{UTC}\n\n### 07:42 - Loader stopped\n\n### 08:05\n\nRestarted it\n"
    ),
    "days as headings": (
        f"## Timeline\n\n{UTC}\n\n### 14 March 2026\n\n- 07:42 Loader stopped\n"
        "- 08:05 Restarted it\n"
    ),
    "paragraphs": f"## Timeline\n\n{UTC}\n\n07:42 Loader stopped\n\n08:05 Restarted it\n",
    "one paragraph": f"## Timeline\n\n{UTC}\n\n07:42 Loader stopped\n08:05 Restarted it\n",
    "zone in each": "## Timeline\n\n- 07:42 UTC Loader stopped\n- 08:05 UTC Restarted it\n",
    "am": f"## Timeline\n\n{UTC}\n\n- 7:42am Loader stopped\n- 8:05 a.m. Restarted it\n",
    "setext": f"Timeline\n--------\n\n{UTC}\n\n- 07:42 Loader stopped\n- 08:05 Restarted it\n",
    "label": f"**Timeline**\n\n{UTC}\n\n- 07:42 Loader stopped\n- 08:05 Restarted it\n",
}


@pytest.mark.parametrize("form", TIMELINES)
def test_a_timeline_in_any_form_becomes_events_and_leaves_the_body(root: Path, form: str) -> None:
    adoption = adopted(root, HEAD + TIMELINES[form])
    assert events(adoption) == [
        ("2026-03-14T07:42Z", "Loader stopped"),
        ("2026-03-14T08:05Z", "Restarted it"),
    ]
    assert adoption.body == ""
    assert adoption.values["imported"]["headings"] == ["Timeline"]


def test_the_zone_is_kept_in_the_words_of_the_document(root: Path) -> None:
    adoption = adopted(root, HEAD + TIMELINES["bullets"])
    assert adoption.values["imported"]["times"] == "All times in UTC."


def test_ranges_rough_times_and_midnight_are_kept(root: Path) -> None:
    text = (
        f"{HEAD}## Timeline\n\n- 22:00–22:30 UTC Load ran\n- ~23:10 UTC It stopped\n"
        "- 00:20 UTC It ran again\n"
    )
    assert adopted(root, text).values["timeline"] == [
        {"at": "2026-03-14T22:00Z", "until": "2026-03-14T22:30Z", "event": "Load ran"},
        {"at": "2026-03-14T23:10Z", "approximate": True, "event": "It stopped"},
        {"at": "2026-03-15T00:20Z", "event": "It ran again"},
    ]


def test_times_without_a_zone_become_days_and_stay_in_the_body(root: Path) -> None:
    text = f"{HEAD}## Timeline\n\n- 07:42 Loader stopped\n"
    adoption = adopted(root, text)
    assert adoption.needs_zone
    assert adoption.values["timeline"] == [
        {"at": "2026-03-14", "precision": "day", "event": "Loader stopped"}
    ]
    assert "- 07:42 Loader stopped" in adoption.body
    assert "give --zone" in adoption.left[0]


def test_a_zone_that_is_declared_counts_where_none_is_named(root: Path) -> None:
    text = f"{HEAD}## Timeline\n\n- 07:42 Loader stopped\n"
    adoption = adopted(root, text, zone="Europe/Copenhagen")
    assert events(adoption) == [("2026-03-14T07:42+01:00", "Loader stopped")]
    assert adoption.values["imported"]["times"] == "Europe/Copenhagen, declared when it was adopted"


def test_a_timeline_of_which_a_line_is_not_understood_stays_whole(root: Path) -> None:
    text = f"{HEAD}## Timeline\n\n- 07:42 UTC Loader stopped\n- later that day: restarted\n"
    adoption = adopted(root, text)
    assert events(adoption) == [("2026-03-14T07:42Z", "Loader stopped")]
    assert adoption.body == (
        "## Timeline\n\n- 07:42 UTC Loader stopped\n- later that day: restarted"
    )
    assert adoption.recognised == ("1 timeline entry; `Timeline` stays in the body too, whole",)


@pytest.mark.parametrize(
    "line",
    [
        "- 07:42 UTC See [the ticket](https://example.com/1)",
        "- 07:42 UTC Look: ![graph](graph.png)",
        "- 07:42 UTC Stopped\n  - and more",
        f"- 07:42 UTC {'word ' * 150}",
    ],
)
def test_what_an_event_cannot_hold_stays_in_the_body(root: Path, line: str) -> None:
    adoption = adopted(root, f"{HEAD}## Timeline\n\n{line}\n")
    assert len(events(adoption)) == 1
    assert line.strip() in adoption.body


def test_clock_points_that_the_timeline_names(root: Path) -> None:
    text = (
        f"{HEAD}## Timeline\n\n- 07:42 UTC **Start:** the loader stopped\n"
        "- 08:05 UTC Detected: an alert\n- 09:00 UTC Detected: a second one\n"
        "- ~09:30 UTC Mitigated\n- 10:00 UTC Resolved\n- 11:00 UTC Note: all quiet\n"
    )
    assert adopted(root, text).values["incident"] == {
        "started_at": "2026-03-14T07:42Z",
        "detected_at": "2026-03-14T08:05Z",
        "resolved_at": "2026-03-14T10:00Z",
    }


def test_emphasis_goes_and_code_stays_in_an_event(root: Path) -> None:
    text = f"{HEAD}## Timeline\n\n- 07:42 UTC **Symptom:** `loader` is *down*\n"
    assert events(adopted(root, text)) == [("2026-03-14T07:42Z", "Symptom: `loader` is down")]


# --- dates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "path", "day", "where"),
    [
        ("---\ndate: 2026-03-14\n---\n# T\n", "x.md", "2026-03-14", "`date` in line 1"),
        ("+++\ndate = 2026-03-14\n+++\n# T\n", "x.md", "2026-03-14", "`date` in line 1"),
        ('{"date": "2026-03-14"}\n# T\n', "x.md", "2026-03-14", "`date` in line 1"),
        ("# T\n\n**Date:** 14 March 2026\n", "x.md", "2026-03-14", "`Date` in line 3"),
        ("# T\n\n| Date | 2026-03-14 |\n|---|---|\n", "x.md", "2026-03-14", "`Date` in line 3"),
        ("# T\n\n- Incident date: 14.03.2026\n", "x.md", "2026-03-14", "`Incident date` in line 3"),
        ("# T\n\n## Date\n\n2026-03-14\n", "x.md", "2026-03-14", "`Date` in line 5"),
        (
            "# T\n\n## Timeline\n\n- 2026-03-15 10:00 UTC b\n- 2026-03-14 10:00 UTC a\n",
            "x.md",
            "2026-03-14",
            "the first time of the timeline",
        ),
        ("# 2026-03-14, T\n", "x.md", "2026-03-14", "the title"),
        ("# T\n", "old/2026-03-14-t.md", "2026-03-14", "the name of the file"),
        ("# T\n", "old/2026-03-14-t/README.md", "2026-03-14", "the name of its folder"),
        ("# Backfill from 2026-01-01\n", "2026-03-14-x/README.md", "2026-03-14", None),
    ],
)
def test_the_day_comes_from_what_says_it_most_clearly(
    root: Path, text: str, path: str, day: str, where: str | None
) -> None:
    adoption = adopted(root, text, path)
    assert adoption.day == date.fromisoformat(day)
    assert where is None or adoption.day_from == where


def test_days_that_disagree_are_told(root: Path) -> None:
    adoption = adopted(root, "# T\n\nDate: 2026-03-14\n", "old/2026-03-16-t.md")
    assert adoption.day == date(2026, 3, 14)
    assert (
        "the incident began on 2026-03-14, by `Date` in line 3; the name of the file says "
        "2026-03-16"
    ) in adoption.assumed


def test_a_day_that_nobody_states_is_not_made_up(root: Path) -> None:
    adoption = adopted(root, "# T\n\nIt broke.\n")
    assert adoption.day is None
    assert "incident" not in adoption.values


def test_a_day_that_may_be_two_is_asked_for(root: Path) -> None:
    adoption = adopted(root, "# T\n\nDate: 03/04/2026\n")
    assert adoption.day is None
    assert adoption.unplaced[0][1].startswith("`03/04/2026` may be 2026-04-03 or 2026-03-04")
    assert adopted(root, "# T\n\nDate: 03/04/2026\n", order="day-first").day == date(2026, 4, 3)


# --- titles --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "path", "title", "body"),
    [
        ("# Orders late\n\nText.\n", "x.md", "Orders late", "Text."),
        ("Orders late\n===========\n\nText.\n", "x.md", "Orders late", "Text."),
        ("# 2026-03-14, Orders late\n\nText.\n", "x.md", "Orders late", "Text."),
        ("# Title:\n### Orders late\n\nText.\n", "x.md", "Orders late", "Text."),
        ("---\ntitle: Orders late\n---\nText.\n", "x.md", "Orders late", "Text."),
        ("Text.\n", "old/2026-03-14-orders-late.md", "Orders late", "Text."),
        ("Text.\n", "old/2026-03-14-orders-late/README.md", "Orders late", "Text."),
        ("Text.\n", "old/007 - orders late", "Orders late", "Text."),
        ("# Summary\n\nText.\n", "orders-late.md", "Orders late", "## Executive summary\n\nText."),
        (
            "# See [it](https://example.com)\n\nText.\n",
            "x.md",
            "See it",
            "# See [it](https://example.com)\n\nText.",
        ),
    ],
)
def test_the_title_and_what_is_left_of_it(
    root: Path, text: str, path: str, title: str, body: str
) -> None:
    adoption = adopted(root, text, path, choices=Choices(day=date(2026, 3, 14)))
    assert (adoption.title, adoption.body) == (title, body)


def test_a_long_title_is_cut_and_stays_whole_in_the_body(root: Path) -> None:
    title = "Orders " * 40
    adoption = adopted(root, f"# {title}\n\nText.\n")
    assert len(adoption.title) <= 160
    assert title.strip() in adoption.body


# --- metadata ------------------------------------------------------------------------------------


def test_metadata_that_is_known_in_full_leaves_the_body(root: Path) -> None:
    text = (
        "# T\n\n| Date | 2026-03-14 |\n|---|---|\n| Severity | SEV-2 |\n| Owner | Mika Sato |\n"
        "| Start | 07:42 UTC |\n| Resolved | 2026-03-14 10:05 UTC |\n"
        "| Affected tables | dwh.orders_v2, mart.prices |\n\nText.\n"
    )
    adoption = adopted(root, text)
    assert adoption.body == "Text."
    assert adoption.values == {
        "title": "T",
        "status": "published",
        "severity": "sev2",
        "owner": "m-sato",
        "incident": {"started_at": "2026-03-14T07:42Z", "resolved_at": "2026-03-14T10:05Z"},
        "assets": [{"asset": "mart.orders"}, {"asset": "mart.prices"}],
        "imported": {"source": "old/orders.md"},
    }


def test_metadata_of_which_something_is_unknown_stays_in_the_body(root: Path) -> None:
    text = "# T\n\nDate: 2026-03-14\nOwner: Somebody Else\nWeather: rain\n"
    adoption = adopted(root, text)
    assert "owner" not in adoption.values
    assert adoption.body == "Date: 2026-03-14\nOwner: Somebody Else\nWeather: rain"
    assert "line 4: `Somebody Else` is no owner of the catalog" in adoption.left


def test_a_start_that_the_review_moves_to_another_day_stays_readable(root: Path) -> None:
    text = "# T\n\n- Start: 2026-03-14 07:42 UTC\n"
    adoption = adopted(root, text, choices=Choices(day=date(2026, 3, 13)))
    assert adoption.values["incident"] == {"started_at": "2026-03-13", "precision": "day"}
    assert adoption.body == "- Start: 2026-03-14 07:42 UTC"
    told = "it started on 2026-03-13; the document says 2026-03-14T07:42Z"
    assert told in adoption.assumed


def test_a_zone_in_the_metadata_is_kept_in_its_words(root: Path) -> None:
    text = "# T\n\n- Time zone: Asia/Tokyo\n- Start: 2026-03-14 07:42\n"
    adoption = adopted(root, text, zone="Europe/London")
    assert adoption.values["incident"] == {"started_at": "2026-03-14T07:42+09:00"}
    assert adoption.values["imported"]["times"] == "Time zone: Asia/Tokyo"


def test_somebody_who_has_left_is_no_owner(root: Path) -> None:
    assert "owner" not in adopted(root, "# T\n\nOwner: Left Long Ago\n").values


def test_a_severity_in_other_words_is_asked_for(root: Path) -> None:
    adoption = adopted(root, "# T\n\nSeverity: P1\n")
    assert adoption.severity_said == "P1"
    assert "severity" not in adoption.values
    assert adoption.body == "Severity: P1"


def test_front_matter_that_is_not_known_in_full_stays_in_the_body(root: Path) -> None:
    text = '---\ntitle: T\nlayout: post\ntags: [a, b]\ndate: "2026-03-14"\n---\n\nText.\n'
    adoption = adopted(root, text)
    assert adoption.title == "T"
    assert adoption.body == (
        'Text.\n\n```yaml\ntitle: T\nlayout: post\ntags: [a, b]\ndate: "2026-03-14"\n```'
    )


def test_an_asset_that_is_only_mentioned_is_offered_and_not_taken(root: Path) -> None:
    adoption = adopted(root, "# T\n\nThe load of `dwh.orders_v2` stopped.\n")
    assert adoption.mentioned == ("mart.orders",)
    assert "assets" not in adoption.values


# --- actions and causes --------------------------------------------------------------------------


def test_actions_from_bullets_checkboxes_and_their_tickets(root: Path) -> None:
    text = (
        "# T\n\n## Action items\n\n- Test the feed\n- [x] Add an alert\n- [ ] Write it down "
        "([#12](https://tracker.example.com/12))\n"
    )
    adoption = adopted(root, text)
    assert adoption.values["actions"] == [
        {"id": "test-the-feed", "title": "Test the feed", "type": "preventive"},
        {"id": "add-an-alert", "title": "Add an alert", "type": "preventive", "status": "done"},
        {
            "id": "write-it-down-12",
            "title": "Write it down (#12)",
            "type": "preventive",
            "tracker": "https://tracker.example.com/12",
        },
    ]
    assert adoption.body == ""
    assert "an action that does not say its type counts as preventive" in adoption.assumed


def test_actions_from_a_table(root: Path) -> None:
    text = (
        "# T\n\n## Corrective actions\n\n| Action | Owner | Due | Status |\n|---|---|---|---|\n"
        "| Test the feed | @mika-pellwick | 2026-04-01 | Done |\n| Add an alert | | | |\n"
    )
    adoption = adopted(root, text)
    assert adoption.values["actions"] == [
        {
            "id": "test-the-feed",
            "title": "Test the feed",
            "type": "corrective",
            "owner": "m-sato",
            "due": "2026-04-01",
            "status": "done",
        },
        {"id": "add-an-alert", "title": "Add an alert", "type": "corrective"},
    ]
    assert adoption.body == ""


def test_actions_whose_owner_nobody_knows_stay_in_words(root: Path) -> None:
    text = "# T\n\n## Actions\n\n| Action | Owner |\n|---|---|\n| Test the feed | A Stranger |\n"
    adoption = adopted(root, text)
    assert adoption.values["actions"] == [
        {"id": "test-the-feed", "title": "Test the feed", "type": "preventive"}
    ]
    assert "A Stranger" in adoption.body


def test_actions_under_headings_stay_under_them(root: Path) -> None:
    text = "# T\n\n## Actions\n\n### Loader\n\n- Test it\n\n### What went well\n\n- The alert\n"
    adoption = adopted(root, text)
    assert [action["title"] for action in adoption.values["actions"]] == ["Test it"]
    assert "### Loader\n\n- Test it" in adoption.body


@pytest.mark.parametrize(
    ("heading", "key", "most"),
    [
        ("Actions", "actions", 100),
        ("Contributing factors", "causes", 50),
        ("Timeline", "timeline", 500),
    ],
)
def test_more_than_a_record_takes_stays_in_the_body(
    root: Path, heading: str, key: str, most: int
) -> None:
    lines = "".join(f"- 10:00 UTC thing {number}\n" for number in range(most + 1))
    adoption = adopted(root, f"{HEAD}## {heading}\n\n{lines}")
    assert len(adoption.values[key]) == most
    assert lines.strip() in adoption.body
    assert f"a record takes {most} of them; the others stay in the body" in adoption.left


def test_nothing_to_do_is_no_action(root: Path) -> None:
    assert "actions" not in adopted(root, "# T\n\n## Actions\n\n- None\n- TBD\n- n/a\n").values


def test_causes_from_bullets(root: Path) -> None:
    text = (
        "# T\n\n## Root causes\n\n- The loader skips unknown columns\n\n## Contributing factors\n\n"
        "- No test of the feed\n- The supplier tells nobody\n"
    )
    adoption = adopted(root, text)
    assert adoption.values["causes"] == [
        {
            "id": "the-loader-skips-unknown-columns",
            "role": "root",
            "statement": "The loader skips unknown columns",
        },
        {"id": "no-test-of-the-feed", "role": "contributing", "statement": "No test of the feed"},
        {
            "id": "the-supplier-tells-nobody",
            "role": "contributing",
            "statement": "The supplier tells nobody",
        },
    ]
    assert adoption.body == ""


def test_an_analysis_of_several_paragraphs_stays_prose(root: Path) -> None:
    text = "# T\n\n## Root cause\n\nOne thing.\n\nAnother thing.\n"
    adoption = adopted(root, text)
    assert "causes" not in adoption.values
    assert adoption.body == "## Root cause\n\nOne thing.\n\nAnother thing."


# --- the body ------------------------------------------------------------------------------------


def test_prose_stays_byte_for_byte(root: Path) -> None:
    prose = (
        "Text  with   blanks,\ttabs\n* odd\n   1) lists\n\n~~~\n# no heading\n~~~\n\n> quoted\n>"
    )
    assert adopted(root, f"# T\n\n## Details\n\n{prose}\n").body.endswith(prose)


@pytest.mark.parametrize(
    ("heading", "written"),
    [
        ("## Summary", "## Executive summary"),
        ("## executive summary", "## Executive summary"),
        ("## Learnings", "## Lessons\n\n### Learnings"),
        (
            "## Lessons learned [x](https://example.com)",
            "## Lessons learned [x](https://example.com)",
        ),
        ("## 1. Root cause (draft)", "## Root cause"),
        ("## 1. Lessons", "## Lessons"),
        ("## Detection", "## Detection"),
        ("### Detection", "## Detection"),
        ("Detection\n---------", "Detection\n---------"),
        ("**Detection**", "## Detection"),
        ("**Detection:**", "## Detection"),
    ],
)
def test_headings_keep_their_words(root: Path, heading: str, written: str) -> None:
    body = adopted(root, f"# T\n\n{heading}\n\nText one.\n\nText two.\n").body
    assert body == f"{written}\n\nText one.\n\nText two."


def test_a_heading_that_is_only_longer_is_not_doubled_but_remembered(root: Path) -> None:
    text = "# T\n\n## Lessons learned\n\n### What went well\n\nA.\n\nB.\n"
    adoption = adopted(root, text)
    assert adoption.body == "## Lessons\n\n### What went well\n\nA.\n\nB."
    assert adoption.values["imported"]["headings"] == ["Lessons learned"]


def test_sections_of_the_first_level_move_down_with_all_below_them(root: Path) -> None:
    text = "# T\n\n# What happened\n\nA.\n\n## Before\n\nB.\n\n# Detection\n\nC.\n"
    assert adopted(root, text).body == (
        "## What happened\n\nA.\n\n### Before\n\nB.\n\n## Detection\n\nC."
    )


def test_parts_of_the_lessons_stay_together(root: Path) -> None:
    text = "# T\n\n## What went well\n\nA.\n\n## What went wrong\n\nB.\n"
    assert adopted(root, text).body == (
        "## Lessons\n\n### What went well\n\nA.\n\n### What went wrong\n\nB."
    )


def test_a_body_that_begins_with_a_rule_is_still_a_body(root: Path) -> None:
    adoption = adopted(root, "# T\n\n---\n\nText.\n")
    assert adoption.body == "***\n\nText."
    assert "the rule `---` that the text begins with is written `***`" in adoption.left


def test_a_short_summary_is_a_summary(root: Path) -> None:
    adoption = adopted(root, "# T\n\n## Summary\n\nOrders came *late*.\n\nMore.\n")
    assert adoption.values["summary"] == "Orders came late."
    assert "Orders came *late*." in adoption.body


# --- languages -----------------------------------------------------------------------------------

GERMAN = """\
# Bestellungen kamen zu spät

Datum: 14. März 2026

## Zusammenfassung

Der Lader stand.

## Zeitverlauf

| Uhrzeit (MEZ) | Ereignis |
|---|---|
| 07:42 | Lader steht |

## Maßnahmen

- Lader testen
"""


def test_a_document_in_another_language_is_read_by_the_table(root: Path) -> None:
    adoption = adopted(root, GERMAN)
    assert adoption.day == date(2026, 3, 14)
    assert events(adoption) == [("2026-03-14T07:42+01:00", "Lader steht")]
    assert [action["title"] for action in adoption.values["actions"]] == ["Lader testen"]
    assert adoption.values["imported"]["language"] == "de"
    assert adoption.body == "## Executive summary\n\n### Zusammenfassung\n\nDer Lader stand."


# --- what wikis make of a document ---------------------------------------------------------------


@pytest.mark.parametrize("heading", ["📋 Summary", "✅ Summary:", "Summary (draft)"])
def test_pictures_and_brackets_around_a_heading_do_not_hide_what_it_means(
    root: Path, heading: str
) -> None:
    adoption = adopted(root, f"# T\n\n## {heading}\n\nThe load stood still.\n")
    assert adoption.values["summary"] == "The load stood still."


@pytest.mark.parametrize(
    "start",
    [
        "## Timeline (UTC)",
        "## ⏱️ Timeline (in UTC)",
        "## Timeline (all times UTC)",
        "## Timeline\n\n2026-03-14 (*all times UTC*)",
    ],
)
def test_a_zone_in_brackets_counts_for_the_timeline_it_announces(root: Path, start: str) -> None:
    adoption = adopted(root, f"{HEAD}{start}\n\n- 07:42 Loader stopped\n", zone="Asia/Tokyo")
    assert events(adoption) == [("2026-03-14T07:42Z", "Loader stopped")]
    assert adoption.body == ""


def test_a_zone_in_brackets_that_is_several_is_told(root: Path) -> None:
    adoption = adopted(root, f"{HEAD}## Timeline (IST)\n\n- 07:42 Loader stopped\n")
    assert events(adoption) == [("2026-03-14", "Loader stopped")]
    assert any("`IST`" in words for _, words in adoption.unplaced)


def test_a_remark_in_brackets_behind_a_date_is_an_event(root: Path) -> None:
    adoption = adopted(root, f"{HEAD}## Timeline\n\n- 2026-03-14 (the load stopped)\n")
    assert events(adoption) == [("2026-03-14", "(the load stopped)")]


@pytest.mark.parametrize("value", ["[SEV1/SEV2]", "<severity>", "{{ severity }}"])
def test_a_value_that_nobody_filled_in_says_nothing(root: Path, value: str) -> None:
    adoption = adopted(root, f"{HEAD}Severity: {value}\n")
    assert adoption.severity_said is None
    assert value in adoption.body


def test_several_timelines_are_told(root: Path) -> None:
    one = "## Orders\n\n### Timeline\n\n- 07:42 UTC Loader stopped\n"
    adoption = adopted(root, HEAD + one + one)
    assert any("2 timelines" in words for words in adoption.left)


def test_tags_are_no_words_of_an_event(root: Path) -> None:
    line = '- 07:42 UTC Loader<br>stopped <span style="color:red">hard</span>'
    adoption = adopted(root, f"{HEAD}## Timeline\n\n{line}\n")
    assert events(adoption) == [("2026-03-14T07:42Z", "Loader stopped hard")]
    assert line in adoption.body


@pytest.mark.parametrize("paragraph", ["It was decided that:", "Versions affected: 1.7", "TBD"])
def test_what_is_no_sentence_is_no_summary(root: Path, paragraph: str) -> None:
    adoption = adopted(root, f"# T\n\n## Summary\n\n{paragraph}\n\n- One\n")
    assert "summary" not in adoption.values


def test_the_number_of_an_exported_page_is_no_part_of_its_title(root: Path) -> None:
    path = f"old/Orders came late {'0123456789abcdef' * 2}.md"
    assert adopted(root, "Text.\n", path).title == "Orders came late"


def test_a_table_of_tickets_is_a_table_of_actions(root: Path) -> None:
    table = "| Key | Summary | Status |\n|---|---|---|\n| D-1 | Test the loader | Done |\n"
    [action] = adopted(root, f"{HEAD}## Action items\n\n{table}").values["actions"]
    assert (action["title"], action["status"]) == ("Test the loader", "done")


# --- what only looks like a fact -----------------------------------------------------------------


@pytest.mark.parametrize(
    "day", ["### Tuesday", "### Day 2", "**Dienstag**", "Tuesday, the 2nd day"]
)
def test_times_below_a_day_in_words_are_not_put_on_the_day_before(root: Path, day: str) -> None:
    text = f"{HEAD}## Timeline\n\n- 10:00 UTC Loader stopped\n\n{day}\n\n- 11:00 UTC It ran\n"
    adoption = adopted(root, text)
    assert events(adoption) == [("2026-03-14T10:00Z", "Loader stopped")]
    assert any("which date is" in words for _, words in adoption.unplaced)
    assert "- 11:00 UTC It ran" in adoption.body


def test_remarks_beside_a_table_of_actions_are_none(root: Path) -> None:
    text = "| Task | Status |\n|---|---|\n| Test it | Open |\n\n- Anna said it was late\n"
    adoption = adopted(root, f"{HEAD}## Action items\n\n{text}")
    assert [action["title"] for action in adoption.values["actions"]] == ["Test it"]
    assert "- Anna said it was late" in adoption.body


@pytest.mark.parametrize(
    ("line", "reference"),
    [
        ("Incident: INC-4411", "INC-4411"),
        ("Ticket: #12", "#12"),
        ("Ticket: https://example.com/browse/D-1", "https://example.com/browse/D-1"),
        ("Incident: Stock was wrong for 3 hours", None),
        ("Issue: 3 tables were empty", None),
    ],
)
def test_a_sentence_is_no_reference(root: Path, line: str, reference: str | None) -> None:
    assert adopted(root, f"{HEAD}{line}\n").values["incident"].get("reference") == reference


@pytest.mark.parametrize(
    ("line", "severity", "asked"),
    [
        ("Severity: 2", "sev2", None),
        ("Severity: Sev 2 (high)", "sev2", None),
        ("Priority: 2", None, "2"),
        ("Severity: 5", None, "5"),
        ("Severity: urgent\nPriority: high", None, "urgent"),
    ],
)
def test_a_severity_is_what_says_so(
    root: Path, line: str, severity: str | None, asked: str | None
) -> None:
    adoption = adopted(root, f"{HEAD}{line}\n")
    assert (adoption.values.get("severity"), adoption.severity_said) == (severity, asked)
    assert severity != "sev2" or "high" not in line or "(high)" in adoption.body


def test_dates_in_the_text_are_offered_where_nothing_says_the_day(root: Path) -> None:
    text = "# T\n\nText.\n\nOn Monday, Nov. 13, 2017 it broke; 2017-11-13 too.\n"
    assert adopted(root, text).dates == ("2017-11-13 (line 5)",)
    assert adopted(root, f"{HEAD}{text}").dates == ()


@pytest.mark.parametrize("choices", [None, Choices(title="mart.orders came late")])
def test_a_title_has_no_marks_of_code(root: Path, choices: Choices | None) -> None:
    adoption = adopted(root, "# `mart.orders` came late\n\nText.\n", choices=choices)
    assert (adoption.title, adoption.body) == ("mart.orders came late", "Text.")


@pytest.mark.parametrize("line", ["Start time: 10:00 CET", "We were told at a time, 9 am CET."])
def test_the_zone_of_one_time_is_not_that_of_all(root: Path, line: str) -> None:
    text = f"{HEAD}{line}\n\n## Timeline\n\n- 10:30 Loader stopped\n"
    assert events(adopted(root, text)) == [("2026-03-14", "Loader stopped")]


def test_none_among_assets_is_not_looked_for(root: Path) -> None:
    adoption = adopted(root, f"{HEAD}Affected tables: mart.orders, none\n")
    assert adoption.values["assets"] == [{"asset": "mart.orders"}]
    assert adoption.left == ()


def test_labels_of_other_languages_are_known(root: Path) -> None:
    text = "# Panne\n\n**Date de l'incident :** 12 janvier 2024\n"
    assert adopted(root, text).day == date(2024, 1, 12)
