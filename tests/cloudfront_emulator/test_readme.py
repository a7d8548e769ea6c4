"""The package's README: its example runs as written, on free ports."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cloudfront_emulator.cloudformation import load_distribution
from edgefill.local.stack.ports import find_free_port

PACKAGE = Path(__file__).parents[2] / "cloudfront_emulator"
README = (PACKAGE / "README.md").read_text(encoding="utf-8")


def read_example() -> str:
    """The commands of the section "Example"."""
    section = README.partition("## Example\n")[2].partition("\n## ")[0]
    (commands,) = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    return str(commands)


def test_the_example_runs_as_written() -> None:
    """It starts an origin and the emulator, gets a miss, a hit and a 404, and stops both."""
    commands = read_example()
    expected = re.findall(r"# X-Cache: (\w+ from cloudfront)", commands)
    for port in ("3000", "8080"):
        commands = commands.replace(port, str(find_free_port()))
    done = subprocess.run(
        ["bash", "-euc", f"{commands}\nwait"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=PACKAGE.parent,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )
    results = re.findall(r"^x-cache: (.*?)\r?$", done.stdout, re.MULTILINE | re.IGNORECASE)
    assert results == expected == [f"{each} from cloudfront" for each in ("Miss", "Hit", "Error")]
    assert "This page comes from the origin." in done.stdout


def test_the_examples_template_needs_no_leniency() -> None:
    """Nothing of it is refused or warned of."""
    warnings: list[str] = []
    read = load_distribution(PACKAGE / "example" / "template.yaml", warn=warnings.append)
    assert not warnings
    assert [each.path for each in read.behaviours] == ["/live/*", "*"]


def test_help_explains_every_option(capfd: pytest.CaptureFixture[str]) -> None:
    """`--help` has a text for each option."""
    command = [sys.executable, "-m", "cloudfront_emulator", "--help"]
    subprocess.run(command, check=True, timeout=30, cwd=PACKAGE.parent)
    text = capfd.readouterr().out
    options = set(re.findall(r"^  (--[a-z-]+)", text, re.MULTILINE))
    assert len(options) == 14
    for option in options:
        assert re.search(rf"^  {option}\b.*(?:\n {{10,}}|  )\S", text, re.MULTILINE), option
