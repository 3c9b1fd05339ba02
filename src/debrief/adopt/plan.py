"""From documents and what was said of them to records that could be written.

Everything is decided here before a file is written: the ids, the files beside the records, whether
a word is missing, what the check says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from debrief import checks, template
from debrief.adopt import links, masking, sources, verbatim
from debrief.adopt.adoption import Adoption, Choices
from debrief.adopt.parts import Setting
from debrief.adopt.recognise import recognise
from debrief.archive import Archive, Progress
from debrief.document import write_record
from debrief.finding import Finding, Level

SECRET = "PM911"  # noqa: S105 - the rule's id


_NO_DAY = "no date of the incident is known: give it in the review, or say `skip: true` there"


@dataclass(frozen=True)
class Told:
    """What a person says of one document, and where it is; see ``review.py``."""

    file: Path
    choices: Choices = field(default_factory=Choices)
    source: str | None = None
    """Its path where it comes from, or an address; told by git, or by the folder, otherwise."""
    name: str | None = None
    """The words of the record's file name; from the title otherwise."""
    mask: frozenset[int] = frozenset()
    """Lines whose secrets and addresses are to be masked."""
    skip: bool = False


@dataclass(frozen=True)
class Planned:
    """One document, and the record that it would become.

    ``refused`` says why it cannot be written as it is; ``waits`` why it needs an answer first.
    """

    told: Told
    source: str
    adoption: Adoption | None = None
    record_id: str = ""
    path: str = ""
    text: str = ""
    copies: Mapping[str, Path] = field(default_factory=dict)
    taken_out: tuple[tuple[int, str], ...] = ()
    dead: tuple[tuple[str, str], ...] = ()
    secrets: tuple[masking.Seen, ...] = ()
    masked: int = 0
    note: str = ""
    skipped: str = ""
    waits: str = ""
    namesake: str = ""
    """The record that has the id which this one would have."""
    refused: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether it can be written."""
        return bool(self.text) and not (self.skipped or self.waits or self.refused)


@dataclass(frozen=True)
class Job:
    """What holds for all documents of one run."""

    archive: Archive
    setting: Setting
    today: date
    given: tuple[Path, ...]
    """The files and folders that the person named."""
    url: str = ""


def plan(job: Job, documents: Sequence[Told], progress: Progress | None = None) -> list[Planned]:
    """What would become of each document, in their order."""
    provenance = sources.Provenance()
    first = []
    for number, told in enumerate(documents, 1):
        first.append(_read(told, job, provenance))
        if progress is not None:
            progress(number, len(documents))
    named = _with_ids(first, job.archive)
    adopted = {p.told.file.resolve(): p.record_id for p in named if p.record_id}
    written = [_written(planned, job, adopted) for planned in named]
    return _judged(written, job)


def _read(told: Told, job: Job, provenance: sources.Provenance) -> Planned:
    path, commit, note = provenance.of(told.file, job.given)
    path = told.source or path
    source = sources.address(path, job.url)
    planned = Planned(told, path, note=note)
    if told.skip:
        return replace(planned, skipped="the review says so")
    for record in job.archive.postmortems:
        if record.imported and record.imported.source in (source, path):
            newer = commit is not None and record.imported.commit not in (None, commit)
            changed = "; the original has changed since" if newer else ""
            return replace(planned, skipped=f"it is here already, as {record.id}{changed}")
    original, taken_out = sources.read(told.file, source, commit)
    seen = tuple(masking.seen(original.text))
    text, masked = masking.masked(original.text, told.mask)
    original = replace(original, text=text)
    adoption = recognise(original, job.setting, told.choices)
    open_ones = tuple(one for one in seen if one.line not in told.mask)
    return replace(
        planned,
        adoption=adoption,
        taken_out=tuple(taken_out),
        secrets=open_ones,
        masked=masked,
        waits="" if adoption.day else _NO_DAY,
    )


def _with_ids(found: Iterable[Planned], archive: Archive) -> list[Planned]:
    """Each with an id that no record has, and no other of them."""
    taken = {name.lower() for name in archive.ids}
    result = []
    for planned in found:
        adoption = planned.adoption
        if adoption is None or adoption.day is None:
            result.append(planned)
            continue
        name = wanted = f"{adoption.day}-{planned.told.name or adoption.slug}"
        count = 1
        while name in taken:
            count += 1
            name = f"{wanted}-{count}"
        taken.add(name)
        path = template.record_path(adoption.day, name[len("2026-03-14-") :])
        namesake = wanted if name != wanted else ""
        result.append(replace(planned, record_id=name, path=path, namesake=namesake))
    return result


def _written(planned: Planned, job: Job, adopted: Mapping[Path, str]) -> Planned:
    adoption = planned.adoption
    if adoption is None or not planned.path:
        return planned
    file = planned.told.file.resolve()
    top = sources.top_of(file)
    mended = links.mended(adoption.body, planned.record_id, file, top, adopted)
    values = {**adoption.values}
    imported = {**values["imported"]}
    values["imported"] = {
        key: value
        for key, value in {
            "source": imported.pop("source"),
            "commit": imported.pop("commit", None),
            "imported_on": job.today.isoformat(),
            **imported,
        }.items()
        if value is not None
    }
    try:
        text = write_record(values, mended.body)
    except ValueError as error:
        return replace(planned, refused=(str(error),))
    original, _ = sources.read(planned.told.file, planned.source, None)
    masked_text, _ = masking.masked(original.text, planned.told.mask)
    converted = (*adoption.converted, *mended.replaced)
    missing = verbatim.lost(masked_text, text, adoption.moved, converted)
    refused = tuple(f"line {line}: the word `{word}` would be lost" for line, word in missing)
    return replace(
        planned,
        text=text,
        copies=mended.copies,
        dead=tuple(mended.dead),
        refused=refused,
    )


def _judged(found: Sequence[Planned], job: Job) -> list[Planned]:
    """Each with what the check says of its record, beside all the others."""
    trial = job.archive
    beside = dict(trial.attachments)
    for planned in found:
        if planned.ready:
            trial = trial.with_text(planned.path, planned.text)
            beside[planned.record_id] = tuple(sorted(planned.copies))
    trial = replace(trial, attachments=beside)
    paths = {planned.path for planned in found if planned.ready}
    findings = checks.run(trial, job.today, only=paths)
    result = []
    for planned in found:
        own = tuple(finding for finding in findings if finding.path == planned.path)
        errors = [finding for finding in own if finding.level is Level.ERROR]
        refused = (*planned.refused, *_in_words(errors, planned))
        result.append(replace(planned, findings=own, refused=refused))
    return result


def _in_words(errors: Iterable[Finding], planned: Planned) -> Iterable[str]:
    for finding in errors:
        if finding.rule == SECRET and planned.secrets:
            for one in planned.secrets:
                if one.secret:
                    yield (
                        f"line {one.line}: this looks like a secret ({one.kind}); revoke it, and "
                        f"put {one.line} under `mask` in the review"
                    )
        else:
            yield f"{finding.rule} {finding.message}; {finding.fix}"
