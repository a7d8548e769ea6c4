"""SHA-256 without OpenSSL."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.core.digest import find_sha256, hash_to_fraction, hmac_sha256, sha256


@given(st.binary(max_size=300))
def test_it_is_sha256(data: bytes) -> None:
    """The oracle is `hashlib`."""
    assert sha256(data) == hashlib.sha256(data).digest()


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_it_is_hmac(key: bytes, message: bytes) -> None:
    """The oracle is `hmac`, also for keys longer than a block."""
    assert hmac_sha256(key, message) == hmac.digest(key, message, "sha256")


def test_fractions_are_spread_evenly_and_stay() -> None:
    """About a tenth of all texts is below 0.1, and always the same texts."""
    below = [n for n in range(5000) if hash_to_fraction(f"salt:{n}") < 0.1]
    assert 400 < len(below) < 600
    assert below == [n for n in range(5000) if hash_to_fraction(f"salt:{n}") < 0.1]


def test_an_interpreter_without_it_is_refused() -> None:
    """The message names the versions that have it."""
    with pytest.raises(ImportError, match="or newer"):
        find_sha256("no_such_module")
