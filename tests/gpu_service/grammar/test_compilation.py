"""ConstraintCompiler: a constraint is compiled in a process that can be ended."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from edgefill.core.errors import EngineTimeout, EngineUnavailable, RequestRefused
from gpu_service.grammar.compilation import WORKER, ConstraintCompiler

# Answers each line, and records it; `hang` is never answered, `die` ends the process.
SCRIPT = """
import json, sys
print("null", flush=True)
for line in sys.stdin:
    with open(sys.argv[1], "a") as log:
        log.write(line)
    text = json.loads(line)["text"]
    if text == "die":
        sys.exit(1)
    if text != "hang":
        print(json.dumps("too odd" if text == "odd" else None), flush=True)
"""


def run(
    work: Callable[[ConstraintCompiler], Awaitable[None]], *command: str, limit_s: float = 60
) -> None:
    """Run `work` with a compiler whose process runs `command`."""

    async def test() -> None:
        compiler = ConstraintCompiler(command or WORKER, limit_s=limit_s)
        try:
            await work(compiler)
        finally:
            await compiler.stop()

    asyncio.run(test())


@pytest.mark.parametrize(
    ("kind", "text"),
    [("regex", "[0-9]{4}"), ("json_schema", '{"type": "object"}'), ("grammar", 'start: "a" /b+/')],
)
def test_a_constraint_compiles(kind: str, text: str) -> None:
    """In the real process, once and again."""

    async def work(compiler: ConstraintCompiler) -> None:
        await compiler.compile(kind, text)
        await compiler.compile(kind, text, deadline_s=60)

    run(work)


@pytest.mark.parametrize(
    ("kind", "text"),
    [("regex", "("), ("json_schema", '{"type": "nothing"}'), ("grammar", "start: ("),
     ("regex", "\ud800"), ("json_schema", '{"$ref": "https://example.com/x"}')],
)  # fmt: skip
def test_a_constraint_that_cannot_compile_is_named(kind: str, text: str) -> None:
    """Twice the same refusal; the process still compiles another one."""

    async def work(compiler: ConstraintCompiler) -> None:
        for _ in range(2):
            with pytest.raises(RequestRefused, match=f"^{kind}: ."):
                await compiler.compile(kind, text)
        await compiler.compile("regex", "a")

    run(work)


def test_a_process_without_enough_memory_is_ended() -> None:
    """An expression of 100 KB, which no bound lets through, needs gigabytes."""

    async def work(compiler: ConstraintCompiler) -> None:
        with pytest.raises(RequestRefused, match="time or memory"):
            await compiler.compile("regex", "a?" * 50_000 + "a" * 50_000)
        await compiler.compile("regex", "a")

    run(work)


def test_an_outcome_is_kept(tmp_path: Path) -> None:
    """Concurrent and later requests with the same constraint compile it once."""
    log = tmp_path / "log"

    async def work(compiler: ConstraintCompiler) -> None:
        await asyncio.gather(*(compiler.compile("regex", "a") for _ in range(9)))
        for _ in range(2):
            with pytest.raises(RequestRefused, match="regex: too odd"):
                await compiler.compile("regex", "odd")
        await compiler.compile("grammar", "a")

    run(work, sys.executable, "-c", SCRIPT, str(log))
    assert len(log.read_text().splitlines()) == 3


def test_a_deadline_ends_the_process(tmp_path: Path) -> None:
    """Also the deadline of a request that waits for another one; the next one is served."""

    async def work(compiler: ConstraintCompiler) -> None:
        await compiler.compile("regex", "a")
        hangs = [compiler.compile("regex", "hang", deadline_s=0.05) for _ in range(3)]
        for outcome in await asyncio.gather(*hangs, return_exceptions=True):
            assert isinstance(outcome, EngineTimeout)
        await compiler.compile("regex", "b")

    run(work, sys.executable, "-c", SCRIPT, str(tmp_path / "log"))


def test_a_caller_that_leaves_ends_the_process(tmp_path: Path) -> None:
    """Its answer must not be read for the next constraint."""
    log = tmp_path / "log"

    async def work(compiler: ConstraintCompiler) -> None:
        task = asyncio.ensure_future(compiler.compile("regex", "hang"))
        while not log.exists() or not log.read_text():
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()
        with pytest.raises(RequestRefused, match="too odd"):
            await compiler.compile("regex", "odd")
        await compiler.compile("regex", "a")

    run(work, sys.executable, "-c", SCRIPT, str(log))


@pytest.mark.parametrize("text", ["hang", "die"])
def test_a_constraint_that_ends_the_process_is_refused(tmp_path: Path, text: str) -> None:
    """By the limit of every compilation, or because the process died."""

    async def work(compiler: ConstraintCompiler) -> None:
        for _ in range(2):
            with pytest.raises(RequestRefused, match="make it smaller"):
                await compiler.compile("regex", text)

    run(work, sys.executable, "-c", SCRIPT, str(tmp_path / "log"), limit_s=0.5)


@pytest.mark.parametrize("command", [("/nowhere/python",), (sys.executable, "-c", "")])
def test_a_process_that_does_not_start_is_no_fault_of_the_request(command: tuple[str, ...]) -> None:
    """EngineUnavailable: the client may try again."""

    async def work(compiler: ConstraintCompiler) -> None:
        with pytest.raises(EngineUnavailable, match="does not start"):
            await compiler.compile("regex", "a")

    run(work, *command)
