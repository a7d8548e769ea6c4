"""Edge functions written on the spot, run by real child processes that leave nothing behind."""

import asyncio
import os
import textwrap
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from cloudfront_emulator.distribution import (
    Behaviour,
    CachePolicy,
    DistributionConfig,
    FunctionAssociation,
    FunctionConfig,
    Origin,
    Trigger,
)
from cloudfront_emulator.functions.edge_functions import EdgeFunctions
from cloudfront_emulator.functions.event import EventContext

API = Origin(id="Api", kind="custom", domain_name="example.org", headers=(("x-own", "1"),))
OTHER = Origin(id="Other", kind="custom", domain_name="other.example.org")
CTX = EventContext(distribution_id="E1", domain_name="d.cloudfront.net", request_id="r")
Use = Callable[[EdgeFunctions, Behaviour], Coroutine[Any, Any, Any]]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a bundle of one module, `index`."""

    def write(source: str, folder: str = "code") -> Path:
        code = tmp_path / folder
        code.mkdir(exist_ok=True)
        (code / "index.py").write_text(textwrap.dedent(source))
        return code

    return write


def make_distribution(
    code: Path, *triggers: Trigger, include_body: bool = False, **function: Any
) -> DistributionConfig:
    """A distribution whose one behaviour has one function at `triggers`."""
    settings = {"handler": "index.handler", "runtime": "python3.13"} | function
    associations = tuple(
        FunctionAssociation(trigger=each, function="Fn", include_body=include_body)
        for each in triggers
    )
    behaviour = Behaviour(path="*", origin="Api", cache=CachePolicy(), functions=associations)
    return DistributionConfig(
        id="E1",
        domain_name="d.cloudfront.net",
        behaviours=(behaviour,),
        origins={"Api": API, "Other": OTHER},
        functions={"Fn": FunctionConfig(id="Fn", code=code, **settings)},
    )


def run(distribution: DistributionConfig, use: Use, **options: Any) -> Any:
    """What `use` returns for the distribution's functions; all their processes are gone after."""

    async def main() -> Any:
        functions = EdgeFunctions(distribution, **options)
        try:
            return await use(functions, distribution.behaviours[0])
        finally:
            pids = functions.pids
            await functions.close()
            assert not [pid for pid in pids if is_alive(pid)]

    return asyncio.run(main())


def is_alive(pid: int) -> bool:
    """Whether there is a process of that id."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
