"""Findings → what a person, a code host or another program is shown of them. Prints nothing.

One module for each reader; each name here is a function from findings to text.
"""

from debrief.reporters.annotations import ANNOTATIONS_SHOWN, github
from debrief.reporters.code_quality import as_gitlab
from debrief.reporters.programs import as_json
from debrief.reporters.sarif import as_sarif
from debrief.reporters.summary import job_summary
from debrief.reporters.terminal import text
from debrief.reporters.totals import Totals

__all__ = [
    "ANNOTATIONS_SHOWN",
    "Totals",
    "as_gitlab",
    "as_json",
    "as_sarif",
    "github",
    "job_summary",
    "text",
]
