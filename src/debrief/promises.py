"""What the gate promises only if the code host is set up for it, held against its settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from debrief.finding import did_you_mean
from debrief.settings import Layer, Settings, plain

CHECK = "check"
"""The name of the job that must pass, as .github/workflows/check.yml has it."""


class State(Enum):
    """Whether a promise holds; what cannot be seen is never taken for granted."""

    HOLDS = "holds"
    BROKEN = "does not hold"
    UNSEEN = "not verified"


@dataclass(frozen=True, slots=True)
class Answer:
    """One promise, and whether it holds."""

    id: str
    promise: str
    state: State
    fix: str
    """Where to set what, in the words of the settings' pages."""
    rests_on: tuple[str, ...] = ()
    """What was found that keeps the promise."""
    note: str = ""


Test = Callable[[Layer, str], bool]
"""Whether a layer keeps a promise, given the name of the required check."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise that any one layer of protection can keep, by one setting."""

    id: str
    words: str
    setting: str
    test: Test


def _requires(layer: Layer, check: str) -> bool:
    return any(required.name == check for required in layer.checks)


PROMISES = (
    Promise(
        "pull-request",
        "Every change comes by a pull request",
        "*Require a pull request before merging*",
        lambda layer, _: layer.pull_request,
    ),
    Promise(
        "approval",
        "Somebody other than the author has approved it",
        "*Required approvals*, 1 or more",
        lambda layer, _: layer.approvals > 0,
    ),
    Promise(
        "check",
        "What has errors does not merge",
        "*Require status checks to pass*, with `{check}` in the list",
        _requires,
    ),
    Promise(
        "check-source",
        "Only the workflow can say that the check has passed",
        "the source *GitHub Actions* for `{check}` in the list of checks",
        lambda layer, check: any(c.name == check and c.app is not None for c in layer.checks),
    ),
    Promise(
        "up-to-date",
        "What was checked is what the branch will hold",
        "*Require branches to be up to date before merging*",
        lambda layer, check: _requires(layer, check) and layer.up_to_date,
    ),
    Promise(
        "code-owners",
        "Whoever owns a record, or looks after the gate, has approved its change",
        "*Require review from Code Owners*",
        lambda layer, _: layer.code_owners,
    ),
    Promise(
        "fresh-approval",
        "An approval is of what merges, and not of an earlier state",
        "*Dismiss stale pull request approvals when new commits are pushed*",
        lambda layer, _: layer.dismisses_stale,
    ),
    Promise(
        "last-push",
        "Nobody approves what they pushed themselves",
        "*Require approval of the most recent reviewable push*",
        lambda layer, _: layer.last_push_approved,
    ),
    Promise(
        "history",
        "What is merged stays in history",
        "*Block force pushes*",
        lambda layer, _: layer.no_force_push,
    ),
    Promise(
        "deletion",
        "The branch cannot be deleted",
        "*Restrict deletions*",
        lambda layer, _: layer.no_deletion,
    ),
)


def audit(settings: Settings, check: str = CHECK) -> list[Answer]:
    """Every promise with its answer, in the order in which they are read."""
    kept = [_answer(promise, settings, check) for promise in PROMISES]
    return [
        *kept,
        _nobody_exempt(kept, settings, check),
        _lines_count(settings),
        _no_workflow_approves(settings),
        _signers_known(kept, settings),
    ]


def _answer(promise: Promise, settings: Settings, check: str) -> Answer:
    setting = promise.setting.format(check=plain(check))
    fix = f"in the ruleset of the branch, set {setting}"
    if keepers := _keepers(promise, settings, check):
        names = tuple(f"{_told(layer)}: {setting}" for layer in keepers)
        return Answer(promise.id, promise.words, State.HOLDS, fix, names)
    notes = [_other_checks(settings, check)] if promise.id == "check" else []
    state = State.BROKEN
    if missing := _missing(settings):
        state = State.UNSEEN
        notes.append(f"not given: {missing}")
    note = "; ".join(note for note in notes if note)
    return Answer(promise.id, promise.words, state, fix, note=note)


def _keepers(promise: Promise, settings: Settings, check: str) -> list[Layer]:
    return [layer for layer in settings.layers if promise.test(layer, check)]


def _told(layer: Layer) -> str:
    return f"{layer.name}, not for {', '.join(layer.exempt)}" if layer.exempt else layer.name


def _missing(settings: Settings) -> str:
    """The answers without which a setting that was not found may still be there."""
    wanted = {
        f"rules/branches/{settings.branch}": settings.rules_given,
        f"branches/{settings.branch}/protection": settings.protection_given,
    }
    return " and ".join(name for name, given in wanted.items() if not given)


def _other_checks(settings: Settings, check: str) -> str:
    names = sorted({plain(required.name) for layer in settings.layers for required in layer.checks})
    if not names:
        return ""
    return f"required are {', '.join(names)}; {did_you_mean(check, names)}".removesuffix("; ")


def _nobody_exempt(kept: list[Answer], settings: Settings, check: str) -> Answer:
    """Whether each promise that holds has a layer that holds for everybody."""
    leaks: dict[str, None] = {}
    unseen: dict[str, None] = {}
    for promise, answer in zip(PROMISES, kept, strict=True):
        keepers = _keepers(promise, settings, check)
        if answer.state is not State.HOLDS or any(layer.exempt == () for layer in keepers):
            continue
        if hidden := [layer.name for layer in keepers if layer.exempt is None]:
            unseen |= dict.fromkeys(hidden)
        else:
            leaks |= dict.fromkeys(_told(layer) for layer in keepers)
    make = _Row("everybody", "All of this holds for everybody, administrators included",
                "empty the ruleset's *Bypass list*; in branch protection, switch on *Do not allow "
                "bypassing the above settings*")  # fmt: skip
    if not any(answer.state is State.HOLDS for answer in kept):
        return make(State.UNSEEN, note="no promise above was seen to hold")
    if leaks:
        return make(State.BROKEN, note="; ".join(leaks))
    if unseen:
        note = (
            f"who may bypass {', '.join(unseen)} was not given: rulesets/ID, by its administrator"
        )
        return make(State.UNSEEN, note=note)
    return make(State.HOLDS, ("empty bypass lists",))


@dataclass(frozen=True, slots=True)
class _Row:
    """A promise that is answered by a function of its own."""

    id: str
    promise: str
    fix: str

    def __call__(self, state: State, rests_on: tuple[str, ...] = (), note: str = "") -> Answer:
        return Answer(self.id, self.promise, state, self.fix, rests_on, note)


def _lines_count(settings: Settings) -> Answer:
    make = _Row("codeowners-file", "Every line of CODEOWNERS counts",
                "give those accounts write access, or correct catalog/owners.yml and run "
                "`./debrief reference`: the host skips a line whose owner it does not accept"
                )  # fmt: skip
    errors = settings.code_owner_errors
    if errors is None:
        return make(State.UNSEEN, note="not given: codeowners/errors")
    if errors:
        more = f" and {len(errors) - 3} more" if len(errors) > 3 else ""
        return make(State.BROKEN, note=f"{'; '.join(errors[:3])}{more}")
    return make(State.HOLDS, ("no errors in the file",))


def _no_workflow_approves(settings: Settings) -> Answer:
    make = _Row("people-approve", "Only people approve",
                "in Settings → Actions → General, switch off *Allow GitHub Actions to create and "
                "approve pull requests*")  # fmt: skip
    may = settings.workflows_may_approve
    if may is None:
        return make(State.UNSEEN, note="not given: actions/permissions/workflow")
    return make(State.BROKEN) if may else make(State.HOLDS, ("workflows cannot approve",))


def _signers_known(kept: list[Answer], settings: Settings) -> Answer:
    """Who signed: the author of the commit, or else whoever approved the pull request."""
    make = _Row("signers", "Who signed off can still be told after the merge",
                "in Settings → General, switch off *Allow squash merging*; or keep it, and switch "
                "on the approvals above")  # fmt: skip
    methods = _methods(settings)
    if methods is None:
        return make(State.UNSEEN, note="not given: the repository itself, by its administrator")
    if "squash" not in methods:
        return make(State.HOLDS, ("commits keep their authors: no squash merges",))
    states = {answer.id: answer.state for answer in kept}
    needed = {states[name] for name in ("approval", "fresh-approval", "last-push")}
    note = (
        "a squash merge makes one commit with one author of all: sign-offs then rest on the "
        "reviews of the pull request alone"
    )
    if needed == {State.HOLDS}:
        return make(State.HOLDS, ("approvals of pull requests",), note)
    return make(State.BROKEN if State.BROKEN in needed else State.UNSEEN, note=note)


def _methods(settings: Settings) -> frozenset[str] | None:
    """The ways to merge that both the repository and its rulesets allow."""
    limits = [layer.merge_methods for layer in settings.layers if layer.merge_methods is not None]
    if settings.merge_methods is not None:
        limits.append(settings.merge_methods)
    return frozenset.intersection(*limits) if limits else None
