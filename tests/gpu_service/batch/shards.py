"""Shards made for a test, and engines that answer them."""

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
    """A line that asks the scripted model for a chat."""
    asked = {"model": "scripted", "messages": [{"role": "user", "content": content}]}
    return {"custom_id": name, "method": "POST", "url": "/v1/chat/completions",
            "body": asked | body}  # fmt: skip


def save(path: Path, lines: Iterable[Any]) -> Path:
    """A shard of `lines`; a text is a line as it stands."""
    said = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text("".join(f"{line}\n" for line in said))
    return path


def answers(path: Path) -> dict[str, dict[str, Any]]:
    """The responses in a file of answers, by custom_id."""
    lines = map(json.loads, path.read_text().splitlines())
    return {line["custom_id"]: line["response"] for line in lines}


def content(response: dict[str, Any]) -> str:
    """What a chat answered."""
    return str(response["body"]["choices"][0]["message"]["content"])


def echo(request: GenerationRequest) -> tuple[str | Exception, ...]:
    """Repeats what it is told; refuses to say "no"."""
    said = request.messages[0].content if request.messages else request.prompt
    return (RequestRefused("prompt: never"),) if said == "no" else (said, "!")


def author(engine: ScriptedEngine | None = None) -> OfflineEngineAdapter:
    """Writes two at once."""
    return OfflineEngineAdapter(engine or ScriptedEngine(echo), at_once=2)
