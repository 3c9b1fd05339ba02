"""PM8xx: did the repository keep its promises since the base? Asked only with ``--base``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from debrief import baseline, lifecycle, prose
from debrief.archive import RECORDS
from debrief.checks.rule import Located, history_rule
from debrief.finding import KeyPath, Position, Problem, spell
from debrief.history import (
    Past,
    Values,
    Version,
    appended,
    differences,
    joins,
    record_id,
)
from debrief.record import CLOSED

# --- status --------------------------------------------------------------------------------------


@history_rule(
    "PM801",
    "A record moves one step at a time, and back only with a reason",
    fix="make the next step only: `./debrief advance ID next` does it, and says what is missing",
)
def legal_moves(past: Past) -> Iterator[Located]:
    """draft, in-review, published, closed: one step forward, or one back with a reason.

    The reason is an entry under `changes`. Several steps in one pull request are several commits. A
    new record begins as a draft or in review; an imported one may begin anywhere.
    """
    for path, after in past.after.items():
        before = past.before.get(path)
        if path in past.unreadable or (before is None and after.imported):
            continue
        old, new = before.status if before else None, after.status
        if new is None or old == new:
            continue
        if not (
            lifecycle.legal_move(old, new)
            or (old != CLOSED and _step_by_step(past, path, old, new))
        ):
            steps = " or ".join(f"`{step}`" for step in lifecycle.legal_moves(old))
            words = f"the record was `{old}`, and `{new}` is not its next step"
            fix = f"from there it can go to {steps}"
            if old is None:
                words, fix = f"a new record begins as `{new}`", f"let it begin as {steps}"
            yield path, Problem(("status",), words, fix)
        elif before is not None and lifecycle.is_back(old, new):
            fresh = [entry for _, entry in appended(before.changes, after.changes)]
            yield from _back_dated(path, before, after, fresh)
            if not joins(fresh, "status", old, new):
                yield (
                    path,
                    Problem(
                        ("status",),
                        f"it went from `{old}` back to `{new}`, and no entry of `changes` says why",
                        _entry(past, "status", old, new, "at the end of the file's front matter"),
                    ),
                )


def _back_dated(
    path: str, before: Version, after: Version, fresh: list[Values]
) -> Iterator[Located]:
    """A way back dated before the signatures would leave them standing."""
    signed = max((sign_off.signed_on for sign_off in before.sign_offs), default="")
    for index, entry in enumerate(after.changes):
        day = str(entry.get("changed_on"))
        if entry in fresh and entry.get("field") == "status" and day < signed:
            words = f"it went back on {day}, and was signed as late as {signed}"
            fix = "write the day on which it went back"
            yield path, Problem(("changes", index, "changed_on"), words, fix)


def _step_by_step(past: Past, path: str, old: str | None, new: str) -> bool:
    """Whether legal steps lead from one status to the other, commit by commit."""
    steps = [version.status for version in past.lives(path)]
    here: str | None = old
    for step in steps:
        if step is not None and step != here:
            if not lifecycle.legal_move(here, step):
                return False
            here = step
    return here == new


def _entry(past: Past, field: str, old: str | None, new: str | None, where: str) -> str:
    """The entry to write under ``changes``, ready to be copied."""
    values = {"changed_on": past.today.isoformat(), "field": field, "from": old, "to": new}
    given = ", ".join(f"{key}: {_quoted(value)}" for key, value in values.items() if value)
    return f"add `- {{{given}, reason: …}}` under `changes` {where}"


def _quoted(value: str) -> str:
    """A value as it can stand between braces in YAML."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_./ -]*", value):
        return value
    return json.dumps(value, ensure_ascii=False)


# --- promises ------------------------------------------------------------------------------------


@history_rule(
    "PM802",
    "An owner or a due date moves with a reason",
    fix="add an entry under `changes` with `from`, `to` and the reason",
)
def moved_with_reason(past: Past) -> Iterator[Located]:
    """The entry is held against what was merged.

    It must lead from the value that stood there to the one that stands there now; where none
    stood, none is needed. `./debrief postpone` and `./debrief reassign` write both.
    """
    for path, before, after in past.pairs:
        fresh = [entry for _, entry in appended(before.changes, after.changes)]
        old, new = before.text("owner"), after.text("owner")
        if old not in (None, new) and not joins(fresh, "owner", old, new):
            yield path, _moved(past, ("owner",), "the record", fresh, (old, new))
        for name, promise in after.promises.items():
            merged = before.promises.get(name)
            if merged is None:
                continue
            fresh = [entry for _, entry in appended(merged.changes, promise.changes)]
            for field in ("owner", "due"):
                old, new = merged.text(field), promise.text(field)
                if old not in (None, new) and not joins(fresh, field, old, new):
                    where = (*promise.path, field)
                    yield path, _moved(past, where, f"`{name}`", fresh, (old, new))


def _moved(
    past: Past,
    where: KeyPath,
    whose: str,
    fresh: list[Values],
    move: tuple[str | None, str | None],
) -> Problem:
    field = str(where[-1])
    old, new = (value or "nobody" if field == "owner" else value or "no date" for value in move)
    words = "the due date" if field == "due" else "the owner"
    told = f"{words} of {whose} moved from {old} to {new}"
    entries = [entry for entry in fresh if entry.get("field") == field]
    if entries:
        said = ", ".join(f"from {entry.get('from')} to {entry.get('to')}" for entry in entries)
        message = f"{told}, and the new entries under `changes` say {said}"
    else:
        message = f"{told} without a word"
    place = "of the record" if len(where) == 1 else f"of {whose}"
    return Problem(where, message, _entry(past, field, move[0], move[1], place))


@history_rule(
    "PM803",
    "No promise disappears",
    fix="put the action back; what will not be done is `status: not-doing` with a `reason`",
)
def promises_stay(past: Past) -> Iterator[Located]:
    """An action that was merged stays under its id: others have relied on it and linked to it."""
    for path, before, after in past.pairs:
        fresh = [name for name in after.promises if name not in before.promises]
        for name in before.promises:
            if name not in after.promises:
                alike = [new for new in fresh if _is_same(before, name, after, new)]
                became = f"; it is now called `{alike[0]}`" if alike else ""
                where = after.promises[alike[0]].path if alike else ("actions",)
                yield path, Problem(where, f"the action `{name}` is gone{became}")


def _is_same(before: Version, old: str, after: Version, new: str) -> bool:
    return before.promises[old].text("title") == after.promises[new].text("title")


def _trails(
    before: Version, after: Version
) -> Iterator[tuple[KeyPath, list[Values], list[Values]]]:
    """Each list of changes that both versions have: its place, what it was and what it is."""
    yield ("changes",), before.changes, after.changes
    for name, promise in after.promises.items():
        if name in before.promises:
            yield (*promise.path, "changes"), before.promises[name].changes, promise.changes


@history_rule(
    "PM804",
    "The trail is not rewritten",
    fix="put the entry back as it was; add a new one if it was wrong",
)
def trail_stays(past: Past) -> Iterator[Located]:
    """Entries under `changes` are only ever added at the end."""
    for path, before, after in past.pairs:
        for where, old, new in _trails(before, after):
            for index, entry in enumerate(old):
                if index >= len(new) or new[index] != entry:
                    what = f"the entry of {entry.get('changed_on')} for `{entry.get('field')}`"
                    place = (*where, index) if index < len(new) else where
                    if entry in new:
                        words, fix = f"a new entry stands before {what}", "new ones go at the end"
                    else:
                        words, fix = f"{what} was changed or taken away", ""
                    yield path, Problem(place, words, fix)
                    break


# --- what is closed, deleted, used again ---------------------------------------------------------


@history_rule(
    "PM805",
    "A closed record stays as it is",
    fix="take the change back; to correct a fact, add an entry under the record's `changes` with "
    "the `field`, and `from` and `to` where it is one value",
)
def closed_stays(past: Past) -> Iterator[Located]:
    """Only `related` and `recurrence_of` may change, and what a correction names.

    An action may get further `rehearsals`, with new items of `evidence` that they name, and one
    that failed its `follow_up`.
    A correction is an entry under `changes`. Its `field` is a key (`title`,
    `impact.measures[0].value`), a heading of the body (`Resolution`), or a file beside the record
    (`evidence/rows.sql`). Comments and layout are free.
    """
    for path, before, after in past.pairs:
        if before.status != CLOSED or after.status != CLOSED:
            continue
        corrections = [entry for _, entry in appended(before.changes, after.changes)]
        for where, old, new in differences(before.values, after.values):
            if where[0] in ("related", "recurrence_of", "changes") or _is_trail(where):
                continue
            if _is_rehearsed(where, old, new, after):
                continue
            if not _is_corrected(where, (old, new), corrections):
                words = f"`{spell(where)}` changed in a closed record"
                yield path, Problem(where, words, _correction(past, where, old, new))
        for title, line in _changed_sections(before, after):
            if not any(entry.get("field") in (title, "body") for entry in corrections):
                fix = _entry(past, title, None, None, "of the record, or take it back")
                what = "the text" if title == "body" else f"the section `{title}`"
                words = f"{what} changed in a closed record"
                yield path, Problem(Position(line), words, fix)
    yield from _changed_files(past)


def _is_trail(where: KeyPath) -> bool:
    """Whether it is a move of a promise, which PM802 and PM804 look at."""
    return where[0] == "actions" and len(where) > 2 and where[2] in ("changes", "owner", "due")


def _is_rehearsed(where: KeyPath, old: object, new: object, after: Version) -> bool:
    """Whether a promise was tried again: a rehearsal at the end, its evidence, its follow-up."""
    if old is not None:
        return False
    if where[0] == "actions" and len(where) > 2 and where[2] == "rehearsals":
        return len(where) < 5 or where[4:] == ("follow_up",)
    if where[0] != "evidence" or not isinstance(new, dict):
        return False
    named = (r.get("evidence") for p in after.promises.values() for r in p.rehearsals)
    return any(isinstance(names, list) and new.get("id") in names for names in named)


def _is_corrected(where: KeyPath, values: tuple[object, object], entries: list[Values]) -> bool:
    return any(
        _covers(str(entry.get("field")), where)
        and (str(entry.get("field")) != spell(where) or _agrees(entry, values))
        for entry in entries
    )


def _covers(field: str, where: KeyPath) -> bool:
    """Whether a correction of a field allows a change at a place in it.

    The figure of a measure brings its own list of revisions along.
    """
    spelled = spell(where)
    measure = field.removesuffix(".value")
    revisions = f"{measure}.revisions" if measure != field else field
    return any(spelled == f or spelled.startswith((f"{f}.", f"{f}[")) for f in (field, revisions))


def _agrees(entry: Values, values: tuple[object, object]) -> bool:
    """Whether `from` and `to` say what happened, as far as they are given."""
    return all(
        entry.get(key) in (None, value) or not isinstance(value, str | None)
        for key, value in zip(("from", "to"), values, strict=True)
    )


def _correction(past: Past, where: KeyPath, old: object, new: object) -> str:
    before, after = (v if isinstance(v, str) and len(v) < 60 else None for v in (old, new))
    return f"take it back; or {_entry(past, spell(where), before, after, 'of the record')}"


def _changed_sections(before: Version, after: Version) -> Iterator[tuple[str, int]]:
    """The sections of a body that differ, each with its line now.

    The whole body is told where no section differs and it is not the same: they were moved, or a
    paragraph was indented into a block of code.
    """
    old, new = (_sections(version) for version in (before, after))
    first = after.document.body_line
    nothing = ("", first)
    every = dict.fromkeys((*old, *new))
    titles = [name for name in every if old.get(name, nothing)[0] != new.get(name, nothing)[0]]
    for title in titles:
        yield title or "body", new.get(title, nothing)[1]
    if not titles and _layout(before) != _layout(after):
        yield "body", first


def _layout(version: Version) -> list[str]:
    """The lines of a body that are not blank, without white space at their ends."""
    return [line.rstrip() for line in version.document.body.split("\n") if line.strip()]


def _sections(version: Version) -> dict[str, tuple[str, int]]:
    """The body by heading: its text without white space at the end, and its line."""
    document = version.document
    sections = prose.sections(document.body, document.body_line)
    lines = document.body.split("\n")
    end = sections[0].line - document.body_line if sections else len(lines)
    found = {"": ("\n".join(lines[:end]).strip(), document.body_line)}
    for section in sections:
        text = re.sub(r"[ \t]+$", "", section.text, flags=re.MULTILINE).strip()
        earlier = found.get(section.title, ("", section.line))
        found[section.title] = (f"{earlier[0]}\n{text}".strip(), earlier[1])
    return found


def _changed_files(past: Past) -> Iterator[Located]:
    """Files beside a closed record that were changed or deleted."""
    for path, letter in past.changed.items():
        parts = path.split("/")
        if parts[0] != RECORDS or len(parts) < 4 or letter == "A":
            continue
        record = "/".join((*parts[:2], f"{parts[2]}.md"))
        name = "/".join(parts[3:])
        before, after = past.at_base(record), past.now(record)
        if before is None or after is None or {before.status, after.status} != {CLOSED}:
            continue
        entries = appended(before.changes, after.changes)
        if letter == "M" and past.is_same_text(path):
            continue  # another mode, or other line ends
        if not any(entry.get("field") == name for _, entry in entries):
            words = "deleted" if letter == "D" else "changed"
            fix = f"put it back; or {_entry(past, name, None, None, f'of {record}')}"
            yield path, Problem(Position(1), f"a file beside a closed record was {words}", fix)


@history_rule(
    "PM806",
    "No record is deleted or renamed",
    fix="put the file back; what was no outage is `status: withdrawn` with the reason",
)
def nothing_deleted(past: Past) -> Iterator[Located]:
    """Its id is its file's name, and others have linked to it.

    The samples may go, as long as the catalog is still theirs.
    """
    for path in past.deleted:
        before = past.before.get(path)
        if before is not None and past.is_sample(before):
            continue
        renamed = past.renames.get(path)
        put_back = f"git checkout {(past.base or '')[:10]} -- {path}"
        if renamed:
            message = f"the record was renamed: its text is now in {renamed}"
            fix = f"give it its old name back: git mv {renamed} {path}"
        else:
            message = "the record was deleted"
            fix = f"put it back ({put_back}); what was no outage is `status: withdrawn`"
        yield path, Problem(Position(1), message, fix)


@history_rule(
    "PM807",
    "No id is used twice in all of history",
    fix="give the file another name",
)
def id_not_used(past: Past) -> Iterator[Located]:
    """Old links to the id would lead to another outage. The same record may be put back."""
    for path in past.added:
        commit = past.used_before.get(record_id(path))
        if commit is not None and path not in past.restored:
            yield (
                path,
                Problem(
                    Position(1),
                    f"the id was used before: commit {commit.short} of {commit.at.date()} deleted "
                    "a record of this name",
                ),
            )


@history_rule(
    "PM812",
    "A record of our own does not become an imported one",
    fix="take `imported` out; it is for documents that were written elsewhere",
)
def stays_our_own(past: Past) -> Iterator[Located]:
    """Less is asked of an imported record, so that would be a way around the rules."""
    for path, before, after in past.pairs:
        if after.imported and not before.imported:
            yield path, Problem(("imported",), "`imported` was added to a record of our own")


# --- the baseline --------------------------------------------------------------------------------


@history_rule(
    "PM811",
    "The baseline only shrinks",
    fix="put right what the check finds, instead of adding it to the baseline",
)
def baseline_shrinks(past: Past) -> Iterator[Located]:
    """Old findings leave it when their file is touched, and none comes in.

    The first one of all may hold whatever there is; one that was deleted is not begun again.
    """
    letter = past.changed.get(baseline.FILE, "D")
    merged = past.file_at_base(baseline.FILE)
    if letter == "D" or (merged is None and not past.ever_had(baseline.FILE)):
        return
    try:
        old = baseline.Baseline.read(merged) if merged is not None else baseline.Baseline()
        new = baseline.Baseline.load(past.repository.root)
    except ValueError:
        return  # the check does not start with such a file
    for path in new.beyond(old):
        yield baseline.FILE, Problem(Position(1), f"more of {path} is silenced than before")


RULES = (
    legal_moves,
    moved_with_reason,
    promises_stay,
    trail_stays,
    closed_stays,
    nothing_deleted,
    id_not_used,
    baseline_shrinks,
    stays_our_own,
)
