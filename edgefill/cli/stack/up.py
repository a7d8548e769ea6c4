"""`edgefill up`: the whole stack on this machine."""

from __future__ import annotations

import json
import shutil
import sys
import time
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.prompts import PromptTemplates
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
from edgefill.local.stack.run_file import (
    create_state_folder,
)
from edgefill.local.stack.stack import (
    CDN_PORT,
    Stack,
    StackOptions,
    run_stack,
)
from edgefill.local.stack.supervisor import interrupt_on_signals
from edgefill.local.traffic.client import TrafficAnswer, TrafficClient
from edgefill.local.traffic.load_test import build_demo_traffic, run_load_test
from edgefill.local.traffic.traffic_model import TrafficModel
from lambdas.batch.report import report_to_json, report_to_text

BEGAN = time.monotonic()  # when this command was imported
TOP = 60  # keys of the first release
REQUESTS = 2000  # of --once
DAY = 86_400  # seconds


class NoAnswer(EdgefillError):
    """The stack runs and does not answer."""


def command(
    *,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Of the CDN; 0 for any free one.")
    ] = CDN_PORT,
    once: Annotated[bool, typer.Option("--once", help="Send the mix, report, stop.")] = False,
    count: Annotated[
        int, typer.Option("--requests", "-n", min=1, help="How many with --once.")
    ] = REQUESTS,
    top: Annotated[int, typer.Option(min=0, help="Most demanded keys to draft ahead.")] = TOP,
    as_json: JsonOption = False,
    engine: Annotated[str, typer.Option(help="Of the GPU service: onnx or vllm.")] = "onnx",
    templates: TemplatesOption = TEMPLATES,
    state: StateOption = DEFAULT_STATE,
) -> None:
    """Start everything, draft and publish the demo shop, and serve until Ctrl-C."""
    console = Console(stderr=True)
    create_state_folder(state)
    load_catalogue(templates / "catalogue")  # what is wrong in it is said before anything starts
    PromptTemplates.load(templates / "prompts")
    serving = False
    log = StackLog(None if once else console, file=state / "up.log")
    options = StackOptions(port=port, state=state, templates=templates, engine=engine)
    try:
        with (
            interrupt_on_signals(),
            run_stack(options, log, lambda n: log.write_line(n, "ready")) as stack,
        ):
            opened = open_shop(stack, console, top)
            if once:
                show(rehearse(stack, console, count) | opened, as_json=as_json)
            else:
                serving = True
                welcome(stack, console, opened)
                stack.watch(lambda name: reopen(stack, console, name, top))
    except KeyboardInterrupt:  # the way to end what serves, and an interruption before that
        console.print("stopped")
        raise typer.Exit(0 if serving else 130) from None
    finally:
        log.close()


def open_shop(stack: Stack, console: Console, top: int) -> dict[str, Any]:
    """The first release, and how long it took until the first filled answer."""
    mix = build_demo_traffic(stack.options.templates)
    with DraftingBar(console) as bar:
        report, release = publish_first_release(stack, mix.ranked[:top], progress=bar)
    console.print(report_to_text(report))
    first = first_answer(stack, mix)
    return {
        "release": release.id,
        "generation": report_to_json(report),
        "first_answer": {"path": first.request.path, "outcome": first.outcome},
        "seconds_to_first_answer": round(time.monotonic() - BEGAN, 2),
    }


def reopen(stack: Stack, console: Console, name: str, top: int) -> None:
    """Publish the drafts there are once the store has lost everything."""
    if name == "aws":
        mix = build_demo_traffic(stack.options.templates)
        with DraftingBar(console) as bar:
            _, release = publish_first_release(stack, mix.ranked[:top], progress=bar)
        console.print(f"the store was lost; its drafts are published again as {release.id}")


def first_answer(stack: Stack, mix: TrafficModel) -> TrafficAnswer:
    """The answer to the first request of the mix; NoAnswer."""
    with TrafficClient(
        stack.run_file.cdn, lambda who: stack.identity.mint_token(who, now=time.time())
    ) as client:
        answer = client.send(next(mix.generate_requests(1)))
    if answer.outcome == "error":
        raise NoAnswer(f"{answer.request.path} is answered with status {answer.status}; see up.log")
    return answer


def rehearse(stack: Stack, console: Console, count: int) -> dict[str, Any]:
    """One run of the mix."""
    mix = build_demo_traffic(stack.options.templates)
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("requests", total=count)
        done = run_load_test(
            stack.run_file, stack.identity, mix, count, lambda _: progress.advance(bar)
        )
    return done.to_json()


def show(done: dict[str, Any], *, as_json: bool) -> None:
    """The one JSON object, on one line for scripts and indented for people."""
    typer.echo(json.dumps(done, indent=None if as_json else 2))


def program() -> str:
    """The command as this shell finds it."""
    if shutil.which("edgefill"):
        return "edgefill"
    return "python -m edgefill.cli" if sys.argv[0].endswith("__main__.py") else sys.argv[0]


def welcome(stack: Stack, console: Console, opened: dict[str, Any]) -> None:
    """Where everything is, and what to try."""
    cdn, page = stack.run_file.cdn, "/p/order-delayed?locale=de"
    ada = stack.options.templates / "demo" / "visitors" / "ada.json"
    token = stack.identity.mint_token(read_profile(ada), now=time.time(), ttl=DAY)
    console.print(
        f"\nfirst answer after {opened['seconds_to_first_answer']} s; release {opened['release']}\n"
        f"  the shop        {cdn}/demo/\n"
        f"  nobody we know  curl -i '{cdn}{page}'\n"
        f"  Ada             curl -i -b edgefill_profile=$TOKEN '{cdn}{page}'\n"
        f"  as text         {program()} preview order-delayed --as {ada}\n"
        f"  traffic         {program()} traffic -n 5000\n"
        f"  unwritten keys  {program()} keys --unwritten\n"
        f"Ada's token, for a day:\nTOKEN={token}\n",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )
