"""Shards for the tests, and engines that answer them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from edgefill.core.errors import RequestRefused
from gpu_service.engines.engine import GenerationRequest
from gpu_service.engines.offline_engine import OfflineEngineAdapter
from gpu_service.engines.scripted import ScriptedEngine


def chat(name: str, content: str = "Hello", **body: Any) -> dict[str, Any]:
    """A line with a chat for the scripted model."""
    body_fields = {"model": "scripted", "messages": [{"role": "user", "content": content}]}
    return {"custom_id": name, "method": "POST", "url": "/v1/chat/completions",
            "body": body_fields | body}  # fmt: skip


def save_shard(path: Path, lines: Iterable[Any]) -> Path:
    """Write a shard of `lines`; a string is written unchanged."""
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text("".join(f"{line}\n" for line in texts))
    return path


def read_answers(path: Path) -> dict[str, dict[str, Any]]:
    """The responses in a file of answers, by custom_id."""
    lines = map(json.loads, path.read_text().splitlines())
    return {line["custom_id"]: line["response"] for line in lines}


def read_content(response: dict[str, Any]) -> str:
    """The text of a chat's answer."""
    return str(response["body"]["choices"][0]["message"]["content"])


def echo(request: GenerationRequest) -> tuple[str | Exception, ...]:
    """A script that repeats the message, and refuses "no"."""
    text = request.messages[0].content if request.messages else request.prompt
    return (RequestRefused("prompt: never"),) if text == "no" else (text, "!")


def make_offline_engine(engine: ScriptedEngine | None = None) -> OfflineEngineAdapter:
    """An offline engine that runs two requests at a time."""
    return OfflineEngineAdapter(engine or ScriptedEngine(echo), at_once=2)
