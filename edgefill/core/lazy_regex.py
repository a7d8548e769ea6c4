"""Regular expressions that are compiled when they are first used.

Importing `re` and compiling all patterns takes longer than importing all of core, and most cold
starts at the edge need few of the patterns.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Match

_METHODS = ("fullmatch", "match", "search", "split", "sub")


class LazyPattern:
    """A pattern of `re`; its first use compiles it and stores the compiled methods in it."""

    if TYPE_CHECKING:

        def fullmatch(self, text: str) -> Match[str] | None: ...
        def match(self, text: str) -> Match[str] | None: ...
        def search(self, text: str) -> Match[str] | None: ...
        def split(self, text: str) -> list[str]: ...
        def sub(self, repl: str, text: str) -> str: ...

    def __init__(self, text: str) -> None:
        self._text = text

    def __getattr__(self, name: str) -> object:
        from re import compile as compile_pattern  # noqa: PLC0415 the point of this module

        if name not in _METHODS:
            raise AttributeError(name)
        compiled = compile_pattern(self._text)
        vars(self).update({method: getattr(compiled, method) for method in _METHODS})
        return getattr(self, name)
