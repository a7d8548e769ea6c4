"""A regular expression is measured without compiling it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu_service.grammar.regex_size import MAX_REGEX_CHARS, explain_excess, measure_regex


@pytest.mark.parametrize(
    ("pattern", "size"),
    [
        ("", 0),
        ("abc", 3),
        ("a?b*c+", 3),
        ("a{5}", 5),
        ("a{2,7}b", 8),
        ("a{3,}", 3),
        ("a{,4}", 4),
        ("a{}", 3),
        ("(ab){10}", 20),
        ("((a{10}){10}){10}", 1000),
        ("(a|bc){4}d", 13),
        ("[a-z]{9}", 9),
        (r"[\]a]{9}", 9),
        ("[]a]{9}", 9),
        ("[^]a]{9}", 9),
        ("[a[bc]]{9}", 9),
        (r"\d{9}", 9),
        (r"\p{Greek}{9}", 9),
        (r"\x{1F600}{9}", 9),
        (r"\(a\){3}", 5),
        ("(?:a|b){0}", 3),
        ("[abc", 1),
        ("(((", 0),
        (")))", 3),
        ("\\", 1),
    ],
)
def test_repetitions_are_written_out(pattern: str, size: int) -> None:
    """Groups multiply; a class, an escape or a group's mark is one character; any text is read."""
    assert measure_regex(pattern) == size


@pytest.mark.parametrize("nesting", [2, 5, 50, 500])
def test_nested_repetitions_stay_small_numbers(nesting: int) -> None:
    """The size of a hostile expression is bounded, and it is refused."""
    pattern = "(" * nesting + "a" + "){999999999}" * nesting
    assert measure_regex(pattern[:MAX_REGEX_CHARS]) <= 10**12 * len(pattern)
    assert explain_excess(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["a?" * 2001, "a{20001}", "(a{200}){200}", "(?:[a-z]{1,999}x){30}", r"(\w{150} ){150}"],
)
def test_a_large_expression_is_refused(pattern: str) -> None:
    """For its characters or for what its repetitions stand for."""
    assert explain_excess(pattern)


@pytest.mark.parametrize(
    "pattern", ["[0-9]{4}-[0-9]{2}-[0-9]{2}", ".{0,10000}", "(yes|no)", "a?" * 2000, r"\{9999999\}"]
)
def test_an_expression_of_ordinary_size_is_accepted(pattern: str) -> None:
    """As clients write them."""
    assert explain_excess(pattern) is None


@given(st.text(alphabet=r"ab\[](){}?*+|^,0129pxu.-", max_size=200))
def test_any_text_can_be_measured(pattern: str) -> None:
    """Valid or not; without repetitions the size is at most the length."""
    size = measure_regex(pattern)
    assert size >= 0
    if not re.search(r"\{[0-9,]*\}", pattern):
        assert size <= len(pattern)
