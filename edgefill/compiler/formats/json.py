"""Checks JSON templates: blanks belong inside strings, or bare where a number or boolean may be."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from edgefill.compiler.language.paths import render_paths
from edgefill.compiler.language.source import TemplateSource
from edgefill.compiler.language.typed_tree import Body, ForNode, IfNode, PutNode, StaticNode
from edgefill.core.errors import TemplateRefused
from edgefill.core.experience import Experience

# the sample value of a blank in a string
_WORD = "edgefill"
_STEP = re.compile(r'\\u[0-9a-fA-F]{4}|\\[^u]|[^\\"]|"|\\')


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonChecker:
    """Checks one JSON template; TemplateRefused at the first place that is not valid."""

    source: TemplateSource
    experience: Experience

    def check(self, body: Body) -> None:
        """Check the context of each blank and the object on each path; TooManyPaths."""
        quoted: set[int] = set()
        self._follow(body, False, quoted)
        for text in set(render_paths(body, lambda put: _choose_sample(put, put.offset in quoted))):
            self._check_object(text)

    def _follow(self, body: Body, in_string: bool, quoted: set[int]) -> bool:
        """Whether `body` ends inside a string; `quoted` collects the offsets of blanks in one."""
        for node in body:
            match node:
                case StaticNode(text=text, offset=offset):
                    in_string = self._follow_literal(text, offset, in_string)
                case PutNode(offset=offset):
                    if in_string:
                        quoted.add(offset)
                    else:
                        self._check_bare_blank(node)
                case IfNode(offset=offset):
                    bodies = [*(inner for _, inner in node.arms), node.otherwise]
                    ends = {self._follow(inner, in_string, quoted) for inner in bodies}
                    in_string = self._require_same_end(ends, offset)
                case ForNode(body=inner, offset=offset):
                    ends = {self._follow(inner, in_string, quoted), in_string}
                    in_string = self._require_same_end(ends, offset)
        return in_string

    def _require_same_end(self, ends: set[bool], offset: int) -> bool:
        if len(ends) > 1:
            raise self._make_refusal(
                offset,
                "balance",
                "only some branches end inside a string",
                "close each string in the branch or loop that opens it",
            )
        return ends.pop()

    def _follow_literal(self, text: str, offset: int, in_string: bool) -> bool:
        for step in _STEP.finditer(text):
            if step[0] == '"':
                in_string = not in_string
            elif in_string and step[0] == "\\":
                raise self._make_refusal(
                    offset + step.start(),
                    "json",
                    "an escape sequence is incomplete",
                    "write it in full, such as \\u00e4 or \\n",
                )
        return in_string

    def _check_bare_blank(self, put: PutNode) -> None:
        if put.value.kind not in {"number", "boolean"} or not put.value.defined:
            raise self._make_refusal(
                put.offset,
                "json",
                "outside a string only a number or boolean that is always defined may be printed",
                'write "{{ x }}", or give the slot a default',
            )

    def _check_object(self, text: str) -> None:
        try:
            members = json.loads(text, object_pairs_hook=_build_object)
        except (ValueError, RecursionError) as error:
            raise self._make_object_refusal(f"not valid JSON on every path: {error}") from None
        fields = self.experience.fields
        if not isinstance(members, dict):
            raise self._make_object_refusal("the payload is not an object")
        if fields and set(members) != set(fields):
            wrong = ", ".join(sorted(set(members) ^ set(fields)))
            raise self._make_object_refusal(f"members are missing or not declared: {wrong}")
        if fields and not all(isinstance(value, str) for value in members.values()):
            raise self._make_object_refusal("a member is not a string")

    def _make_object_refusal(self, reason: str) -> TemplateRefused:
        members = ", ".join(f'"{field}": "..."' for field in self.experience.fields)
        return self._make_refusal(0, "json", reason, f"write one object: {{{members or '...'}}}")

    def _make_refusal(self, offset: int, rule: str, reason: str, remedy: str) -> TemplateRefused:
        return self.source.make_refusal(offset, rule=rule, reason=reason, remedy=remedy)


def _choose_sample(put: PutNode, in_string: bool) -> str:
    if in_string:
        return _WORD
    return "0" if put.value.kind == "number" else "true"


def _build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError("a member is repeated")
    if any(_WORD in name for name in names):
        raise ValueError("a slot is part of a member's name")
    return dict(pairs)
