"""Importing modules from one file."""

import marshal
from importlib.util import module_from_spec
from pathlib import Path

import pytest

from infra.bundles.importer import BundleImporter
from infra.bundles.pack_modules import pack_modules


@pytest.fixture
def importer(tmp_path: Path) -> BundleImporter:
    """A package with one module, importer."""
    room = tmp_path / "edgefill" / "core"
    room.mkdir(parents=True)
    (room / "__init__.py").write_text("here = __file__\n")
    (room / "keys.py").write_text('"""Said."""\n\n\ndef fail():\n    raise LookupError\n')
    pack_modules(tmp_path, "/var/task")
    assert not [*tmp_path.rglob("*.py")]
    return BundleImporter(str(tmp_path))


def test_a_package_and_its_module_are_found(importer: BundleImporter, tmp_path: Path) -> None:
    """`__file__` is set, so that data files can be found next to it."""
    spec = importer.find_spec("edgefill.core")
    assert spec is not None
    assert spec.submodule_search_locations == []
    package = module_from_spec(spec)
    importer.exec_module(package)
    assert package.here == str(tmp_path / "edgefill" / "core" / "__init__.py")


def test_tracebacks_have_the_paths_and_lines_in_lambda(importer: BundleImporter) -> None:
    """Although the bundle has no sources."""
    spec = importer.find_spec("edgefill.core.keys")
    assert spec is not None
    module = module_from_spec(spec)
    importer.exec_module(module)
    assert module.__doc__ is None
    with pytest.raises(LookupError) as failed:
        module.fail()
    last = failed.traceback[-1]
    assert (last.frame.code.raw.co_filename, last.lineno) == ("/var/task/edgefill/core/keys.py", 4)


def test_modules_outside_the_bundle_are_not_found(importer: BundleImporter) -> None:
    """Other finders import them."""
    assert importer.find_spec("json") is None
    assert importer.find_spec("edgefill.store") is None


def test_a_bundle_without_its_file_is_refused(tmp_path: Path) -> None:
    """The cold start fails at once and names the file."""
    with pytest.raises(FileNotFoundError, match=r"modules\.bin"):
        BundleImporter(str(tmp_path))


def test_the_same_sources_are_packed_into_the_same_bytes(tmp_path: Path) -> None:
    """The modules are in the order of their names."""
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
