"""The rules about the tree: what imports what, and what names may stand for."""

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("edgefill", "lambdas", "gpu_service", "cloudfront_emulator", "infra")
NEVER_DEPLOYED = ("edgefill/local/", "edgefill/cli/", "cloudfront_emulator/")
MEANINGLESS = {
    *("common", "constants", "helper", "helpers", "lib", "misc", "shared", "stuff"),
    *("tools", "util", "utilities", "utils"),
}
# Class names that may be defined more than once, each with its reason; at most eight.
SHARED_CLASS_NAMES: dict[str, str] = {}


def list_modules(*rooms: str) -> Iterator[Path]:
    return (path for room in rooms or ROOMS for path in sorted((ROOT / room).rglob("*.py")))


def name_module(path: Path) -> str:
    """The dotted name that imports the file; a package's for its `__init__.py`."""
    dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return dotted.removesuffix(".__init__")


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def find_imports(path: Path) -> frozenset[str]:
    """Every dotted name that the file imports, in functions and for type checking too."""
    names = set()
    package = name_module(path).split(".")
    if path.name != "__init__.py":
        package.pop()
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*start, *([node.module] if node.module else [])])
            names |= {f"{module}.{alias.name}" for alias in node.names}
    return frozenset(names)


def resolve_imports(path: Path, modules: Collection[str]) -> set[str]:
    """Which of `modules` the file imports, or imports a name from; not itself."""
    resolved = set()
    for name in find_imports(path):
        parts = name.split(".")
        prefixes = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
        resolved |= {next((prefix for prefix in prefixes if prefix in modules), "")}
    return resolved - {"", name_module(path)}


def find_cycle(graph: dict[str, set[str]]) -> list[str]:
    """One cycle of the graph, its first node repeated at its end; empty if there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        return cycle[::-1]
    return []


@pytest.mark.parametrize(
    "room",
    [
        "edgefill",
        "lambdas",
        "gpu_service",
        "cloudfront_emulator",
        "infra",
        "training",
        "benchmarks",
    ],
)
def test_no_modules_import_each_other_in_a_circle(room: str) -> None:
    """Imports inside functions and for type checking count as well."""
    files = {name_module(path): path for path in list_modules(room)}
    graph = {name: resolve_imports(path, files) for name, path in files.items()}
    assert " -> ".join(find_cycle(graph)) == ""


def test_a_circle_would_be_found() -> None:
    """The check itself works: it names the modules in the order in which they import."""
    assert find_cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) in (
        ["a", "b", "c", "a"],
        ["b", "c", "a", "b"],
        ["c", "a", "b", "c"],
    )
    assert find_cycle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_imports_point_one_way() -> None:
    """The contracts in pyproject.toml hold: core <- compiler <- store <- batch and api.

    The linter runs in its own process because it silences the loggers of the process it runs in.
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
        ("datasketch", "edgefill/training_sets/near_duplicates.py"),
    ],
)
def test_a_heavy_package_has_one_home(package: str, home: str | tuple[str, ...]) -> None:
    """A package that costs a deployable time at import is imported in one room only."""
    importers = [
        path.relative_to(ROOT).as_posix()
        for path in list_modules()
        if package in {name.partition(".")[0] for name in find_imports(path)}
    ]
    deployed = [path for path in importers if not path.startswith(NEVER_DEPLOYED)]
    assert deployed
    assert [path for path in deployed if not path.startswith(home)] == []


def test_no_class_name_has_two_meanings() -> None:
    """A class name is defined once in the project; an exception needs a reason in the list."""
    homes = defaultdict(set)
    for path in list_modules(*ROOMS, "training", "benchmarks"):
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.ClassDef):
                homes[node.name].add(name_module(path))
    twice = {name: sorted(where) for name, where in homes.items() if len(where) > 1}
    assert {name: where for name, where in twice.items() if name not in SHARED_CLASS_NAMES} == {}
    assert SHARED_CLASS_NAMES.keys() <= twice.keys()


def test_no_module_is_too_long() -> None:
    """At most 300 lines, tests included."""
    every = list_modules(*ROOMS, "training", "benchmarks", "tests")
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in every}
    assert {name: lines for name, lines in lengths.items() if lines > 300} == {}


def test_no_module_name_is_meaningless() -> None:
    """A module or folder is named for what it holds."""
    every = list_modules(*ROOMS, "training", "benchmarks", "tests")
    named = {path: {path.stem, *path.relative_to(ROOT).parent.parts} for path in every}
    assert [path for path, names in named.items() if names & MEANINGLESS] == []
