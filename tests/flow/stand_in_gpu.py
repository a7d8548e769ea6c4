"""A stand-in for the GPU service: writes a plain template for whatever slots it is given.

`python stand_in_gpu.py RUBBISH PORT`: the same wire as gpu_service, without a model. While the file
RUBBISH is there, an order whose prompt holds its contents is answered with no template at all.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

FILTERS = {"number": " | number", "money": " | money", "date": " | date", "datetime": " | date"}


def template(order: dict[str, Any]) -> str:
    """A template that prints each required slot once."""
    written = " ".join(_printed(slot) for slot in order["slots"] if slot.get("required"))
    if order["format"] == "json":
        fields = order["fields"]
        return json.dumps({field: written if field == fields[0] else "Soon." for field in fields})
    text = f"Good to see you: {written}"
    return f"<p>{text}</p>" if order["format"] == "html" else text


def _printed(slot: dict[str, Any]) -> str:
    name, kind = str(slot["name"]), slot["type"]
    if kind == "boolean":
        return "{% if " + name + " %}Yes.{% endif %}"
    if kind == "list":
        field = slot["item"][0]
        each = "each" + (f".{field['name']}" if field["name"] else "")
        printed = "{{ " + each + FILTERS.get(field["type"], "") + " }}"
        return "{% for each in " + name + " %}" + printed + " {% endfor %}"
    return "{{ " + name + FILTERS.get(kind, "") + " }}"


class Service(BaseHTTPRequestHandler):
    """/v1/templates, /ready and /metrics."""

    protocol_version = "HTTP/1.1"
    calls = 0

    def do_GET(self) -> None:
        said = f'edgefill_gpu_finished_total{{lane="batch",finish_reason="stop"}} {Service.calls}\n'
        self._answer(said.encode() if self.path == "/metrics" else b"{}")

    def do_POST(self) -> None:
        order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Service.calls += 1
        answer = {
            "id": f"template-{Service.calls}",
            "model": "stand-in",
            "template": self._text(order),
            "finish_reason": "stop",
            "usage": {"prompt_tokens": 1, "completion_tokens": 1},
            "timing": {"queue_s": 0.0, "first_token_s": 0.0, "total_s": 0.0},
        }
        self._answer(json.dumps(answer).encode())

    def _text(self, order: dict[str, Any]) -> str:
        rubbish = Path(sys.argv[1])
        if rubbish.exists() and rubbish.read_text() in order["prompt"]:
            return "Sorry, I cannot do that {{"
        return template(order)

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Service).serve_forever()
