"""PM1xx: does the front matter have the shape that the schema asks for?

Every one of these is seen by ``debrief.schema``, which finds the words for the case at hand.
"""

from __future__ import annotations

from debrief.checks.rule import Rule
from debrief.finding import Level

RULES = (
    Rule(
        "PM101",
        "Every key is one that the schema knows",
        "correct the key or delete it; docs/reference/schema.md lists all of them",
    ),
    Rule("PM102", "What gives an item its identity is there", "write the key and its value"),
    Rule("PM103", "Every value is of the right kind", "write the kind of value that is asked for"),
    Rule("PM104", "Words come from the lists of the schema", "choose one of the allowed values"),
    Rule(
        "PM105",
        "Dates and times are real and have a zone",
        "write a date as 2026-03-14 and an instant as 2026-03-14T07:42Z",
        explanation="A time without a zone is an hour or more wrong for some of its readers.",
    ),
    Rule("PM106", "Ids, links and paths have the right form", "write it in the form shown"),
    Rule("PM107", "Texts, lists and numbers keep within their bounds", "shorten or correct it"),
    Rule("PM108", "No item stands twice in a list", "delete one of the two"),
    Rule("PM109", "No list has an empty item", "fill it in or delete it"),
    Rule(
        "PM110",
        "What the record's status demands is there",
        "fill it in, or set the status back until you know it",
        Level.ERROR,
        relaxed=True,
        explanation="Each status asks for more than the one before: see the life of a record in "
        "the handbook. The demands stand in schema/postmortem.schema.json under `allOf`.",
    ),
)
