"""Header values between a connection, where they are bytes, and a function, where they are text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudfront_emulator.functions.headers import read_headers, serialize_headers

VALUES = st.binary(max_size=30).filter(lambda value: min(value, default=32) >= 32)


@given(value=VALUES.filter(lambda value: b"\x7f" not in value))
def test_a_function_that_changes_nothing_changes_no_byte(value: bytes) -> None:
    """Also where the bytes are no UTF-8, and after the JSON between the processes."""
    headers = (("x-a", value.decode("latin-1")),)
    assert read_headers(json.loads(json.dumps(serialize_headers(headers)))) == headers


@pytest.mark.parametrize("text", ["€.txt", "/日本", "naïve", "a\tb", "😀", "ÿ"])
def test_a_function_sees_the_text_that_utf_8_encodes(text: str) -> None:
    """And what it writes is sent as UTF-8."""
    wire = text.encode().decode("latin-1")
    seen = serialize_headers((("x-a", wire),))
    assert seen["x-a"][0]["value"] == text
    assert read_headers({"x-a": [{"value": text}]}) == (("x-a", wire),)
