"""Payloads: JSON templates, whose blanks stand inside strings, or bare where a number may be."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from edgefill.compiler.lint.paths import paths
from edgefill.compiler.source import Source
from edgefill.compiler.tree import Body, For, If, Put, Static
from edgefill.core.errors import TemplateRefused
from edgefill.core.experience import Experience

_WORD = "edgefill"  # stands for a blank in a string
_STEP = re.compile(r'\\u[0-9a-fA-F]{4}|\\[^u]|[^\\"]|"|\\')


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """Checks one JSON template; TemplateRefused at the first place that is not sound."""

    source: Source
    experience: Experience

    def check(self, body: Body) -> None:
        """Every blank where it may stand, every way through a sound object; TooManyPaths."""
        inside: set[int] = set()
        self._follow(body, False, inside)
        for text in set(paths(body, lambda put: _stand_in(put, put.at in inside))):
            self._check_object(text)

    def _follow(self, body: Body, inside: bool, found: set[int]) -> bool:
        """Whether `body` ends inside a string; `found` gathers the blanks that stand in one."""
        for node in body:
            match node:
                case Static(text=text, at=at):
                    inside = self._literal(text, at, inside)
                case Put(at=at):
                    if inside:
                        found.add(at)
                    else:
                        self._bare(node)
                case If(at=at):
                    bodies = [*(inner for _, inner in node.arms), node.otherwise]
                    ends = {self._follow(inner, inside, found) for inner in bodies}
                    inside = self._one(ends, at)
                case For(body=inner, at=at):
                    inside = self._one({self._follow(inner, inside, found), inside}, at)
        return inside

    def _one(self, ends: set[bool], at: int) -> bool:
        if len(ends) > 1:
            remedy = "close in a branch or loop the string that it opens"
            raise self._refused(at, "balance", "only some branches end inside a string", remedy)
        return ends.pop()

    def _literal(self, text: str, at: int, inside: bool) -> bool:
        for step in _STEP.finditer(text):
            if step[0] == '"':
                inside = not inside
            elif inside and step[0] == "\\":
                raise self._refused(
                    at + step.start(), "json", "an escape is not finished", "write it whole"
                )
        return inside

    def _bare(self, put: Put) -> None:
        if put.value.kind not in {"number", "boolean"} or not put.value.defined:
            raise self._refused(
                put.at,
                "json",
                "only a number or boolean that is defined may stand outside of a string",
                'write "{{ x }}", or give the slot a default',
            )

    def _check_object(self, text: str) -> None:
        try:
            members = json.loads(text, object_pairs_hook=_unique)
        except (ValueError, RecursionError) as error:
            raise self._broken(f"not sound JSON on every branch: {error}") from None
        fields = self.experience.fields
        if not isinstance(members, dict):
            raise self._broken("the payload is no object")
        if fields and set(members) != set(fields):
            wrong = ", ".join(sorted(set(members) ^ set(fields)))
            raise self._broken(f"members missing or not asked for: {wrong}")
        if fields and not all(isinstance(value, str) for value in members.values()):
            raise self._broken("a member is no string")

    def _broken(self, reason: str) -> TemplateRefused:
        wanted = ", ".join(f'"{field}": "..."' for field in self.experience.fields)
        return self._refused(0, "json", reason, f"write one object: {{{wanted or '...'}}}")

    def _refused(self, at: int, rule: str, reason: str, remedy: str) -> TemplateRefused:
        return self.source.refused(at, rule=rule, reason=reason, remedy=remedy)


def _stand_in(put: Put, inside: bool) -> str:
    if inside:
        return _WORD
    return "0" if put.value.kind == "number" else "true"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError("a member is written twice")
    if any(_WORD in name for name in names):
        raise ValueError("a slot names a member")
    return dict(pairs)
