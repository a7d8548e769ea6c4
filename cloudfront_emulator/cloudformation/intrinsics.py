"""Intrinsic functions and conditions, computed as far as they are known before a deployment.

Conditions have three-valued logic: None means that only a deployment knows the value.
Source: AWS CloudFormation Template Reference, intrinsic-function-reference,
intrinsic-function-reference-conditions and pseudo-parameter-reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from cloudfront_emulator.cloudformation.diagnostics import Diagnostics, PropertyPath
from cloudfront_emulator.cloudformation.document import TemplateDocument
from cloudfront_emulator.cloudformation.values import (
    ABSENT,
    MalformedArgument,
    UnknownValue,
    require_list,
    require_text,
)

PSEUDO: Final = {
    "AWS::AccountId": "000000000000",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",  # required for stacks with edge functions
    "AWS::URLSuffix": "amazonaws.com",
}
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")


class IntrinsicResolver:
    """Resolves the intrinsic functions of one template.

    A value that only a deployment knows becomes an UnknownValue, which is not an error. A function
    that CloudFormation would refuse is a fault.
    """

    def __init__(self, document: TemplateDocument, diagnostics: Diagnostics) -> None:
        self._document, self._diagnostics = document, diagnostics
        self._conditions = ConditionEvaluator(
            document.sections["Conditions"], diagnostics, self.resolve
        )
        self._functions: dict[str, Callable[[Any, PropertyPath], Any]] = {
            "Ref": self._resolve_ref,
            "Fn::GetAtt": self._resolve_get_att,
            "Fn::Sub": self._resolve_sub,
            "Fn::Join": self._resolve_join,
            "Fn::Select": self._resolve_select,
            "Fn::Split": self._resolve_split,
            "Fn::If": self._resolve_if,
            "Fn::FindInMap": self._resolve_find_in_map,
        }

    def resolve(self, value: Any, place: PropertyPath) -> Any:
        """`value` with all functions resolved and without what AWS::NoValue removes."""
        if isinstance(value, list):
            items = (self.resolve(each, place.index(n)) for n, each in enumerate(value))
            return [each for each in items if each is not ABSENT]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name in self._functions:
                return self._call(name, argument, place)
            if str(name).startswith("Fn::"):
                return UnknownValue(_make_readable(name, self.resolve(argument, place)))
        resolved = {name: self.resolve(each, place / str(name)) for name, each in value.items()}
        return {name: each for name, each in resolved.items() if each is not ABSENT}

    def evaluate_condition(self, condition: str) -> bool | None:
        """Whether a condition of the template holds; None if only a deployment knows."""
        return self._conditions.evaluate(condition)

    def _call(self, name: str, argument: Any, place: PropertyPath) -> Any:
        try:
            return self._functions[name](argument, place)
        except MalformedArgument as malformed:
            remedy = "write it as CloudFormation's template reference has it"
            self._diagnostics.add_fault(place, f"{name} takes {malformed}", remedy)
            return UnknownValue(name)

    def _resolve_ref(self, argument: Any, _place: PropertyPath) -> Any:
        name = require_text(argument)
        if name == "AWS::NoValue":
            return ABSENT
        if name == "AWS::StackName":
            return self._document.stack
        if name in PSEUDO:
            return PSEUDO[name]
        parameter = self._document.sections["Parameters"].get(name)
        if isinstance(parameter, dict) and "Default" in parameter:
            default, type_ = parameter["Default"], str(parameter.get("Type"))
            is_list = type_ == "CommaDelimitedList" or type_.startswith("List<")
            return [each.strip() for each in str(default).split(",")] if is_list else default
        return UnknownValue(name, logical_id=name)

    def _resolve_get_att(self, argument: Any, place: PropertyPath) -> UnknownValue:
        pair = argument.split(".", 1) if isinstance(argument, str) else argument
        name, attribute = require_list(pair, 2, "a logical id and an attribute")
        resolved = require_text(name), require_text(self.resolve(attribute, place))
        return UnknownValue(".".join(resolved), *resolved)

    def _resolve_sub(self, argument: Any, place: PropertyPath) -> str:
        form = "a text, or a text and an object"
        template, variables = (
            (argument, {}) if isinstance(argument, str) else require_list(argument, 2, form)
        )
        if not isinstance(variables, dict):
            raise MalformedArgument(form)
        all_known = True

        def value(match: re.Match[str]) -> str:
            nonlocal all_known
            name = match[1]
            if name in variables:
                result = self.resolve(variables[name], place)
            else:
                result = (
                    self._resolve_get_att(name, place)
                    if "." in name
                    else self._resolve_ref(name, place)
                )
            all_known = all_known and not isinstance(result, UnknownValue)
            return str(result)

        text = _VARIABLE.sub(value, require_text(template)).replace("${!", "${")
        return text if all_known else UnknownValue(text)

    def _resolve_join(self, argument: Any, place: PropertyPath) -> str:
        separator, items = require_list(argument, 2, "a delimiter and a list")
        values = self.resolve(items, place)
        if isinstance(values, UnknownValue):
            return values
        if not isinstance(values, list):
            raise MalformedArgument("a delimiter and a list")
        text = require_text(separator).join(map(str, values))
        return (
            UnknownValue(text) if any(isinstance(each, UnknownValue) for each in values) else text
        )

    def _resolve_split(self, argument: Any, place: PropertyPath) -> Any:
        separator, source = require_list(argument, 2, "a delimiter and a text")
        value = require_text(self.resolve(source, place))
        return value if isinstance(value, UnknownValue) else value.split(require_text(separator))

    def _resolve_select(self, argument: Any, place: PropertyPath) -> Any:
        index, values = self.resolve(require_list(argument, 2, "an index and a list"), place)
        if isinstance(values, list) and str(index).isdigit() and int(index) < len(values):
            return values[int(index)]
        if isinstance(values, UnknownValue) or isinstance(index, UnknownValue):
            return UnknownValue(_make_readable("Fn::Select", values))
        raise MalformedArgument("an index and a list that long")

    def _resolve_if(self, argument: Any, place: PropertyPath) -> Any:
        condition, then, otherwise = require_list(argument, 3, "a condition and two values")
        holds = self.evaluate_condition(require_text(condition))
        if holds is None:
            return UnknownValue(f"Fn::If {condition}")
        return self.resolve(then if holds else otherwise, place)

    def _resolve_find_in_map(self, argument: Any, place: PropertyPath) -> Any:
        names = self.resolve(require_list(argument, 3, "a map and two keys"), place)
        value: Any = self._document.sections["Mappings"]
        for name in names:
            value = value.get(str(name)) if isinstance(value, dict) else None
        return (
            UnknownValue("/".join(map(str, names))) if value is None else value
        )  # values of a map are literals


def _make_readable(name: str, value: Any) -> str:
    return value if isinstance(value, str) and value else name


_SECTION = "Conditions"


class ConditionEvaluator:
    """Evaluates the Conditions section; `resolve` resolves the compared values."""

    def __init__(
        self,
        conditions: Mapping[str, Any],
        diagnostics: Diagnostics,
        resolve: Callable[[Any, PropertyPath], Any],
    ) -> None:
        self._written, self._diagnostics, self._resolve = conditions, diagnostics, resolve
        self._deciding: set[str] = set()

    def evaluate(self, name: str) -> bool | None:
        """Whether a condition holds; None if it is unknown or not declared."""
        place = PropertyPath(_SECTION, name)
        if name in self._deciding:
            self._diagnostics.add_fault(
                place, "refers to itself", "remove it from its own definition"
            )
            return None
        self._deciding.add(name)
        try:
            return self._decide(self._written.get(name), place)
        except MalformedArgument as malformed:
            remedy = "write it as CloudFormation's template reference has it"
            self._diagnostics.add_fault(place, f"a function takes {malformed}", remedy)
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
            holds = self._decide(negated, place)
            return None if holds is None else not holds
        if name not in ("Fn::And", "Fn::Or") or not isinstance(argument, list):
            return None
        decisive = name == "Fn::Or"  # one part with this value decides
        results = [self._decide(each, place) for each in argument]
        return decisive if decisive in results else None if None in results else not decisive

    def _compare(self, values: list[Any], place: PropertyPath) -> bool | None:
        one, other = (self._resolve(each, place) for each in values)
        unknown = isinstance(one, UnknownValue) or isinstance(other, UnknownValue)
        return None if unknown else str(one) == str(other)
