"""OnnxModel: a model folder in memory, its tokenizer, and the texts it is writing.

The one module that imports onnxruntime_genai.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import onnxruntime_genai as og

from gpu_service.engine import Delta, GenerationRequest
from lambdas.core.errors import InputRefused

CONFIG = "genai_config.json"
REMEDY = "export a model with `python -m onnxruntime_genai.models.builder`"
MAX_SEED = 2**31


class OnnxModel:
    """The model of `folder`; InputRefused when it holds none that loads."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        self.context = _context(folder)
        og.disable_telemetry_events()
        try:
            self.model = og.Model(_config(folder, threads))
            self.tokenizer = og.Tokenizer(self.model)
        except RuntimeError as error:
            raise InputRefused(f"{folder}: {_first_line(error)}; {REMEDY}") from error
        self.ends = frozenset(int(token) for token in self.tokenizer.eos_token_ids)

    def begin(self, request: GenerationRequest) -> OnnxSequence:
        """Read the prompt; InputRefused when it or the grammar cannot be used."""
        prompt = self.tokenizer.encode(self._chat(request.prompt))
        room = self.context - len(prompt)
        if room <= 0:
            raise InputRefused(
                f"prompt: {len(prompt)} tokens, the model's context is {self.context}; shorten it"
            )
        params = og.GeneratorParams(self.model)
        params.set_search_options(
            max_length=len(prompt) + min(request.max_tokens or room, room), **_sampling(request)
        )
        if request.grammar:
            params.set_guidance("lark_grammar", request.grammar)
        return OnnxSequence(self, params, prompt)

    def _chat(self, prompt: str) -> str:
        """`prompt` in the model's chat template; as it stands for a model without one."""
        messages = json.dumps([{"role": "user", "content": prompt}])
        try:
            return str(self.tokenizer.apply_chat_template(messages, add_generation_prompt=True))
        except RuntimeError:
            return prompt


class OnnxSequence:
    """One text being written."""

    def __init__(self, loaded: OnnxModel, params: Any, prompt: Any) -> None:
        try:
            self._generator = og.Generator(loaded.model, params)
        except RuntimeError as error:
            raise InputRefused(f"grammar: {_first_line(error)}") from error
        self._generator.append_tokens(prompt)
        self._stream = loaded.tokenizer.create_stream()
        self._ends = loaded.ends
        self._prompt_tokens = len(prompt)

    def step(self) -> Delta:
        """The next token."""
        self._generator.generate_next_token()
        token = int(self._generator.get_next_tokens()[0])
        if token in self._ends:
            return Delta(text="", prompt_tokens=self._prompt_tokens, finish_reason="stop")
        text = self._stream.decode(token)
        if self._generator.is_done():
            return Delta(text=text, prompt_tokens=self._prompt_tokens, finish_reason="length")
        return Delta(text=text)


def _sampling(request: GenerationRequest) -> dict[str, Any]:
    if request.temperature == 0:
        return {"do_sample": False}
    seed = secrets.randbelow(MAX_SEED) if request.seed is None else request.seed % MAX_SEED
    return {
        "do_sample": True,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "top_k": 0,
        "random_seed": seed,
    }


def _context(folder: Path) -> int:
    """The model's context in tokens, as its configuration says."""
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        return int(config["model"]["context_length"])
    except FileNotFoundError:
        raise InputRefused(f"{folder / CONFIG}: there is no such file; {REMEDY}") from None
    except (ValueError, KeyError, TypeError, OSError) as error:
        what = f"{type(error).__name__}: {_first_line(error)}"
        raise InputRefused(f"{folder / CONFIG}: unreadable ({what}); {REMEDY}") from error


def _config(folder: Path, threads: int) -> Any:
    config = og.Config(str(folder))
    if threads:
        options = {"intra_op_num_threads": threads}
        config.overlay(json.dumps({"model": {"decoder": {"session_options": options}}}))
    return config


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]
