"""A stand-in for the GPU service: generates a plain template for the slots of each order.

`python -m tests.flow.stand_in_gpu INVALID PORT` has the HTTP interface of gpu_service without a
model, and a judge that passes every text. While
the file INVALID exists, an order whose prompt contains its text gets an invalid template.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.stand_in_judge import answer_chat

FILTERS = {"number": " | number", "money": " | money", "date": " | date", "datetime": " | date"}


def write_template(order: dict[str, Any]) -> str:
    """A template that prints each required slot once, in words that fit any language."""
    text = " ".join(_print_slot(slot) for slot in order["slots"] if slot.get("required"))
    if order["format"] == "json":
        fields = order["fields"]
        return json.dumps({field: text if field == fields[0] else "Ahoy." for field in fields})
    greeting = f"Good to see you: {text}."
    return f"<p>{greeting}</p>" if order["format"] == "html" else greeting


def _print_slot(slot: dict[str, Any]) -> str:
    name, kind = str(slot["name"]), slot["type"]
    if kind == "boolean":
        return "{% if " + name + " %}yes{% else %}no{% endif %}"
    if kind == "list":
        field = slot["item"][0]
        each = "each" + (f".{field['name']}" if field["name"] else "")
        item = "{{ " + each + FILTERS.get(field["type"], "") + " }}"
        body = item + "{% if not loop.last %}, {% endif %}"
        return "{% for each in " + name + " %}" + body + "{% endfor %}"
    return "{{ " + name + FILTERS.get(kind, "") + " }}"


class Service(BaseHTTPRequestHandler):
    """/v1/templates, /ready and /metrics."""

    protocol_version = "HTTP/1.1"
    calls = 0

    def do_GET(self) -> None:
        metrics = (
            f'edgefill_gpu_finished_total{{lane="batch",finish_reason="stop"}} {Service.calls}\n'
        )
        self._send_body(metrics.encode() if self.path == "/metrics" else b"{}")

    def do_POST(self) -> None:
        order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/chat/completions"):
            self._send_body(json.dumps(answer_chat(order)).encode())
            return
        Service.calls += 1
        answer = {
            "id": f"template-{Service.calls}",
            "model": "stand-in",
            "template": self._write_text(order),
            "finish_reason": "stop",
            "usage": {"prompt_tokens": 1, "completion_tokens": 1},
            "timing": {"queue_s": 0.0, "first_token_s": 0.0, "total_s": 0.0},
        }
        self._send_body(json.dumps(answer).encode())

    def _write_text(self, order: dict[str, Any]) -> str:
        invalid = Path(sys.argv[1])
        if invalid.exists() and invalid.read_text() in order["prompt"]:
            return "Sorry, I cannot do that {{"
        return write_template(order)

    def _send_body(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Service).serve_forever()
