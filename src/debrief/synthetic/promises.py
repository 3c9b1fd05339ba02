"""The actions of one made-up record: what was promised, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from debrief.record import CLOSED, PUBLISHED
from debrief.synthetic import phrases
from debrief.synthetic.company import Company
from debrief.synthetic.course import days_after
from debrief.synthetic.dice import Dice
from debrief.synthetic.plan import TODAY, Outage
from debrief.synthetic.speech import Speech

_NUMBER = {1: 10, 2: 28, 3: 31, 4: 17, 5: 8, 6: 4, 9: 2}
"""How many actions a record has, with the shares in a hundred."""

_PUBLISHED = {
    "open": 24, "in-progress": 14, "blocked": 4, "done": 20, "verified": 32, "not-doing": 6
}  # fmt: skip
_CLOSED = {"verified": 92, "not-doing": 8}
_LEVELS = {"low": 2, "medium": 4, "high": 4}
_STILL_TO_DO = ("open", "in-progress", "blocked")

Template = tuple[str, str, str]
"""Id, category and title."""


@dataclass
class Promises:
    """Makes the actions of one outage; ``evidence`` lists a piece and gives its id."""

    outage: Outage
    company: Company
    dice: Dice
    speech: Speech
    evidence: Callable[[str | None], str]

    def actions(self, causes: list[dict[str, Any]], known: date) -> list[dict[str, Any]]:
        """Actions that address these causes; ``known`` is the day of the detection."""
        dice = self.dice
        roots = [cause["id"] for cause in causes if cause["role"] == "root"]
        number = max(dice.weighted(_NUMBER), len(roots))
        preventive = self._preventive(number)
        made = []
        for place, template in enumerate(preventive):
            cause = roots[place] if place < len(roots) else dice.pick(causes)["id"]
            must = place < len(roots)
            made.append(self._action(template, "preventive", cause, known, must=must))
        if dice.chance(0.6):
            template = dice.pick(phrases.CORRECTIVE)
            made.insert(0, self._action(template, "corrective", roots[0], known, must=False))
        return made

    def _preventive(self, number: int) -> list[Template]:
        """Different ones; where a consumer found it, the first one is about detection."""
        found = self.dice.some(phrases.PREVENTIVE, number)
        if self.outage.detected_by == "consumer":
            first = self.dice.pick(phrases.DETECTING)
            found = [first, *(template for template in found if template != first)]
        return found[:number]

    def _action(
        self, template: Template, kind: str, cause: str, known: date, *, must: bool
    ) -> dict[str, Any]:
        dice, speech = self.dice, self.speech
        name, category, title = template
        status = self._status(must=must)
        due = known + timedelta(days=dice.about(7, 110))
        action: dict[str, Any] = {
            "id": name,
            "title": speech.fill(title),
            "type": kind,
            "category": category,
            "addresses": [cause],
            "owner": self._owner(status),
            "due": due.isoformat(),
            "status": status,
            "impact": dice.weighted(_LEVELS),
            "feasibility": dice.weighted(_LEVELS),
        }
        if kind == "preventive" and status != "not-doing":
            action["success_criteria"] = speech.one(phrases.CRITERIA)
            action["test_plan"] = speech.one(phrases.TRIALS)
        if dice.chance(0.3):
            number = dice.between(100, 9999)
            action["tracker"] = f"https://tracker.example.com/DATA-{number}"
        self._settle(action, due, known)
        if self.outage.imported and dice.chance(0.6):
            for key in ("owner", "due", "changes"):
                action.pop(key, None)  # who tells of it later does not know
        return action

    def _status(self, *, must: bool) -> str:
        if self.outage.status == CLOSED:
            return "verified" if must else self.dice.weighted(_CLOSED)
        if self.outage.status == PUBLISHED:
            found = self.dice.weighted(_PUBLISHED)
            return "open" if must and found == "not-doing" else found
        return "open"

    def _owner(self, status: str) -> str:
        dice, company = self.dice, self.company
        if status not in _STILL_TO_DO and company.left and dice.chance(0.02):
            return dice.pick(company.left)
        return dice.pick(company.active) if dice.chance(0.75) else dice.pick(company.teams).id

    def _settle(self, action: dict[str, Any], due: date, known: date) -> None:
        """What became of it, by its status."""
        dice, speech = self.dice, self.speech
        method = dice.weighted(phrases.METHODS)
        if action["status"] in _STILL_TO_DO:
            self._keep_open(action, due, known)
            if action["type"] == "preventive":
                action["verification"] = {"method": method}
            return
        if action["status"] == "not-doing":
            action["reason"] = speech.one(phrases.REASONS_NOT_TO)
            return
        done = min(max(known, due + timedelta(days=dice.about(-30, 20))), TODAY)
        action["done_on"] = done.isoformat()
        action["evidence"] = [self.evidence(None)]
        action["verification"] = verification = {"method": method}
        if action["status"] == "verified":
            others = [name for name in self.company.active if name != action["owner"]]
            verification["verified_on"] = days_after(done, dice, 3, 45).isoformat()
            verification["verified_by"] = dice.pick(others)
            if dice.chance(0.5):
                verification["result"] = speech.one(phrases.RESULTS)

    def _keep_open(self, action: dict[str, Any], due: date, known: date) -> None:
        """Most of what is open was put off, once or more often, and some is overdue."""
        dice = self.dice
        is_overdue = self.outage.status == PUBLISHED and dice.chance(0.3)
        now = TODAY + timedelta(days=dice.between(-90, -1) if is_overdue else dice.between(1, 90))
        if now <= max(due, known):
            return  # it is not due yet, as it was promised
        action["due"] = now.isoformat()
        first = TODAY - timedelta(days=dice.between(1, 60))
        action["changes"] = [
            {
                "changed_on": max(first, known).isoformat(),
                "field": "due",
                "from": due.isoformat(),
                "to": now.isoformat(),
                "reason": self.speech.one(phrases.REASONS_TO_MOVE),
            }
        ]
