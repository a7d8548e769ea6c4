"""CLDR: patterns come from Babel, and are proven against it."""

from __future__ import annotations

import pytest

from edgefill.compiler.cldr import (
    LocaleRefused,
    prove,
    resolve_moment_format,
    resolve_money_format,
    resolve_number_format,
)


def test_german_patterns() -> None:
    """Everything a program needs, as data."""
    assert resolve_number_format("de")[1] == ["", "-", "", "", 3, 3, 1, 0, 3, ".", ","]
    assert resolve_money_format("de", ("JPY",))[1]["JPY"][2:4] == ["\xa0¥", "\xa0¥"]
    assert resolve_moment_format("de", "date", "short")[1] == [
        ["d", 2],
        ".",
        ["M", 2],
        ".",
        ["y", 2],
    ]
    assert resolve_moment_format("en", "time", "short")[1][-1] == ["a", ["AM", "PM"]]


def test_indian_grouping() -> None:
    """Groups of two after the first three digits."""
    assert resolve_number_format("hi")[1][4:6] == [3, 2]


@pytest.mark.parametrize("locale", ["xx", "ar-EG", "mr", "not a tag"])
def test_locales_are_refused_whole(locale: str) -> None:
    """Unknown ones, and those that do not count in western digits."""
    with pytest.raises(LocaleRefused, match="locale"):
        resolve_number_format(locale)


def test_patterns_that_core_cannot_write() -> None:
    """Taiwan's clock has periods of the day; they are refused, not guessed."""
    with pytest.raises(LocaleRefused):
        resolve_moment_format("zh-Hant", "time", "short")
    with pytest.raises(LocaleRefused):
        resolve_moment_format("de", "time", "full")


def test_every_pattern_is_proven() -> None:
    """One difference from Babel refuses the locale."""
    with pytest.raises(LocaleRefused, match="exactly"):
        prove("de", "1,5", "1.5")
