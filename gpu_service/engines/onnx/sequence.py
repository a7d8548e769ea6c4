"""OnnxSequence: one text that an OnnxModel is generating."""

from __future__ import annotations

import json
import math
import secrets
from typing import Any

import numpy as np
import onnxruntime_genai as og

from edgefill.core.errors import RequestRefused
from gpu_service.engines.engine import Delta, FinishReason, GenerationRequest, TokenLogprob
from gpu_service.engines.onnx.model import OnnxModel, format_error
from gpu_service.engines.output_rules import StopStringFilter, select_constraint
from gpu_service.engines.token_budget import max_new_tokens

GUIDANCE = {"grammar": "lark_grammar", "json_schema": "json_schema", "regex": "regex"}
MAX_SEED = 2**31
MAX_LOGPROBS = 20  # as in vLLM


class OnnxSequence:
    """A text of model `loaded`; RequestRefused when the request cannot be generated."""

    def __init__(self, loaded: OnnxModel, request: GenerationRequest) -> None:
        self._loaded = loaded
        self._logprobs = _check_logprobs(request)
        self._stop_filter = StopStringFilter(request.stop)
        prompt = loaded.encode(request)
        self._prompt_tokens = len(prompt)
        self._generator = _make_generator(loaded, request, self._prompt_tokens)
        self._generator.append_tokens(prompt)
        self._stream = loaded.tokenizer.create_stream()
        self._logits = np.zeros(0, dtype=np.float32)

    def decode_token(self) -> Delta:
        """Decode the next token."""
        if self._logprobs is not None:
            # Read the logits before the token: afterwards they belong to the next one.
            # They are the model's own, before the constraint and the temperature.
            self._logits = np.asarray(self._generator.get_logits(), dtype=np.float32).reshape(-1)
        self._generator.generate_next_token()
        token = int(self._generator.get_next_tokens()[0])
        if token in self._loaded.end_tokens:
            return self._make_delta(token, self._stop_filter.flush(), "stop")
        text = self._stop_filter.filter(self._stream.decode(token))
        if self._stop_filter.has_stopped:
            return self._make_delta(token, text, "stop")
        if self._generator.is_done():
            return self._make_delta(token, text + self._stop_filter.flush(), "length")
        return self._make_delta(token, text, None)

    def _make_delta(self, token: int, text: str, reason: FinishReason | None) -> Delta:
        return Delta(
            text=text,
            token_ids=(token,),
            logprobs=() if self._logprobs is None else (self._make_logprob(token, self._logprobs),),
            prompt_tokens=self._prompt_tokens if reason else 0,
            finish_reason=reason,
        )

    def _make_logprob(self, token: int, alternatives: int) -> TokenLogprob:
        logits = self._logits
        most = float(logits.max())
        # 0 or more, so that no log probability is above 0
        spread = math.log(np.exp(logits - most).sum(dtype=np.float64))
        # Sorting costs more than all the rest.
        likeliest = np.argsort(-logits, kind="stable")[:alternatives] if alternatives else ()
        return TokenLogprob(
            token=self._decode(token),
            logprob=float(logits[token]) - most - spread,
            top=tuple(
                (self._decode(int(one)), float(logits[one]) - most - spread) for one in likeliest
            ),
        )

    def _decode(self, token: int) -> str:
        return str(self._loaded.tokenizer.decode(np.array([token], dtype=np.int32)))


def _make_generator(loaded: OnnxModel, request: GenerationRequest, length: int) -> Any:
    if request.adapter is not None:
        raise RequestRefused("adapter: engine `onnx` has no adapters; use engine `vllm`")
    params = og.GeneratorParams(loaded.model)
    most = length + max_new_tokens(request, length, loaded.context)
    # Below `min_length` tokens the model never chooses to end the text.
    least = most if request.ignore_eos else 0
    params.set_search_options(max_length=most, min_length=least, **_make_search_options(request))
    constraint = select_constraint(request)
    try:
        if constraint:
            params.set_guidance(GUIDANCE[constraint[0]], _format_guidance(*constraint))
        return og.Generator(loaded.model, params)
    except RuntimeError as error:
        field = constraint[0] if constraint else "request"
        raise RequestRefused(f"{field}: {format_error(error)}") from error


def _format_guidance(kind: str, text: str) -> str:
    """The constraint as onnxruntime-genai takes it.

    A JSON schema gets llguidance's option against whitespace, which a model might never end.
    """
    if kind != "json_schema":
        return text
    try:
        schema = json.loads(text)
    except ValueError as error:
        raise RequestRefused(f"json_schema: not JSON ({error})") from None
    if not isinstance(schema, dict):
        return text
    return json.dumps({**schema, "x-guidance": {"whitespace_flexible": False}})


def _make_search_options(request: GenerationRequest) -> dict[str, Any]:
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


def _check_logprobs(request: GenerationRequest) -> int | None:
    if request.logprobs is not None and not 0 <= request.logprobs <= MAX_LOGPROBS:
        raise RequestRefused(f"logprobs: {request.logprobs}; ask for 0 to {MAX_LOGPROBS}")
    return request.wanted_logprobs
