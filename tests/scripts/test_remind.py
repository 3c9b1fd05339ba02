"""`remind`: what arrives on each channel, what is remembered, and what is said of failures."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import _reminder_issues
import pytest
import remind
import trustme
from code_host import CodeHost
from in_process import InProcess, Outcome
from loopback import LoopbackGitHub, loopback_github
from mail_server import PASSWORD, USER, mail_server, trusted
from promised import ACTION, FRONT, KEY, OWNERS, put_promises
from scratch import alter

from debrief.reminders.issues import LABEL

REPOSITORY = "an-org/postmortems"
TWO = FRONT.replace("none-needed", "pending") + ACTION


@dataclass
class Desk:
    """A repository, and the command."""

    folder: Path
    in_process: InProcess

    def __call__(self, *words: str, today: str = "2026-03-18") -> Outcome:
        options = ("--root", str(self.folder), "--today", today)
        outcome = self.in_process(remind.main, "remind", *words, *options)
        assert "Traceback" not in outcome.err
        return outcome


@pytest.fixture
def desk(tmp_path: Path, in_process: InProcess, monkeypatch: pytest.MonkeyPatch) -> Desk:
    for name in [*os.environ]:
        if name.startswith(("DEBRIEF_", "GITHUB_", "HOOK")):
            monkeypatch.delenv(name)
    monkeypatch.setattr(_reminder_issues, "PAUSE", 0)
    folder = tmp_path / "repository"
    put_promises(folder, TWO)
    return Desk(folder, in_process)


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackGitHub]:
    """A webhook on this machine, whose address is in HOOK."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    with loopback_github() as server:
        monkeypatch.setenv("HOOK", f"{server.address}/services/a-secret")
        yield server


def keys(payload: Any) -> list[str]:
    return [each["key"].partition("/")[0] for each in payload["reminders"]]


# --- nothing is sent -----------------------------------------------------------------------------


def test_without_a_channel_it_says_what_it_would_say_to_whom_and_why(desk: Desk) -> None:
    done = desk()
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "Reminders of 18 March 2026, for all that was to be said after 17 March 2026.\n\n"
        "Mei Sato (m-sato)\n"
        "  “Check the header” is due today.\n"
        f"    owns the action; on the day it is due; {KEY}\n\n"
        "1 reminder; nothing was sent. Name a channel to send them: --issues, --slack-from-env, "
        "--webhook-from-env, --eml or --smtp.\n"
    )


def test_all_since_a_day_is_said_when_asked_for(desk: Desk) -> None:
    out = desk("--since", "2026-03-01").out
    assert "“Orders” is still unrepaired 16 days after it was noticed." in out
    assert "“Orders came late” was to be in review on 12 March 2026, 6 days ago." in out


def test_a_quiet_day_says_when_it_will_be_said(desk: Desk) -> None:
    out = desk(today="2026-03-14").out
    assert "14 March 2026 is a quiet day: nothing goes out. What waits is said on 16 March" in out


def test_an_archive_without_records_has_nothing_to_say(desk: Desk) -> None:
    for file in desk.folder.glob("postmortems/*/*.md"):
        file.unlink()
    done = desk("--since", "2020-01-01")
    assert (done.code, done.out.splitlines()[-1]) == (0, "Nothing is to be said.")


def test_a_record_that_cannot_be_read_is_named_and_the_others_are_said(desk: Desk) -> None:
    broken = desk.folder / "postmortems/2026/2026-03-05-broken.md"
    broken.write_text("---\ntitle: [\n---\n", encoding="utf-8")
    done = desk()
    assert done.code == 1
    assert "2026-03-05-broken.md cannot be read: nobody is reminded" in done.err
    assert "“Check the header” is due today." in done.out


def test_a_broken_catalog_stops_it(desk: Desk) -> None:
    (desk.folder / "catalog/owners.yml").write_text("owners: [", encoding="utf-8")
    done = desk()
    assert done.code == 2
    assert "catalog/owners.yml cannot be read without errors" in done.err


def test_only_what_one_owner_hears_is_said(desk: Desk) -> None:
    out = desk("--since", "2026-03-01", "--owner", "stewards").out
    assert "“Orders” is still unrepaired" in out
    assert "Check the header" not in out
    team = desk("--owner", "pricing").out
    assert "Mei Sato (m-sato)" in team  # a member
    unknown = desk("--owner", "stewrads")
    assert (unknown.code, "did you mean `stewards`?" in unknown.err) == (2, True)


def test_words_of_a_record_are_no_commands_of_the_runner(desk: Desk) -> None:
    (file,) = desk.folder.glob("postmortems/*/*.md")
    alter(file, ("Check the header", '"##[error]x ::error::y"'))
    out = desk().out
    assert "::" not in out
    assert "##[" not in out


def test_restricted_records_are_counted(desk: Desk) -> None:
    (file,) = desk.folder.glob("postmortems/*/*.md")
    alter(file, ("severity: sev4", "severity: sev4\nvisibility: restricted"))
    out = desk("--since", "2026-03-01").out
    assert "Of 1 restricted record, the actions alone are said, and no deadline." in out
    assert "Orders" not in out.replace("Orders came late", "")


# --- webhooks ------------------------------------------------------------------------------------


def test_a_webhook_gets_the_digest_once(desk: Desk, hook: LoopbackGitHub, tmp_path: Path) -> None:
    state = str(tmp_path / "state.json")
    done = desk("--webhook-from-env", "HOOK", "--state", state)
    assert (done.code, done.err) == (0, "")
    assert "Nobody remembers an earlier run." in done.out
    assert "webhook HOOK: 1 reminder in 1 message." in done.out
    ((path, headers, body),) = hook.received
    assert path == "/services/a-secret"
    assert headers["content-type"] == "application/json"
    assert keys(json.loads(body)) == ["action"]
    again = desk("--webhook-from-env", "HOOK", "--state", state)
    assert "webhook HOOK: nothing to say." in again.out
    assert "Last ran on 2026-03-18." in again.out
    assert len(hook.received) == 1


def test_what_was_missed_is_said_by_the_next_run(
    desk: Desk, hook: LoopbackGitHub, tmp_path: Path
) -> None:
    options = ("--webhook-from-env", "HOOK", "--state", str(tmp_path / "state.json"))
    desk(*options, today="2026-03-10")
    desk(*options, today="2026-03-14")  # a Saturday
    assert hook.received == []
    done = desk(*options, today="2026-03-16")
    assert "Last ran on 2026-03-14, 2 days ago." in done.out
    (digest,) = hook.events
    assert keys(digest) == ["review", "action", "data"] or sorted(keys(digest)) == [
        "action",
        "data",
        "review",
    ]
    assert digest["since"] == "2026-03-10"


def test_without_a_state_it_says_that_it_remembers_nothing(
    desk: Desk, hook: LoopbackGitHub
) -> None:
    for _ in range(2):
        assert "Nothing is remembered" in desk("--slack-from-env", "HOOK").out
    assert len(hook.received) == 2


def test_slack_gets_blocks(desk: Desk, hook: LoopbackGitHub) -> None:
    desk("--slack-from-env", "HOOK")
    (message,) = hook.events
    assert "• “Check the header” is due today — Orders came late" in message["text"]
    assert [block["type"] for block in message["blocks"]] == ["header", "section"]


def test_what_was_not_delivered_is_said_again_and_nothing_else(
    desk: Desk, hook: LoopbackGitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("debrief.reminders.plain_json._MOST", 1)
    options = ("--webhook-from-env", "HOOK", "--state", str(tmp_path / "state.json"))
    desk(*options, today="2026-03-11")
    hook.received.clear()
    hook.statuses[:] = [200, 400]
    done = desk(*options)
    assert done.code == 1
    assert "webhook HOOK: it answered 400; 2 of 3 messages will be tried again" in done.err
    assert "a-secret" not in done.out + done.err
    first, refused = (keys(event) for event in hook.events)
    hook.received.clear()
    assert desk(*options).code == 0
    assert refused in [keys(event) for event in hook.events]
    assert first not in [keys(event) for event in hook.events]
    assert len(hook.events) == 2


def test_a_busy_webhook_is_asked_again(desk: Desk, hook: LoopbackGitHub) -> None:
    hook.statuses[:] = [429, 503]
    hook.headers["Retry-After"] = "3"
    assert desk("--slack-from-env", "HOOK").code == 0
    assert len(hook.received) == 3


def test_a_webhook_that_leads_elsewhere_is_not_followed(desk: Desk, hook: LoopbackGitHub) -> None:
    hook.statuses[:] = [302]
    hook.headers["Location"] = f"{hook.address}/elsewhere"
    done = desk("--slack-from-env", "HOOK")
    assert done.code == 1
    assert "it answered 302" in done.err
    assert [path for path, _, _ in hook.received] == ["/services/a-secret"]


def test_one_webhook_that_fails_keeps_nothing_from_the_others(
    desk: Desk, hook: LoopbackGitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONE", "http://127.0.0.1:9/x")
    done = desk("--slack-from-env", "GONE", "--slack-from-env", "HOOK")
    assert done.code == 1
    assert "slack GONE: it was not reached: ConnectionRefusedError" in done.err
    assert len(hook.received) == 1


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("https://hooks.example.com/x", None, "give the name of a variable"),
        ("HOOK", None, "the variable HOOK is not set"),
        ("HOOK", "http://hooks.example.com/a-secret", "the variable HOOK holds no https://"),
        ("HOOK", "file:///etc/passwd", "the variable HOOK holds no https://"),
        ("HOOK", "https://user@example.com/a-secret", "the variable HOOK holds no https://"),
        ("HOOK", "https://example.com:x/a-secret", "the variable HOOK holds no https://"),
    ],
)
def test_an_address_that_is_none_is_refused_before_anything_is_sent(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str, value: str | None, words: str
) -> None:
    if value is not None:
        monkeypatch.setenv("HOOK", value)
    done = desk("--slack-from-env", name)
    assert done.code == 2
    assert words in done.err
    assert "a-secret" not in done.err


def test_a_dry_run_posts_nothing_and_remembers_nothing(
    desk: Desk, hook: LoopbackGitHub, tmp_path: Path
) -> None:
    state = tmp_path / "state.json"
    done = desk("--slack-from-env", "HOOK", "--state", str(state), "--dry-run")
    assert "slack HOOK: would say 1 reminder in 1 message." in done.out
    assert hook.received == []
    assert not state.exists()


# --- the memory ----------------------------------------------------------------------------------


def test_a_state_that_cannot_be_read_stops_it_and_stays(
    desk: Desk, hook: LoopbackGitHub, tmp_path: Path
) -> None:
    state = tmp_path / "notes.json"
    state.write_text('{"mine": 1}', encoding="utf-8")
    done = desk("--slack-from-env", "HOOK", "--state", str(state))
    assert done.code == 2
    assert "so it is something else. Put it right, or delete it" in done.err
    assert state.read_text(encoding="utf-8") == '{"mine": 1}'
    assert hook.received == []


def test_a_summary_says_what_was_done(desk: Desk, hook: LoopbackGitHub, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    desk("--slack-from-env", "HOOK", "--summary", str(summary))
    assert "<li>slack HOOK: 1 reminder in 1 message.</li>" in summary.read_text(encoding="utf-8")
    assert hook.received


# --- mail ----------------------------------------------------------------------------------------


def smtp(monkeypatch: pytest.MonkeyPatch, **values: object) -> None:
    for key, value in {"HOST": "127.0.0.1", "FROM": "debrief@example.com", **values}.items():
        monkeypatch.setenv(f"DEBRIEF_SMTP_{key}", str(value))


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_each_owner_gets_a_mail(
    desk: Desk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    authority: trustme.CA,
    security: str,
) -> None:
    trusted(authority, tmp_path, monkeypatch)
    encrypted, login = security != "none", security == "starttls"
    with mail_server(authority if encrypted else None, starttls=login, login=login) as server:
        account = {"USER": USER, "PASSWORD": PASSWORD} if login else {}
        smtp(monkeypatch, PORT=server.port, SECURITY=security, **account)
        done = desk("--smtp", "--since", "2026-03-01")
    assert (done.code, done.err) == (0, "")
    assert [to for to, _ in server.received] == [
        ["mei.sato@example.com"],
        ["mei.sato@example.com"],
        ["stewards@example.com"],
    ]
    mail = server.received[0][1]
    assert mail["Subject"] == "Your organisation: 1 due today"
    assert "“Check the header” is due today." in mail.get_content()
    assert set(server.encrypted) == {encrypted}
    assert "1 reminder not sent to Ole Brandt: the `contact` of o-brandt" in done.out
    assert "“Orders came late” was to be in review on 12 March 2026, 6 days ago." in done.out


def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, authority: trustme.CA
) -> None:
    with mail_server(authority, starttls=True) as server:
        smtp(monkeypatch, PORT=server.port)
        done = desk("--smtp")
    assert done.code == 1
    assert "the mail server refused: its certificate is not valid" in done.err
    assert server.received == []


def test_a_wrong_password_is_told_without_it(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, authority: trustme.CA
) -> None:
    trusted(authority, tmp_path, monkeypatch)
    with mail_server(authority, starttls=True, login=True) as server:
        smtp(monkeypatch, PORT=server.port, USER=USER, PASSWORD="wrong-one")
        done = desk("--smtp")
    assert done.code == 1
    assert "smtp: the mail server refused: 535" in done.err
    assert "wrong-one" not in done.err + done.out


def test_a_mail_that_is_refused_is_sent_again_by_the_next_run_and_no_other(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("--smtp", "--state", str(tmp_path / "state.json"))
    with mail_server() as server:
        smtp(monkeypatch, PORT=server.port, SECURITY="none")
        desk(*options, today="2026-03-10")
        server.refused = {"stewards@example.com"}
        done = desk(*options)
        assert done.code == 1
        assert "smtp: the mail to stewards was not sent: the mail server refused: 550" in done.err
        assert len(server.received) == 2
        server.refused = set()
        assert desk(*options, today="2026-03-18").code == 0
        assert [to for to, _ in server.received[2:]] == [["stewards@example.com"]]
        assert "smtp: nothing to say." in desk(*options).out


def test_a_server_that_is_not_there_is_told_and_nothing_counts_as_said(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    smtp(monkeypatch, PORT=9, SECURITY="none")
    state = tmp_path / "state.json"
    done = desk("--smtp", "--state", str(state))
    assert done.code == 1
    assert "the mail server was not reached: ConnectionRefusedError; 1 mail will be" in done.err
    assert json.loads(state.read_text(encoding="utf-8"))["channels"]["smtp"] == {
        "said_until": "2026-03-17"
    }


def test_settings_that_are_missing_are_named_before_anything_is_sent(
    desk: Desk, hook: LoopbackGitHub
) -> None:
    done = desk("--slack-from-env", "HOOK", "--smtp")
    assert done.code == 2
    assert "DEBRIEF_SMTP_HOST is missing" in done.err
    assert hook.received == []


def test_mails_are_written_into_a_folder_and_the_same_day_gives_the_same_bytes(
    desk: Desk, tmp_path: Path
) -> None:
    folder = tmp_path / "mails"
    assert desk("--eml", str(folder)).code == 0
    (file,) = folder.iterdir()
    assert file.name == "2026-03-18-m-sato.eml"
    written = file.read_bytes()
    assert desk("--eml", str(folder)).code == 0
    assert file.read_bytes() == written


def test_a_file_that_says_something_else_is_not_written_over(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    file = folder / "2026-03-18-m-sato.eml"
    file.write_text("mine", encoding="utf-8")
    done = desk("--eml", str(folder))
    assert done.code == 1
    assert "2026-03-18-m-sato.eml is there, and says something else" in done.err
    assert file.read_text(encoding="utf-8") == "mine"


def test_a_dry_run_shows_the_mails(desk: Desk, tmp_path: Path) -> None:
    done = desk("--eml", str(tmp_path / "mails"), "--dry-run")
    assert "To: Mei Sato <mei.sato@example.com>\nSubject: Your organisation: 1 due" in done.out
    assert not (tmp_path / "mails").exists()


# --- issues --------------------------------------------------------------------------------------


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CodeHost:
    if os.name == "nt":
        pytest.skip("the stand-in for gh is a script")
    host = CodeHost.at(tmp_path / "tools")
    assert (tmp_path / "tools" / "gh").stat().st_mode & stat.S_IXUSR
    monkeypatch.setenv("PATH", f"{tmp_path / 'tools'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
    host.set(collaborators=["m-sato", "o-brandt", "a-boss"])
    return host


def test_issues_are_opened_and_the_run_is_remembered_in_one(desk: Desk, host: CodeHost) -> None:
    done = desk("--issues")
    assert (done.code, done.err) == (0, "")
    assert sorted(host.titled) == [
        "Check the header",
        "Data to repair: Orders",
        "Reminders: last ran 18 March 2026",
        "To be in review: Orders came late",
    ]
    action = host.titled["Check the header"]
    assert [each["login"] for each in action["assignees"]] == ["m-sato"]
    assert action["labels"] == [LABEL]
    assert host.state["labels"] == [LABEL]
    before = len(host.writes)
    again = desk("--issues")
    assert "Issues: all of them say what the records say." in again.out
    assert "Last ran on 2026-03-18." in again.out
    assert len(host.writes) == before + 1  # the day of the run


def test_an_issue_is_closed_when_the_record_says_that_it_is_done(
    desk: Desk, host: CodeHost
) -> None:
    desk("--issues")
    (file,) = desk.folder.glob("postmortems/*/*.md")
    alter(file, ("    status: open", "    status: done\n    done_on: 2026-03-18"))
    desk("--issues", today="2026-03-19")
    issue = host.titled["Check the header"]
    assert (issue["state"], issue["state_reason"]) == ("closed", "completed")
    assert issue["comments"] == [
        "<p>Done on 18 March 2026, says the record. This issue is closed.</p>"
    ]


def test_on_a_quiet_day_no_issue_is_touched_but_that_of_the_run(desk: Desk, host: CodeHost) -> None:
    desk("--issues", today="2026-03-14")
    assert list(host.titled) == ["Reminders: last ran 14 March 2026"]


def test_the_issue_remembers_what_webhooks_were_told(
    desk: Desk, host: CodeHost, hook: LoopbackGitHub
) -> None:
    options = ("--state-issue", "--slack-from-env", "HOOK")
    desk(*options)
    desk(*options)
    assert len(hook.received) == 1
    (status,) = host.titled.values()
    assert '"slack HOOK": {\n      "said_until": "2026-03-18"' in status["body"]


def test_a_memory_that_somebody_broke_stops_it(
    desk: Desk, host: CodeHost, hook: LoopbackGitHub
) -> None:
    desk("--state-issue", "--slack-from-env", "HOOK")
    (issue,) = host.state["issues"]
    host.set(issues=[{**issue, "body": issue["body"].replace('"version": 1', '"version": x')}])
    done = desk("--state-issue", "--slack-from-env", "HOOK")
    assert done.code == 2
    assert "issue #1 of an-org/postmortems cannot be read as what was said last" in done.err
    assert len(hook.received) == 1


def test_who_cannot_be_assigned_is_named_instead(desk: Desk, host: CodeHost) -> None:
    host.set(collaborators=[])
    done = desk("--issues")
    assert done.code == 0
    assert "GitHub assigns nobody of ['m-sato']" in done.out
    issue = host.titled["Check the header"]
    assert issue["assignees"] == []
    assert "(@m-sato)" in issue["body"]


def test_what_github_refuses_is_told_and_done_by_the_next_run(desk: Desk, host: CodeHost) -> None:
    desk("--issues", today="2026-03-17")
    host.set(refused=["/comments"])
    done = desk("--issues")
    assert done.code == 1
    assert "Issues: could not remind: Check the header: gh api: You have exceeded" in done.err
    host.set(refused=[])
    assert desk("--issues", today="2026-03-19").code == 0
    (comment,) = host.titled["Check the header"]["comments"]
    assert "1 day ago" in comment


def test_more_than_one_run_may_open_wait_for_the_next(desk: Desk, host: CodeHost) -> None:
    done = desk("--issues", "--most-issues", "1")
    assert "Issues: left for the next run: open: Check the header" in done.out
    assert len(host.titled) == 2
    desk("--issues")
    assert len(host.titled) == 4


def test_a_dry_run_touches_no_issue(desk: Desk, host: CodeHost) -> None:
    done = desk("--issues", "--dry-run")
    assert "a new issue: would open: Check the header" in done.out
    assert host.writes == []


def test_only_issues_with_the_label_count(desk: Desk, host: CodeHost) -> None:
    body = f'<!-- debrief reminder {{"key":"{KEY}","said":"2026-03-18","day":"","to":[]}} -->'
    planted = {"number": 1, "state": "closed", "title": "x", "body": body, "labels": []}
    host.set(issues=[planted])
    desk("--issues")
    assert "Check the header" in host.titled


def test_issues_are_everybodys(desk: Desk) -> None:
    done = desk("--issues", "--owner", "m-sato", "--repository", REPOSITORY)
    assert done.code == 2
    assert "--owner is for digests and mails" in done.err


def test_what_is_no_repository_is_refused(desk: Desk) -> None:
    done = desk("--issues", "--repository", "../x")
    assert done.code == 2
    assert "is no repository: write OWNER/NAME" in done.err


def test_a_manager_hears_of_what_somebody_owns_who_has_left(desk: Desk) -> None:
    put_promises(desk.folder, TWO, OWNERS.replace("manager: a-boss", "active: false"))
    out = desk(today="2026-03-16").out
    assert "Pricing (pricing)" in out
    assert "“Mei Sato” has left and still owns 1 open action: hand it on." in out
