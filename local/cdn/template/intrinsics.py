"""Intrinsic functions: what a template computes, as far as it can be known before a deployment.

Source: AWS CloudFormation Template Reference, intrinsic-function-reference and
pseudo-parameter-reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from local.cdn.template.document import Document

PSEUDO: Final = {
    "AWS::AccountId": "000000000000",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",  # where a distribution's stack with edge functions lives
    "AWS::URLSuffix": "amazonaws.com",
}
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")


class Unknown(str):
    """A value that only a deployment knows; as text it is a readable stand-in.

    `logical_id` and `attribute` say what it stands for when it is a whole Ref or Fn::GetAtt.
    """

    __slots__ = ("attribute", "logical_id")
    logical_id: str | None
    attribute: str | None

    def __new__(
        cls, text: str, logical_id: str | None = None, attribute: str | None = None
    ) -> Unknown:
        made = super().__new__(cls, text)
        made.logical_id, made.attribute = logical_id, attribute
        return made


class _Absent:
    """AWS::NoValue: the property is as good as not written."""


_ABSENT = _Absent()


class Resolver:
    """Values of one template, without its intrinsic functions. Nothing unknown is an error."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::If": self._if,
            "Fn::FindInMap": self._find_in_map,
        }

    def resolve(self, value: Any) -> Any:
        """`value` with every function in it computed; what AWS::NoValue removes is gone."""
        if isinstance(value, list):
            return [each for each in map(self.resolve, value) if each is not _ABSENT]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name in self._functions:
                return self._functions[name](argument)
            if str(name).startswith("Fn::"):
                return Unknown(_readable(name, self.resolve(argument)))
        resolved = {name: self.resolve(each) for name, each in value.items()}
        return {name: each for name, each in resolved.items() if each is not _ABSENT}

    def holds(self, condition: str) -> bool | None:
        """Whether a condition of the template holds; None when that cannot be known."""
        return self._decide(self._document.sections["Conditions"].get(condition))

    def _ref(self, name: Any) -> Any:
        if name == "AWS::NoValue":
            return _ABSENT
        if name == "AWS::StackName":
            return self._document.stack
        if name in PSEUDO:
            return PSEUDO[name]
        parameter = self._document.sections["Parameters"].get(name)
        if isinstance(parameter, dict) and "Default" in parameter:
            default, type_ = parameter["Default"], str(parameter.get("Type"))
            is_list = type_ == "CommaDelimitedList" or type_.startswith("List<")
            return [each.strip() for each in str(default).split(",")] if is_list else default
        return Unknown(str(name), logical_id=str(name))

    def _get_att(self, argument: Any) -> Unknown:
        parts = argument.split(".", 1) if isinstance(argument, str) else [*argument, ""]
        return Unknown(".".join(filter(None, map(str, parts))), str(parts[0]), str(parts[1]))

    def _sub(self, argument: Any) -> str:
        template, given = argument if isinstance(argument, list) else (argument, {})
        known = True

        def value(match: re.Match[str]) -> str:
            nonlocal known
            name = match[1]
            if name in given:
                found = self.resolve(given[name])
            else:
                found = self._get_att(name) if "." in name else self._ref(name)
            known = known and not isinstance(found, Unknown)
            return str(found)

        text = _VARIABLE.sub(value, str(template)).replace("${!", "${")
        return text if known else Unknown(text)

    def _join(self, argument: Any) -> str:
        separator, parts = argument[0], self.resolve(argument[1])
        if isinstance(parts, str):
            return Unknown(parts)
        text = str(separator).join(map(str, parts))
        return Unknown(text) if any(isinstance(each, Unknown) for each in parts) else text

    def _split(self, argument: Any) -> Any:
        separator, text = argument[0], self.resolve(argument[1])
        return text if isinstance(text, Unknown) else str(text).split(str(separator))

    def _select(self, argument: Any) -> Any:
        index, values = self.resolve(argument[0]), self.resolve(argument[1])
        if isinstance(values, list) and str(index).isdigit() and int(index) < len(values):
            return values[int(index)]
        return Unknown(_readable("Fn::Select", values))

    def _if(self, argument: Any) -> Any:
        holds = self.holds(str(argument[0]))
        if holds is None:
            return Unknown(f"Fn::If {argument[0]}")
        return self.resolve(argument[1 if holds else 2])

    def _find_in_map(self, argument: Any) -> Any:
        names = [str(each) for each in self.resolve(argument[:3])]
        found: Any = self._document.sections["Mappings"]
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        return Unknown("/".join(names)) if found is None else self.resolve(found)

    def _decide(self, test: Any) -> bool | None:
        """Three-valued logic: None is unknown."""
        if not isinstance(test, dict) or len(test) != 1:
            return None
        ((name, argument),) = test.items()
        if name == "Condition":
            return self.holds(str(argument))
        if name == "Fn::Equals":
            one, other = (self.resolve(each) for each in argument)
            unknown = isinstance(one, Unknown) or isinstance(other, Unknown)
            return None if unknown else str(one) == str(other)
        parts = [self._decide(each) for each in argument]
        if name == "Fn::Not":
            return None if parts[0] is None else not parts[0]
        decisive = name == "Fn::Or"  # one part of this value settles it
        if name not in ("Fn::And", "Fn::Or"):
            return None
        return decisive if decisive in parts else None if None in parts else not decisive


def _readable(name: str, value: Any) -> str:
    return value if isinstance(value, str) and value else name
