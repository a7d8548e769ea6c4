"""Intrinsic functions: what a template computes, as far as it can be known before a deployment.

Source: AWS CloudFormation Template Reference, intrinsic-function-reference and
pseudo-parameter-reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from cloudfront_emulator.cloudformation.conditions import Conditions
from cloudfront_emulator.cloudformation.diagnostics import Findings, Place
from cloudfront_emulator.cloudformation.document import Document
from cloudfront_emulator.cloudformation.values import ABSENT, Malformed, Unknown, parts, text

PSEUDO: Final = {
    "AWS::AccountId": "000000000000",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",  # where a distribution's stack with edge functions lives
    "AWS::URLSuffix": "amazonaws.com",
}
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")


class Resolver:
    """Values of one template, without its intrinsic functions.

    What only a deployment knows is an Unknown and no error; a function that CloudFormation would
    not take is a fault.
    """

    def __init__(self, document: Document, findings: Findings) -> None:
        self._document, self._findings = document, findings
        self._conditions = Conditions(document.sections["Conditions"], findings, self.resolve)
        self._functions: dict[str, Callable[[Any, Place], Any]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::If": self._if,
            "Fn::FindInMap": self._find_in_map,
        }

    def resolve(self, value: Any, place: Place) -> Any:
        """`value` with every function in it computed; what AWS::NoValue removes is gone."""
        if isinstance(value, list):
            found = (self.resolve(each, place.at(n)) for n, each in enumerate(value))
            return [each for each in found if each is not ABSENT]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name in self._functions:
                return self._computed(name, argument, place)
            if str(name).startswith("Fn::"):
                return Unknown(_readable(name, self.resolve(argument, place)))
        resolved = {name: self.resolve(each, place / str(name)) for name, each in value.items()}
        return {name: each for name, each in resolved.items() if each is not ABSENT}

    def holds(self, condition: str) -> bool | None:
        """Whether a condition of the template holds; None when that cannot be known."""
        return self._conditions.hold(condition)

    def _computed(self, name: str, argument: Any, place: Place) -> Any:
        try:
            return self._functions[name](argument, place)
        except Malformed as malformed:
            remedy = "write it as CloudFormation's template reference has it"
            self._findings.fault(place, f"{name} takes {malformed}", remedy)
            return Unknown(name)

    def _ref(self, argument: Any, _place: Place) -> Any:
        name = text(argument)
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
        return Unknown(name, logical_id=name)

    def _get_att(self, argument: Any, place: Place) -> Unknown:
        given = argument.split(".", 1) if isinstance(argument, str) else argument
        name, attribute = parts(given, 2, "a logical id and an attribute")
        known = text(name), text(self.resolve(attribute, place))
        return Unknown(".".join(known), *known)

    def _sub(self, argument: Any, place: Place) -> str:
        wanted = "a text, or a text and an object"
        template, given = (
            (argument, {}) if isinstance(argument, str) else parts(argument, 2, wanted)
        )
        if not isinstance(given, dict):
            raise Malformed(wanted)
        known = True

        def value(match: re.Match[str]) -> str:
            nonlocal known
            name = match[1]
            if name in given:
                found = self.resolve(given[name], place)
            else:
                found = self._get_att(name, place) if "." in name else self._ref(name, place)
            known = known and not isinstance(found, Unknown)
            return str(found)

        written = _VARIABLE.sub(value, text(template)).replace("${!", "${")
        return written if known else Unknown(written)

    def _join(self, argument: Any, place: Place) -> str:
        separator, given = parts(argument, 2, "a delimiter and a list")
        values = self.resolve(given, place)
        if isinstance(values, Unknown):
            return values
        if not isinstance(values, list):
            raise Malformed("a delimiter and a list")
        joined = text(separator).join(map(str, values))
        return Unknown(joined) if any(isinstance(each, Unknown) for each in values) else joined

    def _split(self, argument: Any, place: Place) -> Any:
        separator, given = parts(argument, 2, "a delimiter and a text")
        value = text(self.resolve(given, place))
        return value if isinstance(value, Unknown) else value.split(text(separator))

    def _select(self, argument: Any, place: Place) -> Any:
        index, values = self.resolve(parts(argument, 2, "an index and a list"), place)
        if isinstance(values, list) and str(index).isdigit() and int(index) < len(values):
            return values[int(index)]
        if isinstance(values, Unknown) or isinstance(index, Unknown):
            return Unknown(_readable("Fn::Select", values))
        raise Malformed("an index and a list that long")

    def _if(self, argument: Any, place: Place) -> Any:
        condition, then, otherwise = parts(argument, 3, "a condition and two values")
        holds = self.holds(text(condition))
        if holds is None:
            return Unknown(f"Fn::If {condition}")
        return self.resolve(then if holds else otherwise, place)

    def _find_in_map(self, argument: Any, place: Place) -> Any:
        names = self.resolve(parts(argument, 3, "a map and two keys"), place)
        found: Any = self._document.sections["Mappings"]
        for name in names:
            found = found.get(str(name)) if isinstance(found, dict) else None
        return Unknown("/".join(map(str, names))) if found is None else found  # literal, always


def _readable(name: str, value: Any) -> str:
    return value if isinstance(value, str) and value else name
