"""OnnxModel: a model folder in memory, and its tokenizer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import onnxruntime_genai as og

from edgefill.core.errors import InputRefused, RequestRefused
from gpu_service.engines.engine import GenerationRequest, Message
from gpu_service.engines.prompts import half_of_a_pair

CONFIG = "genai_config.json"
REMEDY = "export a model with `python -m onnxruntime_genai.models.builder`"


class OnnxModel:
    """The model of `folder`; InputRefused when it holds none that loads."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        self.context = _context(folder)
        og.disable_telemetry_events()
        try:
            self.model = og.Model(_config(folder, threads))
            self.tokenizer = og.Tokenizer(self.model)
        except RuntimeError as error:
            raise InputRefused(f"{folder}: {first_line(error)}; {REMEDY}") from error
        self.ends = frozenset(int(token) for token in self.tokenizer.eos_token_ids)

    def tokens(self, request: GenerationRequest) -> Any:
        """The prompt's tokens, in the model's chat template unless it is raw; RequestRefused."""
        text = request.prompt if request.raw else self._chat(request)
        if half_of_a_pair(text):
            raise RequestRefused("prompt: it holds half a surrogate pair; send UTF-8")
        return self.tokenizer.encode(text)

    def _chat(self, request: GenerationRequest) -> str:
        """The chat in the model's template; as it stands for a model without one."""
        chat = request.messages or (Message(role="user", content=request.prompt),)
        listed = [{"role": message.role, "content": message.content} for message in chat]
        try:
            template = self.tokenizer.apply_chat_template
            return str(template(json.dumps(listed), add_generation_prompt=True))
        except RuntimeError:
            return "\n".join(message.content for message in chat)


def _context(folder: Path) -> int:
    """The model's context in tokens, as its configuration says."""
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        return int(config["model"]["context_length"])
    except FileNotFoundError:
        raise InputRefused(f"{folder / CONFIG}: there is no such file; {REMEDY}") from None
    except (ValueError, KeyError, TypeError, OSError) as error:
        what = f"{type(error).__name__}: {first_line(error)}"
        raise InputRefused(f"{folder / CONFIG}: unreadable ({what}); {REMEDY}") from error


def _config(folder: Path, threads: int) -> Any:
    config = og.Config(str(folder))
    if threads:
        options = {"intra_op_num_threads": threads}
        config.overlay(json.dumps({"model": {"decoder": {"session_options": options}}}))
    return config


def first_line(error: Exception) -> str:
    """What an error of onnxruntime-genai says, without its stack."""
    return (str(error).splitlines() or [type(error).__name__])[0][:300]
