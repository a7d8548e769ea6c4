"""Reading shards: an invalid one is refused with file, line and remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edgefill.core.errors import InputRefused
from gpu_service.batch.shard import read_shard
from gpu_service.engines.scripted import ScriptedEngine
from tests.gpu_service.batch.shards import chat, save_shard

NAMES = ScriptedEngine()


def template(name: str, **body: Any) -> dict[str, Any]:
    """A line with a template."""
    return {"custom_id": name, "method": "POST", "url": "/v1/templates",
            "body": {"prompt": "Greet", "format": "text", **body}}  # fmt: skip


def test_each_line_is_a_request_of_its_own(tmp_path: Path) -> None:
    """Chats, completions and templates together; blank lines are skipped."""
    text = {"custom_id": "c", "method": "POST", "url": "/v1/completions",
            "body": {"model": "scripted", "prompt": "Once"}}  # fmt: skip
    lines = read_shard(save_shard(tmp_path / "s", [chat("a"), "", text, template("t")]), NAMES)
    assert [line.custom_id for line in lines.values()] == ["a", "c", "t"]
    requests = [line.parsed.request for line in lines.values()]
    assert (requests[1].raw, requests[2].grammar is not None) == (True, True)


def test_an_id_depends_on_the_request_and_the_model(tmp_path: Path) -> None:
    """The same line has the same id; another text or another model changes it."""

    class Other(ScriptedEngine):
        model = "other"

    one = read_shard(save_shard(tmp_path / "s", [chat("a")]), NAMES)
    assert one.keys() == read_shard(tmp_path / "s", NAMES).keys()
    other = read_shard(save_shard(tmp_path / "s", [chat("a", model="other")]), Other())
    assert one.keys().isdisjoint(other)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", r":2: not JSON"),
        ("[]", r":2: line"),
        ("[" * 100_000, r":2: not JSON"),
        (chat("b") | {"custom_id": ""}, r":2: custom_id"),
        (chat("b") | {"method": "GET"}, r":2: method"),
        (chat("b") | {"more": 1}, r":2: more"),
        (chat("b") | {"url": "/v1/embeddings"}, r":2: url.*is not served"),
        (chat("a"), r":2: custom_id 'a' is already at .*:1"),
        (chat("b", model="gone"), r":2: body\.model: 'gone'.*MODEL_NAME"),
        (template("b", model="gone"), r":2: body\.model: 'gone'.*write scripted"),
        (chat("b", stream=True), r":2: .*stream"),
        (chat("b", max_tokens=0), r":2: body\.max_tokens"),
        (chat("b", content="\ud800"), r":2: body\.messages"),
    ],
)
def test_an_invalid_line_is_named(tmp_path: Path, line: Any, says: str) -> None:
    """By its number, with the field and what to write."""
    with pytest.raises(InputRefused, match=says):
        read_shard(save_shard(tmp_path / "s", [chat("a"), line]), NAMES)


def test_an_unusable_file_is_named(tmp_path: Path) -> None:
    """Missing, empty, or in another encoding."""
    with pytest.raises(InputRefused, match="No such file"):
        read_shard(tmp_path / "gone", NAMES)
    with pytest.raises(InputRefused, match="empty"):
        read_shard(save_shard(tmp_path / "empty", []), NAMES)
    (tmp_path / "latin").write_bytes(b'{"custom_id": "\xe9"}\n')
    with pytest.raises(InputRefused, match="latin:1: not UTF-8"):
        read_shard(tmp_path / "latin", NAMES)
