"""Templates: which one a record follows, what it asks, and the draft from it."""

from __future__ import annotations

import json
import re
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from scratch import STARTER, put_catalog, write
from small_archive import ASSETS, OWNERS

from debrief import checks, template
from debrief.archive import Archive
from debrief.catalog import TemplateChoice
from debrief.document import as_template
from debrief.finding import Level
from debrief.prose import SECTIONS
from debrief.schema import OWN_FOLDER, load_all

SCHEMAS = load_all(OWN_FOLDER)
TODAY = date(2026, 3, 20)
VALUES = {
    "title": "Orders came late", "status": "draft", "severity": "sev4", "owner": "a-team",
    "incident": {"started_at": "2026-03-14T01:10Z"}, "assets": [{"asset": "wh.orders"}],
}  # fmt: skip


def parsed(text: str) -> template.Template:
    return template.parse("x", text)


# --- those that are built in ---------------------------------------------------------------------


def test_the_full_one_has_the_standard_sections_in_order() -> None:
    assert tuple(template.FULL.sections) == SECTIONS


@pytest.mark.parametrize("name", template.BUILT_IN)
def test_each_that_is_built_in_is_sound_and_asks_something_in_each_section(name: str) -> None:
    text = (STARTER / "templates" / f"{name}.md").read_text(encoding="utf-8")
    assert list(template.problems(as_template(text, name))) == []
    assert len(template.BUILT_IN[name].prompts) == len(template.BUILT_IN[name].sections)
    assert next(iter(template.BUILT_IN[name].sections)) == template.ALWAYS


def test_the_schema_names_those_that_are_built_in() -> None:
    described = SCHEMAS["policy"].content["properties"]["templates"]["items"]["properties"]
    names = re.findall(r"\(([^)]*)\)", described["template"]["description"])[0]
    assert sorted(names.split(", ")) == sorted(template.BUILT_IN)


# --- what is a prompt ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "prompts"),
    [
        ("_What happened, and when?_", ["What happened, and when?"]),
        ("*What happened, and when?*", ["What happened, and when?"]),
        ("_What happened,\nand when?_", ["What happened, and when?"]),
        ("- _Who saw it first?_\n- _Who told them?_", ["Who saw it first?", "Who told them?"]),
        ("1. _Who saw it first?_\n\n   _And who next?_", ["Who saw it first?", "And who next?"]),
        ("**What happened, and when?**", []),
        ("_n/a_", []),
        ("It _was_ not known, _so they say_", []),
        ("| time | what |\n| --- | --- |", []),
        ("", []),
    ],
)
def test_a_prompt_is_a_paragraph_or_an_item_in_italics(text: str, prompts: list[str]) -> None:
    assert parsed(f"## Lessons\n\n{text}\n").prompts == tuple(prompts)


def test_of_two_headings_of_one_name_the_first_counts() -> None:
    assert parsed("## A\n\nfirst\n\n## A\n\nsecond\n").sections == {"A": "first"}


# --- what may be omitted -------------------------------------------------------------------------


def test_a_key_is_omitted_with_all_that_belongs_to_it() -> None:
    kind = template.Template("x", {}, ("timeline", "causes[].effect", "impact.measures"))
    assert kind.omits(("timeline",))
    assert kind.omits(("timeline", 3, "kind"))
    assert kind.omits(("causes", 0, "effect"))
    assert kind.omits(("impact", "measures"))
    assert not kind.omits(("impact",))
    assert not kind.omits(("causes", 0))
    assert not kind.omits(("causes", 0, "category"))
    assert not kind.omits(())


def demanded() -> set[str]:
    """The key paths that some status demands, as a policy spells them."""
    found: set[str] = set()

    def walk(clause: dict[str, Any], above: str) -> None:
        dot = f"{above}." if above else ""
        found.update(f"{dot}{key}" for key in clause.get("required", ()))
        for key, inner in clause.get("properties", {}).items():
            walk(inner, f"{dot}{key}")
            walk(inner.get("items", {}), f"{dot}{key}[]")

    for clause in SCHEMAS["postmortem"].content["allOf"]:
        walk(clause.get("then", clause), "")
    return found


NEVER = {
    "title", "status", "owner", "severity", "summary", "incident", "incident.started_at",
    "incident.detected_at", "incident.type", "incident.trigger", "incident.detected_by",
    "incident.mitigated_at", "incident.resolved_at", "assets", "assets[].effect",
    "assets[].data_from", "assets[].data_to", "assets[].repair", "impact", "impact.business",
    "roles", "roles.facilitator", "evidence", "causes", "causes[].category", "actions",
    "actions[].owner", "actions[].due", "actions[].addresses", "published_on", "closed_on",
    "withdrawn",
}  # fmt: skip


def test_only_what_a_status_demands_may_be_omitted_and_never_what_makes_a_promise() -> None:
    may = set(SCHEMAS["policy"].words("templates", "may_omit"))
    assert may <= demanded()
    assert not may & NEVER
    assert demanded() <= may | NEVER, "somebody has to decide whether this may be omitted"


def test_the_words_of_the_policy_are_those_of_the_record() -> None:
    for there, here in (("severities", ("severity",)), ("types", ("incident", "type"))):
        words = SCHEMAS["policy"].words("templates", there)
        assert words == SCHEMAS["postmortem"].words(*here)


# --- which one a record follows ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "severity", "incident_type", "suits"),
    [
        (TemplateChoice("x"), None, None, True),
        (TemplateChoice("x", ("sev4",)), "sev4", None, True),
        (TemplateChoice("x", ("sev4",)), "sev3", None, False),
        (TemplateChoice("x", ("sev4",)), None, "access", False),
        (TemplateChoice("x", (), ("access",)), "sev1", "access", True),
        (TemplateChoice("x", (), ("access",)), "sev1", None, False),
        (TemplateChoice("x", ("sev3", "sev4"), ("access",)), "sev4", "access", True),
        (TemplateChoice("x", ("sev3", "sev4"), ("access",)), "sev4", "values", False),
    ],
)
def test_a_choice_suits_by_severity_and_type(
    choice: TemplateChoice, severity: str | None, incident_type: str | None, suits: bool
) -> None:
    assert choice.suits(severity, incident_type) is suits


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    put_catalog(tmp_path, OWNERS, ASSETS)
    return tmp_path


def with_choices(repository: Path, *choices: str) -> Archive:
    policy = (STARTER / "policy.yml").read_text(encoding="utf-8")
    lines = "".join(f"  - {choice}\n" for choice in choices)
    write(repository, "catalog/policy.yml", f"{policy}templates:\n{lines}")
    return Archive.load(repository)


def test_without_a_choice_it_is_the_full_one(repository: Path) -> None:
    archive = Archive.load(repository)
    words = archive.schemas["postmortem"].words
    for severity, kind in product((None, *words("severity")), (None, *words("incident", "type"))):
        assert archive.template_for(severity, kind) == template.FULL


def test_the_first_choice_that_suits_counts(repository: Path) -> None:
    archive = with_choices(
        repository,
        "{template: access, types: [access]}",
        "{template: light, severities: [sev4], may_omit: [timeline]}",
    )
    assert archive.template_for("sev4", "access").name == "access"
    assert archive.template_for("sev4", "values").name == "light"
    assert archive.template_for("sev4", None).may_omit == ("timeline",)
    assert archive.template_for("sev3", None) == template.FULL


def test_a_repositorys_own_goes_before_the_one_that_is_built_in(repository: Path) -> None:
    own = "## Executive summary\n\n_In one breath, please?_\n"
    write(repository, "catalog/templates/full.md", own)
    archive = Archive.load(repository)
    assert tuple(archive.template_for("sev1", None).sections) == (template.ALWAYS,)
    assert archive.templates["light"] == template.BUILT_IN["light"]


def test_one_that_is_not_there_is_told_and_asks_for_everything(repository: Path) -> None:
    archive = with_choices(repository, "{template: lite, severities: [sev4]}")
    assert tuple(archive.template_for("sev4", None).sections) == SECTIONS
    assert [finding.rule for finding in checks.run(archive, TODAY)] == ["PM915"]


def test_a_template_that_cannot_be_read_is_told_and_hides_no_record(repository: Path) -> None:
    (repository / "catalog" / "templates").mkdir()
    (repository / "catalog" / "templates" / "house.md").write_bytes(b"## Executive \xff\n")
    write(repository, "catalog/templates/.DS_Store", "x")
    found = checks.run(Archive.load(repository), TODAY)
    assert [(f.path, f.rule) for f in found] == [("catalog/templates/house.md", "PM003")]


def test_a_folder_of_templates_that_is_a_link_is_not_followed(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (repository / "catalog" / "templates").symlink_to(elsewhere, target_is_directory=True)
    found = checks.run(Archive.load(repository), TODAY)
    assert [(f.path, f.rule) for f in found] == [("catalog/templates", "PM001")]


# --- drafts --------------------------------------------------------------------------------------


def test_a_draft_lists_the_gaps_of_its_template_and_no_others() -> None:
    omitted = ("timeline", "impact.measures", "roles.scribe", "roles.engineers", "stakeholders")
    kind = template.Template("small", {template.ALWAYS: "_In one breath, please?_"}, omitted)
    front = template.draft(VALUES, SCHEMAS["postmortem"], kind=kind).split("\n---\n")[0]
    keys = [line.strip().partition(":")[0] for line in front.split("\n# From review on")[1:][0]
            .split("\n")[1:]]  # fmt: skip
    assert keys == [
        "summary", "impact", "business", "roles", "facilitator", "evidence", "causes", "actions",
        "ideas",
    ]  # fmt: skip


def test_gaps_of_a_group_that_was_begun_stand_in_it_and_are_no_values() -> None:
    values = {**VALUES, "roles": {"facilitator": "b-person", "stewards": ["a-team"]}}
    text = template.draft(values, SCHEMAS["postmortem"])
    group = (
        'roles:\n  facilitator: "b-person"\n  stewards:\n  - "a-team"\n  scribe:\n  engineers: []\n'
    )
    assert group in text
    assert text.count("roles:") == 1


def test_what_is_told_stands_above_the_prompt_and_what_has_no_heading_comes_last() -> None:
    told = {"Lessons": "Look twice.", "Chat": "Copied."}
    body = template.body(told, template.BUILT_IN["light"])
    prompts = template.BUILT_IN["light"].sections
    assert body == (
        f"## Executive summary\n\n{prompts['Executive summary']}\n\n"
        f"## Lessons\n\nLook twice.\n\n{prompts['Lessons']}\n\n## Chat\n\nCopied.\n"
    )


@pytest.mark.parametrize("name", template.BUILT_IN)
def test_the_check_refuses_each_prompt_that_is_left_in(repository: Path, name: str) -> None:
    kind = template.BUILT_IN[name]
    text = template.draft({**VALUES, "status": "in-review"}, SCHEMAS["postmortem"], kind=kind)
    write(repository, "postmortems/2026/2026-03-14-late.md", text)
    found = [f for f in checks.run(Archive.load(repository), TODAY) if f.rule == "PM902"]
    assert len(found) == len(kind.prompts)


def test_a_remark_that_suggests_is_told_once_in_review(repository: Path) -> None:
    remark = f"{template.SUGGESTED} from the assets: " + "who looks at what is made of them " * 5
    values = {**VALUES, "status": "in-review", "stakeholders": ["a-team"]}
    text = template.draft(values, SCHEMAS["postmortem"], remarks={"stakeholders": remark})
    write(repository, "postmortems/2026/2026-03-14-late.md", text)
    found = [f for f in checks.run(Archive.load(repository), TODAY) if f.rule == "PM902"]
    lines = text.split("\n")
    told = [lines[f.position.line - 1] for f in found]
    assert [line for line in told if line.startswith("#") and "assets" in line] == told[:1]
    assert len(told) == 1 + len(template.FULL.prompts)


LIGHT = """\
---
title: "Orders came late"
status: "in-review"
severity: "sev4"
owner: "a-team"
incident: {started_at: 2026-03-14T01:10Z, detected_at: 2026-03-14T02:10Z,
  type: freshness, trigger: The disk of the loader was full, detected_by: monitor}
assets: [{asset: wh.orders, effect: late, data_from: 2026-03-13, data_to: 2026-03-13,
  repair: backfilled, restored_at: 2026-03-14T03:10Z}]
summary: The orders of one night came two hours late.
impact: {business: Nobody had looked yet.}
roles: {facilitator: b-person, stewards: [a-team]}
evidence: [{id: disk, kind: dashboard, title: Use of the disk, url: "https://boards.example.com/7"}]
causes: [{id: no-limit, role: root, category: capacity, evidence: [disk],
  statement: Old files were never taken away}]
actions:
- {id: clear, title: Take old files away each week, type: preventive, category: process,
  addresses: [no-limit], owner: a-team, due: 2026-04-01,
  success_criteria: A file of 30 days is gone}
---

## Executive summary

The disk was full.

## Lessons

Disks fill up.
"""


def test_a_light_record_of_ten_lines_passes_the_review_that_the_policy_makes_light(
    repository: Path,
) -> None:
    people = "  b-person: {name: B, kind: person}\n"
    write(repository, "catalog/owners.yml", OWNERS + people)
    write(repository, "postmortems/2026/2026-03-14-late.md", LIGHT)
    strict = checks.run(Archive.load(repository), TODAY)
    assert {f.rule for f in strict if f.level is Level.ERROR} == {"PM110", "PM204", "PM901"}
    commented = (STARTER / "policy.yml").read_text(encoding="utf-8")
    start = commented.index("# templates:")
    lines = commented[start:].replace("\n# ", "\n").removeprefix("# ")
    write(repository, "catalog/policy.yml", commented[:start] + lines)
    assert checks.run(Archive.load(repository), TODAY) == []


def test_the_policy_of_the_samples_makes_small_outages_light(root: Path) -> None:
    archive = Archive.load(root)
    assert archive.template_for("sev4", None).name == "light"
    assert "timeline" in archive.template_for("sev4", None).may_omit
    assert json.dumps(sorted(template.BUILT_IN)) == json.dumps(sorted(archive.templates))
