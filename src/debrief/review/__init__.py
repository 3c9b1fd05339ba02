"""Reviews that prepare themselves: the agenda of a quarter or a month, and reports for one reader.

A :class:`Desk` is an archive with its figures, a span and a day. ``agenda(desk)`` and the other
functions make a :class:`Report` of it, which ``markdown.written`` and the pages of the site write
out.
"""

from debrief.review.agenda import agenda
from debrief.review.desk import Basis, Desk
from debrief.review.executive import executive
from debrief.review.for_asset import asset_report
from debrief.review.for_owner import owner_report
from debrief.review.report import Report, Section, as_then
from debrief.review.span import MONTH, QUARTER, Span

__all__ = [
    "MONTH",
    "QUARTER",
    "Basis",
    "Desk",
    "Report",
    "Section",
    "Span",
    "agenda",
    "as_then",
    "asset_report",
    "executive",
    "owner_report",
]
