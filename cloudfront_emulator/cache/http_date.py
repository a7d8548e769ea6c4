"""Dates in HTTP headers (RFC 9110, section 5.6.7), always in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_SHORT_DAY, _LONG_DAY = "|".join(day[:3] for day in _DAYS), "|".join(_DAYS)
_MONTH, _TIME = f"(?P<month>{'|'.join(_MONTHS)})", r"(?P<time>\d\d:\d\d:\d\d)"
_FORMATS = [
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        rf"(?:{_SHORT_DAY}), (?P<day>\d\d) {_MONTH} (?P<year>\d{{4}}) {_TIME} GMT",
        rf"(?:{_LONG_DAY}), (?P<day>\d\d)-{_MONTH}-(?P<year>\d\d) {_TIME} GMT",  # RFC 850
        rf"(?:{_SHORT_DAY}) {_MONTH} (?P<day>[ \d]\d) {_TIME} (?P<year>\d{{4}})",  # asctime
    )
]


def parse_http_date(text: str | None) -> float | None:
    """The seconds since 1970 of a date in one of HTTP's three formats; None for any other text.

    Names are matched in any case, and another zone than GMT is invalid (RFC 9111, section 4.2).
    """
    if text is None:
        return None
    matches = (pattern.fullmatch(text.strip()) for pattern in _FORMATS)
    match = next((each for each in matches if each is not None), None)
    return _read_match(match) if match is not None else None


def _read_match(match: re.Match[str]) -> float | None:
    hour, minute, second = map(int, match["time"].split(":"))
    if second > 60:  # 60 is a leap second
        return None
    month = _MONTHS.index(match["month"].lower()) + 1
    try:
        time = datetime(
            _read_year(match["year"]), month, int(match["day"]), hour, minute, tzinfo=UTC
        )
    except ValueError:
        return None
    return time.timestamp() + second


def _read_year(digits: str) -> int:
    """The year; of two digits, the one that is at most 50 years in the future."""
    if len(digits) == 4:
        return int(digits)
    this_year = datetime.now(UTC).year
    year = this_year - this_year % 100 + int(digits)
    return year - 100 if year > this_year + 50 else year
