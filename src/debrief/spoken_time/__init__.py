"""Times as people write them in timelines and chats, read without guessing.

``reading`` finds what a text says (:class:`Spoken`), ``zones`` what a zone's name means, and
``course`` turns the times of one timeline, in their order, into moments as a record has them.

python-dateutil's parser is not used: it fills what a text leaves open from the current date, takes
``03/04/2024`` for a month first, and drops the zones that it does not know.
"""

from debrief.spoken_time.course import Placed, placed
from debrief.spoken_time.reading import (
    DAY_FIRST,
    MONTH_FIRST,
    Day,
    Spoken,
    day_in,
    leading,
    whole,
)
from debrief.spoken_time.zones import Zone, ZoneError, stated_zone

__all__ = [
    "DAY_FIRST",
    "MONTH_FIRST",
    "Day",
    "Placed",
    "Spoken",
    "Zone",
    "ZoneError",
    "day_in",
    "leading",
    "placed",
    "stated_zone",
    "whole",
]
