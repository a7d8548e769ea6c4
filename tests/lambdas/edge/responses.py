"""What a test reads from the function's response."""

import json
from typing import Any


def header(response: dict[str, Any], name: str) -> str | None:
    lines = response["headers"].get(name.lower())
    return None if lines is None else "; ".join(line["value"] for line in lines)


def detail(response: dict[str, Any]) -> str:
    assert header(response, "Content-Type") == "application/problem+json"
    assert header(response, "Cache-Control") == "private, no-store, stale-if-error=0"
    problem = json.loads(response["body"])
    assert problem["status"] == int(response["status"])
    return str(problem["detail"])


def is_miss(response: dict[str, Any]) -> bool:
    return "status" not in response
