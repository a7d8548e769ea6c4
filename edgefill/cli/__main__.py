"""The `edgefill` command: one module a command, imported only when it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module

import typer

from cloudfront_emulator.errors import EmulatorError
from edgefill.core.errors import EdgefillError

COMMANDS = {
    "up": "stack",
    "generate": "releases",
    "publish": "releases",
    "releases": "releases",
    "rollback": "releases",
    "keys": "releases",
    "routes": "stack",
    "router": "questions",
    "misses": "questions",
    "traffic": "stack",
    "preview": "authoring",
    "fill": "authoring",
    "lint": "authoring",
    "token": "stack",
}  # by room


def create_app(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The command with the named subcommands."""
    app = typer.Typer(
        name="edgefill",
        help="LLM-written, personalised text at CDN speed.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(lambda: None)  # a command stays a subcommand even when it is the only one
    for name in names:
        module = import_module(f"edgefill.cli.{COMMANDS[name]}.{name}")
        if hasattr(module, "group"):
            app.add_typer(module.group, name=name)
        else:
            app.command(name)(module.command)
    return app


def main() -> None:
    """Run what the command line asks; an expected error is one line and exit status 1."""
    asked = tuple(name for name in COMMANDS if name in sys.argv[1:2])
    try:
        create_app(asked or COMMANDS)()
    except KeyboardInterrupt:  # while a command's modules are imported
        sys.exit(130)
    except (EdgefillError, EmulatorError) as error:
        sys.stderr.write(f"edgefill: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
