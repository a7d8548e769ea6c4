"""Read a shard, a file of requests, and check all of it before anything is generated."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from edgefill.core.errors import InputRefused
from gpu_service.batch.request_parser import ParsedRequest, parse_body
from gpu_service.engines.engine import ModelNames


class BatchRequestLine(BaseModel):
    """One line (platform.openai.com/docs/api-reference/batch, "The request input object")."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    custom_id: Annotated[str, Field(min_length=1, max_length=512)]
    method: Literal["POST"]
    url: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardRequest:
    """One request of a shard.

    `id` is a digest of the line and the model, so that an answer is never used for another request.
    """

    where: str  # file and line
    id: str
    custom_id: str
    parsed: ParsedRequest


def read_shard(path: Path, names: ModelNames) -> dict[str, ShardRequest]:
    """The shard's requests by their ids; InputRefused names file, line and remedy."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputRefused(f"{path}: {error.strerror}; name a file of requests") from error
    requests: dict[str, ShardRequest] = {}
    first_lines: dict[str, str] = {}
    for where, text in _split_lines(path, content):
        request = _parse_line(where, text, names)
        custom_id = request.custom_id
        if custom_id in first_lines:
            raise InputRefused(
                f"{where}: custom_id {custom_id[:80]!r} is already at {first_lines[custom_id]}; "
                "give each request its own"
            )
        first_lines[custom_id] = where
        requests[request.id] = request
    if not requests:
        raise InputRefused(f"{path}: it is empty; write one request per line")
    return requests


def _split_lines(path: Path, content: bytes) -> Iterator[tuple[str, str]]:
    """(file and line number, text) of each line that is not blank."""
    for number, line in enumerate(content.split(b"\n"), start=1):
        where = f"{path}:{number}"
        try:
            text = line.decode().strip()
        except UnicodeDecodeError as error:
            raise InputRefused(f"{where}: not UTF-8 ({error.reason}); save it as UTF-8") from error
        if text:
            yield where, text


def _parse_line(where: str, text: str, names: ModelNames) -> ShardRequest:
    try:
        line = BatchRequestLine.model_validate(json.loads(text))
        parsed = parse_body(line.url, line.body, names)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InputRefused(f"{where}: not JSON ({error}); write one object per line") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "line"
        raise InputRefused(
            f"{where}: {field}: {first['msg']}; write custom_id, method POST, url and body"
        ) from error
    except InputRefused as error:
        raise InputRefused(f"{where}: {error}") from error
    digest = hashlib.sha256(f"{names.model}\n{text}".encode()).hexdigest()[:32]
    return ShardRequest(
        where=where, id=f"batch_req_{digest}", custom_id=line.custom_id, parsed=parsed
    )
