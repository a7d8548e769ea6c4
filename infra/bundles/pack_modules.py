"""Pack the modules of a folder into one file of code: `python pack_modules.py FOLDER ROOT`.

infra/bundles/importer.py reads the file. An interpreter of the runtime's own version runs this
script by its path, so it imports only the standard library. ROOT is the path of FOLDER at run time,
which tracebacks name.

The code has no docstrings, no `if TYPE_CHECKING:` blocks and no annotations; a class's annotated
fields keep their names, which `@value` reads. `-X no_debug_ranges` leaves out column numbers. Line
numbers stay.
"""

from __future__ import annotations

import ast
import marshal
import sys
from pathlib import Path
from types import CodeType

PACKAGES = ("edgefill", "lambdas")
IMPORTER = "lambdas/__init__.py"  # stays a file, because it reads all other modules
FILE = "modules.bin"
_FIELD = ast.Constant(0)  # the annotation of every field of a class


class TypeStripper(ast.NodeTransformer):
    """Removes from a module what only type checkers read."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        """Remove `from __future__ import annotations`: no annotation is left to evaluate."""
        return None if node.module == "__future__" else node

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:
        """Remove `TYPE_CHECKING = False`."""
        return None if _is_type_checking(node.targets[0]) else node

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        """Replace `if TYPE_CHECKING:` by its `else`."""
        return node.orelse if _is_type_checking(node.test) else self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Remove the annotation of the result."""
        node.returns = None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        """Remove the annotation of an argument."""
        node.annotation = None
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Shorten the annotations of fields: `@value` reads only the fields' names."""
        for child in node.body:
            if isinstance(child, ast.AnnAssign):
                child.annotation = _FIELD
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        """Remove the annotation of a variable."""
        if node.annotation is _FIELD:
            return node
        return node.value and ast.Assign(targets=[node.target], value=node.value)


def _is_type_checking(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "TYPE_CHECKING"


def compile_module(source: bytes, path: str) -> CodeType:
    """The code of a module, without docstrings, asserts and types; `path` is for tracebacks."""
    tree = ast.fix_missing_locations(TypeStripper().visit(ast.parse(source)))
    return compile(tree, path, "exec", dont_inherit=True, optimize=2)


def pack_modules(folder: Path, root: str) -> None:
    """Replace all modules of `folder` except IMPORTER by one file, `modules.bin`."""
    codes = {}
    sources = (path for package in PACKAGES for path in (folder / package).rglob("*.py"))
    for source in sorted(sources):
        path = source.relative_to(folder)
        if path.as_posix() == IMPORTER:
            continue
        code = compile_module(source.read_bytes(), f"{root}/{path.as_posix()}")
        codes[".".join(path.with_suffix("").parts)] = marshal.dumps(code)
        source.unlink()
    (folder / FILE).write_bytes(marshal.dumps(codes))


if __name__ == "__main__":
    pack_modules(Path(sys.argv[1]), sys.argv[2])
