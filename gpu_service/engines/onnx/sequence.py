"""OnnxSequence: one text that an OnnxModel is writing."""

from __future__ import annotations

import json
import secrets
from typing import Any

import numpy as np
import onnxruntime_genai as og

from edgefill.core.errors import RequestRefused
from gpu_service.engines.constraint import constraint
from gpu_service.engines.engine import Delta, FinishReason, GenerationRequest, TokenLogprob
from gpu_service.engines.onnx.model import OnnxModel, first_line
from gpu_service.engines.prompts import room
from gpu_service.engines.stopping import Stops

GUIDANCE = {"grammar": "lark_grammar", "json_schema": "json_schema", "regex": "regex"}
MAX_SEED = 2**31
MOST_LOGPROBS = 20  # as in vLLM


class OnnxSequence:
    """A text of `loaded`; RequestRefused when the request cannot be written."""

    def __init__(self, loaded: OnnxModel, request: GenerationRequest) -> None:
        self._loaded = loaded
        self._logprobs = _logprobs(request)
        self._stops = Stops(request.stop)
        prompt = loaded.tokens(request)
        self._prompt_tokens = len(prompt)
        self._generator = _generator(loaded, request, self._prompt_tokens)
        self._generator.append_tokens(prompt)
        self._stream = loaded.tokenizer.create_stream()
        self._logits = np.zeros(0)

    def step(self) -> Delta:
        """The next token."""
        if self._logprobs is not None:  # before the token: afterwards they are the next one's
            self._logits = np.array(self._generator.get_logits(), dtype=np.float64).reshape(-1)
        self._generator.generate_next_token()
        token = int(self._generator.get_next_tokens()[0])
        if token in self._loaded.ends:
            return self._delta(token, self._stops.rest(), "stop")
        text = self._stops.let_out(self._stream.decode(token))
        if self._stops.found:
            return self._delta(token, text, "stop")
        if self._generator.is_done():
            return self._delta(token, text + self._stops.rest(), "length")
        return self._delta(token, text, None)

    def _delta(self, token: int, text: str, reason: FinishReason | None) -> Delta:
        return Delta(
            text=text,
            token_ids=(token,),
            logprobs=() if self._logprobs is None else (self._logprob(token, self._logprobs),),
            prompt_tokens=self._prompt_tokens if reason else 0,
            finish_reason=reason,
        )

    def _logprob(self, token: int, alternatives: int) -> TokenLogprob:
        found = self._logits - self._logits.max()
        found -= np.log(np.exp(found).sum())
        likeliest = np.argsort(-found, kind="stable")[:alternatives]
        return TokenLogprob(
            token=self._text(token),
            logprob=float(found[token]),
            top=tuple((self._text(int(one)), float(found[one])) for one in likeliest),
        )

    def _text(self, token: int) -> str:
        return str(self._loaded.tokenizer.decode(np.array([token], dtype=np.int32)))


def _generator(loaded: OnnxModel, request: GenerationRequest, length: int) -> Any:
    if request.adapter is not None:
        raise RequestRefused("adapter: engine `onnx` loads none; ask one that runs on `vllm`")
    params = og.GeneratorParams(loaded.model)
    most = length + room(request, length, loaded.context)
    least = most if request.ignore_eos else 0  # below it the end is never chosen
    params.set_search_options(max_length=most, min_length=least, **_sampling(request))
    asked = constraint(request)
    try:
        if asked:
            params.set_guidance(GUIDANCE[asked[0]], _guidance(*asked))
        return og.Generator(loaded.model, params)
    except RuntimeError as error:
        what = asked[0] if asked else "request"
        raise RequestRefused(f"{what}: {first_line(error)}") from error


def _guidance(kind: str, text: str) -> str:
    """A schema gets llguidance's option against whitespace, which a model may never end."""
    if kind != "json_schema":
        return text
    try:
        schema = json.loads(text)
    except ValueError as error:
        raise RequestRefused(f"json_schema: it is no JSON ({error})") from None
    if not isinstance(schema, dict):
        return text
    return json.dumps({**schema, "x-guidance": {"whitespace_flexible": False}})


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


def _logprobs(request: GenerationRequest) -> int | None:
    if request.logprobs is not None and not 0 <= request.logprobs <= MOST_LOGPROBS:
        raise RequestRefused(f"logprobs: {request.logprobs}; ask for 0 to {MOST_LOGPROBS}")
    return request.logprobs
