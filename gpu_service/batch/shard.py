"""Shards: a file of requests, read and checked before anything is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from edgefill.core.errors import InputRefused
from gpu_service.batch.request_models import Asked, read_body
from gpu_service.engines.engine import Names


class Envelope(BaseModel):
    """One line (platform.openai.com/docs/api-reference/batch, "The request input object")."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    custom_id: Annotated[str, Field(min_length=1, max_length=512)]
    method: Literal["POST"]
    url: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One request; `id` is of its text and of the model, so that no answer is taken for another."""

    where: str  # file and line
    id: str
    custom_id: str
    asked: Asked


def read_shard(path: Path, names: Names) -> dict[str, Line]:
    """The shard's requests by their ids; InputRefused names file, line and remedy."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputRefused(f"{path}: {error.strerror}; name a file of requests") from error
    lines: dict[str, Line] = {}
    known: dict[str, str] = {}
    for where, text in _texts(path, content):
        line = _line(where, text, names)
        if line.custom_id in known:
            raise InputRefused(
                f"{where}: custom_id {line.custom_id[:80]!r} stands at {known[line.custom_id]} "
                "already; give each request its own"
            )
        known[line.custom_id] = where
        lines[line.id] = line
    if not lines:
        raise InputRefused(f"{path}: it is empty; write one request a line")
    return lines


def _texts(path: Path, content: bytes) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(content.split(b"\n"), start=1):
        where = f"{path}:{number}"
        try:
            text = line.decode().strip()
        except UnicodeDecodeError as error:
            raise InputRefused(f"{where}: not UTF-8 ({error.reason}); save it as UTF-8") from error
        if text:
            yield where, text


def _line(where: str, text: str, names: Names) -> Line:
    try:
        envelope = Envelope.model_validate(json.loads(text))
        asked = read_body(envelope.url, envelope.body, names)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InputRefused(f"{where}: no JSON ({error}); write one object a line") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "line"
        raise InputRefused(
            f"{where}: {field}: {first['msg']}; write custom_id, method POST, url and body"
        ) from error
    except InputRefused as error:
        raise InputRefused(f"{where}: {error}") from error
    digest = hashlib.sha256(f"{names.model}\n{text}".encode()).hexdigest()[:32]
    return Line(where=where, id=f"batch_req_{digest}", custom_id=envelope.custom_id, asked=asked)
