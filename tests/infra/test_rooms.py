"""What deploys a thing is named as the thing."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("deploys", "room"),
    [
        ("edge/function", "lambdas/edge"),
        ("service/api", "lambdas/api"),
        ("service/batch", "lambdas/batch"),
        ("store/demand", "edgefill/demand"),
        ("store/template_store", "edgefill/store"),
        ("service/gpu_service", "gpu_service"),
    ],
)
def test_what_deploys_a_room_is_named_as_the_room(deploys: str, room: str) -> None:
    """infra/edge/function.py deploys lambdas/edge; its first line says so."""
    first = (ROOT / "infra" / f"{deploys}.py").read_text().splitlines()[0]
    assert (ROOT / room).is_dir()
    assert room.partition("/")[2] in first or room in first
