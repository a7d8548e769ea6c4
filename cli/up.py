"""`edgefill up`: the whole stack on this machine."""

from __future__ import annotations

import json
import time
import urllib.request
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from cli.drafting_bar import DraftingBar
from lambdas.batch.report import report_to_json, report_to_text
from local.first_release import first_release
from local.identity import Profile
from local.log import Log
from local.running import STATE
from local.rush import demo_mix, rush
from local.stack import CDN_PORT, TEMPLATES, Stack, StackOptions, running_stack
from local.supervisor import interruptible

BEGAN = time.monotonic()  # when this command was imported
TOP = 60  # keys of the first release
REQUESTS = 2000  # of --once
SAMPLE = "/p/order-delayed?locale=de"
ADA = Profile(
    subject="ada",
    locale="de",
    case={"tier": "gold", "lifecycle": "active"},
    slots={"name": "Ada", "order_id": "TT-1815", "new_date": "2026-12-10"},
)


def command(
    *,
    port: Annotated[int, typer.Option(help="Of the CDN; 0 for any free one.")] = CDN_PORT,
    once: Annotated[bool, typer.Option("--once", help="Send the mix, report, stop.")] = False,
    count: Annotated[
        int, typer.Option("--requests", "-n", min=1, help="How many with --once.")
    ] = REQUESTS,
    top: Annotated[int, typer.Option(min=0, help="Most demanded keys to draft ahead.")] = TOP,
    as_json: Annotated[bool, typer.Option("--json", help="With --once: one JSON object.")] = False,
    templates: Annotated[Path, typer.Option(help="Catalogue, prompts and demo.")] = TEMPLATES,
    state: Annotated[Path, typer.Option(help="Run file, keys, drafts and log.")] = STATE,
) -> None:
    """Start everything, draft and publish the demo shop, and serve until Ctrl-C."""
    console = Console(stderr=True)
    state.mkdir(parents=True, exist_ok=True)
    log = Log(None if once else console, file=state / "up.log")
    options = StackOptions(port=port, state=state, templates=templates)
    try:
        with interruptible(), running_stack(options, log, lambda n: log.line(n, "ready")) as stack:
            opened = open_shop(stack, console, top)
            if once:
                show(rehearse(stack, console, count) | opened, as_json=as_json)
            else:
                welcome(stack, console, opened)
                stack.supervisor.watch()
    except KeyboardInterrupt:
        console.print("stopped")
        raise typer.Exit(130) from None
    finally:
        log.close()


def open_shop(stack: Stack, console: Console, top: int) -> dict[str, Any]:
    """The first release, and how long it took until the first filled answer."""
    mix = demo_mix(stack.options.templates)
    with DraftingBar(console) as bar:
        report, release = first_release(stack, mix.ranked[:top], progress=bar)
    console.print(report_to_text(report))
    first_answer(stack)
    return {
        "release": release.id,
        "generation": report_to_json(report),
        "seconds_to_first_answer": round(time.monotonic() - BEGAN, 2),
    }


def first_answer(stack: Stack) -> str:
    """Ask until the CDN answers; the text is filled, whether from a release or a fallback."""
    with urllib.request.urlopen(f"{stack.running.cdn}{SAMPLE}", timeout=30) as answer:  # noqa: S310
        text: str = answer.read().decode()
        return text


def rehearse(stack: Stack, console: Console, count: int) -> dict[str, Any]:
    """One run of the mix."""
    mix = demo_mix(stack.options.templates)
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("requests", total=count)
        done = rush(stack.running, stack.identity, mix, count, lambda _: progress.advance(bar))
    return done.to_json()


def show(done: dict[str, Any], *, as_json: bool) -> None:
    """The one JSON object, on one line for scripts and indented for people."""
    typer.echo(json.dumps(done, indent=None if as_json else 2))


def welcome(stack: Stack, console: Console, opened: dict[str, Any]) -> None:
    """Where everything is, and what to try."""
    cdn = stack.running.cdn
    token = stack.identity.mint(ADA, now=time.time(), ttl=86_400)
    console.print(
        f"\nfirst answer after {opened['seconds_to_first_answer']} s; release {opened['release']}\n"
        f"  the shop        {cdn}/demo/\n"
        f"  nobody we know  curl -i '{cdn}{SAMPLE}'\n"
        f"  Ada             curl -i -b edgefill_profile=$TOKEN '{cdn}{SAMPLE}'\n"
        f"  traffic         edgefill traffic -n 5000\n"
        f"  a token of Ada's for a day:\nTOKEN={token}\n",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )
