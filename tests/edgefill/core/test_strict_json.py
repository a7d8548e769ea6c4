"""Untrusted JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.core.strict_json import parse

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abcé"), inner),
    max_leaves=10,
)


@given(JSON)
def test_it_parses_valid_json_as_the_standard_library_does(value: object) -> None:
    """The oracle is `json.loads`."""
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
        assert parse(text) == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        '{"x": {"a": 1, "a": 1}}',
        '{"a": 1, "\\u0061": 2}',
        "NaN",
        "[Infinity]",
        "-Infinity",
        "1e999",
        '"\\ud800"',
        '{"\\udc00": 1}',
        "[" * 100_000 + "]" * 100_000,
        "",
        "{} {}",
        "\ufeff{}",
        "1" * 5000,
    ],
    ids=lambda text: text[:12],
)
def test_ambiguous_json_is_refused(text: str) -> None:
    """Everything that two parsers could read differently."""
    with pytest.raises(ValueError):  # noqa: PT011 any ValueError is the contract
        parse(text)


def test_whole_surrogate_pairs_are_characters() -> None:
    """An escaped emoji is one, not two halves."""
    assert parse('"\\ud83d\\ude00"') == "😀"
