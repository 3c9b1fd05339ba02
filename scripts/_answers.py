"""What is known of a new record: as options and questions give it, and as front matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from debrief import checks, template
from debrief.archive import Archive
from debrief.document import write_record
from debrief.faults import COMPLETENESS_RULES
from debrief.finding import Level
from debrief.record import CLOCK_POINTS, DRAFT, Moment

Answers = dict[str, Any]
"""By the name of the option, without those that were not given."""


def front_matter(answers: Answers) -> Answers:
    """The answers as front matter, in the order in which a record is read."""
    incident = {
        "reference": answers.get("reference"),
        "type": answers.get("incident_type"),
        "trigger": answers.get("trigger"),
        "detected_by": answers.get("detected_by"),
        **{key: answers.get(key) for key in CLOCK_POINTS},
    }
    if any("T" not in answers[key] for key in CLOCK_POINTS if key in answers):
        incident["precision"] = "day"
    incident["approximate"] = answers.get("approximate")
    roles = {
        "facilitator": answers.get("facilitator"),
        "scribe": answers.get("scribe"),
        "incident_commander": answers.get("incident_commander"),
        "engineers": list(answers.get("engineers", ())),
        "stewards": list(answers.get("stewards", ())),
    }
    values = {
        "title": " ".join(answers.get("title", "").split()),
        "summary": answers.get("summary"),
        "status": DRAFT,
        "severity": answers.get("severity"),
        "owner": answers.get("owner"),
        "tags": list(answers.get("tags", ())),
        "visibility": answers.get("visibility"),
        "incident": given_only(incident),
        "assets": [{"asset": asset} for asset in answers.get("assets", ())],
        "stakeholders": list(answers.get("stakeholders", ())),
        "roles": given_only(roles),
        "timeline": list(answers.get("timeline", ())),
        "recurrence_of": answers.get("recurrence_of"),
        "related": list(answers.get("related", ())),
    }
    return given_only(values)


def given_only(values: Answers) -> Answers:
    """The values that were given."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def started_on(answers: Answers) -> date | None:
    """The day of the file's name, in the zone that was typed; None while no time is known."""
    first = next((answers[key] for key in CLOCK_POINTS if key in answers), None)
    return Moment.parse(first).local_day if first else None


_LISTS = ("assets", "stakeholders", "related", "tags", "engineers", "stewards")
"""The answers that are several."""


@dataclass(frozen=True)
class Judge:
    """Says of an answer what the check would say of it in a draft."""

    archive: Archive
    today: date

    def on(self, answers: Answers, key: str, answer: str) -> tuple[str, str] | None:
        """What is wrong since one more answer, and what to write; None where nothing is."""
        more = (*answers.get(key, ()), answer) if key in _LISTS else answer
        try:
            before, after = self._errors(answers), self._errors({**answers, key: more})
        except ValueError as error:
            return str(error), ""
        return next((error for error in after if error not in before), None)

    def _errors(self, answers: Answers) -> list[tuple[str, str]]:
        """What is wrong with what is there; what is missing yet is not."""
        text = write_record(front_matter({"title": "untitled", **answers}), "")
        path = template.record_path(started_on(answers) or self.today, "draft")
        found = checks.of_entry(self.archive.read(path, text), self.archive, self.today)
        return [
            (finding.message, finding.fix)
            for finding in found
            if finding.level is Level.ERROR and finding.rule not in COMPLETENESS_RULES
        ]
