"""`python -m local.rehearsal`: deploy, change and destroy the stage `local`, and check each step.

Exit status 0 when every step did what it should; else the step, and what was not so.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from lambdas.core.errors import EdgefillError
from local.identity import Identity
from local.rehearsal import checks
from local.rehearsal.account import Account
from local.rehearsal.cdk import Cdk
from local.rehearsal.ministack import ministack

COMMAND = Path(".venv-ministack/bin/ministack")


def rehearse(folder: Path) -> None:
    """Every step, in an emulator of its own."""
    old, new = Identity(folder / "old"), Identity(folder / "new")
    with ministack(folder, COMMAND) as environment:
        cdk, account = Cdk(environment=environment), Account(environment)
        with step("synth, with one public key and with two"):
            keys = old.jwks()["keys"]
            first = cdk.synth(jwks=_file(folder / "1.json", keys), out=folder / "first")
            keys += new.jwks()["keys"]
            second = cdk.synth(jwks=_file(folder / "2.json", keys), out=folder / "second")
        with step("bootstrap"):
            cdk.bootstrap(first)
        with step("deploy store, service and edge"):
            cdk.deploy(first)
        check(checks.store_stands, account)
        check(checks.edge_stands, account)
        check(checks.edge_answers, account)
        check(checks.api_falls_back, account, old)
        check(checks.api_finds, account, old)
        with step("deploy again: nothing changes"):
            before = checks.state(account)
            cdk.deploy(first)
            assert checks.state(account) == before
            cdk.diff(first, differs=False)
        check(checks.key_is_refused, account, new)
        with step("diff and deploy an update: a second public key"):
            cdk.diff(second, differs=True)
            cdk.deploy(second)
            cdk.diff(second, differs=False)
            assert len(account.edge_versions()) == 2
        check(checks.edge_stands, account)
        check(checks.key_is_believed, account, new)
        check(checks.key_is_believed, account, old)
        with step("destroy"):
            checks.emptied(account)
            cdk.destroy(second)
        check(checks.gone, account)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say what is done, and how long it took."""
    began = time.monotonic()
    yield
    _say(f"{name}  ({time.monotonic() - began:.1f} s)")


def check(about: Callable[..., None], *arguments: object) -> None:
    """One of local/rehearsal/checks.py, called by its own words."""
    with step(f"  {(about.__doc__ or '').splitlines()[0]}"):
        about(*arguments)


def _file(path: Path, keys: object) -> Path:
    path.write_text(json.dumps({"keys": keys}))
    return path


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 the command's own words


def main() -> int:
    """The exit status."""
    if not COMMAND.exists():
        _say(f"{COMMAND} is not there; run `make deploy-local`, which installs it")
        return 1
    with TemporaryDirectory(prefix="edgefill-rehearsal-") as folder:
        try:
            rehearse(Path(folder))
        except EdgefillError as error:
            _say(f"FAILED: {error}")
            return 1
    _say("The rehearsal is over: every step did what it should.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
