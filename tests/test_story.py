"""One record from `new` to `closed` and back, through the commands, by two people.

The gate is green at each step, and red at each wrong turn. Each turn is a branch of its own that is
compared with the main branch, and merged when it is green.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import advance
import check
import click
import new
import postpone
import pytest
import reassign
from in_process import InProcess
from scratch import alter, git

CASES = Path(__file__).resolve().parent / "cases"
COMPLETE = (CASES / "PM705/good.md").read_text(encoding="utf-8")
ID = "2026-03-14-orders-mart-served-stale-prices"
RECORD = f"postmortems/2026/{ID}.md"

NKECHI = "n-okafor"
TOVE = "t-lindqvist"


@dataclass
class Team:
    """Two people at one repository, on a day."""

    root: Path
    in_process: InProcess
    today: str = "2026-03-16"

    def git(self, *arguments: str, by: str = NKECHI) -> str:
        person = f"{by} <{by}@users.noreply.github.com>"
        return git(self.root, *arguments, by=person, at=f"{self.today}T10:00Z")

    def commit(self, by: str = NKECHI) -> None:
        self.git("add", "--all", by=by)
        self.git("commit", "--quiet", "--message", "A turn", by=by)

    def run(self, command: click.Command, *arguments: str) -> tuple[int, str]:
        told = ["--root", str(self.root), "--today", self.today, *arguments]
        outcome = self.in_process(command, "debrief", *told)
        assert isinstance(outcome.code, int)
        return outcome.code, outcome.out + outcome.err

    def do(self, command: click.Command, *arguments: str) -> str:
        """Run a command that succeeds."""
        code, output = self.run(command, *arguments)
        assert code == 0, output
        return output

    @contextmanager
    def turn(self, today: str) -> Iterator[None]:
        """A branch that the gate lets through, merged in the end."""
        self.today = today
        self.git("switch", "--quiet", "--create", "turn", "main")
        yield
        if self.git("status", "--porcelain"):
            self.commit()
        code, output = self.run(check.main, "--base", "main")
        assert (code, "not verified" in output) == (0, False), output
        self.git("switch", "--quiet", "main")
        self.git("merge", "--quiet", "--no-ff", "--no-edit", "turn")
        self.git("branch", "--quiet", "--delete", "turn")

    def is_refused(self, *rules: str, by: str = NKECHI) -> None:
        """The work tree as it is would be refused, for these reasons of history; then undo it."""
        if rules != ("PM808",):  # whose a sign-off is shows once it is committed
            assert self.gate() == list(rules)
        before = self.git("rev-parse", "HEAD")
        self.commit(by)
        assert self.gate() == list(rules)
        self.git("reset", "--quiet", "--hard", before)

    def gate(self) -> list[str]:
        """The errors about history, as the gate tells them."""
        code, output = self.run(check.main, "--base", "main")
        assert code == 1, output
        return re.findall(r"error  (PM8\d\d)", output)

    @property
    def text(self) -> str:
        return (self.root / RECORD).read_text(encoding="utf-8")

    def write(self, text: str) -> None:
        (self.root / RECORD).write_text(text, encoding="utf-8")

    def replace(self, old: str, new: str) -> None:
        alter(self.root / RECORD, (old, new))


@pytest.fixture
def team(tmp_path: Path, in_process: InProcess) -> Team:
    root = tmp_path / "outages"
    shutil.copytree(CASES / "_base", root)
    owners = root / "catalog/owners.yml"
    text = owners.read_text(encoding="utf-8")
    owners.write_text(
        re.sub(r"  ([a-z]-[a-z]+): \{(.*kind: person)", r'  \1: {\2, handles: ["@\1"]', text),
        encoding="utf-8",
    )
    made = Team(root, in_process)
    made.git("init", "--quiet", "--initial-branch", "main")
    made.commit()
    return made


def completed(draft: str) -> str:
    """The draft with everything written that a review needs, and nothing beyond."""
    body = COMPLETE[COMPLETE.index("\n---\n") :]
    front = COMPLETE[: COMPLETE.index("\nstewardship:")]
    status = re.search(r"^status: .*$", draft, re.MULTILINE)
    assert status is not None
    front = front.replace("status: closed", status[0].replace('"', ""))
    front = front.replace(
        "status: verified\n    done_on: 2026-03-23\n    evidence: [feed-diff]", "status: open"
    )
    front = front.replace(
        "verification: {method: data-quality-check, verified_on: 2026-03-27, "
        "verified_by: t-lindqvist}",
        "verification: {method: data-quality-check}  # by the stewards",
    )
    return front + body


def test_from_new_to_closed_and_back(team: Team) -> None:  # noqa: PLR0915 - a life is long
    with team.turn("2026-03-16"):
        team.do(
            new.main, "--title", "Orders mart served stale prices", "--severity", "sev3",
            "--owner", "pricing-platform", "--asset", "warehouse.orders_mart",
            "--started", "2026-03-14T01:10Z", "--detected", "2026-03-14T07:42Z",
        )  # fmt: skip

    with team.turn("2026-03-18"):
        code, output = team.run(advance.main, ID, "next")
        assert code == 1
        assert "is not ready to become in-review" in output
        assert {"PM110", "PM204"} <= set(re.findall(r"error  (PM\d+)", output))
        team.write(completed(team.text))
        team.commit()
        team.replace("status: draft", "status: published")
        team.is_refused("PM801")
        team.do(advance.main, ID, "next")
        assert "\nstatus: in-review\n" in team.text

    with team.turn("2026-03-20"):
        team.replace("due: 2026-03-27\n    status: open", "due: 2026-04-24\n    status: open")
        team.is_refused("PM802")
        team.do(postpone.main, ID, "contract-check", "2026-04-10", "--reason", "No test feed yet")
        assert "{changed_on: 2026-03-20, field: due, from: 2026-03-27, to: 2026-04-10" in team.text
        assert "# by the stewards" in team.text

    with team.turn("2026-03-21"):
        team.replace("    owner: m-sato\n", "    owner: i-duarte\n")
        team.is_refused("PM802")
        team.do(reassign.main, ID, "contract-check", "i-duarte", "--reason", "Mei is on leave")

    with team.turn("2026-03-23"):
        team.replace(
            "timeline:\n",
            "stewardship:\n"
            "  data_quality: Row counts are now checked at load\n"
            "  lineage: The map is right\n"
            "  access: Not affected; no data was exposed\n"
            "review: {kind: walkthrough, held_on: 2026-03-19}\n"
            "timeline:\n",
        )
        code, output = team.run(advance.main, ID, "published")
        assert code == 1
        assert "PM703" in output
        typed = "  - {role: steward, signed_by: pricing-stewards, signed_on: 2026-03-23}\n"
        team.commit()
        team.replace("timeline:\n", f"sign_offs:\n{typed}timeline:\n")
        team.is_refused("PM808", by=NKECHI)
        team.replace("timeline:\n", f"sign_offs:\n{typed}timeline:\n")
        team.commit(by=TOVE)
        team.do(advance.main, ID, "published", "--signed-by", "facilitator=n-okafor")
        assert "\npublished_on: 2026-03-23\n" in team.text

    with team.turn("2026-04-10"):
        code, output = team.run(advance.main, ID, "next")
        assert code == 1
        assert "PM705" in output
        done = "status: verified\n    done_on: 2026-04-08\n    evidence: [feed-diff]"
        team.replace("status: open", done)
        team.replace(
            "verification: {method: data-quality-check}",
            "verification: {method: data-quality-check, verified_on: 2026-04-10, "
            "verified_by: t-lindqvist}",
        )
        team.commit()
        team.do(advance.main, ID, "closed", "--signed-by", f"closing={TOVE}")
        team.commit(by=TOVE)

    team.git("switch", "--quiet", "--create", "tampering")
    for old, wrong, rule in (
        ("value: 9,", "value: 4,", "PM805"),
        ("status: closed", "status: published", "PM801"),
        ("due: 2026-04-10\n", "due: 2026-06-10\n", "PM802"),
        ("id: contract-check", "id: header-check", "PM803"),
        ("reason: No test feed yet", "reason: Planned", "PM804"),
    ):
        team.replace(old, wrong)
        assert rule in team.gate(), rule
        team.git("checkout", "--quiet", RECORD)
    (team.root / RECORD).unlink()
    team.is_refused("PM806")
    (team.root / RECORD).rename(team.root / RECORD.replace("stale", "old"))
    team.is_refused("PM806")

    with team.turn("2026-05-04"):
        team.do(advance.main, ID, "published", "--reason", "A feed got through on 2 May")
        assert "closed_on" not in team.text

    (team.root / RECORD).unlink()  # past the gate, by somebody who could
    team.commit()
    team.git("switch", "--quiet", "--create", "again")
    team.git("checkout", "--quiet", "main~1", "--", RECORD)
    team.do(check.main, "--base", "main")  # the same record may be put back
    team.replace("Orders mart served stale prices", "Another outage")
    assert "PM807" in team.gate()
