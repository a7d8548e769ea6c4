"""The pytest plugin that compares the AWS calls of a run with the record, when the run ends.

A call that is not in the record fails the run; so does a line that no test makes, if all tests of
its folder ran. `pytest --record-aws-calls` writes the record instead.
"""

from __future__ import annotations

from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.infra.permissions.call_record import (
    compare_record,
    merge_record,
    read_record,
    write_record,
)
from tests.infra.permissions.recorder import ROOT, CallRecorder

OPTION = "--record-aws-calls"
# Now, because the tests' own conftests make sessions before `pytest_configure`.
RECORDER = CallRecorder()
if find_spec("botocore"):  # not everywhere where vLLM is tested
    RECORDER.register()
REMEDY = f"run these tests again with {OPTION} and read the difference of calls.json"


class CallRecordPlugin:
    """One in every process: workers of xdist send their lines, the first process compares."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._lines: dict[str, set[str]] = defaultdict(set)
        self._findings: list[str] = []

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what a worker has recorded."""
        self._take(getattr(node, "workeroutput", {}).get("aws_calls", {}))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send the lines to the first process, or compare them there."""
        if hasattr(self._config, "workeroutput"):
            lines = {name: sorted(each) for name, each in RECORDER.lines.items()}
            self._config.workeroutput["aws_calls"] = lines
            return
        self._take(RECORDER.lines)
        folders = self._list_folders() if session.exitstatus == pytest.ExitCode.OK else []
        if self._config.getoption(OPTION):
            write_record(merge_record(read_record(), self._lines, folders=folders))
            return
        self._findings = compare_record(read_record(), self._lines, folders=folders)
        if self._findings and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what differs."""
        if self._findings:
            terminalreporter.section("AWS calls that differ from their record", red=True)
            terminalreporter.write("\n".join([*self._findings, REMEDY, ""]))

    def _take(self, lines: Any) -> None:
        for name, each in lines.items():
            self._lines[name] |= set(each)

    def _list_folders(self) -> list[str]:
        """The folders whose tests all ran."""
        option = self._config.option
        if (
            option.keyword
            or option.markexpr
            or getattr(option, "deselect", None)
            or _is_rerun(option)
        ):
            return []
        start = self._config.invocation_params.dir
        paths = [
            Path(start, arg.partition("::")[0]) for arg in self._config.args if "::" not in arg
        ]
        return [
            path.relative_to(ROOT).as_posix()
            for path in paths
            if path.is_dir() and path.is_relative_to(ROOT)
        ]


def _is_rerun(option: Any) -> bool:
    """Whether only the failures of an earlier run are run."""
    return bool(getattr(option, "lf", False) or getattr(option, "stepwise", False))
