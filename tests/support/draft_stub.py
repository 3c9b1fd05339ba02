"""Stands in for `./debrief draft`, by the same contract: one event, one draft, one report.

The event is an object with `key`, `title`, `over`, `adds` and what the report shall say; a draft is
a file that names the key, and `adds` is a line that a later event may add.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--from", dest="source", type=Path)
parser.add_argument("--json", type=Path)
parser.add_argument("--root", type=Path)
parser.add_argument("--today")
parser.add_argument("--dry-run", action="store_true")
given = parser.parse_args()

with (Path(__file__).parent / "environments.jsonl").open("a", encoding="utf-8") as log:
    log.write(json.dumps(dict(os.environ)) + "\n")
event = json.loads(given.source.read_text(encoding="utf-8"))
event = event.get("client_payload", event).get("event", event)
if "refuse" in event:
    sys.exit(f"Error: {event['refuse']}")
path = f"postmortems/2026/2026-03-14-{event['key']}.md"
known = [
    file
    for file in sorted(given.root.glob("postmortems/**/*.md"))
    if f"event: {event['key']}" in file.read_text(encoding="utf-8")
]
report = {
    "branch": f"draft/pagerduty-{event['key']}",
    "title": event["title"],
    "body": f"<p>{len(known)} known</p>",
    "reviewers": event.get("reviewers", ["n-okafor"]),
    "team_reviewers": event.get("teams", []),
    "reason": "",
}
if known:
    path = known[0].relative_to(given.root).as_posix()
    text = known[0].read_text(encoding="utf-8")
    adds = event.get("adds", "")
    report["outcome"] = "unchanged" if adds in text else "updated"
    if not given.dry_run and adds not in text:
        known[0].write_text(f"{text}{adds}\n", encoding="utf-8")
elif not event.get("over", True):
    report |= {"outcome": "none", "reason": "the incident is not over"}
else:
    report["outcome"] = "new"
    if not given.dry_run:
        file = given.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"event: {event['key']}\n", encoding="utf-8")
if report["outcome"] != "none":
    report |= {"path": path, "id": Path(path).stem}
report |= event.get("report", {})
given.json.write_text(json.dumps(report), encoding="utf-8")
sys.stdout.write(f"::error::{event['title']}\n")
