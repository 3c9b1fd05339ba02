"""The phrases that made-up records choose from: patterns with gaps for `speech.py` to fill."""

from __future__ import annotations

EVIDENCE = (
    ("row-counts", "query", "Row counts by load date"),
    ("load-log", "log", "Log of the run that {verb} the {noun}"),
    ("run-history", "dashboard", "Runs of {System} in that week"),
    ("alert-page", "alert", "Page of the {adjective} {noun} monitor"),
    ("first-report", "chat", "First question in the channel"),
    ("monitor-config", "config-snapshot", "Monitor settings as they were that day"),
    ("schema-diff", "change", "Columns before and after `{code}`"),
    ("lineage-gap", "lineage", "Lineage of the {noun} before and after"),
    ("drift-report", "report", "Values against the {adjective} {noun}"),
    ("ticket", "ticket", "Ticket with the supplier of {System}"),
    ("release", "deployment", "Release that changed `{code}`"),
    ("runbook-page", "document", "Runbook page of the {noun}"),
    ("queue-depth", "dashboard", "Depth of the {noun} queue"),
    ("sample-rows", "query", "Two hundred {adjective} rows"),
)
"""Id, kind and title of what a record may rest on."""

STATEMENTS = (
    "The {noun} treats {an_adjective} {noun} as absent and {verb} its {nouns} without a word",
    "{System} starts by the clock and has no way to ask whether the {noun} is complete",
    "The monitor watches when the {noun} ended, and not how many {nouns} it {verb}",
    "Two {nouns} write to `{code}`, and the later one wins",
    "No contract says which {nouns} of the {noun} may change, and who hears of it",
    "The {adjective} {noun} was {verb} by hand, with nothing that compares it with its source",
    "The limit of `{code}` was set for a third of today's {nouns}",
    "Each {noun} of {System} is retried from the start, and what was {verb} before stays",
    "The {noun} is owned by nobody since the team was split, so its page went to an old channel",
    "Tests use {an_adjective} {noun} in which no {noun} is empty",
)
"""Conditions of a system, as causes state them."""

CORRECTIVE = (
    ("rebuild", "process", "Rebuild the {noun} for the days that were wrong"),
    ("correct-consumers", "process", "Correct the {nouns} that were made from it"),
    ("replay", "process", "Replay the {nouns} that {System} {verb}"),
    ("restore-default", "code", "Set `{code}` back to its {adjective} value"),
)
"""What puts one outage right: id, category and title."""

DETECTING = (
    ("freshness-page", "alerting", "Page when the {noun} brings no row of today"),
    ("volume-check", "data-test", "Refuse a load that has {number} {nouns} fewer than usual"),
    ("skip-alert", "monitoring", "Count the {adjective} {nouns} and show them on the dashboard"),
    ("drift-check", "data-test", "Compare the {noun} with its source before it is published"),
)
"""What makes the next one noticed: id, category and title."""

PREVENTIVE = (
    *DETECTING,
    ("contract", "contract", "Agree a contract for the {noun} with its supplier"),
    ("completeness-gate", "architecture", "Let the {noun} wait for a mark that it is complete"),
    ("runbook", "runbook", "Write down how to pause {System}, and who may"),
    ("staging-case", "data-test", "Add {an_adjective} {noun} to the test data"),
    ("retry-once", "code", "Make the retry of {System} continue where it stopped"),
    ("name-owner", "process", "Name an owner for the {adjective} {nouns}"),
    ("rota-practice", "training", "Practise the freeze of the {noun} with the rota"),
    ("raise-limit", "architecture", "Raise the limit of `{code}`, and page at four fifths of it"),
    ("notice-period", "policy", "Ask ten days' notice of any change of the {noun}"),
    ("single-writer", "architecture", "Leave one writer to `{code}`"),
)
"""What makes it not happen again: id, category and title."""

CRITERIA = (
    "{An_adjective} {noun} stops the load within {number} seconds and pages the owner",
    "No run of {System} ends green with more than {number} {adjective} {nouns}",
    "Somebody who has not done it before needs less than ten minutes",
    "For a month, each {noun} is announced before it is changed",
)

TRIALS = (
    "Replay the {noun} of that day in staging, and then one of another week",
    "Take out one row in a hundred on three nights",
    "Withhold the mark of one {noun} on a quiet Tuesday",
    "A new member of the rota does it from the page alone",
)

RESULTS = (
    "{number} of {number} altered {nouns} were refused, the slowest after a minute",
    "Two firings in two months, both real",
    "It took six minutes, and two steps were reworded",
    "Both figures agree for every day of the month",
)

METHODS = {
    "data-quality-check": 40,
    "monitoring-period": 22,
    "review": 14,
    "tabletop": 10,
    "chaos-experiment": 6,
    "rollback-rehearsal": 5,
    "restore-test": 3,
}
"""How actions are verified, with their shares in a hundred."""

EVENTS = {
    "change": (
        "`{code}` is {verb} with the release of {System}",
        "The {noun} of a supplier changes",
    ),
    "symptom": ("The {noun} ends green with {number} {nouns}", "{Nouns} are {verb} {place}"),
    "alert": ("Monitor of the {noun} pages on call", "Alert on {adjective} {nouns} fires"),
    "report": (
        "A planner asks why the {noun} is {adjective}",
        "Finance reports {number} {adjective} {nouns}",
    ),
    "escalation": ("On call opens the incident", "The {noun} team is called in"),
    "decision": ("Freeze the {noun} instead of reloading it", "Publish without the {nouns}"),
    "mitigation": ("{System} is paused", "The {adjective} {noun} is taken off the page"),
    "recovery": ("{System} reads the {noun} in full", "The {noun} is rebuilt and compared"),
    "communication": ("Buyers and planners are told which {nouns} are affected",),
    "note": (
        "{System} {verb} the {adjective} {noun} {moment}",
        "Queue of {nouns} grows to {number}",
        "`{code}` is compared with the {adjective} {noun}",
        "On call finds {number} {adjective} {nouns} {place}",
        "The {noun} is {adverb} {verb}, with {number} {nouns} left",
    ),
}
"""What happens in a timeline, by kind."""

RATIONALES = (
    "A reload would end after the cut-off and could not be checked in time",
    "Nobody could say which {nouns} were right, {reason}",
    "The {noun} can be taken back in minutes, and a wrong one cannot",
)

MEASURES = (
    ("data latency", "hours", 30),
    ("rows affected", "rows", 900_000),
    ("rows missing", "percent", 80),
    ("orders corrected by hand", "orders", 4_000),
    ("stores affected", "stores", 400),
    ("amount misstated", "thousand euro", 900),
    ("queries that failed", "queries", 20_000),
    ("customers affected", "customers", 60_000),
)
"""What is measured, in which unit, and up to how much."""

DECISIONS = (
    "Reorder run of the day",
    "Price change of the week",
    "Forecast for the quarter",
    "Payout to partners",
    "Promotion kept at its depth",
    "Staffing of the depot",
    "Credit limit of new customers",
)

TAGS = (
    "contracts",
    "late-data",
    "backfill",
    "schema-drift",
    "month-end",
    "release",
    "vendor",
    "capacity",
    "dashboards",
    "streaming",
    "privacy",
    "finance-close",
    "alerts",
    "ownership",
    "runbook",
    "time-zones",
    "duplicates",
    "retention",
    "migration",
    "cost",
    "retries",
    "forecasting",
    "experiments",
    "permissions",
    "holidays",
)

STEWARDSHIP = {
    "data_quality": (
        "Row counts and drift are now checked at load; the rule is owned by the stewards.",
        "The {noun} has a rule for {adjective} {nouns}, and its firings are read each week.",
    ),
    "lineage": (
        "Two readers were missing from the lineage map; both were added.",
        "The map was right, and showed all readers within a minute.",
    ),
    "access": (
        "Not affected; no data was exposed and no access was changed.",
        "One grant was wider than needed and was revoked.",
    ),
}
"""The stewards' answers."""

BUSINESS = (
    "{number} {nouns} were decided on {adjective} figures; about {number} were corrected by hand.",
    "Planners of {number} stores worked from the day before, and {number} {nouns} came late.",
    "The {noun} of the month was closed a day late, {reason}.",
    "Nobody outside the team noticed; {number} {nouns} were rebuilt before they were read.",
)

REASONS_TO_MOVE = (
    "Waiting for the supplier's test data",
    "The team was busy with the {noun} until the end of the month",
    "It turned out to need a change of {System} first",
    "Handed on with the {noun}",
)

REASONS_NOT_TO = (
    "The {noun} goes away with {System} this year",
    "Another action covers the case at a tenth of the cost",
)

WITHDRAWN = (
    "The figures were right; the comparison was made with {an_adjective} {noun}",
    "It is a part of another outage, and told there",
)
"""Why a record turned out not to be one."""
