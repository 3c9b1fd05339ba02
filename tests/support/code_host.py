"""A stand-in for `gh` that keeps pull requests and issues in a file, as GitHub does."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scratch import program

_GH = """\
import json, os, re, sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

here = Path(__file__).parent
state = json.loads((here / "host.json").read_text(encoding="utf-8"))
asked = sys.argv[2:]
if sys.argv[1:3] == ["issue", "list"]:
    names = {"number": "number", "url": "html_url", "body": "body", "assignees": "assignees",
             "stateReason": "state_reason", "closedAt": "closed_at", "labels": "labels"}
    print(json.dumps([{**{to: issue.get(own) for to, own in names.items()},
                       "state": issue["state"].upper()} for issue in state["issues"]]))
    sys.exit(0)
assert sys.argv[1] == "api", sys.argv
method = asked[asked.index("--method") + 1] if "--method" in asked else "GET"
values = json.load(sys.stdin) if "--input" in asked else None
address = next(each for each in asked if each.startswith("repos/"))
call = {"method": method, "address": address, "values": values,
        "token": os.environ.get("GH_TOKEN", "")}
with (here / "calls.jsonl").open("a", encoding="utf-8") as file:
    file.write(json.dumps(call) + "\\n")

def refuse(message, *more, code=422):
    print(json.dumps({"message": message, "errors": [{"message": each} for each in more]}))
    print("\\n".join([f"gh: {message} (HTTP {code})", *more]), file=sys.stderr)
    sys.exit(1)

def answer(value):
    (here / "host.json").write_text(json.dumps(state), encoding="utf-8")
    print(json.dumps(value))
    sys.exit(0)

parts = urlsplit(address)
place = parts.path.split("/", 3)
repository, rest = "/".join(place[1:3]), place[3]
if method == "GET" and rest == "pulls" and "head" not in parse_qs(parts.query):
    answer([pull for pull in state["pulls"] if pull["state"] == "open"])
if method == "GET" and rest == "pulls":
    owner, _, branch = parse_qs(parts.query)["head"][0].partition(":")
    found = [pull for pull in state["pulls"]
             if pull["head"]["ref"] == branch
             and pull["head"]["repo"]["full_name"].startswith(owner + "/")]
    answer(found)
if method == "POST" and rest == "pulls":
    for words in state["refusals"]:
        if words != "Draft pull requests are not supported in this repository." or values["draft"]:
            refuse("Validation Failed", words)
    number = len(state["pulls"]) + 11
    pull = {"number": number, "state": "open", "merged_at": None, "title": values["title"],
            "body": values["body"], "draft": values["draft"], "base": {"ref": values["base"]},
            "head": {"ref": values["head"], "repo": {"full_name": repository}},
            "html_url": f"https://github.com/{repository}/pull/{number}"}
    state["pulls"].append(pull)
    answer(pull)
if method == "PATCH" and (found := re.fullmatch(r"pulls/(\\d+)", rest)):
    pull = next(pull for pull in state["pulls"] if pull["number"] == int(found[1]))
    pull.update(values)
    answer(pull)
if method == "POST" and re.fullmatch(r"pulls/\\d+/requested_reviewers", rest):
    names = values.get("reviewers", []) + values.get("team_reviewers", [])
    if not set(names) <= set(state["collaborators"]):
        refuse("Reviews may only be requested from collaborators.")
    answer({"requested_reviewers": names})
if any(words in method + " " + rest for words in state["refused"]):
    refuse("You have exceeded a secondary rate limit")
if method == "GET" and rest == "issues":
    wanted = parse_qs(parts.query).get("labels", [])
    found = [each for each in state["issues"] if set(wanted) <= set(each.get("labels", []))]
    answer(found[::-1])
if method == "GET" and rest.startswith("labels/"):
    if rest.removeprefix("labels/") not in state["labels"]:
        refuse("Not Found", code=404)
    answer({})
if method == "POST" and rest == "labels":
    state["labels"].append(values["name"])
    answer({})
if values and not set(values.get("assignees", [])) <= set(state["collaborators"]):
    refuse("Validation Failed", "assignees")
if method == "POST" and rest == "issues":
    number = len(state["issues"]) + 1
    page = f"https://github.com/{repository}/issues/{number}"
    state["issues"].append({"number": number, "state": "open", "state_reason": None,
                            "closed_at": None, "html_url": page, "comments": [], "assignees": []})
    rest, method = f"issues/{number}", "PATCH"
if found := re.fullmatch(r"issues/(\\d+)(/assignees|/comments)?", rest):
    issue = next(each for each in state["issues"] if each["number"] == int(found[1]))
    if found[2] == "/comments":
        issue["comments"].append(values["body"])
        answer({})
    if "assignees" in values:
        values["assignees"] = [{"login": each} for each in values["assignees"]]
    issue.update(values)
    answer(issue)
refuse("Not Found", code=404)
"""


@dataclass(frozen=True)
class CodeHost:
    """The stand-in, in a folder that has to be on the path."""

    folder: Path

    @classmethod
    def at(cls, folder: Path) -> CodeHost:
        """A code host without pull requests."""
        program(folder / "gh", _GH, language=sys.executable)
        host = cls(folder)
        host.set(pulls=[], refusals=[], collaborators=["n-okafor"])
        host.set(issues=[], labels=[], refused=[])
        return host

    @property
    def state(self) -> dict[str, Any]:
        read = json.loads((self.folder / "host.json").read_text(encoding="utf-8"))
        assert isinstance(read, dict)
        return read

    def set(self, **values: object) -> None:
        known = self.state if (self.folder / "host.json").exists() else {}
        text = json.dumps({**known, **values})
        (self.folder / "host.json").write_text(text, encoding="utf-8")

    @property
    def pulls(self) -> list[dict[str, Any]]:
        return list(self.state["pulls"])

    @property
    def issues(self) -> list[dict[str, Any]]:
        return list(self.state["issues"])

    @property
    def titled(self) -> dict[str, dict[str, Any]]:
        """The issues by title."""
        return {issue["title"]: issue for issue in self.issues}

    def change_issue(self, number: int, **values: object) -> None:
        """What people did to an issue."""
        issues = self.issues
        next(issue for issue in issues if issue["number"] == number).update(values)
        self.set(issues=issues)

    def change(self, number: int, values: Mapping[str, object]) -> None:
        """What people did to a pull request."""
        pulls = self.pulls
        next(pull for pull in pulls if pull["number"] == number).update(values)
        self.set(pulls=pulls)

    @property
    def calls(self) -> list[dict[str, Any]]:
        file = self.folder / "calls.jsonl"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [json.loads(line) for line in lines]

    @property
    def writes(self) -> list[dict[str, Any]]:
        return [call for call in self.calls if call["method"] != "GET"]
