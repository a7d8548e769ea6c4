"""A locale's patterns come from Babel and are checked against it."""

from __future__ import annotations

import pytest

from edgefill.compiler.language.cldr import (
    LocaleRefused,
    require_equal,
    resolve_moment_format,
    resolve_money_format,
    resolve_number_format,
)


def test_german_patterns() -> None:
    """A pattern is data that a program can hold."""
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
def test_unusable_locales_are_refused(locale: str) -> None:
    """They are unknown to Babel, or do not use western digits."""
    with pytest.raises(LocaleRefused, match="locale"):
        resolve_number_format(locale)


def test_patterns_that_the_edge_cannot_write_are_refused() -> None:
    """Full times name the time zone; Thai dates name the era."""
    for locale, part, style in (("de", "time", "full"), ("th", "date", "full")):
        with pytest.raises(LocaleRefused):
            resolve_moment_format(locale, part, style)


def test_a_difference_from_babel_refuses_the_locale() -> None:
    """One different character is enough."""
    with pytest.raises(LocaleRefused, match="exactly"):
        require_equal("de", "1,5", "1.5")
