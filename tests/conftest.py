"""How every test runs: no hypothesis deadlines, files over processes, AWS calls recorded."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest

from tests.infra.permissions.plugin import OPTION, CallRecordPlugin

# The tests of each of these folders share one expensive fixture (a running stack, a synthesis), so
# they run in one process. They take longest, so they start first: no process idles at the end.
SHARED = ("tests/flow/", "tests/infra/")

# vLLM's own environment (`make test-vllm`) has neither hypothesis nor xdist
if find_spec("hypothesis"):
    from hypothesis import HealthCheck, settings

    # A slow machine fails no property. Each run draws new examples, so fifty are enough per run.
    settings.register_profile(
        "any-speed",
        max_examples=50,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("any-speed")


def find_scope(nodeid: str) -> str:
    """The tests that must run in the process of this one: its file's, or its shared folder's."""
    file = nodeid.partition("::")[0]
    return next((folder for folder in SHARED if file.startswith(folder)), file)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option that writes tests/infra/permissions/calls.json."""
    parser.addoption(OPTION, action="store_true", help="write the record of the code's AWS calls")


def pytest_configure(config: pytest.Config) -> None:
    """Let the order of `pytest_collection_modifyitems` stand: xdist would sort scopes by size."""
    config.option.loadscopereorder = False
    config.pluginmanager.register(CallRecordPlugin(config))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the shared folders first, in the order of SHARED."""
    order = {folder: number for number, folder in enumerate(SHARED)}
    items.sort(key=lambda item: order.get(find_scope(item.nodeid), len(order)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Distribute scopes as `--dist loadscope` does, each a file or a shared folder.

    `--dist loadgroup` is meant for this but has no effect under this version of pytest.
    """
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 not where vLLM is tested

    class FileOrFolderScheduling(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return find_scope(nodeid)

    return FileOrFolderScheduling(config, log)
