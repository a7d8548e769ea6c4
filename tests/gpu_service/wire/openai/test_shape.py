"""What OpenAI's client sends is accepted where it changes nothing, else refused by name."""

from __future__ import annotations

from typing import Any, get_type_hints

import pytest
from openai.types.chat import (
    ChatCompletionAssistantMessageParam,
    ChatCompletionContentPartTextParam,
    ChatCompletionMessage,
    ChatCompletionStreamOptionsParam,
    ChatCompletionSystemMessageParam,
    ChatCompletionUserMessageParam,
)
from openai.types.chat.completion_create_params import CompletionCreateParamsBase as ChatParams
from openai.types.completion_create_params import CompletionCreateParamsBase as CompletionParams
from openai.types.shared_params.response_format_json_schema import JSONSchema
from pydantic import ValidationError

from gpu_service.wire.openai.chat import ChatCompletionRequest
from gpu_service.wire.openai.completions import CompletionRequest
from gpu_service.wire.validation import explain_error

USER: dict[str, Any] = {"role": "user", "content": "Hello"}
CHAT: dict[str, Any] = {"model": "m", "messages": [USER]}
COMPLETION: dict[str, Any] = {"model": "m", "prompt": "Once"}
NEVER_NULL = {"model", "messages", "prompt", "role", "content", "type", "text", "name", "schema"}


def list_fields(shape: Any) -> list[str]:
    fields = getattr(shape, "model_fields", None) or get_type_hints(shape)
    return sorted(fields.keys() - NEVER_NULL)


def find_error(body: dict[str, Any]) -> tuple[str, str]:
    """The path of the refused field and the reason."""
    with pytest.raises(ValidationError) as raised:
        ChatCompletionRequest.model_validate(body)
    return explain_error(raised.value.errors()[0])


def speak(message: dict[str, Any]) -> dict[str, Any]:
    """A chat whose second message is `message`."""
    return CHAT | {"messages": [USER, message]}


@pytest.mark.parametrize("field", list_fields(ChatParams))
def test_each_field_of_a_chat_may_be_null(field: str) -> None:
    """All fields that the client's types know."""
    ChatCompletionRequest.model_validate(CHAT | {field: None})


@pytest.mark.parametrize("field", list_fields(CompletionParams))
def test_each_field_of_a_completion_may_be_null(field: str) -> None:
    """All fields that the client's types know."""
    CompletionRequest.model_validate(COMPLETION | {field: None})


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (ChatCompletionMessage, {"role": "assistant", "content": "Hi"}),
        (ChatCompletionAssistantMessageParam, {"role": "assistant", "content": "Hi"}),
        (ChatCompletionUserMessageParam, USER),
        (ChatCompletionSystemMessageParam, {"role": "system", "content": "Be kind."}),
    ],
)
def test_each_field_of_a_message_may_be_null(shape: Any, message: dict[str, Any]) -> None:
    """As an answer has them that is sent back, by whichever of the client's methods."""
    for field in [*list_fields(shape), "name", "reasoning_content"]:
        ChatCompletionRequest.model_validate(speak(message | {field: None}))
    ChatCompletionRequest.model_validate(speak(message | dict.fromkeys(list_fields(shape))))


@pytest.mark.parametrize("field", list_fields(ChatCompletionContentPartTextParam))
def test_each_field_of_a_part_may_be_null(field: str) -> None:
    """Of a text part."""
    part = {"type": "text", "text": "Hello", field: None}
    ChatCompletionRequest.model_validate(speak({"role": "user", "content": [part]}))


def test_each_field_of_the_options_may_be_null() -> None:
    """Those of a stream and those of a schema."""
    options = dict.fromkeys(list_fields(ChatCompletionStreamOptionsParam))
    schema = {"name": "a", "schema": {"type": "object"}} | dict.fromkeys(list_fields(JSONSchema))
    format_ = {"type": "json_schema", "json_schema": schema}
    ChatCompletionRequest.model_validate(
        CHAT | {"stream": True, "stream_options": options, "response_format": format_}
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"n": 1}, {"logit_bias": {}}, {"tools": []}, {"functions": []}, {"tool_choice": "auto"},
        {"tool_choice": "none"}, {"function_call": "none"}, {"modalities": ["text"]},
        {"frequency_penalty": 0.0}, {"presence_penalty": 0}, {"reasoning_effort": "none"},
        {"verbosity": "medium"}, {"store": True}, {"metadata": {"a": "b"}}, {"user": "x"},
        {"parallel_tool_calls": False}, {"prompt_cache_key": "x"}, {"safety_identifier": "x"},
        {"prompt_cache_retention": "24h"}, {"service_tier": "auto"}, {"top_logprobs": 0},
        {"logprobs": False}, {"stream_options": {"include_obfuscation": True}}, {"stop": []},
        {"temperature": 1, "top_p": 1.0}, {"response_format": {"type": "text"}},
    ],
)  # fmt: skip
def test_a_neutral_value_is_accepted(fields: dict[str, Any]) -> None:
    """It changes nothing that this service could not honour."""
    ChatCompletionRequest.model_validate(CHAT | fields)


@pytest.mark.parametrize(
    ("fields", "path", "reason"),
    [
        ({"n": 2}, "n", "only 1 is supported"),
        ({"tools": [{"type": "function"}]}, "tools", "tools cannot be used here"),
        ({"functions": [{"name": "f"}]}, "functions", "functions cannot be used"),
        ({"tool_choice": "required"}, "tool_choice", "only 'none' is supported"),
        ({"audio": {"voice": "ash"}}, "audio", "audio cannot be used"),
        ({"modalities": ["text", "audio"]}, "modalities", "only ['text']"),
        ({"web_search_options": {}}, "web_search_options", "cannot be used"),
        ({"prediction": {"type": "content", "content": "x"}}, "prediction", "cannot be used"),
        ({"logit_bias": {"5": 1}}, "logit_bias", "cannot be used"),
        ({"reasoning_effort": "high"}, "reasoning_effort", "only 'none'"),
        ({"verbosity": "low"}, "verbosity", "only 'medium'"),
        ({"colour": 1}, "colour", "Extra inputs"),
        ({"stream_options": {"colour": 1}}, "stream_options.colour", "Extra inputs"),
        ({"guided_regex": "a", "guided_grammar": "b"}, "guided_regex", "name one of"),
        ({"guided_json": {}, "structured_outputs": {"regex": "a"}}, "guided_json", "name one of"),
        ({"guided_choice": ["x" * 1025]}, "guided_choice.0", "at most 1024"),
        ({"guided_choice": ["x"] * 257}, "guided_choice", "at most 256"),
        ({"guided_choice": ["\ud800"]}, "guided_choice.0", "surrogates"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema", "needed"),
    ],
)
def test_an_unsupported_field_is_named(fields: dict[str, Any], path: str, reason: str) -> None:
    """With what to do."""
    where, why = find_error(CHAT | fields)
    assert where == path or where.endswith(f".{path}")
    assert reason in why


@pytest.mark.parametrize(
    ("message", "path", "reason"),
    [
        ({"role": "assistant", "content": "x", "refusal": "no"}, "refusal", "refusal cannot be"),
        ({"role": "assistant", "content": None, "tool_calls": [{"id": "a"}]}, "tool_calls",
         "tool calls cannot be used"),
        ({"role": "assistant", "content": "x", "function_call": {"name": "f"}}, "function_call",
         "function call cannot be used"),
        ({"role": "assistant", "content": "x", "audio": {"id": "a"}}, "audio", "audio cannot"),
        ({"role": "tool", "content": "x", "tool_call_id": "a"}, "role", "messages of a tool"),
        ({"role": "function", "content": "x", "name": "f"}, "role", "messages of a function"),
        ({"role": "user", "content": None}, "content", "valid"),
        ({"role": "user", "content": "x", "colour": 1}, "colour", "Extra inputs"),
        *(({"role": "user", "content": [{"type": "text", "text": "x"}, {"type": kind}]},
           "content.1.type", f"{what} ({kind}) cannot be used; send text")
          for kind, what in [("image_url", "images"), ("input_audio", "audio"), ("file", "files"),
                             ("refusal", "parts of this type")]),
    ],
)  # fmt: skip
def test_an_unsupported_part_of_a_message_is_named(
    message: dict[str, Any], path: str, reason: str
) -> None:
    """Images, audio, files, tools and what else a message may hold."""
    where, why = find_error(speak(message))
    assert where.startswith(f"messages.1.{path}")
    assert reason in why


def test_an_assistants_content_may_be_null() -> None:
    """It is an empty message, as vLLM reads it."""
    body = ChatCompletionRequest.model_validate(speak({"role": "assistant", "content": None}))
    assert body.messages[1].content == ""
