"""The images carry every room of the library that the service imports."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "gpu_service" / "Dockerfile").read_text()


def list_imported_rooms() -> set[str]:
    """The rooms `edgefill/<room>` that modules of the service import."""
    sources = "\n".join(path.read_text() for path in (ROOT / "gpu_service").rglob("*.py"))
    return {f"edgefill/{room}" for room in re.findall(r"from edgefill\.(\w+)", sources)}


@pytest.mark.parametrize("stage", ["base", "vllm"])
def test_a_stage_copies_exactly_the_imported_rooms(stage: str) -> None:
    """No room is missing, and no other room of the library is in the image."""
    stages = re.split(r"^FROM \S+ AS (\w+)$", DOCKERFILE, flags=re.MULTILINE)
    text = dict(zip(stages[1::2], stages[2::2], strict=True))[stage]
    copies = set(re.findall(r"^COPY (edgefill\S*) ", text, flags=re.MULTILINE))
    assert copies == {"edgefill/__init__.py", *list_imported_rooms()}
    assert all((ROOT / path).exists() for path in copies)
