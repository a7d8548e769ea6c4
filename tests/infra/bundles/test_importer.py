"""Modules out of one file: found by name, told where they would lie, and nobody else's."""

import marshal
from importlib.util import module_from_spec
from pathlib import Path

import pytest

from infra.bundles.importer import BundleImporter
from infra.bundles.pack_modules import pack_modules


@pytest.fixture
def packed(tmp_path: Path) -> BundleImporter:
    """A package with one module, packed."""
    room = tmp_path / "edgefill" / "core"
    room.mkdir(parents=True)
    (room / "__init__.py").write_text("here = __file__\n")
    (room / "keys.py").write_text('"""Said."""\n\n\ndef fail():\n    raise LookupError\n')
    pack_modules(tmp_path, "/var/task")
    assert not [*tmp_path.rglob("*.py")]
    return BundleImporter(str(tmp_path))


def test_a_package_and_its_module_are_found(packed: BundleImporter, tmp_path: Path) -> None:
    """With a file beside which data may lie."""
    spec = packed.find_spec("edgefill.core")
    assert spec is not None
    assert spec.submodule_search_locations == []
    package = module_from_spec(spec)
    packed.exec_module(package)
    assert package.here == str(tmp_path / "edgefill" / "core" / "__init__.py")


def test_a_modules_faults_name_lambdas_paths_and_lines(packed: BundleImporter) -> None:
    """Although no source is there."""
    spec = packed.find_spec("edgefill.core.keys")
    assert spec is not None
    module = module_from_spec(spec)
    packed.exec_module(module)
    assert module.__doc__ is None
    with pytest.raises(LookupError) as failed:
        module.fail()
    last = failed.traceback[-1]
    assert (last.frame.code.raw.co_filename, last.lineno) == ("/var/task/edgefill/core/keys.py", 4)


def test_other_modules_are_not_ours(packed: BundleImporter) -> None:
    """Theirs are the finders after this one."""
    assert packed.find_spec("json") is None
    assert packed.find_spec("edgefill.store") is None


def test_a_bundle_without_its_file_is_no_bundle(tmp_path: Path) -> None:
    """The cold start fails at once, and says which file."""
    with pytest.raises(FileNotFoundError, match=r"modules\.bin"):
        BundleImporter(str(tmp_path))


def test_the_same_sources_are_packed_into_the_same_bytes(tmp_path: Path) -> None:
    """In the order of their names."""
    files = []
    for name in "ab":
        room = tmp_path / name / "edgefill" / "core"
        room.mkdir(parents=True)
        for module in ("zeta", "alpha"):
            (room / f"{module}.py").write_text("value = 1\n")
        pack_modules(tmp_path / name, "/var/task")
        files.append((tmp_path / name / "modules.bin").read_bytes())
    assert files[0] == files[1]
    assert list(marshal.loads(files[0])) == ["edgefill.core.alpha", "edgefill.core.zeta"]
