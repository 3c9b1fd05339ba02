"""The front matter of one made-up record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from debrief.record import CLOSED, DRAFT, PUBLISHED, WITHDRAWN
from debrief.synthetic import phrases, promises
from debrief.synthetic.company import POLICY, Company
from debrief.synthetic.course import Course, clock, days_after, instant, shown, timeline
from debrief.synthetic.dice import Dice
from debrief.synthetic.plan import TODAY, Outage
from debrief.synthetic.speech import Speech

_CAUSES = {1: 34, 2: 42, 3: 19, 5: 5}
_LEVELS = {"low": 2, "medium": 5, "high": 3}
_REPAIRS = {"backfilled": 42, "replayed": 24, "restated": 10, "none-needed": 18, "lost": 6}
_OTHER_CATEGORIES = ("monitoring-gap", "test-gap", "ownership-gap", "runbook-gap", "configuration")


@dataclass
class Front:
    """Makes the front matter of one outage, piece by piece."""

    outage: Outage
    company: Company
    dice: Dice
    speech: Speech
    _evidence: dict[str, dict[str, Any]] = field(default_factory=dict)

    @cached_property
    def course(self) -> Course:
        """How it went."""
        return Course.of(self.outage, self.dice)

    def values(self) -> dict[str, Any]:
        """All of it, in the order in which people write it."""
        outage = self.outage
        values: dict[str, Any] = {
            "title": outage.title,
            "summary": self._summary(),
            "status": outage.status,
            "severity": outage.severity,
            "owner": outage.owner,
            "tags": self._tags(),
        }
        if outage.restricted:
            values["visibility"] = "restricted"
        values["incident"] = self._incident()
        values["assets"] = self._assets()
        if outage.status == WITHDRAWN:
            values["withdrawn"] = self._withdrawal()
        elif outage.status == DRAFT:
            values["timeline"] = timeline(outage, self.course, self.dice, self.speech)[:4]
        else:
            values |= self._analysis()
        values |= self._relations()
        return values

    # The head

    def _summary(self) -> str:
        first = f"{self.outage.title}."
        return f"{first} {self.speech.one(phrases.BUSINESS)}"

    def _tags(self) -> list[str]:
        domain = self.company.assets[self.outage.assets[0]]["domain"]
        return [domain, *self.dice.some(phrases.TAGS, self.dice.between(0, 3))]

    def _incident(self) -> dict[str, Any]:
        outage = self.outage
        number = self.dice.between(1000, 99_999)
        return {
            "reference": f"https://incidents.example.com/{number}",
            "type": outage.type,
            "trigger": f"It began {outage.trigger}",
            "detected_by": outage.detected_by,
            **clock(outage, self.course),
        }

    def _relations(self) -> dict[str, Any]:
        outage = self.outage
        found: dict[str, Any] = {}
        if outage.recurrence_of:
            found["recurrence_of"] = outage.recurrence_of
        if outage.related:
            found["related"] = list(outage.related)
        if outage.imported:
            found["imported"] = {
                "source": f"https://wiki.example.com/incidents/{outage.id}",
                "imported_on": days_after(outage.day, self.dice, 200, 360).isoformat(),
                "language": self.dice.weighted({"en": 8, "de": 1, "pt": 1}),
            }
        return found

    def _withdrawal(self) -> dict[str, Any]:
        if self.outage.duplicate_of:
            reason = phrases.WITHDRAWN[1]
            return {"reason": reason, "duplicate_of": self.outage.duplicate_of}
        return {"reason": self.speech.fill(phrases.WITHDRAWN[0])}

    # What was wrong

    def _assets(self) -> list[dict[str, Any]]:
        return [self._affected(asset) for asset in self.outage.assets]

    def _affected(self, asset: str) -> dict[str, Any]:
        outage, course, dice = self.outage, self.course, self.dice
        back = dice.weighted({0: 5, 1: 3, dice.between(2, 40): 1})
        end = (course.resolved or course.detected).date()
        found: dict[str, Any] = {
            "asset": asset,
            "effect": outage.effect,
            "data_from": (outage.day - timedelta(days=back)).isoformat(),
            "data_to": max(end - timedelta(days=dice.between(0, 1)), outage.day).isoformat(),
        }
        if outage.status in (DRAFT, WITHDRAWN):
            return found
        is_settled = outage.status == CLOSED or (course.restored and dice.chance(0.95))
        found["repair"] = repair = dice.weighted(_REPAIRS) if is_settled else "pending"
        if repair in ("backfilled", "replayed", "restated"):
            found["restored_at"] = shown(course.restored or course.detected, outage)
        if repair == "lost" or dice.chance(0.15):
            found["note"] = self.speech.one(phrases.STATEMENTS)
        if dice.chance(0.6):
            found["evidence"] = [self.evidence("row-counts")]
        return found

    # The analysis

    def _analysis(self) -> dict[str, Any]:
        """What a record has from review on, and what it gets after that."""
        outage, dice = self.outage, self.dice
        roles = self._roles()
        causes = self._causes()
        made = promises.Promises(outage, self.company, dice, self.speech, self.evidence)
        actions = made.actions(causes, self.course.detected.date())
        found: dict[str, Any] = {
            "stakeholders": self._stakeholders(),
            "impact": self._impact(),
            "roles": roles,
            "timeline": self._timeline(),
            "causes": causes,
            "actions": actions,
        }
        if dice.chance(0.4):
            found["ideas"] = [self._idea() for _ in range(dice.between(1, 3))]
        if outage.status in (PUBLISHED, CLOSED):
            found |= self._agreement(roles, actions)
        found["evidence"] = list(self._evidence.values())
        return found

    def _stakeholders(self) -> list[str]:
        told = [name for asset in self.outage.assets for name in self.company.audience(asset)]
        guests = (team.id for team in self.dice.some(self.company.teams, self.dice.between(1, 2)))
        return list(dict.fromkeys([*told[:8], *guests]))

    def _impact(self) -> dict[str, Any]:
        dice, speech = self.dice, self.speech
        measures: list[dict[str, Any]] = []
        for name, unit, most in dice.some(phrases.MEASURES, dice.between(1, 3)):
            value = dice.between(1, most)
            measure = {"measure": name, "value": value, "unit": unit}
            if dice.chance(0.3):
                measure["objective"] = max(1, value // dice.between(2, 9))
            measures.append(measure)
        found: dict[str, Any] = {"business": speech.one(phrases.BUSINESS), "measures": measures}
        if dice.chance(0.35):
            consumers = [team.id for team in dice.some(self.company.teams, 2)]
            found["decisions"] = [
                {
                    "decision": dice.pick(phrases.DECISIONS),
                    "consumer": consumer,
                    "outcome": dice.weighted({"corrected": 5, "accepted": 3, "unknown": 1}),
                }
                for consumer in consumers[: dice.between(1, 2)]
            ]
        return found

    def _roles(self) -> dict[str, Any]:
        dice = self.dice
        facilitator, scribe, commander, *engineers = dice.some(self.company.active, 6)
        found: dict[str, Any] = {"facilitator": facilitator, "scribe": scribe}
        if dice.chance(0.6):
            found["incident_commander"] = commander
        if "executive" in POLICY["severities"][self.outage.severity]["sign_offs"]:
            found["sponsor"] = "data-sponsor"
        steward = self.company.assets[self.outage.assets[0]].get("steward")
        return found | {
            "engineers": engineers[: dice.between(1, 3)],
            "stewards": [steward or dice.pick(self.company.stewards)],
        }

    def _timeline(self) -> list[dict[str, Any]]:
        events = timeline(self.outage, self.course, self.dice, self.speech)
        for event in events:
            if self.dice.chance(0.25):
                event["evidence"] = [self.evidence()]
        return events

    def _causes(self) -> list[dict[str, Any]]:
        dice = self.dice
        found = []
        for place in range(dice.weighted(_CAUSES)):
            is_root = place == 0 or (place == 1 and dice.chance(0.15))
            cause: dict[str, Any] = {
                "id": f"cause-{place + 1}",
                "role": "root" if is_root else "contributing",
                "condition": dice.weighted({"latent": 7, "direct": 3}),
                "category": self.outage.category if place == 0 else dice.pick(_OTHER_CATEGORIES),
                "statement": self.speech.one(phrases.STATEMENTS),
                "likelihood": dice.weighted(_LEVELS),
                "effect": dice.weighted(_LEVELS),
            }
            if is_root or dice.chance(0.5):
                cause["evidence"] = [self.evidence()]
            found.append(cause)
        return found

    def _idea(self) -> str:
        return self.speech.fill("Show the {noun} beside the {adjective} {noun}, {reason}")

    def evidence(self, name: str | None = None) -> str:
        """The id of a piece of evidence, which is listed from now on."""
        dice = self.dice
        known = {item[0]: item for item in phrases.EVIDENCE}
        key, kind, title = known[name] if name else dice.pick(phrases.EVIDENCE)
        if key not in self._evidence:
            item = {
                "id": key,
                "kind": kind,
                "title": self.speech.fill(title),
                "url": f"https://evidence.example.com/{self.outage.id[:10]}/{key}",
            }
            if dice.chance(0.25):
                item["captured_at"] = instant(self.course.detected)
            self._evidence[key] = item
        return key

    # What was agreed

    def _agreement(self, roles: dict[str, Any], actions: list[dict[str, Any]]) -> dict[str, Any]:
        """Review, sign-offs, and the days of publication and closing."""
        outage, dice, speech = self.outage, self.dice, self.speech
        held = days_after(self.course.detected.date(), dice, 2, 16)
        holders = {
            "facilitator": roles["facilitator"],
            "steward": roles["stewards"][0],
            "owner": outage.owner,
            "executive": roles.get("sponsor"),
        }
        found: dict[str, Any] = {
            "stewardship": {key: speech.one(said) for key, said in phrases.STEWARDSHIP.items()},
            "review": {"kind": dice.weighted(_REVIEWS), "held_on": held.isoformat()},
        }
        last, signed = held, []
        if not outage.imported:
            for role in POLICY["severities"][outage.severity]["sign_offs"]:
                last = days_after(last, dice, 0, 2)
                signed.append(_sign_off(role, holders[role], last))
        published = days_after(last, dice, 0, 3)
        found["sign_offs"] = signed
        found["published_on"] = published.isoformat()
        if outage.status == CLOSED:
            verified = (action.get("verification", {}).get("verified_on") for action in actions)
            kept = max([published, *(date.fromisoformat(day) for day in verified if day)])
            closed = days_after(kept, dice, 0, 20)
            if not outage.imported:
                signed.append(_sign_off("closing", roles["facilitator"], closed))
            found["closed_on"] = closed.isoformat()
            if closed < TODAY and dice.chance(0.06):
                found["changes"] = [self._correction(days_after(closed, dice, 1, 90))]
        return {key: value for key, value in found.items() if value}

    def _correction(self, day: date) -> dict[str, Any]:
        low = self.dice.between(10, 900)
        return {
            "changed_on": day.isoformat(),
            "field": "impact.measures[0].value",
            "from": str(low),
            "to": str(low + self.dice.between(1, 90)),
            "reason": "The first count left out a region",
        }


_REVIEWS = {"walkthrough": 6, "retrospective": 4, "dry-run": 1}


def _sign_off(role: str, name: str, day: date) -> dict[str, Any]:
    return {"role": role, "signed_by": name, "signed_on": day.isoformat()}
