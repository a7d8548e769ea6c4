"""OpenAIShape: an object of OpenAI's API, in which a field that changes nothing is accepted.

Unknown fields and wrong types are refused, as by OpenAI. A field that this service cannot honour
is accepted when it is null or has a neutral value, and refused by its name otherwise, so that
whatever a client's library fills in by itself can be sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, model_validator

# Fields that are supported with these values only, the usual one last.
NeutralValues = Mapping[str, tuple[Any, ...]]


class OpenAIShape(BaseModel):
    """The base of every object in a request body."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, protected_namespaces=())

    neutral: ClassVar[NeutralValues] = {}
    # Fields that change no text, whatever they hold.
    ignored: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _drop_neutral_fields(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        for name, same in cls.neutral.items():
            if data.get(name) is not None and data[name] not in same:
                raise ValueError(f"{name}: {_describe_support(name, same[-1])}")
        dropped = cls.neutral.keys() | cls.ignored
        declared = {field.alias or name for name, field in cls.model_fields.items()}
        return {
            name: value
            for name, value in data.items()
            if name not in dropped and (value is not None or name in declared)
        }


def _describe_support(name: str, usual: Any) -> str:
    if usual or isinstance(usual, int | float):
        return f"only {usual!r} is supported here"
    return f"{name.replace('_', ' ')} cannot be used here; leave {name} out"
