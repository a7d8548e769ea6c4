"""Conditions of a template, in three-valued logic: None is what only a deployment knows.

Source: AWS CloudFormation Template Reference, intrinsic-function-reference-conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cloudfront_emulator.cloudformation.diagnostics import Diagnostics, PropertyPath
from cloudfront_emulator.cloudformation.values import (
    MalformedArgument,
    UnknownValue,
    require_list,
    require_text,
)

_SECTION = "Conditions"


class ConditionEvaluator:
    """What the section says; `resolve` computes the values that are compared."""

    def __init__(
        self,
        written: Mapping[str, Any],
        findings: Diagnostics,
        resolve: Callable[[Any, PropertyPath], Any],
    ) -> None:
        self._written, self._findings, self._resolve = written, findings, resolve
        self._deciding: set[str] = set()

    def evaluate(self, name: str) -> bool | None:
        """Whether a condition holds; one that is not declared is unknown."""
        place = PropertyPath(_SECTION, name)
        if name in self._deciding:
            self._findings.add_fault(place, "speaks of itself", "take it out of its own definition")
            return None
        self._deciding.add(name)
        try:
            return self._decide(self._written.get(name), place)
        except MalformedArgument as malformed:
            remedy = "write it as CloudFormation's template reference has it"
            self._findings.add_fault(place, f"a function takes {malformed}", remedy)
            return None
        finally:
            self._deciding.discard(name)

    def _decide(self, test: Any, place: PropertyPath) -> bool | None:
        if not isinstance(test, dict) or len(test) != 1:
            return None
        ((name, argument),) = test.items()
        if name == "Condition":
            return self.evaluate(require_text(argument))
        if name == "Fn::Equals":
            return self._compare(require_list(argument, 2, "two values"), place)
        if name == "Fn::Not":
            (negated,) = require_list(argument, 1, "one condition")
            held = self._decide(negated, place)
            return None if held is None else not held
        if name not in ("Fn::And", "Fn::Or") or not isinstance(argument, list):
            return None
        decisive = name == "Fn::Or"  # one part of this value settles it
        held_all = [self._decide(each, place) for each in argument]
        return decisive if decisive in held_all else None if None in held_all else not decisive

    def _compare(self, values: list[Any], place: PropertyPath) -> bool | None:
        one, other = (self._resolve(each, place) for each in values)
        unknown = isinstance(one, UnknownValue) or isinstance(other, UnknownValue)
        return None if unknown else str(one) == str(other)
