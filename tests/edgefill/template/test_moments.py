"""Dates and times equal Babel's."""

from __future__ import annotations

import datetime
from typing import Literal

import pytest
from babel.dates import format_date, format_time
from hypothesis import given
from hypothesis import strategies as st

from edgefill.compiler.language.cldr import resolve_moment_format
from edgefill.core.errors import ObjectCorrupt
from edgefill.template.moments import make_moment_formatter

LOCALES = ("en", "de", "de-AT", "fr", "es", "pl", "ru", "ja", "ko", "he", "sv", "fi", "cs", "hu")


@given(
    locale=st.sampled_from(LOCALES),
    style=st.sampled_from(["short", "medium", "long", "full"]),
    day=st.dates(),
)
def test_dates_are_babels(
    locale: str, style: Literal["short", "medium", "long", "full"], day: datetime.date
) -> None:
    """Every day from year 1 to 9999, its weekday included."""
    write = make_moment_formatter(resolve_moment_format(locale, "date", style)[1])
    assert write(str(day)) == format_date(day, style, locale=locale.replace("-", "_"))


@given(
    locale=st.sampled_from(LOCALES).filter(lambda locale: locale != "ko"),
    style=st.sampled_from(["short", "medium"]),
    clock=st.times().map(lambda clock: clock.replace(microsecond=0)),
)
def test_times_are_babels(
    locale: str, style: Literal["short", "medium"], clock: datetime.time
) -> None:
    """Twelve and twenty-four hours, in wall-clock time of the value's offset.

    Except in Korean: tests/edgefill/compiler/language/test_cldr_corrections.py.
    """
    write = make_moment_formatter(resolve_moment_format(locale, "time", style)[1])
    babels = format_time(clock, style, locale=locale.replace("-", "_"))
    assert write(f"2026-11-23T{clock}+05:30") == babels


@pytest.mark.parametrize("raw", ["", "soon", "2026-13-01", "2026-00-10", 3, None, [], "2026-1"])
def test_what_is_not_a_moment_is_not_changed(raw: object) -> None:
    """A filter never raises, whatever a tampered store contains."""
    names = [f"m{month}" for month in range(12)]
    for pattern in ([["M", names]], [["w", names[:7]], ["M", 2]], [["y", 1], ["M", 1]]):
        assert make_moment_formatter(pattern)(raw) == raw


def test_hours_that_no_common_locale_uses() -> None:
    """`K` counts from 0 to 11, `k` from 1 to 24; a two-digit year is cut."""
    write = make_moment_formatter([["K", 1], "/", ["k", 2], "/", ["y", 2], "/", ["y", 4]])
    assert write("0999-01-01T00:05:00Z") == "0/24/99/0999"


@pytest.mark.parametrize(
    "pattern",
    [None, {}, [3], [["y"]], [["q", 1]], [["y", 0]], [["y", True]], [["M", ["a"]]], [["y", [3]]],
     [["z", ["a"]]], [[3, 1]], [["M", 99]]],
)  # fmt: skip
def test_malformed_patterns_are_refused(pattern: object) -> None:
    """Linking checks a pattern to its last field."""
    with pytest.raises(ObjectCorrupt):
        make_moment_formatter(pattern)
