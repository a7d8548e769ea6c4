"""The `edgefill` command: one module per command, imported only when that command runs."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

import typer

from cloudfront_emulator.errors import EmulatorError
from edgefill.core.errors import EdgefillError
from edgefill.quality.printable import replace_controls

# command -> room: edgefill/cli/<room>/<command>.py
COMMANDS = {
    "up": "stack",
    "generate": "releases",
    "quality": "releases",
    "publish": "releases",
    "releases": "releases",
    "rollback": "releases",
    "keys": "releases",
    "show": "reviewing",
    "review": "reviewing",
    "routes": "stack",
    "router": "questions",
    "misses": "questions",
    "judge": "judging",
    "dataset": "datasets",
    "traffic": "stack",
    "preview": "authoring",
    "fill": "authoring",
    "lint": "authoring",
    "check": "authoring",
    "init": "authoring",
    "new": "authoring",
    "token": "stack",
    "fit": "operations",
    "doctor": "operations",
    "smoke": "operations",
    "queue": "operations",
    "model": "operations",
}


def create_app(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The command-line application with the named subcommands."""
    app = typer.Typer(
        name="edgefill",
        help="LLM-written, personalised text at CDN speed.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    # Without a callback, typer turns the only command of an application into the application.
    app.callback()(lambda: None)
    for name in names:
        module = import_module(f"edgefill.cli.{COMMANDS[name]}.{name}")
        if hasattr(module, "group"):
            app.add_typer(module.group, name=name)
        else:
            app.command(name)(module.command)
    return app


def main() -> None:
    """Run the command line; an expected error is printed on one line, with exit status 1.

    So is a fault of the machine, such as a full disk: what a command has stored is kept.
    """
    names = tuple(name for name in COMMANDS if name in sys.argv[1:2])
    try:
        create_app(names or COMMANDS)()
    except KeyboardInterrupt:  # while a command's modules are imported
        sys.exit(130)
    except (EdgefillError, EmulatorError) as error:
        _fail(str(error))
    except OSError as error:  # a full disk, a folder that cannot be read
        where = f"{error.filename}: " if error.filename else ""
        _fail(f"{where}{error.strerror or error}; mend that, then run the same command again")


def _fail(message: str) -> NoReturn:
    with suppress(OSError):  # standard error may be a file on the full disk
        sys.stderr.write(f"edgefill: {replace_controls(message)}\n")
    sys.exit(1)


if __name__ == "__main__":
    main()
