"""The `edgefill` command: one module a command, imported only when it is asked for."""

from __future__ import annotations

import sys
from importlib import import_module

import typer

from lambdas.core.errors import EdgefillError

COMMANDS = (
    "up",
    "generate",
    "publish",
    "releases",
    "rollback",
    "keys",
    "routes",
    "router",
    "misses",
    "traffic",
    "preview",
    "fill",
    "lint",
    "token",
)


def create_app(names: tuple[str, ...] = COMMANDS) -> typer.Typer:
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
        module = import_module(f"cli.{name}")
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
    except EdgefillError as error:
        sys.stderr.write(f"edgefill: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
