"""What the code host says of a branch's protection: answers of GitHub's API → settings.

Each answer is known by its shape, so that they may come in any order:

- ``repos/O/R/rules/branches/B``: every active rule of every ruleset that applies to the branch
- ``repos/O/R/rulesets/ID``: one ruleset, with who may bypass it where the token may know
- ``repos/O/R/branches/B/protection``: the older branch protection, or that there is none
- ``repos/O/R``, ``…/actions/permissions/workflow`` and ``…/codeowners/errors``

An answer that has a key of another type than documented is refused: what is not understood must
not pass for a setting. Shapes: GitHub's REST API, version 2022-11-28.
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import unquote

MAX_CHARACTERS = 5_000_000
"""More than any repository's settings take."""

T = TypeVar("T")


class SettingsError(Exception):
    """An answer cannot be read; the message says which and why."""


@dataclass(frozen=True, slots=True)
class RequiredCheck:
    """A status check that must pass; ``app`` is None where anybody may report it."""

    name: str
    app: int | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """One ruleset, or the branch protection: what it demands. Layers add up.

    ``exempt`` names who may pass it by, and is None where the answers do not say. ``merge_methods``
    is None where it allows all of them.
    """

    name: str
    exempt: tuple[str, ...] | None = None
    pull_request: bool = False
    approvals: int = 0
    code_owners: bool = False
    dismisses_stale: bool = False
    last_push_approved: bool = False
    checks: tuple[RequiredCheck, ...] = ()
    up_to_date: bool = False
    no_force_push: bool = False
    no_deletion: bool = False
    merge_methods: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """All that the answers say; None is always: they do not say it."""

    branch: str
    layers: tuple[Layer, ...] = ()
    rules_given: bool = False
    protection_given: bool = False
    merge_methods: frozenset[str] | None = None
    workflows_may_approve: bool | None = None
    code_owner_errors: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()
    """What was given and could not be used, in words."""


@dataclass(frozen=True, slots=True)
class Given:
    """A value of an answer that knows where it stood, for the words of a refusal."""

    value: Any
    place: str

    def has(self, *keys: str) -> bool:
        return isinstance(self.value, dict) and all(key in self.value for key in keys)

    def get(self, key: str, kind: type[T], default: T) -> T:
        """The value under a key; the default where there is none, or null."""
        found = self.value.get(key)
        if found is None:
            return default
        # To Python, true is a number; to an answer, it is not.
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            raise SettingsError(
                f"{self.place}: `{key}` is {_KINDS.get(type(found), 'no value')}, "
                f"where {_KINDS[kind]} was expected"
            )
        return found

    def at(self, key: str) -> Given:
        """The group of keys under a key; an empty one where there is none."""
        empty: dict[str, Any] = {}
        return Given(self.get(key, dict, empty), f"{self.place}, `{key}`")

    def items(self, key: str) -> Iterator[Given]:
        """The groups of keys in the list under a key."""
        empty: list[Any] = []
        yield from _groups(self.get(key, list, empty), f"{self.place}, `{key}`")


_KINDS: dict[type, str] = {
    dict: "a group of keys",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
}


def _groups(items: list[Any], place: str) -> Iterator[Given]:
    for index, item in enumerate(items, 1):
        if not isinstance(item, dict):
            raise SettingsError(f"{place}: item {index} is no group of keys")
        yield Given(item, f"{place}, item {index}")


# --- text → answers ------------------------------------------------------------------------------


def answers(text: str, name: str) -> list[Given]:
    """Every JSON value of a text, one after the other, as several calls of the API print them.

    Raises SettingsError where it is no JSON.
    """
    if len(text) > MAX_CHARACTERS:
        raise SettingsError(f"{name} is longer than {MAX_CHARACTERS:,} characters")
    decoder = json.JSONDecoder(object_pairs_hook=_once)
    found: list[Given] = []
    rest = text.lstrip("\ufeff \t\r\n")
    while rest:
        try:
            value, end = decoder.raw_decode(rest)
        except json.JSONDecodeError as error:
            line = text[: len(text) - len(rest)].count("\n") + error.lineno
            raise SettingsError(f"{name}, line {line}: this is no JSON ({error.msg})") from None
        except RecursionError:
            raise SettingsError(f"{name} is nested too deeply") from None
        except ValueError as error:
            raise SettingsError(f"{name}: {error}") from None
        found.append(Given(value, name))
        rest = rest[end:].lstrip()
    if not found:
        raise SettingsError(f"{name} is empty; give it an answer of the API")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    group = dict(pairs)
    if len(group) != len(pairs):
        raise ValueError("a key stands twice in one group; which of them counts?")
    return group


def plain(words: str) -> str:
    """A name from an answer as it may be shown: one short line without unseen characters."""
    shown = "".join(character if character.isprintable() else "?" for character in words)
    return shown if len(shown) <= 80 else f"{shown[:79]}…"


# --- answers → settings --------------------------------------------------------------------------


def from_answers(given: Sequence[Given], branch: str | None = None) -> Settings:
    """What all answers together say of a branch; of the default branch where none is named."""
    default = next((v.get("default_branch", str, "") for v in given if _is_repository(v)), None)
    seen = Settings(branch or default or "main")
    rules: list[Given] = []
    rulesets: list[Given] = []
    for answer in given:
        if isinstance(answer.value, list):
            rules += _rules(answer)
            seen = replace(seen, rules_given=True)
        elif answer.has("enforcement"):
            rulesets.append(answer)
        else:
            seen = _with(seen, answer)
    is_default = branch is None or branch == default
    layers = tuple(_layers(rules, rulesets, seen, is_default=is_default))
    unused = _unused(rulesets, layers, seen.branch)
    return replace(seen, layers=(*seen.layers, *layers), notes=(*seen.notes, *unused))


def _unused(rulesets: Sequence[Given], layers: Sequence[Layer], branch: str) -> Iterator[str]:
    """A word on each ruleset that was given and does not apply."""
    applied = {layer.name for layer in layers}
    for ruleset in rulesets:
        if _name(ruleset) not in applied:
            yield f"{ruleset.place}: {_name(ruleset)} does not apply to `{plain(branch)}`"


def _is_repository(answer: Given) -> bool:
    return answer.has("full_name", "default_branch")


def _with(seen: Settings, answer: Given) -> Settings:
    """The settings with what one more answer says."""
    if _is_repository(answer):
        return replace(seen, merge_methods=_merge_methods(answer))
    if answer.has("default_workflow_permissions"):
        if not answer.has("can_approve_pull_request_reviews"):
            return seen
        may = answer.get("can_approve_pull_request_reviews", bool, True)
        return replace(seen, workflows_may_approve=may)
    if answer.has("message"):
        return _refusal(seen, answer)
    if answer.has("errors"):
        errors = tuple(
            f"line {item.get('line', int, 0)}: {plain(item.get('kind', str, 'unknown error'))}"
            for item in answer.items("errors")
        )
        return replace(seen, code_owner_errors=(*(seen.code_owner_errors or ()), *errors))
    if answer.has("url") and answer.get("url", str, "").endswith("/protection"):
        _refuse_other_branch(seen, answer)
        return replace(seen, protection_given=True, layers=(*seen.layers, _protection(answer)))
    raise SettingsError(
        f"{answer.place}: this is no answer that says something of a branch's protection; "
        "the handbook's page *Protecting the branch* lists those that do"
    )


def _refusal(seen: Settings, answer: Given) -> Settings:
    message = answer.get("message", str, "")
    if message == "Branch not protected":
        return replace(seen, protection_given=True)
    note = f"{answer.place}: the API answered `{plain(message)}`, which says nothing of a setting"
    return replace(seen, notes=(*seen.notes, note))


def _refuse_other_branch(seen: Settings, answer: Given) -> None:
    url = unquote(answer.get("url", str, "")).removesuffix("/protection")
    if "/branches/" in url and not url.endswith(f"/branches/{seen.branch}"):
        other = plain(url.rpartition("/branches/")[2])
        raise SettingsError(
            f"{answer.place}: this is the protection of `{other}`, and not of `{seen.branch}`; "
            "name the branch with --branch"
        )


_METHODS = {
    "allow_merge_commit": "merge",
    "allow_squash_merge": "squash",
    "allow_rebase_merge": "rebase",
}


def _merge_methods(answer: Given) -> frozenset[str] | None:
    """The ways to merge that are on; a token that may not know them sees none of the keys."""
    if not answer.has(*_METHODS):
        return None
    return frozenset(word for key, word in _METHODS.items() if answer.get(key, bool, True))


def _protection(answer: Given) -> Layer:
    reviews, checks = (
        answer.at("required_pull_request_reviews"),
        answer.at("required_status_checks"),
    )
    has_reviews = bool(answer.get("required_pull_request_reviews", dict, {}))
    allowed = reviews.at("bypass_pull_request_allowances")
    exempt = [] if answer.at("enforce_admins").get("enabled", bool, False) else ["administrators"]
    for kind in ("users", "teams", "apps"):
        key = "login" if kind == "users" else "slug"
        exempt += [plain(item.get(key, str, kind)) for item in allowed.items(kind)]
    return Layer(
        "branch protection",
        exempt=tuple(exempt),
        pull_request=has_reviews,
        approvals=reviews.get("required_approving_review_count", int, 0),
        code_owners=reviews.get("require_code_owner_reviews", bool, False),
        dismisses_stale=reviews.get("dismiss_stale_reviews", bool, False),
        last_push_approved=reviews.get("require_last_push_approval", bool, False),
        checks=tuple(_protection_checks(checks)),
        up_to_date=checks.get("strict", bool, False),
        no_force_push=not answer.at("allow_force_pushes").get("enabled", bool, False),
        no_deletion=not answer.at("allow_deletions").get("enabled", bool, False),
    )


def _protection_checks(checks: Given) -> Iterator[RequiredCheck]:
    for item in checks.items("checks"):
        yield RequiredCheck(item.get("context", str, ""), _app(item, "app_id"))
    empty: list[Any] = []
    for context in checks.get("contexts", list, empty):
        if isinstance(context, str):
            yield RequiredCheck(context)


def _app(item: Given, key: str) -> int | None:
    """The app that must report a check; -1 is how the API writes any app."""
    number = item.get(key, int, -1)
    return number if number > 0 else None


def _rules(answer: Given) -> Iterator[Given]:
    for item in _groups(answer.value, answer.place):
        if not item.has("type"):
            what = (
                "a list of rulesets, which leaves out their rules"
                if item.has("enforcement")
                else "no list of a branch's rules"
            )
            raise SettingsError(
                f"{answer.place}: this is {what}; give the answer of rules/branches/BRANCH"
            )
        yield item


def _layers(
    rules: Sequence[Given], rulesets: Sequence[Given], seen: Settings, *, is_default: bool
) -> Iterator[Layer]:
    """A layer for each ruleset that applies to the branch.

    The branch's own list of rules is complete; a ruleset beside it adds its name and who may
    bypass it. Without that list, a ruleset applies where its conditions say so.
    """
    by_id: dict[int, list[Given]] = {}
    for rule in rules:
        by_id.setdefault(rule.get("ruleset_id", int, 0), []).append(rule)
    known = {ruleset.get("id", int, 0): ruleset for ruleset in rulesets}
    if not seen.rules_given:
        by_id = {
            number: list(ruleset.items("rules"))
            for number, ruleset in known.items()
            if _applies(ruleset, seen.branch, is_default=is_default)
        }
    for number, own in sorted(by_id.items()):
        ruleset = known.get(number)
        name = _name(ruleset) if ruleset else f"ruleset {number}"
        yield _layer(Layer(name, exempt=_exempt(ruleset)), own)


def _name(ruleset: Given) -> str:
    return f"ruleset `{plain(ruleset.get('name', str, ''))}` ({ruleset.get('id', int, 0)})"


def _applies(ruleset: Given, branch: str, *, is_default: bool) -> bool:
    if ruleset.get("enforcement", str, "") != "active":
        return False
    if ruleset.get("target", str, "branch") != "branch":
        return False
    names = ruleset.at("conditions").at("ref_name")
    empty: list[Any] = []
    included, excluded = names.get("include", list, empty), names.get("exclude", list, empty)
    return _names(included, branch, is_default) and not _names(excluded, branch, is_default)


def _names(patterns: Iterable[object], branch: str, is_default: bool) -> bool:
    return any(
        pattern == "~ALL"
        or (pattern == "~DEFAULT_BRANCH" and is_default)
        or (isinstance(pattern, str) and fnmatch.fnmatchcase(f"refs/heads/{branch}", pattern))
        for pattern in patterns
    )


def _exempt(ruleset: Given | None) -> tuple[str, ...] | None:
    """Who may bypass a ruleset; the list is there only for a token that may change it."""
    if ruleset is None or ruleset.value.get("bypass_actors") is None:
        return None
    return tuple(_actor(item) for item in ruleset.items("bypass_actors"))


def _actor(item: Given) -> str:
    """A role, a team, an app or the like; the API gives only its number."""
    number = item.get("actor_id", int, 0)
    kind = plain(item.get("actor_type", str, "somebody"))
    return f"{kind} {number}" if number else kind


def _layer(layer: Layer, rules: Iterable[Given]) -> Layer:
    for rule in rules:
        kind, asked = rule.get("type", str, ""), rule.at("parameters")
        if kind == "pull_request":
            layer = _with_reviews(layer, asked)
        elif kind == "required_status_checks":
            checks = tuple(
                RequiredCheck(item.get("context", str, ""), _app(item, "integration_id"))
                for item in asked.items("required_status_checks")
            )
            strict = asked.get("strict_required_status_checks_policy", bool, False)
            layer = replace(
                layer, checks=(*layer.checks, *checks), up_to_date=layer.up_to_date or strict
            )
        elif kind == "non_fast_forward":
            layer = replace(layer, no_force_push=True)
        elif kind == "deletion":
            layer = replace(layer, no_deletion=True)
    return layer


def _with_reviews(layer: Layer, asked: Given) -> Layer:
    empty: list[Any] = []
    methods = asked.get("allowed_merge_methods", list, empty)
    return replace(
        layer,
        pull_request=True,
        approvals=asked.get("required_approving_review_count", int, 0),
        code_owners=asked.get("require_code_owner_review", bool, False),
        dismisses_stale=asked.get("dismiss_stale_reviews_on_push", bool, False),
        last_push_approved=asked.get("require_last_push_approval", bool, False),
        merge_methods=frozenset(map(str, methods)) if methods else None,
    )
