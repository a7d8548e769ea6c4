"""`python -m ... PORT MODE`: answers as the GPU service does, without a model.

MODE `drain` finishes running requests after SIGTERM and refuses new ones, `drop` ends at once,
`accept` goes on accepting while it drains, and `fail` drains and ends with status 1.
"""

import json
import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TEMPLATE_S, LONG_S = 0.1, 5.0
MODE = sys.argv[2]


class StandIn:
    """The state of the service."""

    is_draining = False
    running = 0
    lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/v1/models":
            return self.answer(200, {"data": [{"id": "stand-in"}]})
        return self.answer(503 if StandIn.is_draining else 200, {})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if StandIn.is_draining and MODE != "accept":
            return self.answer(503, {})
        with StandIn.lock:
            StandIn.running += 1
        if self.path == "/v1/completions":
            self.stream(body["max_tokens"])
        else:
            time.sleep(TEMPLATE_S)
            self.answer(200, {"template": "text"})
        with StandIn.lock:
            StandIn.running -= 1
        return None

    def stream(self, tokens: int) -> None:
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b'data: {"choices":[{"text":"a"}]}\n\n')
        time.sleep(LONG_S)
        usage = json.dumps({"usage": {"completion_tokens": tokens}}, separators=(",", ":"))
        self.wfile.write(f"data: {usage}\n\ndata: [DONE]\n\n".encode())

    def answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Retry-After", "1")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        return


def drain() -> None:
    time.sleep(0.5)
    while StandIn.running:
        time.sleep(0.02)
    os._exit(MODE == "fail")


def handle_stop(*_: object) -> None:
    if MODE == "drop":
        os._exit(0)
    StandIn.is_draining = True
    threading.Thread(target=drain).start()


class Server(ThreadingHTTPServer):
    request_queue_size = 128


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, handle_stop)
    Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
