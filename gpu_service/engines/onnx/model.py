"""OnnxModel: a loaded onnxruntime-genai model folder and its tokenizer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import onnxruntime_genai as og

from edgefill.core.errors import InputRefused, RequestRefused
from gpu_service.engines.engine import GenerationRequest, Message
from gpu_service.engines.prompt_encoder import has_unpaired_surrogate

CONFIG = "genai_config.json"
REMEDY = "export a model with `python -m onnxruntime_genai.models.builder`"


class OnnxModel:
    """The model of `folder`; InputRefused when the folder holds no model that loads."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        self.context = _read_context(folder)
        og.disable_telemetry_events()
        try:
            self.model = og.Model(_make_config(folder, threads))
            self.tokenizer = og.Tokenizer(self.model)
        except RuntimeError as error:
            raise InputRefused(f"{folder}: {format_error(error)}; {REMEDY}") from error
        self.end_tokens = frozenset(int(token) for token in self.tokenizer.eos_token_ids)

    def encode(self, request: GenerationRequest) -> Any:
        """The prompt's tokens, in the model's chat template unless it is raw; RequestRefused."""
        text = request.prompt if request.raw else self._render_chat(request)
        if has_unpaired_surrogate(text):
            raise RequestRefused("prompt: it holds an unpaired surrogate; send UTF-8")
        return self.tokenizer.encode(text)

    def _render_chat(self, request: GenerationRequest) -> str:
        """The chat in the model's template; the bare contents for a model without a template."""
        chat = request.messages or (Message(role="user", content=request.prompt),)
        messages = [{"role": message.role, "content": message.content} for message in chat]
        try:
            template = self.tokenizer.apply_chat_template
            return str(template(json.dumps(messages), add_generation_prompt=True))
        except RuntimeError:
            return "\n".join(message.content for message in chat)


def format_error(error: Exception) -> str:
    """The first line of an onnxruntime-genai error, without its stack."""
    return (str(error).splitlines() or [type(error).__name__])[0][:300]


def _read_context(folder: Path) -> int:
    """The model's context in tokens, from its configuration."""
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        return int(config["model"]["context_length"])
    except FileNotFoundError:
        raise InputRefused(f"{folder / CONFIG}: no such file; {REMEDY}") from None
    except (ValueError, KeyError, TypeError, OSError) as error:
        reason = f"{type(error).__name__}: {format_error(error)}"
        raise InputRefused(f"{folder / CONFIG}: unreadable ({reason}); {REMEDY}") from error


def _make_config(folder: Path, threads: int) -> Any:
    config = og.Config(str(folder))
    if threads:
        options = {"intra_op_num_threads": threads}
        config.overlay(json.dumps({"model": {"decoder": {"session_options": options}}}))
    return config
