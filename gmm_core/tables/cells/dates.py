"""Dates: parses text in a usual date format, if it is unambiguous, and converts dates to days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gmm_core.arrays import FloatArray
from gmm_core.tables.cells.pattern import Pattern

_TIME = r"(?P<time>[ T]\d{1,2}:\d{2}(?P<seconds>:\d{2}(?P<fraction>\.\d{1,9})?)?)?"
"""A pattern of an optional time of day."""
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DAY_SECONDS = 86_400.0
"""Seconds of a day."""
_FEWEST_COMPACT = 3
"""Fewest numbers such as 20241231 that are taken for dates; fewer could be valid dates by chance."""
_COMPACT_RANGE = (19000101, 21001231)
"""First and last number that is taken for a date."""


@dataclass(frozen=True)
class DateForm:
    """A format of dates: the pattern of a whole cell, and the format of the day for strptime."""

    name: str
    pattern: Pattern
    day_format: str


FORMS = (
    DateForm("year-month-day", Pattern(rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}{_TIME}"), "%Y-%m-%d"),
    DateForm("year/month/day", Pattern(rf"\d{{4}}/\d{{1,2}}/\d{{1,2}}{_TIME}"), "%Y/%m/%d"),
    DateForm("day.month.year", Pattern(rf"\d{{1,2}}\.\d{{1,2}}\.\d{{4}}{_TIME}"), "%d.%m.%Y"),
    DateForm("day/month/year", Pattern(rf"\d{{1,2}}/\d{{1,2}}/\d{{4}}{_TIME}"), "%d/%m/%Y"),
    DateForm("month/day/year", Pattern(rf"\d{{1,2}}/\d{{1,2}}/\d{{4}}{_TIME}"), "%m/%d/%Y"),
    DateForm("day-month-year", Pattern(rf"\d{{1,2}}-\d{{1,2}}-\d{{4}}{_TIME}"), "%d-%m-%Y"),
    DateForm("month-day-year", Pattern(rf"\d{{1,2}}-\d{{1,2}}-\d{{4}}{_TIME}"), "%m-%d-%Y"),
    DateForm("day month year", Pattern(rf"\d{{1,2}} {_MONTH} \d{{4}}{_TIME}"), "%d %b %Y"),
    DateForm("day-month-year in words", Pattern(rf"\d{{1,2}}-{_MONTH}-\d{{4}}{_TIME}"), "%d-%b-%Y"),
)
"""The formats that are recognised.

A column that fits day/month and month/day with different dates is ambiguous, and is not taken for dates.
"""
_ZONED = Pattern(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})")
"""A date and time with a time zone, in ISO 8601."""


@dataclass(frozen=True, eq=False)
class Dates:
    """A column of dates; `values` is None if the column fits two formats that give different dates."""

    values: pd.Series | None


def read_dates(text: pd.Series) -> Dates | None:
    """The dates in a column of text, missing cells aside; None if its cells are not all dates in one format."""
    present = text.dropna()
    if present.empty or not present.iloc[0][:1].isdecimal():
        return None
    if _ZONED.matching(present).all():
        values = pd.to_datetime(text, format="ISO8601", utc=True, errors="coerce")
        return Dates(values) if values.notna().sum() == len(present) and in_calendar(values) else None
    read: list[pd.Series] = []
    for form in FORMS:
        if not form.pattern.matching(present).all():
            continue
        parsed = _parsed(text, present, form)
        if parsed is not None:
            read.append(parsed)
    if not read:
        return None
    return Dates(read[0] if all(other.equals(read[0]) for other in read[1:]) else None)


def compact_dates(values: pd.Series) -> pd.Series | None:
    """The dates in a column of numbers such as 20241231, missing values aside; None if some number is no such date."""
    if values.dtype.kind not in "iuf":
        return None
    present = values.dropna()
    if len(present) < _FEWEST_COMPACT or not present.between(*_COMPACT_RANGE).all() or present.nunique() < 2:
        return None
    if not (present % 1 == 0).all():
        return None
    dates = pd.to_datetime(present.astype("int64").astype(str), format="%Y%m%d", errors="coerce")
    return dates.reindex(values.index) if dates.notna().all() else None


def _parsed(text: pd.Series, present: pd.Series, form: DateForm) -> pd.Series | None:
    """The dates, each with or without a time of day, since spreadsheets omit midnight; None if some are invalid."""
    formats = pd.Series(map(_time_format, form.pattern.all_parts(present)), index=present.index, dtype="str")
    parts = [
        pd.to_datetime(present[formats == times], format=form.day_format + times, errors="coerce")
        for times in formats.unique()
    ]
    values = pd.concat(parts)
    return values.reindex(text.index) if values.notna().all() and in_calendar(values) else None


def in_calendar(dates: pd.Series) -> bool:
    """True if the years of all dates are from 1 to 9999, the range of Python and ISO 8601.

    Dates with a time zone are checked both there and in UTC.
    """
    present = dates.dropna()
    if present.dt.tz is None:
        return bool(present.dt.year.between(1, 9999).all())
    in_utc = present.dt.tz_convert(None)
    if not in_utc.dt.year.between(1, 9999).all():
        return False
    try:
        return bool(present.dt.tz_localize(None).dt.year.between(1, 9999).all())
    except (ValueError, OverflowError, NotImplementedError):  # what pandas raises beyond its calendar
        return False


def _time_format(parts: dict[str, str] | None) -> str:
    if parts is None or not parts["time"]:
        return ""
    seconds = ":%S" if parts["seconds"] else ""
    return f"{parts['time'][0]}%H:%M{seconds}{'.%f' if parts['fraction'] else ''}"


def days(dates: pd.Series) -> FloatArray:
    """Days since 1970-01-01 (N,), fractions of a day included, NaN where a date is missing."""
    moments = pd.to_datetime(dates, utc=True).dt.tz_localize(None).to_numpy()
    # NumPy keeps the dates' unit; pandas would subtract in nanoseconds, which end in the year 2262.
    since = moments - np.datetime64("1970-01-01")
    return np.asarray(since / np.timedelta64(1, "s") / _DAY_SECONDS, dtype=np.float64)
