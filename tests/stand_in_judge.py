"""A stand-in for a large judge: answers OpenAI's chat completions by the schema of the request.

Every criterion of a rubric is met, unless the request contains one of the `refused` words.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any


def answer_chat(request: dict[str, Any], refused: Collection[str] = ()) -> dict[str, Any]:
    """The body of the response to a judge's request."""
    content = request["messages"][-1]["content"]
    text = content.partition("-----BEGIN TEXT-----")[2]
    is_good = not any(word in text for word in refused)
    schema = request["response_format"]["json_schema"]["schema"]
    answer = {
        name: _answer_member(name, member, is_good=is_good)
        for name, member in schema["properties"].items()
    }
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "stand-in-judge",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": json.dumps(answer)},
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


def _answer_member(name: str, member: dict[str, Any], *, is_good: bool) -> Any:
    if name == "criteria":
        return dict.fromkeys(member["properties"], is_good)
    return {
        "reason": "reads well" if is_good else "a refused word",
        "chance": 0.9 if is_good else 0.1,
        "outcome": "pass" if is_good else "fail",
        "faults": [] if is_good else ["a refused word"],
        "fluency": 0.9 if is_good else 0.1,
    }[name]
