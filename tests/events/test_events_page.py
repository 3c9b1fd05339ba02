"""The handbook's page on events: its examples are read, and it knows every source and every key."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from debrief import events
from debrief.events import datadog, generic, vocabulary

PAGE = (Path(__file__).parents[2] / "docs/handbook/events.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)


def test_the_payload_for_datadog_on_the_page_is_the_one_that_is_read() -> None:
    assert EXAMPLES[0] == datadog.TEMPLATE


@pytest.mark.parametrize(
    "text", ["plain", 'with "quotes", "key": "x"', "on\nlines\t", "back\\slash"]
)
def test_the_payload_is_read_whatever_datadog_fills_into_its_free_texts(text: str) -> None:
    values = {
        "$ALERT_CYCLE_KEY": "7283764827364", "$ALERT_ID": "1234", "$DATE": "1773482712000",
        "$ALERT_TRANSITION": "Recovered", "$ALERT_PRIORITY": "P2", "$ALERT_METRIC": "rows",
        "$ALERT_SCOPE": "", "$TAGS": "", "$LINK": "https://example.com/1", "$SNAPSHOT": "",
        "$ALERT_TITLE": f"Rows: {text}", "$TEXT_ONLY_MSG": f"Said: {text}",
    }  # fmt: skip
    filled = re.sub(r"\$[A-Z_]+", lambda found: values[found[0]], EXAMPLES[0])
    (notice,) = events.read(filled)
    assert (notice.source, notice.key, notice.severity) == ("datadog", "7283764827364", "P2")
    assert notice.clock["resolved_at"].text == "2026-03-14T10:05:12Z"
    assert notice.title == f"Rows: {' '.join(text.split())}"
    assert (notice.summary or "").split() == f"Said: {text}".split()


def test_the_example_of_the_generic_form_is_read_and_uses_every_common_key() -> None:
    (notice,) = events.read(EXAMPLES[1])
    assert (notice.source, notice.key) == ("status-page", "SP-2026-31")
    assert notice.unread == ()
    assert set(json.loads(EXAMPLES[1])) == set(generic.FIELDS) - {
        "acknowledged_at", "mitigated_at", "over",
    }  # fmt: skip


def test_the_shortest_form_that_messages_show_is_read() -> None:
    (notice,) = events.read(generic.EXAMPLE)
    assert (notice.source, notice.key, notice.is_over) == ("generic", "INC-4711", True)


def test_the_table_of_the_generic_form_has_each_key_of_it_once() -> None:
    rows = PAGE.split("| Key | Value |")[1].split("\n\n")[0]
    keys = [
        key for row in rows.splitlines()[2:] for key in re.findall(r"`(\w+)`", row.split("|")[1])
    ]
    assert sorted(keys) == sorted(generic.FIELDS)


def test_the_page_names_every_source_and_every_word_for_who_noticed() -> None:
    known = {
        "pagerduty": "PagerDuty", "opsgenie": "Opsgenie", "incident-io": "incident.io",
        "firehydrant": "FireHydrant", "rootly": "Rootly", "grafana": "Grafana",
        "alertmanager": "Alertmanager", "datadog": "Datadog", "monte-carlo": "Monte Carlo",
        "github": "GitHub", "openlineage": "OpenLineage", "generic": "The generic form",
    }  # fmt: skip
    assert set(known) == {source.NAME for source in events.SOURCES}
    assert all(name in PAGE for name in known.values())
    assert all(f"`{word}`" in PAGE for word in vocabulary.detectors())
