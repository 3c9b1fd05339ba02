"""What the code host's API says of a branch, and which promises of the gate that keeps."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from debrief.promises import CHECK, PROMISES, Answer, State, audit
from debrief.settings import Settings, SettingsError, answers, from_answers

Json = dict[str, Any]

REVIEWS: Json = {
    "type": "pull_request",
    "ruleset_id": 42,
    "parameters": {
        "required_approving_review_count": 1,
        "dismiss_stale_reviews_on_push": True,
        "require_code_owner_review": True,
        "require_last_push_approval": True,
        "required_review_thread_resolution": False,
        "allowed_merge_methods": ["merge", "squash", "rebase"],
    },
}
CHECKS: Json = {
    "type": "required_status_checks",
    "ruleset_id": 42,
    "parameters": {
        "strict_required_status_checks_policy": True,
        "required_status_checks": [{"context": "check", "integration_id": 15368}],
    },
}
RULES = [
    {"type": "deletion", "ruleset_id": 42},
    {"type": "non_fast_forward", "ruleset_id": 42},
    REVIEWS,
    CHECKS,
]
RULESET: Json = {
    "id": 42,
    "name": "main",
    "target": "branch",
    "enforcement": "active",
    "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
    "bypass_actors": [],
    "rules": RULES,
}
NO_PROTECTION: Json = {"message": "Branch not protected", "status": "404"}
REPOSITORY: Json = {
    "full_name": "acme/postmortems",
    "default_branch": "main",
    "allow_merge_commit": True,
    "allow_squash_merge": False,
    "allow_rebase_merge": False,
}
WORKFLOW: Json = {
    "default_workflow_permissions": "read",
    "can_approve_pull_request_reviews": False,
}
CODE_OWNERS: Json = {"errors": []}
PROTECTION: Json = {
    "url": "https://api.example.com/repos/acme/postmortems/branches/main/protection",
    "required_status_checks": {
        "strict": True,
        "contexts": ["check"],
        "checks": [{"context": "check", "app_id": 15368}],
    },
    "required_pull_request_reviews": {
        "dismiss_stale_reviews": True,
        "require_code_owner_reviews": True,
        "required_approving_review_count": 1,
        "require_last_push_approval": True,
    },
    "enforce_admins": {"enabled": True},
    "allow_force_pushes": {"enabled": False},
    "allow_deletions": {"enabled": False},
}
ALL = (RULES, RULESET, NO_PROTECTION, REPOSITORY, WORKFLOW, CODE_OWNERS)


def seen(*given: object, branch: str | None = None) -> Settings:
    text = "\n".join(json.dumps(answer) for answer in given)
    return from_answers(answers(text, "answers.json"), branch)


def told(*given: object, check: str = "check", branch: str | None = None) -> dict[str, Answer]:
    return {answer.id: answer for answer in audit(seen(*given, branch=branch), check)}


def states(found: dict[str, Answer], state: State) -> set[str]:
    return {name for name, answer in found.items() if answer.state is state}


def without(content: Json, *path: str, to: object = None) -> Json:
    """A copy in which what stands at a path is something else, or is gone."""
    copy: Json = json.loads(json.dumps(content))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    if to is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = to
    return copy


def test_with_everything_on_every_promise_holds_and_says_on_what_it_rests() -> None:
    found = told(*ALL)
    assert states(found, State.HOLDS) == set(found)
    assert all(answer.rests_on for answer in found.values())
    assert found["code-owners"].rests_on == (
        "ruleset `main` (42): *Require review from Code Owners*",
    )


def test_the_order_of_the_answers_does_not_matter() -> None:
    assert told(*reversed(ALL)) == told(*ALL)


def test_the_older_protection_keeps_the_same_promises() -> None:
    found = told([], PROTECTION, REPOSITORY, WORKFLOW, CODE_OWNERS)
    # The list of names beside the list of checks does not say who must report them.
    assert states(found, State.HOLDS) == set(found)


def test_of_nothing_nothing_is_known() -> None:
    found = told(WORKFLOW)
    assert states(found, State.HOLDS) == {"people-approve"}
    assert states(found, State.BROKEN) == set()
    assert found["check"].note == "not given: rules/branches/main and branches/main/protection"


def test_a_branch_without_any_protection_keeps_nothing() -> None:
    found = told([], NO_PROTECTION)
    assert states(found, State.HOLDS) == set()
    assert {"check", "approval", "history", "deletion"} <= states(found, State.BROKEN)
    assert found["everybody"].state is State.UNSEEN


@pytest.mark.parametrize(
    ("rules", "broken"),
    [
        (RULES[1:], {"deletion"}),
        ([RULES[0], *RULES[2:]], {"history"}),
        ([*RULES[:2], CHECKS], {"pull-request", "approval", "code-owners", "fresh-approval",
                                "last-push"}),
        (RULES[:3], {"check", "check-source", "up-to-date"}),
    ],
)  # fmt: skip
def test_a_rule_that_is_not_there_is_missed(rules: list[Json], broken: set[str]) -> None:
    assert states(told(rules, *ALL[1:]), State.BROKEN) == broken


@pytest.mark.parametrize(
    ("key", "value", "broken"),
    [
        ("required_approving_review_count", 0, "approval"),
        ("dismiss_stale_reviews_on_push", False, "fresh-approval"),
        ("require_code_owner_review", False, "code-owners"),
        ("require_last_push_approval", False, "last-push"),
    ],
)
def test_each_setting_of_reviews_counts(key: str, value: object, broken: str) -> None:
    reviews = without(REVIEWS, "parameters", key, to=value)
    found = told([*RULES[:2], reviews, CHECKS], *ALL[1:])
    assert states(found, State.BROKEN) == {broken}
    assert found[broken].fix.startswith("in the ruleset of the branch, set *")


@pytest.mark.parametrize(
    ("path", "value", "broken"),
    [
        (("required_status_checks", "strict"), False, {"up-to-date"}),
        (("required_status_checks",), None, {"check", "check-source", "up-to-date"}),
        (("required_status_checks", "checks"), [{"context": "check", "app_id": -1}],
         {"check-source"}),
        (("required_pull_request_reviews", "require_code_owner_reviews"), False, {"code-owners"}),
        (("required_pull_request_reviews", "dismiss_stale_reviews"), False, {"fresh-approval"}),
        (("required_pull_request_reviews",), None,
         {"pull-request", "approval", "code-owners", "fresh-approval", "last-push"}),
        (("allow_force_pushes", "enabled"), True, {"history"}),
        (("allow_deletions", "enabled"), True, {"deletion"}),
        (("enforce_admins", "enabled"), False, {"everybody"}),
        (("enforce_admins",), None, {"everybody"}),
    ],
)  # fmt: skip
def test_each_setting_of_the_older_protection_counts(
    path: tuple[str, ...], value: object, broken: set[str]
) -> None:
    protection = without(PROTECTION, *path, to=value)
    found = told([], protection, REPOSITORY, WORKFLOW, CODE_OWNERS)
    assert states(found, State.BROKEN) == broken


def test_a_check_of_another_name_does_not_do() -> None:
    found = told(*ALL, check="chek")
    assert states(found, State.BROKEN) == {"check", "check-source", "up-to-date"}
    assert found["check"].note == "required are check; did you mean `check`?"
    assert "`chek`" in found["check"].fix


@pytest.mark.parametrize("app", [None, -1, 0])
def test_a_check_that_anybody_may_report_is_told(app: int | None) -> None:
    checks = without(
        CHECKS, "parameters", "required_status_checks",
        to=[{"context": "check", "integration_id": app}],
    )  # fmt: skip
    assert states(told([*RULES[:3], checks], *ALL[1:]), State.BROKEN) == {"check-source"}


def test_the_check_that_is_asked_for_is_the_job_of_the_workflow(root: Path) -> None:
    workflow = (root / ".github/workflows/check.yml").read_text(encoding="utf-8")
    assert f"\n  {CHECK}:\n    name: {CHECK}\n" in workflow


def test_the_handbook_names_every_setting(root: Path) -> None:
    page = (root / "docs/handbook/protection.md").read_text(encoding="utf-8")
    for promise in PROMISES:
        for name in re.findall(r"\*[^*]+\*", promise.setting):
            assert name.strip("*").lower() in page.lower(), promise.id


# --- exemptions ----------------------------------------------------------------------------------


def test_who_may_bypass_a_ruleset_is_named() -> None:
    actor = {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "pull_request"}
    found = told(RULES, without(RULESET, "bypass_actors", to=[actor]), *ALL[2:])
    assert states(found, State.BROKEN) == {"everybody"}
    assert found["everybody"].note == "ruleset `main` (42), not for RepositoryRole 5"
    assert "not for RepositoryRole 5" in found["check"].rests_on[0]


@pytest.mark.parametrize(
    "given", [ALL[:1], (RULES, without(RULESET, "bypass_actors")),
              (RULES, {**RULESET, "bypass_actors": None})]
)  # fmt: skip
def test_a_bypass_list_that_is_not_shown_is_not_taken_for_empty(given: tuple[object, ...]) -> None:
    found = told(*given, *ALL[2:])
    assert states(found, State.UNSEEN) == {"everybody"}
    assert "was not given" in found["everybody"].note


def test_a_second_layer_that_holds_for_everybody_makes_up_for_a_bypass() -> None:
    actor = {"actor_id": 1, "actor_type": "OrganizationAdmin", "bypass_mode": "always"}
    leaky = without(RULESET, "bypass_actors", to=[actor])
    assert states(told(RULES, leaky, PROTECTION, *ALL[3:]), State.HOLDS) == set(told(*ALL))


def test_people_who_need_no_review_are_named() -> None:
    protection = without(
        PROTECTION, "required_pull_request_reviews", "bypass_pull_request_allowances",
        to={"users": [{"login": "ana"}], "teams": [{"slug": "stores"}], "apps": []},
    )  # fmt: skip
    found = told([], protection, *ALL[3:])
    assert found["everybody"].note == "branch protection, not for ana, stores"


# --- which answers apply -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("conditions", "branch", "applies"),
    [
        ({"include": ["~DEFAULT_BRANCH"]}, None, True),
        ({"include": ["~ALL"]}, "release", True),
        ({"include": ["~DEFAULT_BRANCH"]}, "release", False),
        ({"include": ["refs/heads/rel*"]}, "release", True),
        ({"include": ["~ALL"], "exclude": ["refs/heads/main"]}, None, False),
        ({"include": []}, None, False),
        ({}, None, False),
    ],
)
def test_without_the_list_of_rules_a_ruleset_applies_by_its_conditions(
    conditions: Json, branch: str | None, applies: bool
) -> None:
    ruleset = {**RULESET, "conditions": {"ref_name": conditions}}
    found = told(ruleset, REPOSITORY, branch=branch)
    assert found["check"].state is (State.HOLDS if applies else State.UNSEEN)


@pytest.mark.parametrize("change", [{"enforcement": "evaluate"}, {"target": "tag"}])
def test_a_ruleset_that_is_off_or_about_tags_counts_for_nothing(change: Json) -> None:
    settings = seen({**RULESET, **change}, REPOSITORY)
    assert settings.layers == ()
    assert settings.notes == ("answers.json: ruleset `main` (42) does not apply to `main`",)


def test_the_list_of_rules_decides_over_what_a_ruleset_says_of_itself() -> None:
    found = told([], RULESET, NO_PROTECTION)
    assert found["check"].state is State.BROKEN


def test_the_protection_of_another_branch_is_refused() -> None:
    other = {**PROTECTION, "url": PROTECTION["url"].replace("main", "release%2F1")}
    with pytest.raises(SettingsError, match="the protection of `release/1`, and not of `main`"):
        seen(other)
    assert seen(other, branch="release/1").protection_given


def test_a_refusal_of_the_api_is_told_and_proves_nothing() -> None:
    settings = seen({"message": "Not Found", "status": "404"}, RULES)
    assert not settings.protection_given
    assert settings.notes == (
        "answers.json: the API answered `Not Found`, which says nothing of a setting",
    )


# --- the other settings --------------------------------------------------------------------------


def test_squash_merges_leave_the_reviews_to_tell_who_signed() -> None:
    squash = {**REPOSITORY, "allow_squash_merge": True}
    answer = told(*ALL[:3], squash)["signers"]
    assert answer.state is State.HOLDS
    assert answer.rests_on == ("approvals of pull requests",)
    assert "the reviews of the pull request alone" in answer.note
    assert told([], NO_PROTECTION, squash)["signers"].state is State.BROKEN
    assert told([], squash)["signers"].state is State.UNSEEN


def test_a_ruleset_can_take_squash_merges_away() -> None:
    squash = {**REPOSITORY, "allow_squash_merge": True}
    reviews = without(REVIEWS, "parameters", "allowed_merge_methods", to=["merge"])
    answer = told([*RULES[:2], reviews, CHECKS], squash)["signers"]
    assert answer.rests_on == ("commits keep their authors: no squash merges",)


def test_ways_to_merge_that_are_not_shown_are_not_verified() -> None:
    public = {"full_name": "acme/postmortems", "default_branch": "main"}
    reviews = without(REVIEWS, "parameters", "allowed_merge_methods")
    assert told([reviews], public)["signers"].state is State.UNSEEN


def test_lines_of_codeowners_that_do_not_count_are_named() -> None:
    errors = [{"line": n, "kind": "Unknown owner"} for n in range(1, 6)]
    answer = told({"errors": errors})["codeowners-file"]
    assert answer.state is State.BROKEN
    assert answer.note == (
        "line 1: Unknown owner; line 2: Unknown owner; line 3: Unknown owner and 2 more"
    )


def test_a_workflow_that_may_approve_is_told() -> None:
    may = {**WORKFLOW, "can_approve_pull_request_reviews": True}
    assert told(may)["people-approve"].state is State.BROKEN
    unsaid = {"default_workflow_permissions": "read"}
    assert told(unsaid)["people-approve"].state is State.UNSEEN


# --- what is no answer ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "x.json is empty; give it an answer of the API"),
        (" \n", "x.json is empty; give it an answer of the API"),
        ('{"a"', "x.json, line 1: this is no JSON (Expecting ':' delimiter)"),
        ("[]\n{}\n\n<html>", "x.json, line 4: this is no JSON (Expecting value)"),
        ("[" * 200_000, "x.json is nested too deeply"),
        ('{"a": 1, "a": 2}', "x.json: a key stands twice in one group; which of them counts?"),
        ("[]" + " " * 5_000_000, "x.json is longer than 5,000,000 characters"),
    ],
)  # fmt: skip
def test_what_is_no_json_is_refused(text: str, message: str) -> None:
    with pytest.raises(SettingsError) as refused:
        answers(text, "x.json")
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({}, "says something of a branch's protection"),
        (7, "says something of a branch's protection"),
        ({"url": "https://api.example.com/other"}, "says something of a branch's protection"),
        ([7], "answers.json: item 1 is no group of keys"),
        ([{"id": 1, "enforcement": "active"}], "a list of rulesets, which leaves out their rules"),
        ([{"name": "x"}], "no list of a branch's rules"),
        ([{"type": 3}], "`type` is a whole number, where a text was expected"),
        ([without(REVIEWS, "parameters", "required_approving_review_count", to=True)],
         "`required_approving_review_count` is true or false, where a whole number was expected"),
        ([without(REVIEWS, "parameters", "require_code_owner_review", to="true")],
         "`require_code_owner_review` is a text, where true or false was expected"),
        ([{**CHECKS, "parameters": {"required_status_checks": ["check"]}}],
         "`required_status_checks`: item 1 is no group of keys"),
        ({**RULESET, "bypass_actors": {}}, "`bypass_actors` is a group of keys, where a list"),
        ({**RULESET, "conditions": []}, "`conditions` is a list, where a group of keys"),
        ({**PROTECTION, "enforce_admins": True}, "`enforce_admins` is true or false"),
        ({**REPOSITORY, "default_branch": 1}, "`default_branch` is a whole number"),
        ({**REPOSITORY, "allow_squash_merge": "no"}, "`allow_squash_merge` is a text"),
        ({"errors": {}}, "`errors` is a group of keys"),
    ],
)  # fmt: skip
def test_an_answer_of_another_shape_is_refused(answer: object, message: str) -> None:
    with pytest.raises(SettingsError) as refused:
        seen(answer)
    assert message in str(refused.value)
    assert str(refused.value).startswith("answers.json")


def test_names_are_shown_on_one_line_without_unseen_characters() -> None:
    name = "main\n\x1b[31mholds\u202e" + "x" * 200
    shown = seen({**RULESET, "name": name}).layers[0].name
    assert shown.startswith("ruleset `main??[31mholds?xxx")
    assert len(shown) < 100
