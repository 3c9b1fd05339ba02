"""OpenLineage: a run event with ``eventType: FAIL``.

Source: "OpenLineage Spec" (https://openlineage.io/spec/2-0-2/OpenLineage.json), with the facets
``errorMessage``, ``parent``, ``nominalTime``, ``ownership``, ``sourceCodeLocation``, ``symlinks``.

The key is the outermost run that the event names, so that the tasks of one scheduled run, and the
attempts at one task, are one outage. ``eventTime`` is when the run failed and the scheduler said
so: it is taken for detection, as an alert is, and the draft says that it was. Since when the data
was late or wrong, and who noticed, the event does not say. The datasets that the run writes are
what may be wrong; those that it reads are told in the summary.

A failure is told once and nothing says later that the data is whole again, so the event is the last
of its source: ``is_over`` is true, and the end of the outage stays a gap.
"""

from __future__ import annotations

from debrief.events.body import Body
from debrief.events.composing import Told, compose
from debrief.events.notice import Notice

NAME = "openlineage"
TOOL = "OpenLineage"
TITLE = f"{TOOL} (run event)"

_TYPES = ("START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER")


def recognises(body: Body) -> bool:
    job = body.at("job")
    return job.has("namespace", "name") and isinstance(body.at("run").value, dict)


def read(body: Body) -> Notice:
    kind = (body.text("eventType") or "").upper()
    if kind != "FAIL":
        told = f"the run event is `{kind}`" if kind in _TYPES else "the run event has no type"
        raise body.at("eventType").no_outage(f"{told}; a draft is made of `FAIL` only")
    run = _outermost_run(body)
    if run is None:
        raise body.at("run", "runId").refuse("the run has no id, so it cannot be told from others")
    return compose(_told(body, run), body)


def _outermost_run(body: Body) -> str | None:
    parent = body.at("run", "facets", "parent")
    return (
        parent.text("root", "run", "runId")
        or parent.text("run", "runId")
        or body.text("run", "runId")
    )


def _told(body: Body, run: str) -> Told:
    job, facets = body.at("job"), body.at("run", "facets")
    name = job.text("name") or "a job"
    message = facets.prose("errorMessage", "message")
    first = message.splitlines()[0] if message else None
    happened = body.moment("eventTime")
    told = Told(
        source=NAME,
        key=run,
        title=f"Run of {name} failed",
        reference=f"OpenLineage run {body.text('run', 'runId') or run}",
        summary=_summary(body, facets, message),
        trigger=f"The run of {name} failed: {first}" if first else f"The run of {name} failed",
        clock={"detected_at": happened},
    )
    told.entry(happened, f"Run of {name} failed" + (f": {first}" if first else ""), "symptom")
    if facets.at("errorMessage", "stackTrace").given:
        body.note("The event holds a stack trace, which is not in the draft")
    body.note(
        "The failure of the run is taken for the detection, as an alert is. It says neither since "
        "when data was wrong nor when it was whole again: fill in the times of the incident"
    )
    for output in body.items("outputs"):
        _dataset(told, output)
    _job(told, "job", job)
    _job(told, "parent job", facets.at("parent", "job"))
    for owner in job.items("facets", "ownership", "owners"):
        told.person("team", owner.person())
    told.link(
        "Source of the job",
        job.address("facets", "sourceCodeLocation", "url"),
        "change",
    )
    return told


def _dataset(told: Told, dataset: Body) -> None:
    name, namespace = dataset.text("name"), dataset.text("namespace")
    told.named("dataset", name, f"{namespace}/{name}" if namespace and name else None)
    for other in dataset.items("facets", "symlinks", "identifiers"):
        told.named("dataset", other.text("name"))


def _job(told: Told, kind: str, job: Body) -> None:
    name, namespace = job.text("name"), job.text("namespace")
    told.named(kind, name, f"{namespace}/{name}" if namespace and name else None)


def _summary(body: Body, facets: Body, message: str | None) -> list[str | None]:
    inputs = [name for item in body.items("inputs") if (name := item.text("name"))]
    outputs = [name for item in body.items("outputs") if (name := item.text("name"))]
    nominal = [facets.text("nominalTime", key) for key in ("nominalStartTime", "nominalEndTime")]
    period = " to ".join(text for text in nominal if text)
    failed = [
        " ".join(filter(None, (check.text("assertion"), check.text("column"))))
        for item in body.items("inputs")
        for facet in ("inputFacets", "facets")
        for check in item.items(facet, "dataQualityAssertions", "assertions")
        if check.at("success").value is False
    ]
    failed += [
        test.text("name") or "a test"
        for test in facets.items("test", "tests")
        if (test.text("status") or "").lower() in ("fail", "failed", "error")
    ]
    return [
        message,
        f"It writes: {', '.join(outputs)}" if outputs else None,
        f"It reads: {', '.join(inputs)}" if inputs else None,
        f"Failed checks: {', '.join(failed)}" if failed else None,
        f"Nominal time of the run: {period}" if period else None,
    ]
