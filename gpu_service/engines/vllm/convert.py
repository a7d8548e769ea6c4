"""Convert our requests to vLLM's and its outputs to our deltas (gpu_service/engines/engine.py).

This module imports vllm, so it may be imported only after `set_environment_defaults` (start.py).
"""

from __future__ import annotations

from typing import Any

from vllm.lora.request import LoRARequest
from vllm.sampling_params import RequestOutputKind, SamplingParams, StructuredOutputsParams

from edgefill.core.errors import EngineUnavailable, RequestRefused
from gpu_service.engines.engine import Delta, GenerationRequest, TokenLogprob
from gpu_service.engines.lora_adapters import LoraAdapter
from gpu_service.engines.output_rules import select_constraint

MAX_SEED = 2**63
NAMES = {"grammar": "grammar", "json_schema": "json", "regex": "regex"}


def to_sampling_params(request: GenerationRequest, *, max_tokens: int) -> Any:
    """The request as SamplingParams, with at most `max_tokens`; RequestRefused."""
    constraint = select_constraint(request)
    return SamplingParams(
        max_tokens=max_tokens,
        temperature=request.temperature,
        top_p=request.top_p,
        seed=None if request.seed is None else request.seed % MAX_SEED,
        stop=list(request.stop),
        ignore_eos=request.ignore_eos,
        logprobs=request.wanted_logprobs,
        structured_outputs=constraint
        and StructuredOutputsParams(**{NAMES[constraint[0]]: constraint[1]}),
        output_kind=RequestOutputKind.DELTA,
    )


def to_lora_request(adapter: LoraAdapter) -> Any:
    """`adapter` as a LoRARequest."""
    return LoRARequest(adapter.name, adapter.number, str(adapter.folder))


def to_delta(answer: Any, request: GenerationRequest) -> Delta:
    """A RequestOutput as our delta; RequestRefused or EngineUnavailable when vLLM gave up."""
    output = answer.outputs[0]
    reason = output.finish_reason
    constraint = select_constraint(request)
    if reason == "error" and constraint:
        raise RequestRefused(f"{constraint[0]}: vLLM cannot follow it; make it smaller")
    if reason not in (None, "stop", "length"):  # abort, error
        raise EngineUnavailable(f"the engine gave up the text ({reason})")
    ids = tuple(output.token_ids)
    return Delta(
        text=output.text,
        tokens=len(ids),
        token_ids=ids,
        logprobs=tuple(
            _to_logprob(token, logprobs, request.logprobs or 0)
            for token, logprobs in zip(ids, output.logprobs or (), strict=False)
        ),
        prompt_tokens=len(answer.prompt_token_ids or ()) if reason else 0,
        cached_tokens=(answer.num_cached_tokens or 0) if reason else 0,
        finish_reason=reason,
    )


def _to_logprob(token: int, logprobs: Any, alternatives: int) -> TokenLogprob:
    """From vLLM's map of tokens, which has the generated token as well as the likeliest ones."""
    likeliest = sorted(logprobs.values(), key=lambda one: one.rank)[:alternatives]
    return TokenLogprob(
        token=logprobs[token].decoded_token or "",
        logprob=logprobs[token].logprob,
        top=tuple((one.decoded_token or "", one.logprob) for one in likeliest),
    )
