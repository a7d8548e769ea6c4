"""A small shop in a folder, a scripted GPU service, and moto as S3."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import Request, urlopen

import pytest
from moto.server import ThreadedMotoServer
from typer.testing import CliRunner, Result

from edgefill.cli.__main__ import create_app
from edgefill.store.aws import AwsClients
from tests.stand_in_judge import answer_chat

BUCKET = "templates"
SHOP = """\
name: Demo
locales: [en, de]
default_locale: en
dimensions:
  tier: {values: [gold, basic], default: basic}
tones: {warm: kind}
"""
GREETING = """\
id: greeting
title: A greeting
goal: greet the visitor
format: text
tones: [warm]
cases: {dimensions: [tier], broaden: [tier], written: [gold, any]}
slots:
  name: {type: name, default: you, description: first name}
"""


ROLES = """\
drafter: {engine: service, budget: {attempts: 4}}
reviser: {engine: service}
judge: {engine: service}
"""
RUBRIC = """\
threshold: 0.5
criteria: [{id: sense, wording: It makes sense.}]
fail: [sense]
"""


@dataclass
class ScriptedGpu:
    """A GPU service on this machine; `reply` gives the template, or the status, for an order."""

    url: str = ""
    reply: Callable[[dict[str, Any]], str | int] = lambda _order: "Hello {{ name }}"
    orders: list[dict[str, Any]] = field(default_factory=list)
    # the judge refuses texts with one of these words
    refused: tuple[str, ...] = ()

    def answer(self, order: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The status and body of the response to one order, or to a question of the judge."""
        if "messages" in order:
            return 200, answer_chat(order, self.refused)
        self.orders.append(order)
        reply = self.reply(order)
        if isinstance(reply, int):
            return reply, {"title": "no"}
        return 200, {
            "id": "1",
            "model": "scripted",
            "template": reply,
            "finish_reason": "stop",
            "usage": {"prompt_tokens": 5, "completion_tokens": 4},
        }


@pytest.fixture
def gpu() -> Iterator[ScriptedGpu]:
    """The scripted GPU service, running."""
    service = ScriptedGpu()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = service.answer(order)
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        service.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield service
        server.shutdown()


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """The endpoint of a moto server on a free port."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def s3(moto: str) -> str:
    """The endpoint of an S3 that has only one empty bucket."""
    urlopen(Request(f"{moto}/moto-api/reset", method="POST")).close()
    AwsClients.for_emulator(moto).make_s3().create_bucket(Bucket=BUCKET)
    return moto


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """Runs commands in a temporary folder."""

    folder: Path
    environment: dict[str, str]

    @property
    def state(self) -> Path:
        """The state folder."""
        return self.folder / "state"

    def __call__(self, *words: str) -> Result:
        """Run `edgefill` with these words, the small shop and the state folder."""
        command, *rest = words
        options: Sequence[str] = ("--state", str(self.state))
        if command in ("generate", "keys", "misses", "publish", "quality"):
            options = (*options, "--templates", str(self.folder / "templates"))
        app = create_app(
            ("generate", "keys", "misses", "publish", "quality", "releases", "rollback", "router")
        )
        return CliRunner().invoke(app, [command, *rest, *options], env=self.environment)


@pytest.fixture
def shell(tmp_path: Path, gpu: ScriptedGpu, s3: str) -> Shell:
    """A shell whose environment names the scripted services."""
    write_shop(tmp_path / "templates")
    environment = {
        "EDGEFILL_BUCKET": BUCKET,
        "EDGEFILL_GPU_URL": gpu.url,
        "AWS_ENDPOINT_URL": s3,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    return Shell(folder=tmp_path, environment=environment)


def write_shop(folder: Path) -> None:
    """One experience in two locales and two cases, with its prompts."""
    files = {
        "catalogue/shop.yaml": SHOP,
        "catalogue/experiences/greeting.yaml": GREETING,
        "catalogue/fallbacks/greeting/en.txt": "Hello {{ name }}",
        "catalogue/fallbacks/greeting/de.txt": "Hallo {{ name }}",
        "prompts/draft.j2": "{{ goal }} in {{ locale }} for {{ case }}",
        "prompts/revise.j2": "better than {{ text }}: {{ complaint }}",
        "prompts/answer.j2": "answer: {{ question }}",
        "prompts/judge.j2": "-----BEGIN TEXT-----\n{{ text }}\n-----END TEXT-----",
        "judging/rubric.yaml": RUBRIC,
        "roles.yaml": ROLES,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
