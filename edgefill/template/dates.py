"""Read dates and times as issuers write them (RFC 3339)."""

from __future__ import annotations

from edgefill.core.lazy_regex import LazyPattern

_DATE = LazyPattern(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = LazyPattern(
    r"[Tt ]((?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])(?:(\.[0-9]{1,6})[0-9]*)?"
    r"([Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# Days at whose first moment a system's clock counts 0, which it writes for a time that is not set:
# .NET and Go, Windows, SQL Server, OLE, Excel, Mac OS, Unix.
_ZERO_DAYS = (
    *("0001-01-01", "1601-01-01", "1753-01-01", "1899-12-30", "1900-01-01", "1904-01-01"),
    "1970-01-01",
)
_BEFORE_UNIX = "1969-12-31"  # where Unix counts 0 west of Greenwich
_SUSPECTS = frozenset((*_ZERO_DAYS, _BEFORE_UNIX))


def is_date(text: str) -> bool:
    """Whether `text` is a day of the Gregorian calendar, as 2026-11-23."""
    match = _DATE.fullmatch(text)
    if not match:
        return False
    year, month, day = (int(part) for part in match.groups())
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return year > 0 and 0 < month < 13 and 0 < day <= _DAYS[month - 1] + leap


def normalize_datetime(text: str) -> str | None:
    """A time with an offset, to the microsecond; None for anything else, and for a leap second."""
    time = _TIME.fullmatch(text[10:])
    if time is None or not is_date(text[:10]):
        return None
    return f"{text[:10]}T{time[1]}{time[2] or ''}{time[3].upper()}"


def is_zero_time(raw: object) -> bool:
    """Whether `raw` is a zero day, or the midnight that begins it in its own offset or in UTC."""
    if not isinstance(raw, str) or raw[:10] not in _SUSPECTS:
        return False
    time = _TIME.fullmatch(raw[10:])
    if time is None:
        return raw in _ZERO_DAYS
    clock, sign, offset = time[1], time[3][0], time[3][1:]
    if raw[:10] == _BEFORE_UNIX:
        return sign == "-" and clock == _subtract_from_midnight(offset)
    return clock == "00:00:00" or (sign == "+" and clock == f"{offset}:00")


def _subtract_from_midnight(offset: str) -> str:
    minutes = 24 * 60 - int(offset[:2]) * 60 - int(offset[3:])
    return f"{minutes // 60:02d}:{minutes % 60:02d}:00"
