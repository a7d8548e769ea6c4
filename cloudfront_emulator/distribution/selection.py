"""Selections: which headers, cookies or query parameters a policy means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["none", "only", "except", "all"]


@dataclass(frozen=True, slots=True)
class Selection:
    """None, all, only those named, or all except those named.

    Header names are in lower case; names of cookies and query parameters keep theirs.
    """

    kind: Kind = "none"
    names: frozenset[str] = frozenset()

    def includes(self, name: str) -> bool:
        """Whether `name` is meant."""
        if self.kind in ("none", "all"):
            return self.kind == "all"
        return (name in self.names) == (self.kind == "only")


NONE = Selection("none")
ALL = Selection("all")


def select_only(*names: str) -> Selection:
    """Those named and no other."""
    return Selection("only", frozenset(names))
