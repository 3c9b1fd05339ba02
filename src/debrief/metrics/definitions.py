"""What each figure means: the one home of its name, its words, its unit and its source.

Pages, reports and the reference print these words beside the figure; ``figures.py`` counts by them,
and the views of the warehouse do the same in SQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["seconds", "days", "percent", "number"]

TIMES, SHARE, COUNT, STANDING, COVERAGE = "times", "share", "count", "standing", "coverage"
"""Shapes of figures: a distribution of what ended in the period, a share of what belongs to the
period, a number, a state on the last day, a share of the catalog."""

FEWEST = 3
"""A median of fewer values is an anecdote, and is not shown."""

FEWEST_FOR_SHARE = 5
"""Of fewer cases a single one moves a share by more than twenty points; it is not shown."""

FEWEST_FOR_QUARTILES = 8
"""With fewer values a quartile rests on one or two of them; it is not shown."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a definition comes from, or what it is argued with."""

    title: str
    url: str


INCIDENT_METRICS = Source(
    "Š. Davidovič, Incident Metrics in SRE",
    "https://sre.google/resources/practices-and-processes/incident-metrics-in-sre/",
)
COMMON_METRICS = Source(
    "Atlassian, Common incident management metrics",
    "https://www.atlassian.com/incident-management/kpis/common-metrics",
)
DATA_DOWNTIME = Source(
    "B. Moses, What is Data Downtime?",
    "https://www.montecarlodata.com/blog-the-rise-of-data-downtime/",
)
POSTMORTEM_CULTURE = Source(
    "Site Reliability Workbook, Postmortem Culture",
    "https://sre.google/workbook/postmortem-culture/",
)
QUARTILES = Source(
    "R. J. Hyndman and Y. Fan, Sample Quantiles in Statistical Packages, type 7",
    "https://doi.org/10.1080/00031305.1996.10473566",
)


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure.

    ``says`` completes "is …"; ``belongs`` says what a period counts; ``lacks`` says when something
    belongs to the period and has no value, and is told as missing. ``better`` is the direction in
    which things improve, where there is one.
    """

    id: str
    name: str
    shape: str
    unit: Unit
    says: str
    belongs: str
    lacks: str = ""
    better: Literal["lower", "higher"] | None = None
    sources: tuple[Source, ...] = ()

    @property
    def fewest(self) -> int:
        """Of how many cases at least the figure is shown."""
        return {TIMES: FEWEST, SHARE: FEWEST_FOR_SHARE, STANDING: FEWEST}.get(self.shape, 0)


def _time(key: str, name: str, says: str, ended: str, lacks: str, *sources: Source) -> Definition:
    belongs = f"what was {ended} in the period, or known only then"
    found = (*sources, INCIDENT_METRICS)
    return Definition(key, name, TIMES, "seconds", says, belongs, lacks, "lower", found)


_NO_CLOCK = (
    "outages that began in the period of which one of the two times is not known, or not to the "
    "minute"
)

DEFINITIONS = (
    Definition(
        "outages",
        "Outages",
        COUNT,
        "number",
        "the number of outages",
        "those that began in the period and had been detected by the day of the figure",
        better="lower",
        sources=(DATA_DOWNTIME,),
    ),
    _time(
        "time_to_detect",
        "Time to detect",
        "the time from the start of an outage until anybody knew",
        "detected",
        _NO_CLOCK,
        DATA_DOWNTIME,
    ),
    _time(
        "time_to_acknowledge",
        "Time to acknowledge",
        "the time from detection until somebody worked on it",
        "acknowledged",
        _NO_CLOCK,
        COMMON_METRICS,
    ),
    _time(
        "time_to_mitigate",
        "Time to mitigate",
        "the time from the start of an outage until the harm stopped growing",
        "mitigated",
        _NO_CLOCK,
    ),
    _time(
        "time_to_resolve",
        "Time to resolve",
        "the time from the start of an outage until the service was whole again",
        "resolved",
        _NO_CLOCK,
        COMMON_METRICS,
    ),
    _time(
        "time_to_restore_data",
        "Time to restore data",
        "the time from the start of an outage until the data of every asset was in place again",
        "restored",
        "outages that began in the period whose data is not restored yet, or whose start is not "
        "known; one whose data needed no repair, or was declared lost, has no such time and lacks "
        "none",
        DATA_DOWNTIME,
    ),
    Definition(
        "time_to_publish",
        "Time to publish",
        TIMES,
        "days",
        "the days from detection until the postmortem was published for the first time",
        "what was published in the period",
        "outages that began in the period and are not published yet, or whose detection is not "
        "known",
        "lower",
        (POSTMORTEM_CULTURE,),
    ),
    Definition(
        "sign_off_latency",
        "Sign-off latency",
        TIMES,
        "days",
        "the days from the review meeting until everybody had signed whom the policy asks before "
        "publication",
        "what was signed completely in the period, for the first time since the review",
        "outages that began in the period without a review, or that still wait for a sign-off; one "
        "at a severity at which the policy asks nobody lacks none",
        "lower",
    ),
    Definition(
        "consumer_found",
        "Found by consumers",
        SHARE,
        "percent",
        "the share of outages that somebody who used the data noticed first",
        "what was detected in the period",
        "outages that began in the period of which nobody wrote who noticed them",
        "lower",
        (DATA_DOWNTIME,),
    ),
    Definition(
        "recurrence",
        "Recurrence",
        SHARE,
        "percent",
        "the share of outages that repeat an earlier one: they say so, or share the category of a "
        "root cause, within a year, on the same asset or on one that it is made from",
        "those whose postmortem was published in the period: before, the causes are not agreed",
        "outages that began in the period and are not published yet",
        "lower",
        (POSTMORTEM_CULTURE,),
    ),
    Definition(
        "recurred_despite_promise",
        "Recurred before the promise was kept",
        SHARE,
        "percent",
        "the share of those recurrences on whose day a preventive action of an earlier outage was "
        "still open",
        "recurrences whose postmortem was published in the period",
        better="lower",
        sources=(POSTMORTEM_CULTURE,),
    ),
    Definition(
        "data_days_wrong",
        "Data-days wrong",
        COUNT,
        "number",
        "the number of pairs of an asset and a date of its data that was wrong, repaired since or "
        "not; a pair counts once, however many outages touched it",
        "dates of the data that lie in the period",
        "affected assets of outages that began in the period of which nobody wrote since which "
        "date they were wrong",
        "lower",
        (DATA_DOWNTIME,),
    ),
    Definition(
        "open_actions",
        "Open actions",
        COUNT,
        "number",
        "the number of actions that somebody still had to do",
        "those open on the last day",
        better="lower",
    ),
    Definition(
        "overdue_actions",
        "Overdue actions",
        COUNT,
        "number",
        "the number of open actions past the due date that they had then",
        "those overdue on the last day",
        better="lower",
    ),
    Definition(
        "age_of_open_actions",
        "Age of open actions",
        STANDING,
        "days",
        "the days since an open action was promised",
        "those open on the last day",
        better="lower",
    ),
    Definition(
        "actions_completed",
        "Actions completed",
        SHARE,
        "percent",
        "the share of actions that were done by the day of the figure",
        "those whose due date, as it stood on that day, lies in the period and has come; without "
        "what was decided against",
        better="higher",
        sources=(POSTMORTEM_CULTURE,),
    ),
    Definition(
        "actions_on_time",
        "Actions on time",
        SHARE,
        "percent",
        "the share of actions that were done by the date first promised: a postponement does not "
        "make a promise kept",
        "those whose first due date lies in the period and has come; without what was decided "
        "against",
        better="higher",
    ),
    Definition(
        "actions_verified",
        "Actions verified",
        SHARE,
        "percent",
        "the share of done actions of which somebody has seen by the day of the figure that they "
        "work",
        "those done in the period",
        better="higher",
    ),
    Definition(
        "postponements",
        "Postponements",
        COUNT,
        "number",
        "how often a due date moved to a later day",
        "moves made in the period",
        better="lower",
    ),
    Definition(
        "assets_with_owner",
        "Assets with an owner",
        COVERAGE,
        "percent",
        "the share of data assets for which the catalog names an owner",
        "the catalog as it stands now, without assets that are gone",
        better="higher",
    ),
    Definition(
        "assets_with_contract",
        "Assets with a contract",
        COVERAGE,
        "percent",
        "the share of data assets for which the catalog names a data contract",
        "the catalog as it stands now, without assets that are gone",
        better="higher",
    ),
    Definition(
        "assets_with_lineage",
        "Assets with lineage",
        COVERAGE,
        "percent",
        "the share of data assets for which the catalog says what they are made from or what is "
        "made from them",
        "the catalog as it stands now, without assets that are gone",
        better="higher",
    ),
)
"""Every figure, in the order in which pages show them."""

METRICS = {definition.id: definition for definition in DEFINITIONS}
"""By id."""

EDGE_CASES = {
    "As of a day": "A figure as of a day uses what had happened by the end of that day: what was "
    "done, published, repaired or postponed later counts as it stood then. What was due on the day "
    "itself has been done or not; overdue it is from the next day on. Days are those of UTC; an "
    "outage began on the day in the name of its file.",
    "Not rebuilt": "What a record says now counts for the past too: a time that was corrected, the "
    "severity, the owner, the causes, who noticed it. So does the catalog: teams, domains, what an "
    "asset is made from, and the shares of assets with an owner, a contract or lineage. git has "
    "how they were.",
    "A time belongs to the period in which it ended": "Only then is it known, so nothing that "
    "happens later changes the figure of a past period; and no quarter looks quick because its "
    "slow outages have not ended yet. What had ended before anybody knew of the outage belongs to "
    "the day on which it was detected.",
    "Reopened": "The first publication counts for the time to publish, where history or the "
    "record's own changes tell of it; and the first time that all had signed, as long as the "
    "review is the same. An action that was done and is open again was open all the time.",
    "Withdrawn": "It was no outage of its own, and leaves every figure, those of the past too.",
    "Imported": "Documents from elsewhere are counted apart and stand in no median and no share: "
    "their times, owners and dates follow other rules. Their actions count where somebody here "
    "owns them.",
    "Restricted": "The site knows of it what it may show: it counts as an outage, and lacks the "
    "rest.",
    "Several assets": "An outage counts once in all, and once in each domain whose assets it "
    "touched.",
    "Several teams": "What belongs to a person counts for each team that the person is in; so the "
    "teams may add up to more than the whole.",
    "Approximate times": "They count like others, and the figure says how many of them there are. "
    "A time of which only the day is known gives no time to the minute, and is missing.",
    "Too few": f"A median needs {FEWEST} values, a share {FEWEST_FOR_SHARE} cases, quartiles "
    f"{FEWEST_FOR_QUARTILES} values. Below, only the number is shown. Quartiles lie between values "
    "by linear interpolation.",
    "Not doing": "An action that was decided against stops being open on the day of its entry "
    "under `changes` (`field: status`, `to: not-doing`). Without an entry it counts as open on "
    "no day. So does one that is done, and does not say when; it stands in no share either.",
    "Promised": "An action counts from the day its commit came to the main line, where that can be "
    "so; otherwise from the day on which the outage was detected.",
}
"""How the cases that a definition leaves open are decided."""
