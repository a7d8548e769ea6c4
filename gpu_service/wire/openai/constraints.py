"""Read the constraint of a text from OpenAI's and vLLM's fields.

`response_format` as in OpenAI's API reference; `structured_outputs` as in vLLM
(docs.vllm.ai/en/latest/features/structured_outputs), with a grammar in llguidance's Lark.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from gpu_service.grammar.constraint_bounds import check_bounds
from gpu_service.grammar.markup import quote_lark
from gpu_service.wire.openai.shape import OpenAIShape
from gpu_service.wire.validation import EncodableText

Choices = Annotated[
    list[Annotated[EncodableText, Field(max_length=1024)]], Field(min_length=1, max_length=256)
]
ConstraintText = Annotated[EncodableText, Field(min_length=1)]
ANY_OBJECT = json.dumps({"type": "object"})


class StructuredOutputs(OpenAIShape):
    """vLLM's `structured_outputs`: exactly one constraint."""

    ignored = frozenset({"disable_any_whitespace"})  # our engines never write whitespace

    json_: Annotated[dict[str, Any] | str | None, Field(alias="json")] = None
    regex: ConstraintText | None = None
    choice: Choices | None = None
    grammar: ConstraintText | None = None
    json_object: Literal[True] | None = None

    @model_validator(mode="after")
    def _check_exactly_one(self) -> StructuredOutputs:
        kinds = type(self).model_fields
        names = [name for name in kinds if getattr(self, name) is not None]
        if len(names) != 1:
            raise ValueError("name one of json, regex, choice, grammar")
        return self

    def to_request_fields(self) -> dict[str, str]:
        """The constraint as a field of GenerationRequest."""
        if self.json_ is not None:
            schema = self.json_ if isinstance(self.json_, str) else json.dumps(self.json_)
            return {"json_schema": schema}
        if self.regex is not None:
            return {"regex": self.regex}
        if self.choice is not None:
            return {"grammar": f"start: {' | '.join(map(quote_lark, self.choice))}\n"}
        return {"grammar": self.grammar} if self.grammar else {"json_schema": ANY_OBJECT}


class JsonSchema(OpenAIShape):
    """A named JSON Schema."""

    ignored = frozenset({"description", "strict"})  # every schema is enforced

    name: Annotated[str, Field(max_length=64)]
    schema_: Annotated[
        dict[str, Any], Field(alias="schema", default_factory=lambda: {"type": "object"})
    ]


class ResponseFormat(OpenAIShape):
    """OpenAI's `response_format`."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None

    @model_validator(mode="after")
    def _check_schema_presence(self) -> ResponseFormat:
        if (self.type == "json_schema") != (self.json_schema is not None):
            raise ValueError("json_schema: it is needed with type json_schema, and only then")
        return self

    def to_request_fields(self) -> dict[str, str]:
        """The constraint as a field of GenerationRequest."""
        if self.json_schema:
            return {"json_schema": json.dumps(self.json_schema.schema_)}
        return {"json_schema": ANY_OBJECT} if self.type == "json_object" else {}


def merge_constraints(
    response_format: ResponseFormat | None, structured: StructuredOutputs | None
) -> dict[str, str]:
    """The one constraint of a request as a field of GenerationRequest; ValueError for two."""
    fields = response_format.to_request_fields() if response_format else {}
    if fields and structured:
        raise ValueError("response_format: it excludes structured_outputs; write one of them")
    return structured.to_request_fields() if structured else fields


def check_constraint(fields: dict[str, str]) -> dict[str, str]:
    """The result of `merge_constraints` itself; InputRefused when it is out of bounds."""
    for kind, text in fields.items():
        check_bounds(kind, text)
    return fields
