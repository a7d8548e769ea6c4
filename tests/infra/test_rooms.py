"""Modules of infra are named after what they deploy."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("module", "room"),
    [
        ("edge/function", "lambdas/edge"),
        ("service/api", "lambdas/api"),
        ("service/batch", "lambdas/batch"),
        ("store/demand", "edgefill/demand"),
        ("store/template_store", "edgefill/store"),
        ("service/gpu_service", "gpu_service"),
    ],
)
def test_a_module_is_named_after_the_room_that_it_deploys(module: str, room: str) -> None:
    """infra/edge/function.py deploys lambdas/edge, and its first line names it."""
    first = (ROOT / "infra" / f"{module}.py").read_text().splitlines()[0]
    assert (ROOT / room).is_dir()
    assert room.partition("/")[2] in first or room in first
