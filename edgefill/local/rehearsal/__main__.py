"""`python -m edgefill.local.rehearsal`: deploy, change and destroy stage `local`.

Each step is checked.

Exit status 0 when every step did what it should; else the step, and what was not so.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from edgefill.core.errors import EdgefillError
from edgefill.local.rehearsal import checks
from edgefill.local.rehearsal.account import Account
from edgefill.local.rehearsal.cdk import Cdk
from edgefill.local.rehearsal.ministack import ministack
from edgefill.local.services.identity import Identity

COMMAND = Path(".venv-ministack/bin/ministack")


def rehearse(folder: Path) -> None:
    """Every step, in an emulator of its own."""
    old, new = Identity(folder / "old"), Identity(folder / "new")
    with ministack(folder, COMMAND) as environment:
        cdk, account = Cdk(environment=environment), Account(environment)
        keys = old.jwks()["keys"]
        with step("synth, twice with one public key and once with two"):
            first = cdk.synth(jwks=_file(folder / "1.json", keys), out=folder / "first")
            again = cdk.synth(jwks=folder / "1.json", out=folder / "again")
            keys += new.jwks()["keys"]
            second = cdk.synth(jwks=_file(folder / "2.json", keys), out=folder / "second")
        _deploy(cdk, account, first, old)
        _change_nothing(cdk, account, again)
        check(checks.key_is_refused, account, new)
        _update(cdk, account, second)
        check(checks.key_is_believed, account, new)
        check(checks.key_is_believed, account, old)
        with step("destroy"):
            checks.emptied(account)
            cdk.destroy(second)
        check(checks.gone, account)


def _deploy(cdk: Cdk, account: Account, assembly: Path, identity: Identity) -> None:
    with step("bootstrap"):
        cdk.bootstrap(assembly)
    with step("deploy store, service and edge"):
        cdk.deploy(assembly)
    check(checks.store_stands, account)
    check(checks.edge_stands, account)
    check(checks.edge_answers, account)
    check(checks.api_falls_back, account, identity)
    check(checks.api_finds, account, identity)


def _change_nothing(cdk: Cdk, account: Account, assembly: Path) -> None:
    """Bundles of the same sources are the same bytes, so a second synthesis deploys nothing."""
    with step("deploy again, synthesised anew: nothing changes"):
        before = checks.state(account)
        cdk.diff(assembly, differs=False)
        cdk.deploy(assembly)
        assert checks.state(account) == before


def _update(cdk: Cdk, account: Account, assembly: Path) -> None:
    with step("diff and deploy an update: a second public key"):
        cdk.diff(assembly, differs=True)
        cdk.deploy(assembly)
        cdk.diff(assembly, differs=False)
        assert len(account.edge_versions()) == 2
    check(checks.edge_stands, account)


class StepFailed(EdgefillError):
    """Something was not so; the text names the step, the line that says what, and its place."""


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say what is done, and how long it took; StepFailed for whatever is not as it should be."""
    began = time.monotonic()
    try:
        yield
    except EdgefillError:
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno}"
        what = f"{last.line} ({place}, {type(error).__name__}: {error})"
        raise StepFailed(f"{name.strip()}\n  {what}") from error
    _say(f"{name}  ({time.monotonic() - began:.1f} s)")


def check(about: Callable[..., None], *arguments: object) -> None:
    """One of edgefill/local/rehearsal/checks.py, called by its own words."""
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
