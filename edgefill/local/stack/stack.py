"""The stack on one machine: its parts, where each is, and how they are told of each other."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from edgefill.core.errors import InputRefused
from edgefill.local.services.aws import BUCKET, QUEUE, TABLE
from edgefill.local.services.identity import AUDIENCE, ISSUER, Identity
from edgefill.local.stack import processes as parts
from edgefill.local.stack.edge_bundle import lay_out
from edgefill.local.stack.log import Log
from edgefill.local.stack.ports import HOST, claim, free_port
from edgefill.local.stack.process import Part
from edgefill.local.stack.run_file import STATE, Running, find_running, forget_running, open_state
from edgefill.local.stack.supervisor import Supervisor
from edgefill.local.stack.synthesis import synthesised

CDN_PORT = 8080
ACCOUNT = "123456789012"  # moto's
TEMPLATES = Path("templates")
ROOT = Path(__file__).parents[3]
# Seconds: on one machine a new release and a template that a miss wrote should show at once.
QUICK = {"pointer_ttl_s": 1, "negative_ttl_s": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class StackOptions:
    """What a person may choose; port 0 is any free one."""

    port: int = CDN_PORT
    state: Path = STATE
    templates: Path = TEMPLATES  # catalogue/, prompts/ and demo/
    engine: str = "onnx"  # of the GPU service; `vllm` after `make setup-vllm`
    gpu: tuple[str, ...] | None = None  # a program in the GPU service's place; given its port
    template: Path | None = None  # of the distribution; None: synthesised when it is stale


class Stack:
    """A running stack; tests stop and start parts of it by name."""

    def __init__(self, options: StackOptions, running: Running, supervisor: Supervisor) -> None:
        self.options = options
        self.running = running
        self.supervisor = supervisor
        self.identity = Identity(options.state)

    @cached_property
    def template(self) -> Path:
        """The distribution that the CDN serves; SynthesisFailed."""
        return self.options.template or synthesised(ROOT)

    def part(self, name: str) -> Part:
        """What the process of that name runs."""
        running, state, templates = self.running, self.options.state, self.options.templates
        api = parts.api_environment(
            running, state=state, templates=templates, hs256_secret=self.identity.secret
        )
        made = (
            parts.aws_part(running),
            parts.gpu_part(running, self.options.gpu, self.options.engine),
            parts.api_part(running, api),
            parts.worker_part(running, api),
            parts.shop_part(running, state=state, templates=templates),
            parts.cdn_part(running, template=self.template, edge=state / "edge"),
        )
        return next(part for part in made if part.name == name)

    def start(self, on_ready: Callable[[str], None]) -> None:
        """Start everything, create what the store needs, write the run file; PartFailed."""
        self._write_trust()

        def ready(name: str) -> None:
            if name == "aws":
                self.create_resources()
            on_ready(name)

        first = [self.part(name) for name in ("aws", "gpu", "api", "shop", "cdn")]
        self.supervisor.start(first, ready)
        self.supervisor.start([self.part("worker")], on_ready)
        self._write_running()

    def watch(self, on_restart: Callable[[str], None] = lambda _: None) -> None:
        """Keep every part running until interrupted; an emulator that restarts is empty again."""

        def restarted(name: str) -> None:
            self._write_running()
            if name == "aws":
                self.create_resources()
            on_restart(name)

        self.supervisor.watch(on_restart=restarted)

    def _write_running(self) -> None:
        self.running = replace(self.running, parts=self.supervisor.pids())
        self.running.write(self.options.state)

    def _write_trust(self) -> None:
        """The public keys for the API, and the configuration that the edge's bundle would hold."""
        state, jwks = self.options.state, self.identity.jwks()
        (state / "jwks.json").write_text(json.dumps(jwks))
        edge = {
            "issuer": ISSUER,
            "audience": AUDIENCE,
            "jwks": jwks,
            "hs256_secret": self.identity.secret,
            "store_url": self.running.cdn,
            "fallback_store_url": f"{self.running.s3_endpoint}/{self.running.bucket}",
            **QUICK,
        }
        lay_out(self.template, state / "edge", edge)

    def create_resources(self) -> None:
        """Create what the store needs, in an AWS that has just started."""
        from edgefill.local.services.aws import create_resources  # noqa: PLC0415
        from edgefill.store.aws import AwsClients  # noqa: PLC0415 (boto3 is slow to import)

        created = create_resources(AwsClients.for_emulator(self.running.s3_endpoint))
        if created.queue_url != self.running.queue_url:
            raise AssertionError(f"moto's account is another: {created.queue_url}")


@contextmanager
def running_stack(
    options: StackOptions, log: Log, on_ready: Callable[[str], None] = lambda _: None
) -> Iterator[Stack]:
    """A whole stack that serves; all of it is stopped when the block is left."""
    open_state(options.state)
    _refuse_a_second(options)
    with Supervisor(log) as supervisor:
        stack = Stack(options, _placed(claim(options.port)), supervisor)
        try:
            stack.start(on_ready)
            yield stack
        finally:
            forget_running(options.state)


def _refuse_a_second(options: StackOptions) -> None:
    if (other := find_running(options.state)) is not None:
        raise InputRefused(
            f"a stack runs already (process {other.pid}, {other.cdn}); stop it with Ctrl-C there,"
            " or give this one another --state and --port"
        )


def _placed(cdn_port: int) -> Running:
    aws, gpu, api, shop, control = (f"http://{HOST}:{free_port()}" for _ in range(5))
    return Running(
        pid=os.getpid(),
        cdn=f"http://{HOST}:{cdn_port}",
        s3_endpoint=aws,
        bucket=BUCKET,
        table=TABLE,
        queue_url=f"{aws}/{ACCOUNT}/{QUEUE}",
        gpu_url=gpu,
        api_url=api,
        shop_url=shop,
        control=control,
    )
