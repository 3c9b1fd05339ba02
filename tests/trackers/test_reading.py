"""Exports of trackers in all their forms → tickets; and what is said of files that are none."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from tracked import LATE, closed, issue, jira

from debrief.catalog_sources.imported import SourceError
from debrief.trackers import jira as jira_source
from debrief.trackers import reading
from debrief.trackers.reading import Reading
from debrief.trackers.ticket import Ticket, mark


def read(value: object) -> Reading:
    return reading.read("a.json", json.dumps(value).encode())


def only(value: object) -> Ticket:
    made = read(value)
    assert (made.unread, made.gaps) == ([], [])
    (ticket,) = made.tickets
    return ticket


REST = closed(assignees=[{"login": "m-sato"}])
GH = {
    "number": 12,
    "state": "CLOSED",
    "stateReason": "COMPLETED",
    "closedAt": "2026-11-20T10:00:00Z",
    "url": "https://github.com/an-org/shop/issues/12",
    "body": issue()["body"],
    "assignees": [{"id": "U_1", "login": "m-sato", "name": ""}],
    "labels": [],
}
NODE = {
    **GH,
    "assignees": {"nodes": [{"login": "m-sato"}]},
    "labels": {"nodes": []},
    "projectItems": {"nodes": []},
}


@pytest.mark.parametrize(
    "value",
    [
        REST,
        [REST],
        [GH],
        {"total_count": 1, "items": [REST]},
        {"data": {"repository": {"issues": {"nodes": [NODE]}}}},
        {"data": {"search": {"edges": [{"node": NODE}]}}},
        [{"data": {"repository": {"issue": None, "issues": {"nodes": [NODE]}}}}],
    ],
)
def test_an_issue_of_github_is_the_same_in_each_form(value: object) -> None:
    ticket = only(value)
    assert ticket.name == "an-org/shop#12"
    assert ticket.url == "https://github.com/an-org/shop/issues/12"
    assert (ticket.said.closed, ticket.said.reason) == (True, "completed")
    assert ticket.closed_on == date(2026, 11, 20)
    assert [person.names for person in ticket.assignees] == [("@m-sato",)]
    assert ticket.marks == ((LATE, "test"),)


def test_pages_that_stand_behind_one_another_are_read() -> None:
    text = json.dumps([issue(1)]) + json.dumps([issue(2)]) + "\n" + json.dumps(issue(3))
    assert len(reading.read("a.json", text.encode()).tickets) == 3


def test_pull_requests_are_none() -> None:
    pull = issue(pull_request={"url": "x"})
    assert read([pull, issue(13)]).tickets[0].name == "an-org/shop#13"


def test_a_date_of_a_project_is_the_due_date() -> None:
    value = {"date": "2027-01-15", "field": {"name": "Target date"}}
    ticket = only(issue(projectItems={"nodes": [{"fieldValues": {"nodes": [value, {}]}}]}))
    assert ticket.due == date(2027, 1, 15)


DOCUMENT = {
    "type": "doc",
    "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": "Words"}]},
        {"type": "paragraph", "content": [{"type": "text", "text": mark((LATE, "page"))}]},
    ],
}
FIELDS: dict[str, Any] = {
    "resolution": {"name": "Done"},
    "resolutiondate": "2026-11-20T23:30:00.000-0500",
    "duedate": "2026-12-01",
    "assignee": {"displayName": "Mei Sato", "accountId": "5b"},
}


@pytest.mark.parametrize(
    "value",
    [
        jira("Shipped", "done", description=DOCUMENT, **FIELDS),
        {"issues": [jira("Shipped", "done", description=mark((LATE, "page")), **FIELDS)]},
        [{"total": 1, "issues": [jira("Shipped", "done", description=DOCUMENT, **FIELDS)]}],
    ],
)  # fmt: skip
def test_an_issue_of_jira_is_the_same_in_each_form(value: object) -> None:
    ticket = only(value)
    assert (ticket.name, ticket.url) == ("PRICE-812", "https://jira.example.com/browse/PRICE-812")
    assert ticket.said.text == "Shipped, Done"
    assert ticket.closed_on == date(2026, 11, 20)
    assert ticket.due == date(2026, 12, 1)
    assert ticket.assignees[0].shown == "Mei Sato"
    assert ticket.marks == ((LATE, "page"),)


def test_the_form_of_jiras_own_importer_is_read() -> None:
    plain = {
        "key": "PRICE-812",
        "status": "Resolved",
        "resolution": "Won't Fix",
        "resolutionDate": "2026-11-20T10:00:00Z",
        "assignee": "m-sato",
    }
    ticket = only({"projects": [{"key": "PRICE", "name": "Pricing", "issues": [plain]}]})
    assert (ticket.url, ticket.said.closed, ticket.said.reason) == (None, True, "Won't Fix")
    assert ticket.assignees[0].names == ("m-sato",)


def test_the_gateway_of_jiras_cloud_is_no_address_of_a_ticket() -> None:
    item = jira("To Do", "new") | {
        "self": "https://api.atlassian.com/ex/jira/0a1b/rest/api/3/issue/10001"
    }
    assert (only(item).url, only(item).host) == (None, "")


@pytest.mark.parametrize(
    ("link", "key"),
    [
        ("https://jira.example.com/browse/PRICE-812", "PRICE-812"),
        ("https://jira.example.com/browse/price-812?focusedId=3", "PRICE-812"),
        ("https://x.example.com/jira/boards/1?selectedIssue=PRICE-812", "PRICE-812"),
        ("https://jira.example.com/projects/PRICE/issues/PRICE-812/", "PRICE-812"),
        ("https://github.com/an-org/shop/issues/12", None),
        ("https://[broken", None),
    ],
)
def test_the_key_is_found_in_each_kind_of_link(link: str, key: str | None) -> None:
    assert jira_source.key_in(link) == key


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty"),
        ('[{"number": 1,\n', "the JSON ends in the middle, at line 2"),
        ('{"a": 1}\n{"b": }\n', "this is not JSON: Expecting value at line 2"),
        ("key,status\nA-1,Done\n", "this is not JSON"),
        ("{}{}", "there are no issues of GitHub or Jira in it"),
        ('{"message": "Not Found"}', "there are no issues of GitHub or Jira in it"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_file_that_is_no_export_is_answered_with_the_line(text: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        reading.read("a.json", text.encode())


def test_bytes_that_are_no_text_are_answered() -> None:
    with pytest.raises(SourceError, match="byte 1 is not UTF-8"):
        reading.read("a.json", b"[\xff]")


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"id": 7, "name": "x"}, "no issue of a tracker that is known; it has id, name"),
        (issue(html_url="https://api.github.com/x/1"), "issue 12 has no `url` of its page"),
        ({"key": "no key", "fields": {}}, "`no key` is no key of Jira"),
        ({"key": "A-1", "fields": {"summary": "x"}}, "A-1 has no `status`"),
        ("words", "'words' stands where an issue should be"),
    ],
)
def test_what_is_no_ticket_is_told_and_the_others_are_read(item: Any, words: str) -> None:
    made = read([item, issue(13)])
    assert len(made.tickets) == 1
    (told,) = made.unread
    assert words in told


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ({"issues": [jira("To Do", "new")], "total": 132}, "has 1 of 132 issues"),
        ({"issues": [jira("To Do", "new")], "nextPageToken": "x"}, "one page of several"),
        ({"nodes": [GH], "pageInfo": {"hasNextPage": True}}, "one page of several"),
    ],
)
def test_an_export_that_says_it_is_not_all_is_told(page: object, words: str) -> None:
    assert words in " ".join(read(page).gaps)


def test_an_empty_export_is_fine() -> None:
    assert read([]).tickets == []
    assert read({"issues": [], "total": 0}).tickets == []


def test_any_json_is_read_or_answered() -> None:
    odd: list[Any] = [None, 1, "x", [], {}, [[]], {"issues": None}, {"number": 1, "state": "open"}]
    for value in [*odd, *({"key": "A-1", "fields": {"status": each}} for each in odd)]:
        try:
            read([value, issue(assignees=value, labels=value, projectItems=value, body=value)])
        except SourceError:
            continue
