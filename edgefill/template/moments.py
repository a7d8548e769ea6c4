"""Format dates and times as a locale writes them, by patterns that Babel resolved.

A pattern is a list of literals and fields; a field is [kind, width] or [kind, names]: `y` year, `M`
month, `d` day, `w` weekday from Monday, `H h K k` hours, `m` minute, `s` second, `a` am or pm, or a
name for each hour. A datetime is formatted in wall-clock time of its own offset. Every field except
the weekday is two or four characters of the ISO text, looked up in a table that is built when the
pattern is linked.
"""

from __future__ import annotations

from edgefill.core.errors import ObjectCorrupt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Field = Callable[[str], str]  # KeyError or ValueError for other texts

_SHIFT = (0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4)  # Sakamoto's day-of-week table
# kind: start of its two digits in 2026-11-23T14:05:09Z, valid values, conversion of a value
_DIGITS: dict[str, tuple[int, range, Callable[[int], int]]] = {
    "M": (5, range(1, 13), lambda month: month),
    "d": (8, range(1, 32), lambda day: day),
    "H": (11, range(24), lambda hour: hour),
    "h": (11, range(24), lambda hour: hour % 12 or 12),
    "K": (11, range(24), lambda hour: hour % 12),
    "k": (11, range(24), lambda hour: hour or 24),
    "m": (14, range(60), lambda minute: minute),
    "s": (17, range(60), lambda second: second),
}


def make_moment_formatter(pattern: Any) -> Callable[[Any], Any]:
    """A function that formats dates and datetimes by `pattern`, and returns others unchanged."""
    if not isinstance(pattern, list):
        raise ObjectCorrupt("program: a date pattern is not a list")
    fields = [_link_field(part) for part in pattern]

    def format_moment(raw: Any) -> Any:
        if type(raw) is not str:
            return raw
        try:
            return "".join([field(raw) for field in fields])
        except (KeyError, ValueError):
            return raw

    return format_moment


def _link_field(part: Any) -> Field:
    if isinstance(part, str):
        return lambda _text: part
    if isinstance(part, list) and len(part) == 2 and isinstance(part[0], str):
        what, shape = part
        if isinstance(shape, list) and all(isinstance(name, str) for name in shape):
            return _link_names(what, shape)
        if type(shape) is int and 0 < shape <= 9:
            return _link_year(shape) if what == "y" else _link_digits(what, shape)
    raise ObjectCorrupt("program: a date pattern has a malformed field")


def _link_year(width: int) -> Field:
    if width == 2:
        return lambda text: f"{int(text[:4]):02d}"[-2:]
    return lambda text: str(int(text[:4])).zfill(width)


def _link_digits(what: str, width: int) -> Field:
    if what not in _DIGITS:
        raise ObjectCorrupt("program: a date pattern has an unknown field")
    start, values, convert = _DIGITS[what]
    return _look_up(start, {f"{value:02d}": str(convert(value)).zfill(width) for value in values})


def _link_names(what: str, names: list[str]) -> Field:
    match what, len(names):
        case "M", 12:
            return _look_up(5, {f"{month:02d}": name for month, name in enumerate(names, 1)})
        case "a", 2 | 24:
            hours = 24 // len(names)
            return _look_up(11, {f"{hour:02d}": names[hour // hours] for hour in range(24)})
        case "w", 7:
            return lambda text: names[_compute_weekday(text)]
    raise ObjectCorrupt("program: a date pattern has malformed names")


def _look_up(start: int, table: dict[str, str]) -> Field:
    end = start + 2
    return lambda text: table[text[start:end]]


def _compute_weekday(text: str) -> int:
    """0 for Monday, by the Gregorian calendar; ValueError when `text` has no date."""
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
    if not 0 < month < 13:
        raise ValueError("no such month")
    year -= month < 3
    return (year + year // 4 - year // 100 + year // 400 + _SHIFT[month - 1] + day + 6) % 7
