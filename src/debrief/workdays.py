"""Which days count towards a deadline. No other module knows the package of public holidays."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import import_module
from types import ModuleType

from debrief.catalog import WEEKDAYS, Calendar, Holidays
from debrief.finding import did_you_mean, nearest


def is_worked(calendar: Calendar, day: date) -> bool:
    """Whether a day counts; each does where the calendar does not ask for business days."""
    if not calendar.business_days:
        return True
    year = _year(calendar.holidays, day.year)
    if day in calendar.closed_on or day in year.holidays:
        return False
    if calendar.weekend is not None:
        return WEEKDAYS[day.weekday()] not in calendar.weekend
    return day not in year.weekends


def add_days(calendar: Calendar, day: date, number: int) -> date:
    """The day that is so many days later, of those that count; with 0, the first that counts."""
    if not calendar.business_days:
        return day + timedelta(days=number)
    while number > 0:
        day += timedelta(days=1)
        number -= is_worked(calendar, day)
    while not is_worked(calendar, day):
        day += timedelta(days=1)
    return day


@dataclass(frozen=True, slots=True)
class _Year:
    """What is free in one year of a country; a weekend that is worked in return is none."""

    holidays: frozenset[date]
    weekends: frozenset[date]


@cache
def _year(kept: Holidays | None, year: int) -> _Year:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    if kept is None or unknown_country(kept) or unknown_subdivision(kept):
        # What is not known, the check tells; until then, Saturday and Sunday are free.
        return _Year(frozenset(), frozenset(day for day in days if day.weekday() >= _SATURDAY))
    found = _package().country_holidays(
        kept.country, subdiv=kept.subdivision, years=year, expand=False
    )
    # Asked of each day: some countries have moved their weekend.
    weekends = (day for day in days if found.is_weekend(day) and day not in found.weekend_workdays)
    return _Year(frozenset(found), frozenset(weekends))


_SATURDAY = 5


@cache
def _package(name: str = "holidays") -> ModuleType:
    # A tenth of a second, and a policy without a country never asks for it.
    return import_module(name)


# --- what the package does not know --------------------------------------------------------------


def unknown_country(kept: Holidays) -> str | None:
    """What to write instead of a country that is not known; None where it is."""
    codes = _package().list_supported_countries()
    if kept.country in codes:
        return None
    if kept.country.upper() in codes:
        return f"write `{kept.country.upper()}`"
    names = _codes_by_name()
    name = nearest(re.sub(r"\W", "", kept.country), names) if len(kept.country) > 3 else None
    if name is not None:
        return f"did you mean `{names[name]}`?"
    return "write the country's code of two letters, such as `PT`"


def _codes_by_name() -> dict[str, str]:
    """The code of two letters of each country, by its name without spaces."""
    countries = _package("holidays.registry").COUNTRIES
    return {name: code for name, code, *_ in countries.values()}


def unknown_subdivision(kept: Holidays) -> str | None:
    """What to write instead of a part that a known country does not have; None where it has it."""
    country = getattr(_package(), kept.country)
    codes, names = country.subdivisions, country.subdivisions_aliases
    if kept.subdivision is None or kept.subdivision in codes or kept.subdivision in names:
        return None
    if not codes:
        return "delete `subdivision`: no parts of this country are told apart"
    return did_you_mean(kept.subdivision, (*codes, *names)) or f"write one of: {', '.join(codes)}"
