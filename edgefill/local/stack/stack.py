"""The whole stack on one machine: addresses, configuration and start of all processes."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from edgefill.core.errors import InputRefused
from edgefill.local.services.aws import BUCKET, QUEUE, TABLE
from edgefill.local.services.identity import (
    AUDIENCE,
    ISSUER,
    DevIdentityProvider,
    load_question_key,
)
from edgefill.local.stack import processes
from edgefill.local.stack.edge_bundle import write_edge_bundle
from edgefill.local.stack.log import StackLog
from edgefill.local.stack.ports import HOST, find_free_port, reserve_port
from edgefill.local.stack.process import ProcessSpec
from edgefill.local.stack.recovery import RecoveryThread
from edgefill.local.stack.run_file import (
    STATE,
    RunFile,
    create_state_folder,
    find_run_file,
    remove_run_file,
)
from edgefill.local.stack.supervisor import Supervisor
from edgefill.local.stack.synthesis import ensure_template

CDN_PORT = 8080
ACCOUNT = "123456789012"  # moto's account
TEMPLATES = Path("templates")
ROOT = Path(__file__).parents[3]
# On one machine a new release, or a template that a miss generated, should be visible immediately.
SHORT_TTLS = {"pointer_ttl_s": 1, "negative_ttl_s": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class StackOptions:
    """What a user may choose.

    `port` 0 means any free port. `engine` is the GPU service's: onnx, openai, or vllm after `make
    setup-vllm`. `gpu_command` replaces the GPU service; its port is appended. Without `template`
    the distribution is synthesised when its sources are newer.
    """

    port: int = CDN_PORT
    state: Path = STATE
    templates: Path = TEMPLATES  # catalogue/, prompts/ and demo/
    engine: str = "onnx"
    gpu_command: tuple[str, ...] | None = None
    template: Path | None = None
    ample_limits: bool = False  # instead of the limits that a deployment has


class Stack:
    """A stack; tests stop and start its processes by name."""

    def __init__(self, options: StackOptions, run_file: RunFile, supervisor: Supervisor) -> None:
        self.options = options
        self.run_file = run_file
        self.supervisor = supervisor
        self.identity = DevIdentityProvider(options.state)

    @cached_property
    def template(self) -> Path:
        """The template of the distribution that the CDN serves; SynthesisFailed."""
        return self.options.template or ensure_template(ROOT)

    def build_spec(self, name: str) -> ProcessSpec:
        """The command and environment of the process `name`."""
        run_file, state, templates = self.run_file, self.options.state, self.options.templates
        api = processes.build_api_environment(
            run_file,
            state=state,
            templates=templates,
            hs256_secret=self.identity.secret,
            question_key=load_question_key(state),
            ample_limits=self.options.ample_limits,
        )
        specs = (
            processes.build_aws_spec(run_file),
            processes.build_gpu_spec(run_file, self.options.gpu_command, self.options.engine),
            processes.build_api_spec(run_file, api),
            processes.build_worker_spec(run_file, api),
            processes.build_shop_spec(run_file, state=state, templates=templates),
            processes.build_cdn_spec(run_file, template=self.template, edge=state / "edge"),
        )
        return next(spec for spec in specs if spec.name == name)

    def start(self, on_ready: Callable[[str], None]) -> None:
        """Start all processes, create the AWS resources and write the run file; ProcessFailed.

        `on_ready` is called with the name of each process once it is ready.
        """
        self._write_trust()

        def handle_ready(name: str) -> None:
            if name == "aws":
                self.create_resources()
            on_ready(name)

        first = [self.build_spec(name) for name in ("aws", "gpu", "api", "shop", "cdn")]
        self.supervisor.start(first, handle_ready)
        self.supervisor.start([self.build_spec("worker")], on_ready)
        self._write_run_file()

    def watch(
        self,
        on_restart: Callable[[str], None] = lambda _: None,
        *,
        until: threading.Event | None = None,
    ) -> None:
        """Restart processes that end, until `until` is set; ProcessFailed if one ends too often.

        The AWS emulator is empty after a restart, so its resources are created again.
        `on_restart` is called with the name of the process in another thread, so that processes are
        restarted meanwhile.
        """

        def recover(name: str) -> None:
            if name == "aws":
                self.create_resources()
            on_restart(name)

        recovery = RecoveryThread(recover, self.supervisor.log)

        def handle_restart(name: str) -> None:
            self._write_run_file()
            recovery.request(name)

        self.supervisor.watch(until, on_restart=handle_restart)

    def _write_run_file(self) -> None:
        self.run_file = replace(self.run_file, parts=self.supervisor.list_pids())
        self.run_file.write(self.options.state)

    def _write_trust(self) -> None:
        """Write the public keys for the API and the configuration of the edge function."""
        state, jwks = self.options.state, self.identity.build_jwks()
        (state / "jwks.json").write_text(json.dumps(jwks))
        edge = {
            "issuer": ISSUER,
            "audience": AUDIENCE,
            "jwks": jwks,
            "hs256_secret": self.identity.secret,
            "question_key": load_question_key(state),
            "store_url": self.run_file.cdn,
            "fallback_store_url": f"{self.run_file.s3_endpoint}/{self.run_file.bucket}",
            **SHORT_TTLS,
        }
        write_edge_bundle(self.template, state / "edge", edge)

    def create_resources(self) -> None:
        """Create bucket, table and queue in an AWS emulator that has just started."""
        from edgefill.local.services.aws import create_resources  # noqa: PLC0415
        from edgefill.store.aws import AwsClients  # noqa: PLC0415 (boto3 is slow to import)

        created = create_resources(AwsClients.for_emulator(self.run_file.s3_endpoint))
        if created.queue_url != self.run_file.queue_url:
            raise AssertionError(f"moto uses another account: {created.queue_url}")


@contextmanager
def run_stack(
    options: StackOptions, log: StackLog, on_ready: Callable[[str], None] = lambda _: None
) -> Iterator[Stack]:
    """Start a whole stack; all its processes are stopped when the block is left.

    InputRefused when a stack runs under the same state folder; StackPortInUse, ProcessFailed,
    SynthesisFailed.
    """
    create_state_folder(options.state)
    _refuse_second_stack(options)
    with Supervisor(log) as supervisor:
        stack = Stack(options, _assign_addresses(reserve_port(options.port)), supervisor)
        try:
            stack.start(on_ready)
            yield stack
        finally:
            remove_run_file(options.state)


def _refuse_second_stack(options: StackOptions) -> None:
    if (other := find_run_file(options.state)) is not None:
        raise InputRefused(
            f"a stack is already running (process {other.pid}, {other.cdn}); stop it with Ctrl-C"
            " there, or choose another --state and --port for this one"
        )


def _assign_addresses(cdn_port: int) -> RunFile:
    aws, gpu, api, shop, control = (f"http://{HOST}:{find_free_port()}" for _ in range(5))
    return RunFile(
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
