"""Options that several commands share."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from edgefill.cli.__main__ import create_app

SHARED = (
    *("--bucket", "--table", "--endpoint-url", "--region", "--gpu-url"),
    *("--state", "--templates", "--journal", "--json"),
)


def list_commands(command: Any) -> Iterator[Any]:
    """The command itself, or the commands of a group."""
    for each in getattr(command, "commands", {}).values():
        yield from list_commands(each)
    if not hasattr(command, "commands"):
        yield command


@pytest.fixture(scope="module")
def helps() -> dict[str, set[str]]:
    """The help texts of each option over all commands."""
    texts = defaultdict(set)
    for command in list_commands(typer.main.get_command(create_app())):
        for parameter in command.params:
            for name in parameter.opts:
                texts[name].add(getattr(parameter, "help", None) or "")
    return texts


@pytest.mark.parametrize("name", SHARED)
def test_a_shared_option_has_one_help_text(helps: dict[str, set[str]], name: str) -> None:
    """Every command that has it declares it by the type in edgefill/cli/options.py."""
    assert len(helps[name]) == 1


def test_every_option_has_a_help_text(helps: dict[str, set[str]]) -> None:
    """A sentence, with its full stop."""
    assert [n for n, texts in helps.items() if any(not t.endswith(".") for t in texts)] == []
