"""Rehearsals on the page of their postmortem, and what is due on the page of all actions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from debrief.archive import Archive, Entry
from debrief.record import Postmortem
from debrief.site import actions, postmortem
from debrief.site.edition import Edition

DRILLED = "2026-04-22-warehouse-down-with-cloud-region"

pytestmark = pytest.mark.samples


def without_follow_up(edition: Edition) -> tuple[Edition, Postmortem]:
    """The samples, where nothing follows from the drill that failed."""
    record = edition.archive.by_id[DRILLED]
    altered = replace(
        record,
        actions=tuple(
            replace(a, rehearsals=tuple(replace(r, follow_up=None) for r in a.rehearsals))
            for a in record.actions
        ),
    )
    others = (entry for entry in edition.archive.entries if entry.path != record.path)
    entries = (*others, Entry(record.path, record=altered))
    archive: Archive = replace(edition.archive, entries=entries)
    return replace(edition, archive=archive), altered


def test_a_rehearsal_stands_with_its_action_and_leads_to_what_follows(samples: Edition) -> None:
    html = postmortem.postmortem_page(samples, samples.archive.by_id[DRILLED]).html
    told = html[html.index("<dt>Rehearsed</dt>") :][:900]
    assert "by rollback rehearsal" in told
    assert "<strong>failed</strong>: Five hours and ten minutes" in told
    assert 'href="#action-second-region"' in told
    assert "does not hold" not in html


def test_a_failure_that_nothing_follows_is_said_on_both_pages(samples: Edition) -> None:
    edition, record = without_follow_up(samples)
    assert "The promise does not hold" in postmortem.postmortem_page(edition, record).html
    overview = actions.overview_page(actions.ActionsView(edition)).html
    assert "the promise does not hold" in overview


def test_what_is_due_stands_on_the_page_of_actions(samples: Edition) -> None:
    html = actions.overview_page(actions.ActionsView(samples)).html
    due = html[html.index('id="rehearsals"') :][:1200]
    assert "#action-replay-page" in due
    assert "22 days overdue" in due
