"""How an error names the invalid field of a body."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gpu_service.engines.scripted import ScriptedEngine
from gpu_service.wire.validation import format_field_path
from tests.gpu_service.conftest import RunService

CHAT = {"model": "scripted", "messages": [{"role": "user", "content": "Hello"}]}


def test_a_field_path_leads_to_the_value() -> None:
    """List indices stay, pydantic's own names go."""
    assert format_field_path(("body", "messages", 0, "content", "list[Part]", 1, "text")) == (
        "body.messages.0.content.1.text"
    )
    assert format_field_path(("stop", "function-after[f(), str]")) == "stop"


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"stop": ""}, "stop"),
        ({"stop": ["a"] * 17}, "stop"),
        ({"messages": [{"role": "user", "content": 5}]}, "messages.0.content"),
        ({"structured_outputs": {"json": 5}}, "structured_outputs.json"),
        ({"guided_json": 5}, "guided_json"),
    ],
)
def test_an_error_in_a_union_names_only_the_field(
    run_service: RunService, wrong: dict[str, Any], param: str
) -> None:
    """The answer holds no names of Python objects."""

    async def ask() -> dict[str, Any]:
        async with run_service(ScriptedEngine()) as client:
            answer = await client.post("/v1/chat/completions", json=CHAT | wrong)
            assert answer.status_code == 400
            error: dict[str, Any] = answer.json()["error"]
            return error

    error = asyncio.run(ask())
    assert error["param"] == param
    assert "0x" not in error["message"]
    assert "function" not in error["message"]
