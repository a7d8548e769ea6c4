"""How the tests are spread over processes (`make test`)."""

from __future__ import annotations

from typing import Any

import pytest

STACK = "tests/flow/"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file to a process, and all of the whole stack to one: another would start its own.

    `--dist loadgroup` is meant for this and does nothing under this pytest.
    """
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 not where vLLM is tested

    class ByStack(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return STACK if nodeid.startswith(STACK) else nodeid.partition("::")[0]

    return ByStack(config, log)
