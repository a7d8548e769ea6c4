"""What a token says of itself, by which several are ordered before a signature is checked."""

from typing import Any

import pytest

from edgefill.identity.token import rank_token
from tests.edgefill.identity.signing import NOW, TRUST, token


@pytest.mark.parametrize(
    ("payload", "rank"),
    [
        ({"iat": NOW - 5}, (True, NOW - 5, NOW + 600)),
        ({}, (True, 0.0, NOW + 600)),
        ({"exp": NOW - 60}, (False, 0.0, 0.0)),
        ({"iat": "x"}, (False, 0.0, 0.0)),
        ({"aud": "other", "iat": NOW}, (False, 0.0, 0.0)),
        ({"edgefill": {"slots": 7}}, (False, 0.0, 0.0)),
    ],
)
def test_a_rank_is_what_a_token_says_of_itself(
    payload: Any, rank: tuple[bool, float, float]
) -> None:
    """Its signature is not looked at."""
    unsigned = token(**payload).rpartition(".")[0] + ".AAAA"
    assert rank_token(unsigned, trust=TRUST, now=NOW) == rank


@pytest.mark.parametrize("raw", ["", "a.b.c", "x" * 9000, "\ud800.a.b"])
def test_what_is_no_token_ranks_last(raw: str) -> None:
    """Nothing is raised."""
    assert rank_token(raw, trust=TRUST, now=NOW) == (False, 0.0, 0.0)
