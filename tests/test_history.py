"""Rules about history: a scratch repository with a base and a head for each, good and bad.

The whole output of a case lies in ``cases/<rule>/<name>.txt``, as for every other rule.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from scratch import git

from debrief import baseline, checks, gate, reporters
from debrief.finding import Finding
from debrief.git import GitError, NoHistoryError
from debrief.history import Past, differences
from debrief.pull_request import PullRequest

CASES = Path(__file__).resolve().parent / "cases"
RECORD = "postmortems/2026/2026-03-14-case.md"
ROWS = "postmortems/2026/2026-03-14-case/evidence/rows.sql"
TODAY = date(2026, 4, 1)
WRITE = os.environ.get("DEBRIEF_WRITE_CASES") == "1"

CLOSED = (CASES / "PM705/good.md").read_text(encoding="utf-8")
PUBLISHED = (
    CLOSED.replace("status: closed", "status: published")
    .replace("  - {role: closing, signed_by: k-bangura, signed_on: 2026-03-30}\n", "")
    .replace("closed_on: 2026-03-30\n", "")
)
IN_REVIEW = (
    PUBLISHED.replace("status: published", "status: in-review")
    .replace("published_on: 2026-03-20\n", "")
    .replace("  - {role: facilitator, signed_by: n-okafor, signed_on: 2026-03-19}\n", "")
    .replace("  - {role: steward, signed_by: pricing-stewards, signed_on: 2026-03-20}\n", "")
    .replace("sign_offs:\n", "")
)
DRAFT = IN_REVIEW.replace("status: in-review", "status: draft")
WITHDRAWN = DRAFT.replace(
    "status: draft", "status: withdrawn\nwithdrawn: {reason: A test of the monitor}"
)
OPEN = PUBLISHED.replace(
    """\
    status: verified
    done_on: 2026-03-23
    evidence: [feed-diff]
""",
    "    status: open\n",
).replace(
    "{method: data-quality-check, verified_on: 2026-03-27, verified_by: t-lindqvist}",
    "{method: data-quality-check}",
)
"""A published record with a promise that is still to be kept."""

OWNERS = """\
owners:
  n-okafor: {name: Nkechi Okafor, kind: person, handles: ["@N-Okafor"]}
  t-lindqvist: {name: Tove Lindqvist, kind: person, addresses: [tove@example.com]}
  m-sato: {name: Mei Sato, kind: person, handles: ["@m-sato"]}
  i-duarte: {name: Inês Duarte, kind: person}
  k-bangura: {name: Kadie Bangura, kind: person}
  pricing-platform: {name: Pricing platform, kind: team, members: [m-sato, i-duarte]}
  pricing-stewards: {name: Pricing stewards, kind: team, members: [t-lindqvist]}
  store-replenishment: {name: Store replenishment, kind: team}
  finance-analytics: {name: Finance analytics, kind: team}
"""

MEI = "Mei Sato <12345+m-sato@users.noreply.github.com>"
NKECHI = "Nkechi Okafor <n-okafor@users.noreply.github.com>"
TOVE = "Tove Lindqvist <Tove@example.com>"
STRANGER = "Somebody <somebody@example.org>"


@dataclass(frozen=True)
class Repository:
    """A scratch repository; what is committed on it is dated, so that every id is the same."""

    root: Path

    def git(self, *arguments: str, author: str = MEI) -> str:
        submodules = ("-c", "protocol.file.allow=always")
        return git(self.root, *submodules, *arguments, by=author, at="2026-03-31T09:00Z")

    def write(self, path: str, text: str | None) -> None:
        file = self.root / path
        if text is None:
            file.unlink()
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")

    def commit(self, files: Mapping[str, str | None], author: str = MEI) -> str:
        for path, text in files.items():
            self.write(path, text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "A step", author=author)
        return self.git("rev-parse", "HEAD")

    def judge(self, base: str, pull: PullRequest | None = None) -> gate.Verdict:
        return gate.judge(self.root, TODAY, past=Past.since(self.root, base, TODAY, pull))

    def told(self, base: str, pull: PullRequest | None = None) -> list[str]:
        """The rule and message of each finding about history."""
        found = self.judge(base, pull).findings
        return [f"{f.rule} {f.message}" for f in found if f.rule.startswith("PM8")]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A scratch repository with a small catalog, a closed record's file, and no record yet."""
    root = tmp_path / "repository"
    shutil.copytree(CASES / "_base", root)
    made = Repository(root)
    made.git("init", "--quiet", "--initial-branch", "main")
    made.commit({"catalog/owners.yml": OWNERS})
    return made


# --- cases ---------------------------------------------------------------------------------------

Step = Callable[[Repository], object]


@dataclass(frozen=True)
class Case:
    """What is merged, what is done after that, and by whom."""

    name: str
    base: dict[str, str | None]
    head: dict[str, str | None]
    author: str = MEI
    pull: PullRequest | None = None
    before_base: dict[str, str | None] | None = None

    @property
    def rule(self) -> str:
        return self.name.partition("/")[0]

    @property
    def expected(self) -> Path:
        return CASES / f"{self.name}.txt"


def case(
    name: str,
    base: str | None,
    head: str | None,
    *,
    author: str = MEI,
    pull: PullRequest | None = None,
    beside: tuple[str | None, str | None] | None = None,
    also: dict[str, str | None] | None = None,
) -> Case:
    """A case about the one record; ``beside`` is a file beside it, before and after."""
    before: dict[str, str | None] = {RECORD: base} if base is not None else {}
    after: dict[str, str | None] = {RECORD: head} if head is not None or base is not None else {}
    if beside is not None:
        before[ROWS], after[ROWS] = beside
    return Case(name, before, {**after, **(also or {})}, author, pull)


def with_change(text: str, entry: str) -> str:
    """A record with an entry at the end of its own list of changes."""
    head = text if "\nchanges:\n" in text else text.replace("\n---\n\n##", "\nchanges:\n---\n\n##")
    return head.replace("\n---\n\n##", f"\n  - {{{entry}}}\n---\n\n##")


def with_action_change(text: str, entry: str) -> str:
    """A record with an entry in the list of changes of its first action."""
    anchor = "    verification: {method: data-quality-check"
    start, _, end = text.partition(anchor)
    return f"{start}    changes:\n      - {{{entry}}}\n{anchor}{end}"


def with_rehearsal(text: str, *entries: str) -> str:
    """A record with rehearsals of its first action."""
    anchor = "    verification: {method: data-quality-check"
    start, _, end = text.partition(anchor)
    items = "".join(f"      - {{{entry}}}\n" for entry in entries)
    return f"{start}    rehearsals:\n{items}{anchor}{end}"


HELD = "method: tabletop, held_on: 2026-04-01, held_by: t-lindqvist, result: held"
FELL = f"{HELD.replace('held_on: 2026-04-01', 'held_on: 2026-03-31')}".replace(
    "result: held", "result: failed, note: The page is gone"
)
DRILL = '  - {id: drill, kind: report, title: The drill, url: "https://drills.example.com/4"}\n'
POSTPONED = OPEN.replace("due: 2026-03-27\n    status: open", "due: 2026-04-24\n    status: open")
REASON = "reason: Waiting for the supplier"
MOVED = f"changed_on: 2026-04-01, field: due, from: 2026-03-27, to: 2026-04-24, {REASON}"
POSTPONED_WITH_REASON = with_action_change(POSTPONED, MOVED)
REOPENED = (
    "changed_on: 2026-04-01, field: status, from: closed, to: published, reason: It failed again"
)
CORRECTED = CLOSED.replace("value: 9,", "value: 10,")
FACILITATOR = "  - {role: facilitator, signed_by: n-okafor, signed_on: 2026-03-19}\n"
STEWARD = "  - {role: steward, signed_by: pricing-stewards, signed_on: 2026-03-20}\n"
SIGNED_BY_FACILITATOR = IN_REVIEW.replace("review: {", f"sign_offs:\n{FACILITATOR}review: {{")
SIGNED_BY_STEWARD = IN_REVIEW.replace("review: {", f"sign_offs:\n{STEWARD}review: {{")
SIGNED_BY_UNKNOWN = SIGNED_BY_FACILITATOR.replace("signed_by: n-okafor", "signed_by: k-bangura")
IMPORTED = CLOSED.replace(
    "owner: pricing-platform\n",
    'owner: pricing-platform\nimported: {source: "https://wiki.example.com/1"}\n',
    1,
)
HEAD = "c" * 40


def pull_by(author: str, *approvers: str, stale: tuple[str, ...] = ()) -> PullRequest:
    return PullRequest(author, HEAD, frozenset(approvers), frozenset(stale))


SILENCED = baseline.Baseline({RECORD: baseline.Silenced("0" * 64, (("PM401", 3, 1),))}).write()

CASES_OF_HISTORY = (
    case("PM801/good", IN_REVIEW, PUBLISHED, pull=pull_by("x", "n-okafor", "m-sato")),
    case("PM801/good-new", None, DRAFT),
    case("PM801/good-new-in-review", None, IN_REVIEW),
    case("PM801/good-new-imported", None, IMPORTED.replace("sign_offs:\n", "").replace(
        FACILITATOR, "").replace(STEWARD, "").replace(
        "  - {role: closing, signed_by: k-bangura, signed_on: 2026-03-30}\n", "")),
    case("PM801/good-withdrawn", IN_REVIEW, WITHDRAWN),
    case(
        "PM801/good-back",
        PUBLISHED,
        with_change(
            IN_REVIEW,
            "changed_on: 2026-04-01, field: status, from: published, to: in-review, "
            "reason: A new cause",
        ),
    ),
    case("PM801/bad-two-steps", DRAFT, OPEN, pull=pull_by("x", "n-okafor")),
    case("PM801/bad-new-closed", None, CLOSED, pull=pull_by("x", "n-okafor")),
    case("PM801/bad-back", PUBLISHED, IN_REVIEW),
    case("PM801/bad-reopened", CLOSED, PUBLISHED),
    case("PM801/bad-closed-withdrawn", CLOSED, CLOSED.replace(
        "status: closed", "status: withdrawn\nwithdrawn: {reason: A test}")),
    case("PM801/good-reopened", CLOSED, with_change(PUBLISHED, REOPENED)),
    case("PM801/bad-reopened-otherwise", CLOSED, with_change(
        PUBLISHED, REOPENED.replace("from: closed", "from: draft"))),
    case("PM802/good-due", OPEN, POSTPONED_WITH_REASON),
    case("PM802/bad-due", OPEN, POSTPONED),
    case("PM802/bad-due-from", OPEN, POSTPONED_WITH_REASON.replace(
        "from: 2026-03-27", "from: 2026-03-20")),
    case("PM802/bad-due-twice", POSTPONED_WITH_REASON, POSTPONED_WITH_REASON.replace(
        "due: 2026-04-24\n", "due: 2026-05-29\n").replace("to: 2026-04-24", "to: 2026-05-29")),
    case("PM802/bad-action-owner", OPEN, OPEN.replace("owner: m-sato", "owner: i-duarte")),
    case("PM802/good-action-owner", OPEN, with_action_change(
        OPEN.replace("owner: m-sato", "owner: i-duarte"),
        "changed_on: 2026-04-01, field: owner, from: m-sato, to: i-duarte, reason: On leave")),
    case("PM802/bad-owner", DRAFT, DRAFT.replace(
        "owner: pricing-platform", "owner: finance-analytics", 1)),
    case("PM802/good-owner", DRAFT, with_change(
        DRAFT.replace("owner: pricing-platform", "owner: finance-analytics", 1),
        "changed_on: 2026-04-01, field: owner, from: pricing-platform, to: finance-analytics, "
        "reason: They own the data")),
    case("PM803/bad", OPEN, OPEN.replace(OPEN[OPEN.index("  - id: correct-orders"):OPEN.index(
        "\nstewardship")], "")),
    case("PM803/bad-renamed", OPEN, OPEN.replace("id: correct-orders", "id: put-orders-right")),
    case("PM803/good", OPEN, OPEN.replace("    title: Correct the orders with the stores",
                                          "    title: Correct the orders in the stores")),
    case("PM804/bad", POSTPONED_WITH_REASON, POSTPONED_WITH_REASON.replace(
        REASON, "reason: Planned from the start")),
    case("PM804/bad-gone", with_change(OPEN, MOVED.replace("field: due", "field: title")), OPEN),
    case("PM804/good", POSTPONED_WITH_REASON, POSTPONED_WITH_REASON.replace(
        "due: 2026-04-24\n", "due: 2026-05-29\n").replace(
        f"to: 2026-04-24, {REASON}}}",
        f"to: 2026-04-24, {REASON}}}\n      - {{changed_on: 2026-04-01, field: due, "
        "from: 2026-04-24, to: 2026-05-29, reason: Freeze}")),
    case("PM805/bad", CLOSED, CLOSED.replace("likelihood: high", "likelihood: low")),
    case("PM805/bad-body", CLOSED, CLOSED.replace("froze at 08:30", "froze").replace(
        "was frozen at 08:30", "was frozen at 08:10")),
    case("PM805/bad-figure", CLOSED, CORRECTED),
    case("PM805/bad-other-figure", CLOSED, with_change(
        CORRECTED, 'changed_on: 2026-04-01, field: "impact.measures[0].value", from: "8", '
        'to: "10", reason: Late rows')),
    case("PM805/good-figure", CLOSED, with_change(
        CORRECTED, 'changed_on: 2026-04-01, field: "impact.measures[0].value", from: "9", '
        'to: "10", reason: Late rows')),
    case("PM805/good-body", CLOSED, with_change(
        CLOSED.replace("was frozen at 08:30", "was frozen at 08:10"),
        "changed_on: 2026-04-01, field: Resolution, reason: The clock of the scribe was late")),
    case("PM805/good-related", CLOSED, CLOSED.replace(
        "closed_on: 2026-03-30\n", "closed_on: 2026-03-30\n# Seen again.\nrelated: []\n")),
    case("PM805/good-rehearsed", CLOSED, with_rehearsal(CLOSED, HELD)),
    case("PM805/good-rehearsed-again", with_rehearsal(CLOSED, FELL),
         with_rehearsal(CLOSED, FELL, f"{HELD}, evidence: [drill]").replace(
             "\ncauses:", f"{DRILL}\ncauses:")),
    case("PM805/good-follow-up", with_rehearsal(CLOSED, FELL),
         with_rehearsal(CLOSED, f"{FELL}, follow_up: correct-orders")),
    case("PM805/bad-rehearsal-changed", with_rehearsal(CLOSED, FELL), with_rehearsal(
        CLOSED, FELL.replace("failed", "held"))),
    case("PM805/bad-rehearsal-gone", with_rehearsal(CLOSED, FELL), CLOSED),
    case("PM805/bad-evidence", CLOSED, CLOSED.replace("\ncauses:", f"{DRILL}\ncauses:")),
    case("PM805/bad-file", CLOSED, CLOSED, beside=("select 1;\n", "select 2;\n")),
    case("PM805/bad-file-deleted", CLOSED, CLOSED, beside=("select 1;\n", None)),
    case("PM805/good-file", CLOSED, with_change(
        CLOSED, "changed_on: 2026-04-01, field: evidence/rows.sql, reason: It named a customer"),
        beside=("select 1;\n", "select 2;\n")),
    case("PM805/good-file-added", CLOSED, CLOSED, also={ROWS: "select 1;\n"}),
    case("PM806/bad-deleted", DRAFT, None),
    case("PM806/bad-renamed", DRAFT, None,
         also={RECORD.replace("case", "stale-prices"): DRAFT.replace("freshness", "values")}),
    case("PM806/good", DRAFT, WITHDRAWN),
    Case("PM807/bad", {RECORD: None}, {RECORD: DRAFT}, before_base={RECORD: IN_REVIEW}),
    case("PM807/good", None, DRAFT),
    case("PM808/good", IN_REVIEW, SIGNED_BY_FACILITATOR, author=NKECHI),
    case("PM808/good-team", IN_REVIEW, SIGNED_BY_STEWARD, author=TOVE),
    case("PM808/bad", IN_REVIEW, SIGNED_BY_FACILITATOR, author=MEI),
    case("PM808/bad-team", IN_REVIEW, SIGNED_BY_STEWARD, author=NKECHI),
    case("PM808/bad-stranger", IN_REVIEW, SIGNED_BY_STEWARD, author=STRANGER),
    case("PM808/bad-made-themselves", IN_REVIEW, SIGNED_BY_FACILITATOR, author=STRANGER, also={
        "catalog/owners.yml": OWNERS.replace(
            'handles: ["@N-Okafor"]',
            'handles: ["@N-Okafor"], addresses: [somebody@example.org]')}),
    case("PM809/good", IN_REVIEW, SIGNED_BY_FACILITATOR, pull=pull_by("m-sato", "n-okafor")),
    case("PM809/bad", IN_REVIEW, SIGNED_BY_FACILITATOR, author=NKECHI, pull=pull_by("m-sato")),
    case("PM809/bad-stale", IN_REVIEW, SIGNED_BY_FACILITATOR,
         pull=pull_by("m-sato", stale=("n-okafor",))),
    case("PM809/bad-own", IN_REVIEW, SIGNED_BY_FACILITATOR, author=NKECHI,
         pull=pull_by("n-okafor")),
    case("PM810/bad-account", IN_REVIEW, SIGNED_BY_STEWARD, pull=pull_by("m-sato", "t-lindqvist")),
    case("PM808/bad-unknown-address", IN_REVIEW, SIGNED_BY_FACILITATOR, author=STRANGER),
    case("PM810/bad-nothing-known", IN_REVIEW, SIGNED_BY_UNKNOWN, author=STRANGER),
    case("PM810/bad-imported", None, IMPORTED),
    case("PM810/bad-unreadable", "---\ntitle: [\n---\n", DRAFT),
    case("PM810/good", IN_REVIEW, SIGNED_BY_FACILITATOR, author=NKECHI),
    case("PM801/bad-back-dated", CLOSED, with_change(
        PUBLISHED, REOPENED.replace("2026-04-01", "2026-03-29"))),
    case("PM809/bad-unknown", IN_REVIEW, SIGNED_BY_FACILITATOR.replace(
        "signed_by: n-okafor", "signed_by: ghost"), pull=pull_by("m-sato"), also={
        "catalog/owners.yml": f"{OWNERS}  ghost: {{name: Ghost, kind: person}}\n"}),
    case("PM812/bad", IN_REVIEW, IN_REVIEW.replace(
        "owner: pricing-platform\n",
        'owner: pricing-platform\nimported: {source: "https://wiki.example.com/1"}\n', 1)),
    case("PM812/good", IMPORTED, IMPORTED.replace("stores reordered", "stores had reordered")
         .replace("status: closed", "status: published").replace("---\n\n## Exec",
         f"changes:\n  - {{{REOPENED}}}\n---\n\n## Exec")),
    Case("PM811/bad", {"baseline.json": baseline.Baseline().write()},
         {"baseline.json": SILENCED}),
    Case("PM811/good", {"baseline.json": SILENCED},
         {"baseline.json": baseline.Baseline().write()}),
    Case("PM811/good-first", {}, {"baseline.json": SILENCED}),
)  # fmt: skip


@pytest.mark.parametrize("made", [pytest.param(c, id=c.name) for c in CASES_OF_HISTORY])
def test_case(made: Case, repository: Repository) -> None:
    if made.before_base is not None:
        repository.commit(made.before_base)
    base = repository.commit(made.base)
    repository.commit(made.head, made.author)
    verdict = repository.judge(base, made.pull)
    told = "".join(
        f"{line.plain}\n" for line in reporters.text(of_history(verdict), verdict.archive.documents)
    )
    told = re.sub(r"\b[0-9a-f]{10}\b", "<commit>", told)
    if WRITE:
        made.expected.parent.mkdir(exist_ok=True)
        made.expected.write_text(told, encoding="utf-8", newline="\n")
    assert told == made.expected.read_text(encoding="utf-8")
    names = {finding.rule for finding in verdict.findings}
    assert (made.rule in names) == made.name.partition("/")[2].startswith("bad"), told


def of_history(verdict: gate.Verdict) -> list[Finding]:
    return [finding for finding in verdict.findings if finding.rule.startswith("PM8")]


@pytest.mark.parametrize("kind", ["bad", "good"])
def test_every_rule_of_history_has_a_case(kind: str) -> None:
    have = {c.rule for c in CASES_OF_HISTORY if f"/{kind}" in c.name}
    assert have == {rule.id for rule in checks.RULES if rule.history_check}


def test_every_expected_text_has_its_case() -> None:
    assert set(CASES.glob("PM8*/*")) == {c.expected for c in CASES_OF_HISTORY}


# --- what git can and cannot tell ----------------------------------------------------------------


def test_several_steps_in_one_branch_are_legal_as_several_commits(repository: Repository) -> None:
    base = repository.commit({RECORD: DRAFT})
    repository.commit({RECORD: IN_REVIEW})
    unsigned = OPEN.replace(FACILITATOR, "").replace(STEWARD, "").replace("sign_offs:\n", "")
    repository.commit({RECORD: unsigned})
    assert repository.told(base) == []


def test_several_steps_squashed_into_one_commit_are_refused(repository: Repository) -> None:
    base = repository.commit({RECORD: DRAFT})
    unsigned = OPEN.replace(FACILITATOR, "").replace(STEWARD, "").replace("sign_offs:\n", "")
    repository.commit({RECORD: unsigned})
    assert [told[:5] for told in repository.told(base)] == ["PM801"]


def test_only_what_the_branch_did_is_judged(repository: Repository) -> None:
    """The base has moved on meanwhile: its own changes are not the branch's."""
    repository.commit({RECORD: OPEN})
    repository.git("switch", "--quiet", "--create", "branch")
    other = RECORD.replace("case", "other")
    repository.commit({other: DRAFT})
    repository.git("switch", "--quiet", "main")
    repository.commit({RECORD: POSTPONED_WITH_REASON})
    repository.git("switch", "--quiet", "branch")
    assert repository.told("main") == []


def test_a_merge_of_the_base_brings_nothing_of_its_own(repository: Repository) -> None:
    repository.commit({RECORD: IN_REVIEW})
    repository.git("switch", "--quiet", "--create", "branch")
    repository.commit({RECORD.replace("case", "other"): DRAFT})
    repository.git("switch", "--quiet", "main")
    repository.commit({RECORD: SIGNED_BY_FACILITATOR}, NKECHI)
    repository.git("switch", "--quiet", "branch")
    repository.git("merge", "--quiet", "--no-edit", "main", author=STRANGER)
    assert repository.told("main") == []


def test_the_merge_commit_of_a_code_host_is_judged_by_the_commits_in_it(
    repository: Repository,
) -> None:
    """CI checks out a merge that the code host made: the sign-off is still its author's."""
    repository.commit({RECORD: IN_REVIEW})
    repository.git("switch", "--quiet", "--create", "branch")
    repository.commit({RECORD: SIGNED_BY_FACILITATOR}, NKECHI)
    repository.git("switch", "--quiet", "--detach", "main")
    repository.git("merge", "--quiet", "--no-ff", "--no-edit", "branch", author=STRANGER)
    assert repository.told("main") == []


def test_a_sign_off_that_only_a_merge_brings_is_the_merger_s(repository: Repository) -> None:
    repository.commit({RECORD: IN_REVIEW})
    repository.git("switch", "--quiet", "--create", "branch")
    repository.commit({RECORD.replace("case", "other"): DRAFT})
    repository.git("switch", "--quiet", "--detach", "main")
    repository.git("merge", "--quiet", "--no-ff", "--no-commit", "branch")
    repository.commit({RECORD: SIGNED_BY_FACILITATOR}, STRANGER)
    assert [told[:5] for told in repository.told("main")] == ["PM808"]


def test_a_sign_off_that_was_taken_out_and_put_back_is_who_put_it_back(
    repository: Repository,
) -> None:
    base = repository.commit({RECORD: IN_REVIEW})
    repository.commit({RECORD: SIGNED_BY_FACILITATOR}, NKECHI)
    repository.commit({RECORD: IN_REVIEW}, NKECHI)
    repository.commit({RECORD: SIGNED_BY_FACILITATOR}, MEI)
    assert [told[:5] for told in repository.told(base)] == ["PM808"]


def test_what_was_changed_on_both_sides_is_not_verified(repository: Repository) -> None:
    repository.commit({RECORD: OPEN})
    repository.git("switch", "--quiet", "--create", "branch")
    repository.commit({RECORD: OPEN.replace("Planners corrected", "Planners have corrected")})
    repository.git("switch", "--quiet", "main")
    repository.commit({RECORD: POSTPONED_WITH_REASON})
    repository.git("switch", "--quiet", "branch")
    assert repository.told("main") == [
        "PM810 not verified: it was changed on the branch that this will be merged into, too"
    ]


def test_what_is_not_committed_yet_is_judged_too(repository: Repository) -> None:
    repository.commit({RECORD: OPEN})
    repository.write(RECORD, POSTPONED)
    assert [told[:5] for told in repository.told("HEAD")] == ["PM802"]
    repository.write(RECORD, None)
    assert [told[:5] for told in repository.told("HEAD")] == ["PM806"]


def test_a_sign_off_that_is_not_committed_is_nobody_s_yet(repository: Repository) -> None:
    repository.commit({RECORD: IN_REVIEW})
    repository.write(RECORD, SIGNED_BY_FACILITATOR)
    assert repository.told("HEAD") == [
        "PM810 not verified: the sign-off is in no commit yet, so whose it is cannot be told"
    ]


def test_in_a_shallow_clone_a_new_id_is_not_verified(
    repository: Repository, tmp_path: Path
) -> None:
    repository.commit({RECORD: OPEN})
    repository.git("clone", "--quiet", "--depth", "1", repository.root.as_uri(), f"{tmp_path}/c")
    clone = Repository(tmp_path / "c")
    clone.write(RECORD.replace("case", "other"), DRAFT)
    assert [told[:46] for told in clone.told("HEAD")] == [
        "PM810 not verified: the clone is shallow, so w"
    ]


def test_a_base_that_a_shallow_clone_lacks_is_no_pass(
    repository: Repository, tmp_path: Path
) -> None:
    older = repository.commit({RECORD: DRAFT})
    repository.commit({RECORD: IN_REVIEW})
    repository.git("clone", "--quiet", "--depth", "1", repository.root.as_uri(), f"{tmp_path}/c")
    with pytest.raises(GitError, match=r"there is no commit .*; this clone is shallow: git fetch"):
        Past.since(tmp_path / "c", older, TODAY)


def test_lines_of_history_that_never_met_are_no_pass(repository: Repository) -> None:
    repository.git("switch", "--quiet", "--orphan", "other")
    repository.commit({"note.txt": "Another beginning\n"})
    with pytest.raises(GitError, match="they have no commit in common"):
        Past.since(repository.root, "main", TODAY)


def test_a_name_that_is_no_commit_is_no_pass(repository: Repository) -> None:
    for name in ("nowhere", "--help", "HEAD:catalog", ""):
        with pytest.raises(GitError, match="there is no commit"):
            Past.since(repository.root, name, TODAY)


def test_without_git_there_is_no_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoHistoryError, match="is not in a git repository"):
        Past.since(tmp_path, "main", TODAY)
    Repository(tmp_path).git("init", "--quiet")
    with pytest.raises(NoHistoryError, match="there is no commit yet"):
        Past.since(tmp_path, "main", TODAY)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoHistoryError, match="git is not installed"):
        Past.since(tmp_path, "main", TODAY)


def test_before_the_first_push_everything_is_new(repository: Repository) -> None:
    repository.commit({RECORD: CLOSED})
    assert repository.told("0" * 40)[0].startswith("PM801 a new record begins as `closed`")


def test_the_records_may_lie_in_a_folder_of_a_larger_repository(tmp_path: Path) -> None:
    whole = Repository(tmp_path)
    whole.git("init", "--quiet", "--initial-branch", "main")
    shutil.copytree(CASES / "_base", tmp_path / "data/outages")
    inner = Repository(tmp_path / "data/outages")
    base = inner.commit({RECORD: OPEN, "catalog/owners.yml": OWNERS})
    inner.commit({RECORD: POSTPONED})
    assert [told[:5] for told in inner.told(base)] == ["PM802"]
    inner.commit({RECORD: None})
    deleted = [f for f in inner.judge(base).findings if f.rule == "PM806"]
    assert [finding.path for finding in deleted] == [RECORD]
    base = inner.git("rev-parse", "HEAD")
    inner.commit({RECORD: DRAFT})
    assert [told[:5] for told in inner.told(base)] == ["PM807"]
    inner.commit({RECORD: POSTPONED})
    assert inner.told(base) == [], "it was put back as it was"


def test_an_id_is_used_for_good_whatever_a_merge_hid(repository: Repository) -> None:
    repository.git("switch", "--quiet", "--create", "branch")
    repository.commit({RECORD: DRAFT})
    repository.git("switch", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--no-edit", "branch")
    base = repository.commit({RECORD: None})
    repository.commit({RECORD: IN_REVIEW})
    assert [told[:5] for told in repository.told(base)] == ["PM807"]


def test_a_record_that_was_deleted_can_be_put_back(repository: Repository) -> None:
    repository.commit({RECORD: CLOSED})
    base = repository.commit({RECORD: None})
    repository.commit({RECORD: CLOSED})
    assert repository.told(base) == []
    repository.commit({RECORD: CORRECTED})
    assert "PM807" in [told[:5] for told in repository.told(base)]


def test_a_rename_before_the_merge_is_nobody_s_business(repository: Repository) -> None:
    base = repository.git("rev-parse", "HEAD")
    repository.commit({RECORD: DRAFT})
    repository.commit({RECORD: None, RECORD.replace("case", "other"): DRAFT})
    assert repository.told(base) == []


def test_the_samples_may_go_and_nothing_else(repository: Repository) -> None:
    sample = DRAFT.replace("owner:", "tags: [sample]\nowner:", 1)
    policy = (repository.root / "catalog/policy.yml").read_text(encoding="utf-8")
    other = RECORD.replace("case", "other")
    ours = policy.replace("Harbour & Field", "Pellwick")
    base = repository.commit({RECORD: sample, other: DRAFT, "catalog/policy.yml": ours})
    base_of_others = repository.commit({RECORD: None, "catalog/policy.yml": policy})
    assert repository.told(base) == []
    repository.commit({other: None})
    assert [told[:5] for told in repository.told(base_of_others)] == ["PM806"]
    base = repository.commit({RECORD.replace("case", "third"): sample})
    repository.commit({RECORD.replace("case", "third"): None})
    assert [told[:5] for told in repository.told(base)] == ["PM806"], "the catalog is ours by now"


def test_a_rule_of_history_is_off_only_once_that_is_merged(repository: Repository) -> None:
    policy = (repository.root / "catalog/policy.yml").read_text(encoding="utf-8")
    off = f"{policy}rules_off: [{{rule: PM802, reason: We are just beginning}}]\n"
    base = repository.commit({RECORD: OPEN})
    at_once = {RECORD: POSTPONED, "catalog/policy.yml": off}
    repository.commit(at_once)
    assert [told[:5] for told in repository.told(base)] == ["PM802"]
    base = repository.commit({RECORD: OPEN})
    repository.commit({RECORD: POSTPONED})
    assert repository.told(base) == []


def test_layout_comments_and_quotes_of_a_closed_record_are_free(repository: Repository) -> None:
    base = repository.commit({RECORD: CLOSED})
    quoted = CLOSED.replace("severity: sev3", 'severity: "sev3"   # as agreed')
    repository.commit({RECORD: quoted.replace("## Lessons\n\n", "## Lessons\n\n\n")})
    assert repository.told(base) == []


def test_a_closed_text_is_not_moved_about(repository: Repository) -> None:
    base = repository.commit({RECORD: CLOSED})
    start, resolution, lessons = re.split(r"(?=## Resolution|## Lessons)", CLOSED)
    repository.commit({RECORD: f"{start}{lessons.rstrip()}\n\n{resolution}"})
    assert repository.told(base) == ["PM805 the text changed in a closed record"]
    indented = CLOSED.replace("The supplier's feed came", "    The supplier's feed came")
    repository.commit({RECORD: indented})
    assert repository.told(base) == ["PM805 the text changed in a closed record"]


def test_a_mail_map_and_replaced_commits_fool_nobody(repository: Repository) -> None:
    base = repository.commit({RECORD: IN_REVIEW})
    repository.commit(
        {RECORD: SIGNED_BY_FACILITATOR, ".mailmap": f"{NKECHI} {STRANGER}\n"}, STRANGER
    )
    forged = repository.git("rev-parse", "HEAD")
    repository.git("switch", "--quiet", "--detach", base)
    repository.commit({RECORD: SIGNED_BY_FACILITATOR}, NKECHI)
    honest = repository.git("rev-parse", "HEAD")
    repository.git("switch", "--quiet", "main")
    repository.git("replace", forged, honest)
    assert [told[:5] for told in repository.told(base)] == ["PM808"]


def test_a_closed_record_is_not_opened_by_a_detour(repository: Repository) -> None:
    base = repository.commit({RECORD: CLOSED})
    repository.commit({RECORD: PUBLISHED})
    repository.commit({RECORD: WITHDRAWN})
    assert "PM801" in [told[:5] for told in repository.told(base)]


def test_a_baseline_written_by_hand_silences_no_history(repository: Repository) -> None:
    base = repository.commit({RECORD: CLOSED})
    place = baseline.Silenced("", (("PM806", 1, 1),))
    text = baseline.Baseline({RECORD: place}).write()
    repository.commit({RECORD: None, baseline.FILE: text})
    assert [told[:5] for told in repository.told(base)] == ["PM806"]


def test_a_baseline_that_was_deleted_is_not_begun_again(repository: Repository) -> None:
    repository.commit({baseline.FILE: baseline.Baseline().write()})
    base = repository.commit({baseline.FILE: None})
    repository.commit({baseline.FILE: SILENCED})
    assert [told[:5] for told in repository.told(base)] == ["PM811"]


def test_a_change_of_the_schema_does_not_blind_the_judge(repository: Repository) -> None:
    own = repository.root / "schema"
    shutil.copytree(CASES.parents[1] / "schema", own)
    base = repository.commit({RECORD: IN_REVIEW})
    schema = (own / "owners.schema.json").read_text(encoding="utf-8")
    asks_more = schema.replace(
        '"required": [\n    "owners"', '"required": [\n    "more",\n    "owners"'
    )
    assert asks_more != schema
    changes = {RECORD: SIGNED_BY_FACILITATOR, "schema/owners.schema.json": asks_more}
    repository.commit(changes, MEI)
    assert [told[:5] for told in repository.told(base)] == ["PM808"]


def test_an_older_commit_as_a_parent_hides_nobody(repository: Repository) -> None:
    repository.commit({RECORD: IN_REVIEW})
    signed = repository.commit({RECORD: SIGNED_BY_FACILITATOR}, NKECHI)
    base = repository.commit({RECORD: IN_REVIEW}, NKECHI)
    repository.write(RECORD, SIGNED_BY_FACILITATOR)
    repository.git("add", "--all")
    tree = repository.git("write-tree")
    hidden = repository.git(
        "commit-tree", tree, "-p", base, "-p", signed, "-m", "Merge", author=STRANGER
    )
    repository.git("reset", "--quiet", "--hard", hidden)
    assert repository.told(base) != []


def test_settings_of_git_and_its_environment_change_nothing(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = repository.commit({RECORD: IN_REVIEW})
    repository.commit({RECORD: SIGNED_BY_FACILITATOR}, MEI)
    repository.git("config", "i18n.logOutputEncoding", "UTF-16")
    repository.git("config", "diff.orderFile", "/nowhere")
    monkeypatch.setenv("GIT_LITERAL_PATHSPECS", "1")
    assert [told[:5] for told in repository.told(base)] == ["PM808"]


def test_samples_that_go_are_not_taken_for_the_first_record(repository: Repository) -> None:
    policy = (repository.root / "catalog/policy.yml").read_text(encoding="utf-8")
    ours = policy.replace("Harbour & Field", "Pellwick")
    sample = CLOSED.replace("owner:", "tags: [sample]\nowner:", 1)
    base = repository.commit({RECORD: sample, "catalog/policy.yml": ours})
    repository.commit({RECORD: None, RECORD.replace("case", "first"): DRAFT})
    assert repository.told(base) == []


def test_other_line_ends_are_no_change_of_evidence(repository: Repository) -> None:
    base = repository.commit({RECORD: CLOSED, ROWS: "select 1;\n"})
    (repository.root / ROWS).write_bytes(b"select 1;\r\n")
    (repository.root / ROWS).chmod(0o755)
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "Line ends")
    assert repository.told(base) == []


def test_differences_are_told_at_their_innermost_place() -> None:
    before = {"a": {"b": ["x", "y"]}, "gone": "1", "blank": None}
    after = {"a": {"b": ["x", "z", "w"]}, "blank": {}}
    assert list(differences(before, after)) == [
        (("a", "b", 1), "y", "z"),
        (("a", "b", 2), None, "w"),
        (("gone",), "1", None),
    ]
    assert list(differences(before, before)) == []
