"""The entry points as Lambda starts them: a fresh process, an environment, an event."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
ENVIRONMENT = {
    "EDGEFILL_API_BUCKET": "templates",
    "EDGEFILL_API_TABLE": "demand",
    "EDGEFILL_API_QUEUE_URL": "http://127.0.0.1:9/misses.fifo",
    "EDGEFILL_API_GPU_URL": "http://127.0.0.1:9",
    "EDGEFILL_API_ENDPOINT_URL": "http://127.0.0.1:9",
    "EDGEFILL_API_ISSUER": "shop",
    "EDGEFILL_API_AUDIENCE": "edgefill",
    "EDGEFILL_API_TEMPLATES": str(ROOT / "templates"),
}


def run_handler(module: str, event: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a handler logs and, as the last item, what it returns."""
    code = "import json, sys; from importlib import import_module; " \
        "handle = import_module(sys.argv[1]).handler; event = json.loads(sys.argv[2]); " \
        "print(json.dumps(handle(event, None)))"  # fmt: skip
    ran = subprocess.run(
        [sys.executable, "-c", code, module, json.dumps(event)],
        cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_the_worker_starts_from_its_environment() -> None:
    """An invalid job is dropped and not reported as failed."""
    event = {"Records": [{"messageId": "1", "body": "not a job"}]}
    dropped, answer = run_handler("lambdas.api.worker", event)
    assert dropped["event"] == "job dropped"
    assert answer == {"batchItemFailures": []}


def test_the_function_url_starts_from_its_environment() -> None:
    """Without AWS and a model it still has a text for the visitor."""
    event = json.loads((ROOT / "tests" / "events" / "function_url_v2.json").read_text())
    event["requestContext"]["http"] |= {"method": "GET", "path": "/p/order-delayed"}
    event["rawQueryString"] = ""
    *_, answer = run_handler("lambdas.api.handler", event)
    assert answer["statusCode"] == 200
    assert "reason=store" in answer["headers"]["x-edgefill"]
    assert answer["body"].startswith("<p>Hello Crew,</p>")
