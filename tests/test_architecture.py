"""The rules about the tree itself."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("edgefill", "lambdas", "gpu_service", "cloudfront_emulator", "infra")
NEVER_DEPLOYED = ("edgefill/local/", "edgefill/cli/", "cloudfront_emulator/")


def modules(*rooms: str) -> Iterator[Path]:
    return (path for room in rooms or ROOMS for path in sorted((ROOT / room).rglob("*.py")))


def importers(package: str) -> list[str]:
    return [
        path.relative_to(ROOT).as_posix()
        for path in modules()
        if package in {name.partition(".")[0] for name in imported(path)}
    ]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""


def test_imports_point_one_way() -> None:
    """The contracts in pyproject.toml hold: core <- compiler <- store <- batch and api.

    In a process of its own: the linter silences the loggers of the one that it runs in.
    """
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("package", "home"),
    [
        ("boto3", ("edgefill/store/aws.py", "gpu_service/weights/s3.py")),
        ("vllm", "gpu_service/engines/vllm/"),
        ("huggingface_hub", "gpu_service/weights/hub.py"),
        ("mangum", "lambdas/api/handler.py"),
        ("jinja2", ("edgefill/compiler/", "edgefill/catalogue/prompts.py")),
        ("onnxruntime_genai", "gpu_service/"),
    ],
)
def test_a_heavy_package_has_one_home(package: str, home: str | tuple[str, ...]) -> None:
    """A package that a deployable pays for at import is imported in its own room alone."""
    runtime = [path for path in importers(package) if not path.startswith(NEVER_DEPLOYED)]
    assert runtime
    assert [path for path in runtime if not path.startswith(home)] == []


def test_no_module_outgrows_the_house() -> None:
    """No module is longer than 300 lines."""
    every = modules(*ROOMS, "training", "benchmarks", "tests")
    long = {path.name: n for path in every if (n := len(path.read_text().splitlines())) > 300}
    assert long == {}


def test_every_module_is_named_for_what_it_holds() -> None:
    """No module is called by a name that says nothing."""
    empty = {"utils", "helpers", "common", "misc", "constants", "util"}
    assert [path for path in modules() if path.stem in empty or path.parent.name in empty] == []
