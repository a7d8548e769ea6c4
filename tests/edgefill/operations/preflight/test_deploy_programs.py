"""The programs of a deployment."""

from __future__ import annotations

from pathlib import Path

from edgefill.operations.preflight.deploy_programs import check_cdk, check_docker, run_command


def test_docker_is_needed_only_for_images() -> None:
    """A stage without GPUs builds none."""
    assert check_docker(is_needed=True, run=lambda _: "28.0.1").text == "28.0.1"
    assert check_docker(is_needed=True, run=lambda _: None).status == "fail"
    assert check_docker(is_needed=False, run=lambda _: None).status == "ok"


def test_a_command_gives_its_first_line() -> None:
    """None if it is missing, or fails."""
    assert run_command(("echo", "1.2")) == "1.2"
    assert run_command(("true",)) == ""
    assert run_command(("false",)) is None
    assert run_command(("no-such-program-here",)) is None


def test_the_cdk_must_be_installed(tmp_path: Path) -> None:
    """`make node_modules` installs it."""
    assert check_cdk(tmp_path / "cdk").status == "fail"
    (tmp_path / "cdk").touch()
    assert check_cdk(tmp_path / "cdk").status == "ok"
