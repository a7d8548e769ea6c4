"""`make rehearse-gpu`: run the GPU service's task from a cloud assembly as processes, and try it.

It prints what differs from the task definition and a timeline. The exit status is 0 when templates
were written, two kills were survived and a drain lost nothing; otherwise one line says what failed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from edgefill.core.errors import EdgefillError
from edgefill.local.gpu_rehearsal.assembly import GpuServiceStack, read_gpu_service
from edgefill.local.gpu_rehearsal.container import ContainerSpec
from edgefill.local.gpu_rehearsal.drafts import DemoDrafts
from edgefill.local.gpu_rehearsal.machine import LocalMachine, check_ports
from edgefill.local.gpu_rehearsal.scenario import Scenario
from edgefill.local.gpu_rehearsal.service_scheduler import ServiceScheduler
from edgefill.local.gpu_rehearsal.substitutions import VLLM, Difference, split_flags
from edgefill.local.gpu_rehearsal.task import RunningTask
from edgefill.local.gpu_rehearsal.timeline import Timeline, TimelineEvent
from edgefill.local.gpu_rehearsal.weights import upload_weights
from edgefill.local.stack.log import StackLog
from edgefill.local.stack.ports import HOST, find_free_port
from edgefill.local.stack.process import ProcessSpec
from edgefill.local.stack.processes import LOCAL_AWS_ENVIRONMENT, build_module_command
from edgefill.local.stack.supervisor import Supervisor, interrupt_on_signals

ROOT = Path(__file__).parents[3]
MODEL, TEMPLATES = ROOT / "training" / "tiny_model", ROOT / "templates"
LOG = Path(".edgefill/gpu-rehearsal.log")


class Rehearsal:
    """One rehearsal; `differences` and `timeline` say what was run and what happened."""

    def __init__(
        self,
        options: argparse.Namespace,
        *,
        on_difference: Callable[[Difference], None],
        on_event: Callable[[TimelineEvent], None],
    ) -> None:
        self.differences: tuple[Difference, ...] = ()
        self.timeline = Timeline(on_event)
        self._options = options
        self._on_difference = on_difference

    def run(self, folder: Path, log: StackLog) -> None:
        """Run everything; files are written under `folder`. EdgefillError says what failed."""
        stack = read_gpu_service(self._options.assembly, self._options.stage)
        check_ports(stack)
        endpoint = f"http://{HOST}:{find_free_port()}"
        machine = LocalMachine(
            folder=folder, s3=endpoint, vllm=self._options.vllm, python=self._options.python
        )
        specs, self.differences = machine.build_specs(stack)
        for difference in self.differences:
            self._on_difference(difference)
        for name, source in stack.sources.items():
            self.timeline.record(f"image of {name} built from {source.folder.name[:18]}...")
        with Supervisor(log) as supervisor:
            supervisor.start([build_s3_spec(endpoint)])
            url = split_flags(stack.task.find(VLLM))["--model"][0]
            files = upload_weights(MODEL, url, endpoint=endpoint)
            self.timeline.record(f"S3 is emulated; {files} files of the tiny model are in {url}")
            self._run_scenario(stack, specs, log)

    def _run_scenario(
        self, stack: GpuServiceStack, specs: dict[str, ContainerSpec], log: StackLog
    ) -> None:
        def make_task(number: int) -> RunningTask:
            return RunningTask(
                number, stack.task, specs, log=log, timeline=self.timeline, grace_s=stack.grace_s
            )

        with (
            httpx.Client(base_url=f"http://{HOST}:{stack.port}", trust_env=False) as client,
            ServiceScheduler(make_task) as scheduler,
        ):
            Scenario(
                scheduler=scheduler,
                client=client,
                ready_path=stack.ready_path,
                drafts=DemoDrafts(TEMPLATES),
                timeline=self.timeline,
                log=log,
            ).run()


def build_s3_spec(endpoint: str) -> ProcessSpec:
    """The emulator of S3."""
    port = endpoint.rpartition(":")[2]
    return ProcessSpec(
        name="s3",
        command=(*build_module_command("edgefill.local.services.aws"), "--port", port),
        environment=LOCAL_AWS_ENVIRONMENT,
        ready=f"{endpoint}/moto-api/",
    )


def print_difference(difference: Difference) -> None:
    """One line: the container, the item, its value in the template and here, and why."""
    values = f"{difference.template} -> {difference.here}"
    _print_line(f"{difference.container} {difference.item}: {values} ({difference.reason})")


def print_event(event: TimelineEvent) -> None:
    """One line: the seconds since the start, and the event."""
    _print_line(f"{event.seconds:7.1f} s  {event.text}")


def _print_line(line: str) -> None:
    print(line, flush=True)  # noqa: T201 the command's output


def parse_options(arguments: list[str]) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="edgefill.local.gpu_rehearsal", description=__doc__)
    parser.add_argument("--assembly", type=Path, required=True, help="what `cdk synth -o` wrote")
    parser.add_argument("--stage", default="dev", help="stage whose service is read (dev)")
    parser.add_argument("--vllm", type=Path, required=True, help="environment of vLLM's CPU build")
    parser.add_argument("--python", required=True, help="Python of the GPU service's image")
    parser.add_argument("--log", type=Path, default=LOG, help=f"file of all output ({LOG})")
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Run one rehearsal; return the exit status."""
    options = parse_options(arguments)
    silent = options.json
    rehearsal = Rehearsal(
        options,
        on_difference=(lambda _: None) if silent else print_difference,
        on_event=(lambda _: None) if silent else print_event,
    )
    failure = run_until_failure(rehearsal, options.log)
    if silent:
        _print_line(to_json(rehearsal, failure))
    else:
        _print_line(
            f"FAILED: {failure} (output: {options.log})" if failure else "The rehearsal succeeded."
        )
    return 1 if failure else 0


def run_until_failure(rehearsal: Rehearsal, log_file: Path) -> str:
    """Run the rehearsal; returns what failed on one line, "" when nothing did."""
    log_file.parent.mkdir(exist_ok=True)
    log = StackLog(file=log_file)
    try:
        with interrupt_on_signals(), TemporaryDirectory(prefix="edgefill-gpu-") as folder:
            rehearsal.run(Path(folder), log)
    except KeyboardInterrupt:
        return "interrupted; everything is stopped"
    except EdgefillError as error:
        return " ".join(str(error).split())
    finally:
        log.close()
    return ""


def to_json(rehearsal: Rehearsal, failure: str) -> str:
    """The whole rehearsal as one JSON object."""
    return json.dumps(
        {
            "ok": not failure,
            "failure": failure,
            "differences": [asdict(each) for each in rehearsal.differences],
            "events": [asdict(each) for each in rehearsal.timeline.events],
        },
        indent=1,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
