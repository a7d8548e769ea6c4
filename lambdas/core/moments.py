"""Moments: dates and times written as a locale writes them, from patterns resolved by Babel.

A pattern is a list of literals and fields; a field is [what, width] or [what, names]: `y` year, `M`
month, `d` day, `w` weekday from Monday, `H h K k` hours, `m` minute, `s` second, `a` am or pm. A
datetime is read at its own offset, as a clock on the wall there shows it.
"""

from __future__ import annotations

from lambdas.core.errors import ObjectCorrupt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Moment = tuple[int, int, int, int, int, int]  # year, month, day, hour, minute, second
    Field = Callable[[Moment], str]

_SHIFT = (0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4)  # Sakamoto's day-of-week table
_READ: dict[str, Callable[[Moment], int]] = {
    "y": lambda at: at[0],
    "M": lambda at: at[1],
    "d": lambda at: at[2],
    "w": lambda at: _weekday(at[0], at[1], at[2]),
    "H": lambda at: at[3],
    "h": lambda at: at[3] % 12 or 12,
    "K": lambda at: at[3] % 12,
    "k": lambda at: at[3] or 24,
    "m": lambda at: at[4],
    "s": lambda at: at[5],
}
_NAMED: dict[str, tuple[int, Callable[[Moment], int]]] = {
    "M": (12, lambda at: at[1] - 1),
    "w": (7, lambda at: _weekday(at[0], at[1], at[2])),
    "a": (2, lambda at: at[3] // 12),
}


def moment_writer(pattern: Any) -> Callable[[Any], Any]:
    """Writes dates and datetimes by `pattern`; anything else passes unchanged."""
    if not isinstance(pattern, list):
        raise ObjectCorrupt("program: a date pattern is no list")
    fields = [_field(part) for part in pattern]

    def moment(given: Any) -> Any:
        at = _parse(given) if type(given) is str else None
        return given if at is None else "".join([field(at) for field in fields])

    return moment


def _parse(text: str) -> Moment | None:
    digits = text[:4] + text[5:7] + text[8:10] + text[11:13] + text[14:16] + text[17:19]
    if not (digits.isascii() and digits.isdigit() and len(digits) in {8, 14}):
        return None
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    hour, minute, second = int(digits[8:10] or 0), int(digits[10:12] or 0), int(digits[12:] or 0)
    if not (0 < month < 13 and 0 < day < 32 and hour < 24):
        return None
    return year, month, day, hour, minute, second


def _weekday(year: int, month: int, day: int) -> int:
    """0 for Monday, by the Gregorian calendar."""
    year -= month < 3
    return (year + year // 4 - year // 100 + year // 400 + _SHIFT[month - 1] + day + 6) % 7


def _field(part: Any) -> Field:
    if isinstance(part, str):
        return lambda _at: part
    if isinstance(part, list) and len(part) == 2 and isinstance(part[0], str):
        what, shape = part
        if isinstance(shape, list):
            return _named(what, shape)
        if what in _READ and type(shape) is int and 0 < shape <= 9:
            return _padded(what, shape)
    raise ObjectCorrupt("program: a date pattern has a malformed field")


def _padded(what: str, width: int) -> Field:
    read = _READ[what]
    if what == "y" and width == 2:
        return lambda at: f"{at[0]:02d}"[-2:]
    return lambda at: str(read(at)).zfill(width)


def _named(what: str, names: list[Any]) -> Field:
    count, read = _NAMED.get(what, (0, None))
    if read is None or len(names) != count or not all(isinstance(name, str) for name in names):
        raise ObjectCorrupt("program: a date pattern has malformed names")
    return lambda at: names[read(at)]
