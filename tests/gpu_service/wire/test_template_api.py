"""The mean log probability of a template's tokens."""

from __future__ import annotations

import math

import pytest

from gpu_service.wire.template_api import average_log_probability


@pytest.mark.parametrize(
    ("log_probabilities", "mean"),
    [
        ([-1.0, -2.0], -1.5),
        ([0.0], 0.0),
        ([1e-7], 0.0),  # a server's rounding
        ([], None),
        ([-1.0, -math.inf], None),
        ([-1.0, math.nan], None),
        ([-1.0, -9999.0], None),  # what OpenAI and vLLM write for an infinite one
    ],
)
def test_the_mean_is_finite_or_unknown(log_probabilities: list[float], mean: float | None) -> None:
    """It is never above 0; one unknown token makes the whole mean unknown."""
    assert average_log_probability(log_probabilities) == mean
