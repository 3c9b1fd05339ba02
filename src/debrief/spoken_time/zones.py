"""What the name of a time zone means, as far as it means one thing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

_OFFSETS: dict[str, float] = {
    name: hours
    for hours, names in {
        -10: "HST",
        -9: "AKST",
        -8: "PST AKDT",
        -7: "PDT",
        -6: "MDT",
        -5: "EST CDT",
        -4: "EDT",
        -3: "BRT",
        0: "UTC GMT Z WET",
        1: "CET MEZ WEST",
        2: "CEST MESZ EET SAST",
        3: "EEST MSK",
        8: "SGT HKT AWST",
        9: "JST KST",
        9.5: "ACST",
        10: "AEST",
        10.5: "ACDT",
        11: "AEDT",
        12: "NZST",
        13: "NZDT",
    }.items()
    for name in names.split()
}
"""Hours east of UTC for abbreviations that one region uses (tz database, file ``theory.html``)."""

_SEVERAL: dict[str, str] = {
    "CST": "-06:00 in North America, +08:00 in China",
    "IST": "+05:30 in India, +01:00 in Ireland, +02:00 in Israel",
    "BST": "+01:00 in Britain, +06:00 in Bangladesh",
    "AST": "-04:00 in Canada, +03:00 in Arabia",
    "MST": "-07:00 in North America, +08:00 in Malaysia",
    "GST": "+04:00 on the Gulf, -02:00 in South Georgia",
}
"""Abbreviations that mean several zones; which one, only the writer knows."""

_REGIONS: dict[str, str] = {
    **dict.fromkeys(("PT", "PACIFIC", "PACIFIC TIME"), "America/Los_Angeles"),
    **dict.fromkeys(("MT", "MOUNTAIN TIME"), "America/Denver"),
    **dict.fromkeys(("CT", "CENTRAL TIME"), "America/Chicago"),
    **dict.fromkeys(("ET", "EASTERN", "EASTERN TIME"), "America/New_York"),
    "CENTRAL EUROPEAN TIME": "Europe/Berlin",
    "UK TIME": "Europe/London",
}
"""Names that follow the clock of a region, summer time included."""

_SUMMER = {"CET": "CEST", "MEZ": "MESZ", "PST": "PDT", "EST": "EDT", "EET": "EEST", "WET": "WEST"}
_KEPT_IN = {
    "CET": "Europe/Berlin",
    "MEZ": "Europe/Berlin",
    "PST": "America/Los_Angeles",
    "EST": "America/New_York",
    "EET": "Europe/Athens",
    "WET": "Europe/Lisbon",
}
"""The winter names that people use in summer too, and a place that keeps both."""

_NUMERIC = re.compile(r"(?:UTC|GMT)?\s?([+-])(\d{1,2})(?::?(\d{2}))?\Z", re.ASCII | re.IGNORECASE)
_CITY = re.compile(r"([A-Za-z][A-Za-z .'-]{1,30}?)(?: (?:local )?time)?\Z")


class ZoneError(ValueError):
    """A text that names no zone, or several; the message says which, and what to write."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone, with the words in which it was named."""

    name: str
    info: tzinfo

    @classmethod
    def named(cls, text: str) -> Zone:
        """The zone that a text names: an offset, an abbreviation, a city, an IANA name.

        Raises :class:`ZoneError`.
        """
        name = " ".join(text.strip(" ()[].").split())
        if numeric := _NUMERIC.match(name):
            sign, hours, minutes = numeric.groups()
            span = timedelta(hours=int(hours), minutes=int(minutes or 0))
            if span > timedelta(hours=14) or int(minutes or 0) > 59:
                raise ZoneError(f"no zone is `{name}` away from UTC")
            return cls(name, timezone(-span if sign == "-" else span))
        upper = name.upper()
        if upper in _OFFSETS:
            hours = _OFFSETS[upper]
            return cls(name, UTC if not hours else timezone(timedelta(hours=hours)))
        if upper in _SEVERAL:
            raise ZoneError(f"`{name}` is {_SEVERAL[upper]}; write the offset")
        region = _place(_REGIONS[upper]) if upper in _REGIONS else _iana(name)
        if region is None:
            raise ZoneError(
                f"`{name}` names no time zone; write an offset such as `+01:00`, or a name such "
                "as `Europe/Copenhagen`"
            )
        return cls(name, region)

    def in_doubt(self, moment: datetime) -> str:
        """What a reader should know of this zone at that time; mostly nothing.

        People write the name of the winter time all the year round. The word is taken as it
        stands, and this says where the clocks of its region stood otherwise.
        """
        winter = self.name.upper()
        region = _place(_KEPT_IN.get(winter, ""))
        if region is None:
            return ""
        there = moment.replace(tzinfo=region)
        if there.utcoffset() == moment.replace(tzinfo=self.info).utcoffset():
            return ""
        return (
            f"{self.name} was taken as {_offset(self.info)}, though {_SUMMER[winter]} was kept "
            f"on {moment.date()}; if local time was meant, name the zone {region.key}"
        )


def _offset(info: tzinfo) -> str:
    text = datetime(2000, 1, 1, tzinfo=info).isoformat()
    return text[len("2000-01-01T00:00:00") :]


@cache
def _cities() -> dict[str, str | None]:
    """The last part of each IANA name → the name; None where two end in the same."""
    found: dict[str, str | None] = {}
    for name in sorted(available_timezones()):
        if "/" not in name or name.startswith(("Etc/", "US/", "posix/", "right/", "SystemV/")):
            continue
        city = name.rpartition("/")[2].replace("_", " ").lower()
        found[city] = None if city in found else name
    return found


def _iana(name: str) -> ZoneInfo | None:
    if "/" in name:
        return _place(name.replace(" ", "_"))
    city = _CITY.match(name)
    return _place(_cities().get(city[1].lower()) or "") if city else None


def _place(key: str) -> ZoneInfo | None:
    """The zone of the tz database; None where there is none, or no database (as on Windows)."""
    try:
        return ZoneInfo(key) if key else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


# --- a zone that is stated for a whole timeline ---------------------------------------------------

_NAMES = re.compile(
    r"(?:(?:UTC|GMT)\s?[+-]\d{1,2}(?::?\d{2})?(?!\d)|[+-]\d{2}:?\d{2}(?![\d:])"
    r"|[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?"
    r"|(?:Pacific|Mountain|Central|Eastern|Central European|UK) Time"
    r"|(?:[Hh]eure|[Hh]ora) de (?P<city>[A-Z][a-z]+)"
    r"|[A-Z][a-z]+ (?:local )?time|\b(?:[A-Z]{2,4}T|UTC|MEZ|MESZ)\b)"
)
_ABOUT_TIMES = re.compile(
    r"\b(?:times?|timestamps?|time ?zone|zeiten|uhrzeit(?:en)?|zeitzone|zeit|heures?|fuseau|horas?|"
    r"tijden|tider|tid|orari|ore)\b",
    re.IGNORECASE,
)
_TIME_OF_DAY = re.compile(
    r"(?<![\d+-])\d{1,2}[:.h]\d{2}(?!\d)|(?<![\d+-])\d{1,2}\s?[ap]\.?m\b", re.IGNORECASE
)


def _names_in(text: str) -> tuple[str, ...]:
    """The parts of a text that look like the name of a zone, in their order."""
    return tuple(
        f"{found['city']} time" if found["city"] else found.group()
        for found in _NAMES.finditer(text)
        if found.group().lower() not in ("date/time", "time/date")
    )


def stated_zone(text: str) -> Zone | None:
    """The zone that a sentence or the head of a column gives to the times around it.

    ``All times in CET.``, ``(all times in Pacific Time)``, ``Time (UTC)``, ``heure de Paris``. None
    where it says nothing of a zone, or of that of one time alone (``Start time: 10:00 CET``).
    Raises :class:`ZoneError` where it does, and one cannot tell which.
    """
    if len(text) > 120 or not _ABOUT_TIMES.search(text) or _TIME_OF_DAY.search(text):
        return None
    found: list[Zone] = []
    for token in _names_in(text):
        try:
            found.append(Zone.named(token))
        except ZoneError:
            if re.fullmatch(r"[A-Z]{2,4}", token) and token not in _SEVERAL:
                continue  # an abbreviation of something else
            if not re.fullmatch(r"[A-Z][a-z]+ (?:local )?time", token):
                raise
    winter = datetime(2000, 1, 1)  # noqa: DTZ001 - only to compare the zones with each other
    spans = {zone.info.utcoffset(winter) for zone in found}
    if len(spans) > 1:
        names = ", ".join(zone.name for zone in found)
        raise ZoneError(f"`{text.strip()}` names several zones: {names}")
    by_place = [zone for zone in found if not isinstance(zone.info, timezone)]
    return next(iter(by_place or found), None)
