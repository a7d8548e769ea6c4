"""`edgefill up`: run the whole stack on this machine."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from edgefill.catalogue.loader import load_catalogue
from edgefill.cli.authoring.sample_visits import read_demo_order
from edgefill.cli.options import (
    DEFAULT_STATE,
    TEMPLATES,
    JsonOption,
    StateOption,
    TemplatesOption,
)
from edgefill.cli.releases.drafting_bar import DraftingBar
from edgefill.core.errors import EdgefillError
from edgefill.local.services.identity import read_profile
from edgefill.local.stack.first_release import publish_first_release
from edgefill.local.stack.log import StackLog
from edgefill.local.stack.run_file import create_state_folder
from edgefill.local.stack.stack import CDN_PORT, Stack, StackOptions, run_stack
from edgefill.local.stack.supervisor import interrupt_on_signals
from edgefill.local.traffic.client import TrafficAnswer, TrafficClient
from edgefill.local.traffic.load_test import build_demo_traffic, run_load_test
from edgefill.local.traffic.traffic_model import TrafficModel
from edgefill.roles.build import load_role_prompts
from edgefill.roles.loader import load_roles
from lambdas.api.settings import ApiSettings
from lambdas.batch.report import report_to_json, report_to_text

BEGAN = time.monotonic()  # when this command was imported
TOP = 60  # keys of the first release
REQUESTS = 2000  # the size of --once's load test
DAY_S = 86_400


class FirstRequestFailed(EdgefillError):
    """The stack runs but answers the first request with an error."""


def command(
    *,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The CDN's port; 0: any free port.")
    ] = CDN_PORT,
    once: Annotated[
        bool,
        typer.Option(
            "--once", help="Run a load test against the stack, print its report and stop."
        ),
    ] = False,
    count: Annotated[
        int, typer.Option("--requests", "-n", min=1, help="The number of requests with --once.")
    ] = REQUESTS,
    top: Annotated[
        int, typer.Option(min=0, help="The number of keys to draft ahead, most demanded first.")
    ] = TOP,
    as_json: JsonOption = False,
    engine: Annotated[
        str,
        typer.Option(
            envvar="EDGEFILL_GPU_ENGINE",
            help="The engine of the GPU service: onnx, vllm, or openai with EDGEFILL_GPU_URL.",
        ),
    ] = "onnx",
    ample_limits: Annotated[
        bool,
        typer.Option(
            "--ample-limits", help="Do not limit visitors and tokens as a deployment does."
        ),
    ] = False,
    templates: TemplatesOption = TEMPLATES,
    state: StateOption = DEFAULT_STATE,
) -> None:
    """Start every process, draft and publish the shop, and serve until Ctrl-C.

    With --once the command stops after one load test; --json prints its report on one line.
    """
    console = Console(stderr=True)
    create_state_folder(state)
    # An error in the catalogue, the roles or the prompts is reported before anything starts.
    load_catalogue(templates / "catalogue")
    load_role_prompts(templates, load_roles(templates, environment=os.environ))
    serving = False
    log = StackLog(None if once else console, file=state / "up.log")
    options = StackOptions(
        port=port, state=state, templates=templates, engine=engine, ample_limits=ample_limits
    )
    try:
        with (
            interrupt_on_signals(),
            run_stack(options, log, lambda name: log.write_line(name, "ready")) as stack,
        ):
            console.print(describe_limits(ample=ample_limits), soft_wrap=True)
            summary = publish_shop(stack, console, top)
            if once:
                print_result(send_traffic(stack, console, count) | summary, as_json=as_json)
            else:
                serving = True
                print_welcome(stack, console, summary)
                stack.watch(lambda name: republish_shop(stack, console, name, top))
    except KeyboardInterrupt:  # the normal end of a serving stack, else an interruption
        console.print("stopped")
        raise typer.Exit(0 if serving else 130) from None
    finally:
        log.close()


def publish_shop(stack: Stack, console: Console, top: int) -> dict[str, Any]:
    """Publish the first release and send the first request; FirstRequestFailed.

    The summary has the release's id, the drafting report, the first answer and the seconds until
    that answer since the command began.
    """
    traffic = build_demo_traffic(stack.options.templates)
    with DraftingBar(console) as bar:
        report, release = publish_first_release(stack, traffic.ranked, top=top, progress=bar)
    console.print(report_to_text(report))
    first = send_first_request(stack, traffic)
    return {
        "release": release.id,
        "generation": report_to_json(report),
        "first_answer": {"path": first.request.path, "outcome": first.outcome},
        "seconds_to_first_answer": round(time.monotonic() - BEGAN, 2),
    }


def republish_shop(stack: Stack, console: Console, name: str, top: int) -> None:
    """After the process `aws` restarted with an empty store, publish the drafts again."""
    if name == "aws":
        traffic = build_demo_traffic(stack.options.templates)
        with DraftingBar(console) as bar:
            _, release = publish_first_release(stack, traffic.ranked, top=top, progress=bar)
        console.print(f"the store was lost; its drafts are published again as {release.id}")


def send_first_request(stack: Stack, traffic: TrafficModel) -> TrafficAnswer:
    """The answer to the first request of the traffic; FirstRequestFailed."""
    with TrafficClient(
        stack.run_file.cdn, lambda visitor: stack.identity.mint_token(visitor, now=time.time())
    ) as client:
        answer = client.send(next(traffic.generate_requests(1)))
    if answer.outcome == "error":
        raise FirstRequestFailed(
            f"{answer.request.path} is answered with status {answer.status}; see up.log"
        )
    return answer


def send_traffic(stack: Stack, console: Console, count: int) -> dict[str, Any]:
    """Run one load test; its result as JSON data."""
    traffic = build_demo_traffic(stack.options.templates)
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("requests", total=count)
        result = run_load_test(
            stack.run_file, stack.identity, traffic, count, lambda _: progress.advance(bar)
        )
    return result.to_json()


def describe_limits(*, ample: bool) -> str:
    """One line about what each visitor may have generated."""
    if ample:
        return "limits: none that an experiment meets, because of --ample-limits"
    fields = ApiSettings.model_fields
    generations, questions = (
        fields[name].default for name in ("principal_per_hour", "questions_per_hour")
    )
    return (
        f"limits: as deployed, {generations} generations and {questions} free questions per visitor"
        " and hour; --ample-limits lifts them"
    )


def print_result(result: dict[str, Any], *, as_json: bool) -> None:
    """Print one JSON object: on one line for scripts, indented for people."""
    typer.echo(json.dumps(result, indent=None if as_json else 2))


def find_program() -> str:
    """The words that start this command in the user's shell."""
    if shutil.which("edgefill"):
        return "edgefill"
    return "python -m edgefill.cli" if sys.argv[0].endswith("__main__.py") else sys.argv[0]


def print_welcome(stack: Stack, console: Console, summary: dict[str, Any]) -> None:
    """Print where the stack serves, and commands to try."""
    cdn, templates = stack.run_file.cdn, stack.options.templates
    experience = choose_experience(templates)
    page, program = f"/p/{experience}", find_program()
    persona = min((templates / "demo" / "visitors").glob("*.json"), default=None)
    has_page = (templates / "demo" / "page.html").is_file()
    console.print(
        f"\nfirst answer after {summary['seconds_to_first_answer']} s; "
        f"release {summary['release']}\n"
        + (f"  the shop        {cdn}/demo/\n" if has_page else "")
        + f"  anonymous       curl -i '{cdn}{page}'\n"
        f"  twenty texts    {program} preview\n"
        f"  traffic         {program} traffic -n 5000\n"
        f"  unwritten keys  {program} keys --unwritten\n"
        f"  smoke test      {program} smoke{' --token $TOKEN' if persona else ''}",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )
    if persona:
        print_persona(stack, console, persona, f"{cdn}{page}", experience)


def print_persona(stack: Stack, console: Console, file: Path, url: str, experience: str) -> None:
    """Print how to read a page as the visitor whose profile is in `file`."""
    name = file.stem.capitalize()
    token = stack.identity.mint_token(read_profile(file), now=time.time(), ttl=DAY_S)
    console.print(
        f"  {f'as {name}':15} curl -i -b edgefill_profile=$TOKEN '{url}'\n"
        f"  as text         {find_program()} preview {experience} --as {file}\n"
        f"{name}'s token, for a day:\nTOKEN={token}\n",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )


def choose_experience(templates: Path) -> str:
    """The first experience of the demo page, else of the catalogue."""
    entries = load_catalogue(templates / "catalogue").list_closed_entries()
    return next(iter(read_demo_order(templates)), entries[0].experience.id)
