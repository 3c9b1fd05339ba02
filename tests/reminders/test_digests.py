"""Digests: what Slack, a program and a letterbox are given of the same reminders."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from promised import ACTION, FRONT, KEY, archive_of

from debrief.archive import Archive
from debrief.reminders import mailing, plain_json, slack
from debrief.reminders.due import Reminder, matters, said_on
from debrief.reminders.mail import Letter, Sender, Unreachable, Writer, address_of
from debrief.reminders.mailing import SettingsError
from debrief.reminders.rhythm import Window
from debrief.reminders.wording import Wording

TODAY = date(2026, 3, 18)
WINDOW = Window(date(2026, 3, 1), TODAY)
SITE = "https://example.com/pm"
HOSTILE = "<!here> & <https://evil.example|x> *b*"


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    front = FRONT.replace("none-needed", "pending") + ACTION
    return archive_of(tmp_path_factory.mktemp("archive"), front)


@pytest.fixture
def found(known: Archive) -> list[Reminder]:
    return list(said_on(TODAY, matters(known), WINDOW.after))


@pytest.fixture
def wording(known: Archive) -> Wording:
    return Wording(known.catalog, SITE)


def many(found: Sequence[Reminder], number: int, title: str = "") -> list[Reminder]:
    """The reminder of the action so many times, each with a key and a title of its own."""
    (one,) = [each for each in found if each.key == KEY]
    assert one.matter.action is not None
    action = one.matter.action
    return [
        replace(
            one,
            matter=replace(
                one.matter,
                key=f"{KEY}-{index}",
                action=replace(action, title=title or f"Action {index} " + "x" * 140),
            ),
        )
        for index in range(number)
    ]


# --- Slack ---------------------------------------------------------------------------------------


def test_slack_gets_a_line_for_each_under_who_hears_it(
    found: list[Reminder], wording: Wording
) -> None:
    (message,) = slack.messages(found, wording)
    title = "Reminders of 18 March 2026"
    page = f"{SITE}/postmortems/2026/2026-03-02-orders-late/"
    text = (
        "*Mei Sato*\n"
        f"• <{page}#action-check-header|Check the header> is due today — Orders came late\n"
        "*Pricing*\n"
        f"• <{page}|Orders came late> was to be in review on 12 March 2026, 6 days ago (also for "
        "Ole Brandt)\n"
        "*Stewards*\n"
        f"• <{page}|Orders> is still unrepaired 16 days after it was noticed — Orders came late"
    )
    assert message.payload == {
        "text": f"*{title}* · Your organisation\n{text}",
        "blocks": [
            {
                "type": "header",
                "text": {"type": "plain_text", "text": "Reminders of 18 March 2026"},
            },
            {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}},
        ],
        "unfurl_links": False,
    }
    assert {each.key for each in message.said} == {each.key for each in found}


def test_words_notify_nobody_in_slack_and_link_nowhere(
    found: list[Reminder], wording: Wording
) -> None:
    (message,) = slack.messages(many(found, 1, HOSTILE), wording)
    text = str(message.payload["text"])
    assert "&lt;!here&gt; &amp; &lt;https://evil.example|x&gt;" in text
    assert text.count("<") == 1


@pytest.mark.parametrize("number", [1, 14, 500])
def test_a_digest_is_split_within_the_limits_of_slack_and_nothing_is_left_out(
    found: list[Reminder], wording: Wording, number: int
) -> None:
    messages = slack.messages(many(found, number, "&" * 160), wording)
    for message in messages:
        header, section = message.payload["blocks"]
        assert len(header["text"]["text"]) <= 150
        assert len(section["text"]["text"]) <= 3_000
        assert len(message.payload["text"]) <= 4_000
        assert section["text"]["text"].startswith("*Mei Sato*\n")
    said = [each.key for message in messages for each in message.said]
    assert said == [f"{KEY}-{index}" for index in range(number)]
    if len(messages) > 1:
        assert f"(2 of {len(messages)})" in messages[1].payload["text"]


def test_nothing_to_say_is_no_message(wording: Wording) -> None:
    assert slack.messages([], wording) == []
    assert plain_json.messages([], wording, WINDOW) == []


# --- programs ------------------------------------------------------------------------------------


def test_a_program_gets_each_reminder_with_its_key_and_reason(
    found: list[Reminder], wording: Wording
) -> None:
    (message,) = plain_json.messages(found, wording, WINDOW)
    payload = json.loads(json.dumps(message.payload))
    assert {key: payload[key] for key in payload if key != "reminders"} == {
        "debrief": "reminder-digest",
        "version": 1,
        "organisation": "Your organisation",
        "day": "2026-03-18",
        "since": "2026-03-01",
        "part": 1,
        "parts": 1,
    }
    (action,) = [each for each in payload["reminders"] if each["key"] == KEY]
    assert action == {
        "key": KEY,
        "kind": "action-today",
        "day": "2026-03-18",
        "said_for": ["2026-03-11", "2026-03-17", "2026-03-18"],
        "to": [{"id": "m-sato", "name": "Mei Sato", "because": "owns the action"}],
        "subject": "Check the header",
        "says": "is due today",
        "link": f"{SITE}/postmortems/2026/2026-03-02-orders-late/#action-check-header",
        "record": {
            "id": "2026-03-02-orders-late",
            "title": "Orders came late",
            "status": "draft",
        },
        "action": {"id": "check-header", "status": "open"},
        "asset": None,
    }


def test_many_come_in_parts(found: list[Reminder], wording: Wording) -> None:
    messages = plain_json.messages(many(found, 401), wording, WINDOW)
    assert [len(message.said) for message in messages] == [200, 200, 1]
    assert [message.payload["part"] for message in messages] == [1, 2, 3]


# --- mail ----------------------------------------------------------------------------------------


def write(found: Sequence[Reminder], wording: Wording) -> tuple[list[Letter], list[Unreachable]]:
    sender = Sender("debrief@example.com", datetime(2026, 3, 18, 6, 30, tzinfo=UTC))
    return Writer(wording, WINDOW, sender).letters(found, lambda _, theirs: theirs)


def as_read(letter: Letter) -> EmailMessage:
    """The mail as the letterbox reads it."""
    read = message_from_bytes(letter.message.as_bytes(), policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def test_an_owner_gets_one_mail(found: list[Reminder], wording: Wording) -> None:
    letters, _ = write(found, wording)
    mail = as_read(next(each for each in letters if each.owner == "m-sato"))
    assert (mail["To"], mail["From"]) == (
        "Mei Sato <mei.sato@example.com>",
        "Debrief <debrief@example.com>",
    )
    assert mail["Subject"] == "Your organisation: 1 due today"
    assert mail["Date"] == "Wed, 18 Mar 2026 06:30:00 +0000"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().replace("\r\n", "\n") == (
        "For Mei Sato, 18 March 2026\n\n"
        "- “Check the header” is due today.\n"
        "  Postmortem: Orders came late\n"
        f"  {SITE}/postmortems/2026/2026-03-02-orders-late/#action-check-header\n"
        "  Said because Mei Sato owns the action.\n\n"
        "What counts is the record: once it says that something is done, this ends.\n"
    )


def test_a_team_without_a_letterbox_is_written_to_at_those_of_its_active_members(
    found: list[Reminder], wording: Wording
) -> None:
    letters, _ = write(found, wording)
    (mail,) = [as_read(each) for each in letters if each.owner == "pricing"]
    assert mail["To"] == "Pricing <mei.sato@example.com>"  # and not Vera, who has left


def test_who_cannot_be_written_to_is_named_with_what_they_do_not_hear(
    found: list[Reminder], wording: Wording
) -> None:
    letters, unreachable = write(found, wording)
    assert [each.owner for each in letters] == ["m-sato", "pricing", "stewards"]
    assert [(each.owner, [one.key for one in each.unsaid]) for each in unreachable] == [
        ("o-brandt", ["review/2026-03-02-orders-late"])
    ]


def test_the_same_is_sent_under_the_same_id(found: list[Reminder], wording: Wording) -> None:
    first, again = (write(found, wording)[0] for _ in range(2))
    ids = [each.message["Message-ID"] for each in first]
    assert ids == [each.message["Message-ID"] for each in again]
    assert len(set(ids)) == len(ids)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=60))
def test_no_word_becomes_a_header(known: Archive, words: str) -> None:
    catalog = known.catalog
    owner = replace(catalog.owners["m-sato"], name=words or "x")
    told = replace(
        catalog,
        owners={**catalog.owners, "m-sato": owner},
        policy=replace(catalog.policy, organisation=f"Evil\r\nBcc: x@example.com{words}"),
    )
    found = said_on(TODAY, matters(known), WINDOW.after)
    letters, _ = write(found, Wording(told))
    mail = as_read(next(each for each in letters if each.owner == "m-sato"))
    assert sorted(mail.keys()) == sorted(
        [
            *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
            *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
        ]
    )
    assert mail["To"].addresses[0].addr_spec == "mei.sato@example.com"


@pytest.mark.parametrize(
    ("contact", "address"),
    [
        ("mei@example.com", "mei@example.com"),
        ("mailto:mei@example.com", "mei@example.com"),
        ("#pricing", None),
        ("a@example.com, b@example.com", None),
        ("a@example.com\nBcc: b@example.com", None),
        ("Mei <mei@example.com>", None),
        ("mé@example.com", None),
        ("", None),
        (None, None),
    ],
)
def test_a_contact_is_a_letterbox_only_where_it_is_one_address(
    contact: str | None, address: str | None
) -> None:
    assert address_of(contact) == address


# --- how mail is sent ----------------------------------------------------------------------------

GIVEN = {"DEBRIEF_SMTP_HOST": "mail.example.com", "DEBRIEF_SMTP_FROM": "debrief@example.com"}


def test_mail_is_encrypted_unless_told_otherwise() -> None:
    settings = mailing.read(GIVEN)
    assert (settings.security, settings.port) == ("starttls", 587)
    assert mailing.read({**GIVEN, "DEBRIEF_SMTP_SECURITY": "TLS"}).port == 465


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"DEBRIEF_SMTP_HOST": ""}, "DEBRIEF_SMTP_HOST is missing"),
        ({"DEBRIEF_SMTP_FROM": "debrief"}, "DEBRIEF_SMTP_FROM is missing, or is no mail address"),
        ({"DEBRIEF_SMTP_PORT": "0"}, "DEBRIEF_SMTP_PORT is no port"),
        ({"DEBRIEF_SMTP_SECURITY": "ssl"}, "DEBRIEF_SMTP_SECURITY is none of starttls, tls, none"),
        ({"DEBRIEF_SMTP_USER": "me"}, "set both, or neither"),
        (
            {
                "DEBRIEF_SMTP_USER": "me",
                "DEBRIEF_SMTP_PASSWORD": "hush",
                "DEBRIEF_SMTP_SECURITY": "none",
            },
            "the password would be sent for all to read",
        ),
    ],
)
def test_settings_that_cannot_be_are_named_and_no_password_is(
    given: dict[str, str], words: str
) -> None:
    with pytest.raises(SettingsError, match=words) as refused:
        mailing.read({**GIVEN, **given})
    assert "hush" not in str(refused.value)


def test_a_password_is_not_shown_with_the_settings() -> None:
    login = {"DEBRIEF_SMTP_USER": "me", "DEBRIEF_SMTP_PASSWORD": "hush"}
    assert "hush" not in repr(mailing.read({**GIVEN, **login}))


def test_a_mail_is_of_seven_bits_and_its_lines_end_as_in_mail(
    found: list[Reminder], wording: Wording
) -> None:
    data = write(found, wording)[0][0].message.as_bytes()
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
