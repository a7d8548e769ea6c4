"""Packed modules keep what runs and leave out what only type checkers read."""

from typing import Any

from infra.bundles.pack_modules import compile_module

SOURCE = b'''"""Docstring."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from nowhere import Absent
else:
    chosen = 1

LIMIT: Absent | None = 3
unset: Absent


class Record:
    """Docstring."""

    name: Absent
    size: int = 7

    if TYPE_CHECKING:

        def search(self, text: Absent) -> Absent: ...

    def grow(self, by: Absent, *, more: int = 0) -> Absent:
        grown: Absent = self.size + by + more
        if grown:
            raise ValueError(grown)
'''


def execute() -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile_module(SOURCE, "/var/task/x.py"), names)
    return names


def test_a_packed_module_defines_what_its_source_defines() -> None:
    """Variables, the `else` of a block for type checkers, fields with their defaults."""
    names = execute()
    assert (names["LIMIT"], names["chosen"]) == (3, 1)
    assert list(names["Record"].__annotations__) == ["name", "size"]
    assert names["Record"].size == 7


def test_a_packed_module_has_no_types_and_no_docstrings() -> None:
    """It also has no imports and declarations for type checkers."""
    names = execute()
    assert names["Record"].grow.__annotations__ == {}
    assert (names.get("__doc__"), names["Record"].__doc__) == (None, None)
    assert names.keys().isdisjoint({"annotations", "TYPE_CHECKING", "unset", "__annotations__"})
    assert not hasattr(names["Record"], "search")


def test_a_traceback_names_the_line_of_the_source() -> None:
    """The file is the one on the runtime's disk."""
    try:
        execute()["Record"]().grow(1)
    except ValueError as error:
        trace = error.__traceback__
        assert trace is not None
        assert trace.tb_next is not None
        place = trace.tb_next.tb_frame.f_code.co_filename, trace.tb_next.tb_lineno
        assert place == ("/var/task/x.py", 28)
