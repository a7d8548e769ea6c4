"""The provenance of a text survives its JSON form; any other data is refused."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from edgefill.judging.accepted_template import Provenance, provenance_from_json

PROVENANCE = Provenance(origin="draft", model="tiny", seed=7, tokens=9, log_probability=-0.5)


def test_a_provenance_survives_its_json_form() -> None:
    assert provenance_from_json(asdict(PROVENANCE)) == PROVENANCE


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "nowhere"},
        {"origin": []},
        {"model": None},
        {"prompts": 1},
        {"parent": []},
        {"tokens": "9"},
        {"tokens": True},
        {"seed": 0.5},
        {"seconds": "1"},
        {"seconds": float("inf")},
        {"log_probability": float("nan")},
        {"x": 1},
    ],
)
def test_another_form_of_provenance_is_refused(change: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError)):
        provenance_from_json(asdict(PROVENANCE) | change)
