"""Modules out of one file: found by name, told where they would lie, and nobody else's."""

import marshal
from importlib.util import module_from_spec
from pathlib import Path

import pytest

from infra.importer import Rooms
from infra.rooms import pack


@pytest.fixture
def rooms(tmp_path: Path) -> Rooms:
    """A package with one module, packed."""
    room = tmp_path / "lambdas" / "core"
    room.mkdir(parents=True)
    (room / "__init__.py").write_text("here = __file__\n")
    (room / "keys.py").write_text('"""Said."""\n\n\ndef fail():\n    raise LookupError\n')
    pack(tmp_path, "/var/task")
    assert not [*tmp_path.rglob("*.py")]
    return Rooms(str(tmp_path / "lambdas"))


def test_a_package_and_its_module_are_found(rooms: Rooms, tmp_path: Path) -> None:
    """With a file beside which data may lie."""
    spec = rooms.find_spec("lambdas.core")
    assert spec is not None
    assert spec.submodule_search_locations == []
    package = module_from_spec(spec)
    rooms.exec_module(package)
    assert package.here == str(tmp_path / "lambdas" / "core" / "__init__.py")


def test_a_modules_faults_name_lambdas_paths_and_lines(rooms: Rooms) -> None:
    """Although no source is there."""
    spec = rooms.find_spec("lambdas.core.keys")
    assert spec is not None
    module = module_from_spec(spec)
    rooms.exec_module(module)
    assert module.__doc__ is None
    with pytest.raises(LookupError) as failed:
        module.fail()
    last = failed.traceback[-1]
    assert (last.frame.code.raw.co_filename, last.lineno) == ("/var/task/lambdas/core/keys.py", 4)


def test_other_modules_are_not_ours(rooms: Rooms) -> None:
    """Theirs are the finders after this one."""
    assert rooms.find_spec("json") is None
    assert rooms.find_spec("lambdas.store") is None


def test_a_bundle_without_its_file_is_no_bundle(tmp_path: Path) -> None:
    """The cold start fails at once, and says which file."""
    with pytest.raises(FileNotFoundError, match=r"rooms\.bin"):
        Rooms(str(tmp_path))


def test_the_same_sources_are_packed_into_the_same_bytes(tmp_path: Path) -> None:
    """In the order of their names."""
    packed = []
    for name in "ab":
        room = tmp_path / name / "lambdas" / "core"
        room.mkdir(parents=True)
        for module in ("zeta", "alpha"):
            (room / f"{module}.py").write_text("value = 1\n")
        pack(tmp_path / name, "/var/task")
        packed.append((tmp_path / name / "lambdas" / "rooms.bin").read_bytes())
    assert packed[0] == packed[1]
    assert list(marshal.loads(packed[0])) == ["lambdas.core.alpha", "lambdas.core.zeta"]
