"""What is asked of vLLM and what it answers, in the words of gpu_service/engines/engine.py.

With gpu_service/engines/vllm/engine.py the only module that imports vllm.
"""

from __future__ import annotations

from typing import Any

from vllm.lora.request import LoRARequest
from vllm.sampling_params import RequestOutputKind, SamplingParams, StructuredOutputsParams

from edgefill.core.errors import EngineUnavailable, RequestRefused
from gpu_service.engines.adapters import Adapter
from gpu_service.engines.constraint import constraint
from gpu_service.engines.engine import Delta, GenerationRequest, TokenLogprob

MAX_SEED = 2**63
NAMES = {"grammar": "grammar", "json_schema": "json", "regex": "regex"}


def sampling(request: GenerationRequest, *, room: int) -> Any:
    """The request as SamplingParams; RequestRefused for what vLLM takes not."""
    asked = constraint(request)
    return SamplingParams(
        max_tokens=room,
        temperature=request.temperature,
        top_p=request.top_p,
        seed=None if request.seed is None else request.seed % MAX_SEED,
        stop=list(request.stop),
        ignore_eos=request.ignore_eos,
        logprobs=request.logprobs,
        structured_outputs=asked and StructuredOutputsParams(**{NAMES[asked[0]]: asked[1]}),
        output_kind=RequestOutputKind.DELTA,
    )


def lora(number: int, adapter: Adapter) -> Any:
    """An adapter as vLLM asks for it; `number` is its own among all that are loaded."""
    return LoRARequest(adapter.name, number, str(adapter.folder))


def delta(answer: Any, request: GenerationRequest) -> Delta:
    """One RequestOutput of kind DELTA."""
    output = answer.outputs[0]
    reason = output.finish_reason
    asked = constraint(request)
    if reason == "error" and asked:
        raise RequestRefused(f"{asked[0]}: vLLM cannot follow it; make it smaller")
    if reason not in (None, "stop", "length"):  # abort, error
        raise EngineUnavailable(f"the engine gave the text up ({reason})")
    ids = tuple(output.token_ids)
    return Delta(
        text=output.text,
        tokens=len(ids),
        token_ids=ids,
        logprobs=tuple(
            _logprob(token, found, request.logprobs or 0)
            for token, found in zip(ids, output.logprobs or (), strict=False)
        ),
        prompt_tokens=len(answer.prompt_token_ids or ()) if reason else 0,
        cached_tokens=(answer.num_cached_tokens or 0) if reason else 0,
        finish_reason=reason,
    )


def _logprob(token: int, found: Any, alternatives: int) -> TokenLogprob:
    """Of vLLM's answer, which has the written token beside the likeliest, which it may be among."""
    likeliest = sorted(found.values(), key=lambda one: one.rank)[:alternatives]
    return TokenLogprob(
        token=found[token].decoded_token or "",
        logprob=found[token].logprob,
        top=tuple((one.decoded_token or "", one.logprob) for one in likeliest),
    )
