"""Reasons in a report: counted by kind, and fit to be shown."""

from __future__ import annotations

import pytest

from edgefill.quality.reasons import MAX_KINDS, OTHERS, count_reasons, cut_text, generalize_reason


def test_counts_by_kind_with_an_example() -> None:
    """The most frequent comes first, with the first reason of its kind."""
    counts = count_reasons([("b", "b1"), ("a", "a1"), ("a", "a2")])
    assert [(each.kind, each.count, each.example) for each in counts] == [
        ("a", 2, "a1"),
        ("b", 1, "b1"),
    ]


def test_counts_rare_kinds_together() -> None:
    """A model's free reasons do not make a report of any length."""
    counts = count_reasons((f"kind {number}", "") for number in range(MAX_KINDS + 5))
    assert len(counts) == MAX_KINDS + 1
    assert (counts[-1].kind, counts[-1].count) == (OTHERS, 5)


@pytest.mark.parametrize(
    ("reason", "general"),
    [
        ('"this is odd.": says it again', "says it again"),
        ('"a": b": words that no accepted text contains (zig, zag)',
         "words that no accepted text contains"),
        ("greeting/de/any: scripted for 'x'", "scripted for 'x'"),
        ('"only a quote"', '"only a quote"'),
        ("(only brackets)", "(only brackets)"),
        ("", ""),
    ],
)  # fmt: skip
def test_generalizes_a_reason(reason: str, general: str) -> None:
    """What is particular to one text is left out, so that equal reasons count as one."""
    assert generalize_reason(reason) == general


def test_cuts_a_huge_text() -> None:
    """A cut text states the length of the whole."""
    assert cut_text("x" * 3_000_000, 5) == "xxxxx ... (3,000,000 characters)"
    assert cut_text("short", 5) == "short"


def test_replaces_what_cannot_be_encoded() -> None:
    """An unpaired surrogate of a damaged journal does not stop the report."""
    assert cut_text("a\ud800b") == "a\ufffdb"
