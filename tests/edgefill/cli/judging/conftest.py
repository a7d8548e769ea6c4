"""A small shop with a catalogue, labelled texts and accepted texts in a folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from edgefill.cli.__main__ import create_app
from tests.stand_in_judge import answer_chat

SHOP = """\
name: Demo
locales: [en]
default_locale: en
dimensions:
  tier: {values: [gold, silver, bronze, basic], default: basic}
tones: {warm: kind}
"""
GREETING = """\
id: greeting
title: A greeting
goal: greet the visitor
format: text
tones: [warm]
cases: {dimensions: [tier], broaden: [tier], written: [gold, silver, bronze, any]}
slots:
  name: {type: name, default: you, description: first name}
"""
GOOD = ("Hello {{ name }}. Your parcel is on its way.", "Good day, {{ name }}. It is here soon.")
BAD = ("Hello {{ name }}. Your way soon is parcel.", "Good on its day. It here {{ name }} is.")


@dataclass(frozen=True)
class JudgedShop:
    """The shop's folder and the function that runs a command."""

    folder: Path
    run: Callable[..., Result]

    @property
    def labels(self) -> Path:
        return self.folder / "judging" / "labels.jsonl"

    def train(self, *options: str) -> Result:
        return self._run_with_files("train", *options)

    def evaluate(self, *options: str) -> Result:
        return self._run_with_files("evaluate", *options)

    def _run_with_files(self, command: str, *options: str) -> Result:
        files = ("--labels", str(self.labels), "--accepted", str(self.folder / "accepted.jsonl"))
        return self.run(command, *files, "--templates", str(self.folder), *options)


class _LargeModel(BaseHTTPRequestHandler):
    """Refuses texts with the words of BAD."""

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps(answer_chat(request, ("soon is parcel", "Good on its"))).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def large_model() -> Iterator[str]:
    """The URL of a stand-in for a large model."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _LargeModel) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def shop(tmp_path: Path) -> JudgedShop:
    catalogue = tmp_path / "catalogue"
    (catalogue / "experiences").mkdir(parents=True)
    (catalogue / "fallbacks" / "greeting").mkdir(parents=True)
    (tmp_path / "judging").mkdir()
    (catalogue / "shop.yaml").write_text(SHOP)
    (catalogue / "experiences" / "greeting.yaml").write_text(GREETING)
    (catalogue / "fallbacks" / "greeting" / "en.txt").write_text("Hello {{ name }}\n")
    keys = [f"greeting/en/{case}" for case in ("gold", "silver", "bronze", "any")]
    rows: list[dict[str, Any]] = [
        {
            "key": key,
            "text": f"{text} {extra}",
            "labels": [is_good, is_good],
            "reasons": [[], []],
            "split": "test" if key.endswith("any") else "train",
            "fault": "" if is_good else "salad",
            "large": None if extra == "Bye." else float(is_good),
        }
        for key in keys
        for is_good, texts in ((True, GOOD), (False, BAD))
        for text in texts
        for extra in ("Bye.", "Thank you.", "Regards.", "Yours.")
    ]
    rows[1]["labels"] = [True, False]
    (tmp_path / "judging" / "labels.jsonl").write_text(
        "".join(f"{json.dumps(row)}\n" for row in rows)
    )
    accepted = [{"key": key, "text": text} for key in keys for text in GOOD]
    (tmp_path / "accepted.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in accepted))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(create_app(["judge"]), ["judge", *arguments])

    return JudgedShop(folder=tmp_path, run=run)
