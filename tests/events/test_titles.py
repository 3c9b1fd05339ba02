"""What of the title of an event is the title of an outage."""

from __future__ import annotations

import json

import pytest

from debrief import events


@pytest.mark.parametrize(
    ("sent", "title"),
    [
        ("[FIRING:2] Orders mart is stale", "Orders mart is stale"),
        ("[Resolved] [ P ] Orders mart", "[ P ] Orders mart"),
        ("[Triggered] [Alert] Orders mart", "Orders mart"),
        ("[No data] Orders mart", "Orders mart"),
        ("Orders mart [FIRING]", "Orders mart [FIRING]"),
        ("[orders] late", "[orders] late"),
        ("[FIRING]", "[FIRING]"),
    ],
)
def test_the_state_that_alerting_puts_before_a_title_is_no_part_of_it(
    sent: str, title: str
) -> None:
    (notice,) = events.read(json.dumps({"debrief": 1, "key": "K1", "title": sent}))
    assert notice.title == title
