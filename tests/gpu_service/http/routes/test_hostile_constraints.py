"""A constraint that a compiler would choke on is refused, and the service goes on."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from gpu_service.engines.scripted import ScriptedEngine
from tests.gpu_service.conftest import RunService
from tests.gpu_service.listening import wait_until_ready

CHAT = {"model": "scripted", "messages": [{"role": "user", "content": "Hi"}]}
ALTERNATIVES = "start: " + " | ".join(f'"v{n}"' for n in range(60_000))
TERMINALS = "start: A0\n" + "".join(f"A{n}: A{n + 1} A{n + 1}\n" for n in range(40)) + "A40: /a?/\n"


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"guided_regex": "a?" * 50_000 + "a" * 1_000}, "regex"),
        ({"guided_regex": "((a{999}){999}){999}"}, "regex"),
        ({"guided_json": {"enum": [f"value {n}" for n in range(100_000)]}}, "json_schema"),
        ({"guided_json": {"type": "array", "minItems": 10**9}}, "json_schema"),
        ({"guided_json": json.dumps({"$ref": "http://169.254.169.254/x"})}, "json_schema"),
        ({"guided_grammar": ALTERNATIVES}, "grammar"),
        ({"guided_grammar": TERMINALS}, "grammar"),
        ({"structured_outputs": {"regex": "(" * 900 + ")" * 900 + "{"}}, "regex"),
        ({"structured_outputs": {"choice": ["x"] * 1000}}, "structured_outputs.choice"),
    ],
)
def test_a_hostile_constraint_is_a_bad_request(
    run_service: RunService, fields: dict[str, Any], param: str
) -> None:
    """On both routes; the engine never sees it, and the next request is served."""

    async def test() -> None:
        engine = ScriptedEngine()
        async with run_service(engine) as client:
            await wait_until_ready(client)
            for path, body in (
                ("/v1/chat/completions", CHAT),
                ("/v1/completions", {"model": "scripted", "prompt": "Hi"}),
            ):
                answer = await client.post(path, json=body | fields)
                assert answer.status_code == 400, answer.text[:200]
                assert answer.json()["error"]["param"] == param
            assert len(engine.requests) == 1
            assert (await client.post("/v1/chat/completions", json=CHAT)).status_code == 200

    asyncio.run(test())
