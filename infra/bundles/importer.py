"""Imports all modules of the edge bundle from one file.

In the bundle this file is the package `lambdas` itself.

`modules.bin` is a marshalled mapping of each module's name to its marshalled code
(infra/bundles/pack_modules.py); a package's code is named `<package>.__init__`.
"""

from __future__ import annotations

import sys
from marshal import load, loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

FILE = "modules.bin"  # in the root of the bundle


class BundleImporter:
    """Finds and loads the modules of the bundle; unmarshals each when it is imported."""

    def __init__(self, folder: str) -> None:
        """`folder` is the root of the bundle; OSError when it has no FILE."""
        self._folder = folder
        with open(f"{folder}/{FILE}", "rb") as file:  # noqa: PTH123 importing pathlib takes 10 ms
            self._codes: dict[str, bytes] = load(file)  # noqa: S302 our own file

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a module of the bundle; None for any other module."""
        package = f"{name}.__init__" in self._codes
        if not package and name not in self._codes:
            return None
        place = f"{self._folder}/{name.replace('.', '/')}"
        origin = f"{place}/__init__.py" if package else f"{place}.py"
        make_spec = type(__spec__)  # importlib.machinery is not imported yet
        spec = make_spec(name, self, origin=origin, is_package=package)  # type: ignore[arg-type]
        spec.has_location = True
        return spec

    def create_module(self, _spec: ModuleSpec) -> None:
        """Return None: the interpreter creates the module as usual."""

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module's code in its namespace."""
        name = module.__name__
        code = self._codes.get(name) or self._codes[f"{name}.__init__"]
        exec(loads(code), vars(module))  # noqa: S102, S302 as importers do


if __name__ == "lambdas":
    sys.meta_path.insert(0, BundleImporter(__file__.rpartition("/")[0].rpartition("/")[0]))
