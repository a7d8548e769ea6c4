"""`python -m edgefill.local.rehearsal`: deploy, change and destroy stage `local` on an emulator.

Every step is checked. The exit status is 0 when every step did what it should; otherwise the
command prints the step and the check that failed.
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
from edgefill.local.rehearsal.account import DeployedAccount
from edgefill.local.rehearsal.cdk import CdkCommand
from edgefill.local.rehearsal.ministack import run_ministack
from edgefill.local.services.identity import DevIdentityProvider

COMMAND = Path(".venv-ministack/bin/ministack")


def run_rehearsal(folder: Path) -> None:
    """Run every step in a new emulator; files are written under `folder`. StepFailed."""
    old, new = DevIdentityProvider(folder / "old"), DevIdentityProvider(folder / "new")
    with run_ministack(folder, COMMAND) as environment:
        cdk, account = CdkCommand(environment=environment), DeployedAccount(environment)
        keys = old.build_jwks()["keys"]
        with run_step("synthesise twice with one public key and once with two"):
            first = cdk.write_assembly(
                jwks=_write_jwks(folder / "1.json", keys), out=folder / "first"
            )
            again = cdk.write_assembly(jwks=folder / "1.json", out=folder / "again")
            keys += new.build_jwks()["keys"]
            second = cdk.write_assembly(
                jwks=_write_jwks(folder / "2.json", keys), out=folder / "second"
            )
        _deploy_stacks(cdk, account, first, old)
        _deploy_unchanged(cdk, account, again)
        run_check(checks.check_key_is_refused, account, new)
        _deploy_update(cdk, account, second)
        run_check(checks.check_key_is_accepted, account, new)
        run_check(checks.check_key_is_accepted, account, old)
        with run_step("destroy"):
            checks.empty_buckets(account)
            cdk.destroy_stacks(second)
        run_check(checks.check_nothing_left, account)


def _deploy_stacks(
    cdk: CdkCommand, account: DeployedAccount, assembly: Path, identity: DevIdentityProvider
) -> None:
    with run_step("bootstrap"):
        cdk.prepare_account(assembly)
    with run_step("deploy store, service and edge"):
        cdk.deploy(assembly)
    run_check(checks.check_store, account)
    run_check(checks.check_edge, account)
    run_check(checks.check_edge_responses, account)
    run_check(checks.check_api_fallback, account, identity)
    run_check(checks.check_api_fill, account, identity)


def _deploy_unchanged(cdk: CdkCommand, account: DeployedAccount, assembly: Path) -> None:
    """The same sources give bundles of the same bytes, so a second synthesis deploys nothing."""
    with run_step("deploy a second synthesis of the same sources: nothing changes"):
        before = checks.read_state(account)
        cdk.check_diff(assembly, differs=False)
        cdk.deploy(assembly)
        assert checks.read_state(account) == before


def _deploy_update(cdk: CdkCommand, account: DeployedAccount, assembly: Path) -> None:
    with run_step("diff and deploy an update: a second public key"):
        cdk.check_diff(assembly, differs=True)
        cdk.deploy(assembly)
        cdk.check_diff(assembly, differs=False)
        assert len(account.list_edge_versions()) == 2
    run_check(checks.check_edge, account)


class StepFailed(EdgefillError):
    """A step failed; the text names the step, the failing line of code and its place."""


@contextmanager
def run_step(name: str) -> Iterator[None]:
    """Print the step's name and duration when the block ends; StepFailed when it raises."""
    began = time.monotonic()
    try:
        yield
    except EdgefillError:
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno}"
        failure = f"{last.line} ({place}, {type(error).__name__}: {error})"
        raise StepFailed(f"{name.strip()}\n  {failure}") from error
    _print_line(f"{name}  ({time.monotonic() - began:.1f} s)")


def run_check(function: Callable[..., None], *arguments: object) -> None:
    """Run one function of edgefill/local/rehearsal/checks.py as a step.

    The step's name is the first line of the function's docstring.
    """
    with run_step(f"  {(function.__doc__ or '').splitlines()[0]}"):
        function(*arguments)


def _write_jwks(path: Path, keys: object) -> Path:
    path.write_text(json.dumps({"keys": keys}))
    return path


def _print_line(line: str) -> None:
    print(line, flush=True)  # noqa: T201 the command's output


def main() -> int:
    """Run the rehearsal in a temporary folder; return the exit status."""
    if not COMMAND.exists():
        _print_line(f"{COMMAND} is missing; run `make deploy-local`, which installs it")
        return 1
    with TemporaryDirectory(prefix="edgefill-rehearsal-") as folder:
        try:
            run_rehearsal(Path(folder))
        except EdgefillError as error:
            _print_line(f"FAILED: {error}")
            return 1
    _print_line("The rehearsal is over: every step did what it should.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
