"""Samples texts from the tiny model in this process and judges them with the compiler."""

from __future__ import annotations

from dataclasses import dataclass

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.prompts import PromptTemplates
from edgefill.compiler import find_refusals
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from gpu_service.engines.engine import GenerationRequest
from gpu_service.engines.onnx.model import OnnxModel
from gpu_service.engines.onnx.sequence import OnnxSequence
from gpu_service.grammar.lark_grammar import build_grammar
from gpu_service.grammar.template_spec import TemplateSpec
from training.corpus.examples import Combination
from training.corpus.phrase_bank import find_slots

MAX_TOKENS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOutPrompt:
    """One prompt that training never saw, and what its answers must satisfy."""

    key: Key
    tone: str
    experience: Experience
    prompt: str
    grammar: str

    @classmethod
    def build(
        cls, catalogue: Catalogue, prompts: PromptTemplates, combination: Combination, locale: str
    ) -> HeldOutPrompt:
        """The prompt for a combination in a locale."""
        experience = combination.experience
        key = Key(experience=experience.id, locale=locale, case=combination.case)
        return cls(
            key=key,
            tone=combination.tone,
            experience=experience,
            prompt=prompts.render_draft(catalogue, key, combination.tone),
            grammar=build_grammar(
                TemplateSpec(
                    format=experience.format,
                    slots=experience.slots,
                    fields=experience.fields,
                    max_chars=experience.max_chars,
                )
            ),
        )

    def __str__(self) -> str:
        return f"{self.key} ({self.tone})"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedText:
    """An answer, the rules that refuse it, and whether it uses all required slots."""

    text: str
    tokens: int
    rules: tuple[str, ...]
    uses_required: bool

    @property
    def compiles(self) -> bool:
        """Whether no rule refuses it."""
        return not self.rules


def sample_text(
    model: OnnxModel, prompt: HeldOutPrompt, *, seed: int, constrained: bool
) -> JudgedText:
    """The model's first try with the GPU service's settings; `constrained` by the grammar."""
    request = GenerationRequest(
        prompt=prompt.prompt,
        grammar=prompt.grammar if constrained else None,
        max_tokens=MAX_TOKENS,
        seed=seed,
    )
    sequence = OnnxSequence(model, request)
    deltas = [sequence.decode_token()]
    while not deltas[-1].finish_reason:
        deltas.append(sequence.decode_token())
    text = "".join(delta.text for delta in deltas)
    return _judge_text(text, prompt, tokens=len(deltas))


def _judge_text(text: str, prompt: HeldOutPrompt, *, tokens: int) -> JudgedText:
    key, experience = prompt.key, prompt.experience
    refusals = find_refusals(text, experience=experience, locale=key.locale, name=str(key))
    required = {slot.name for slot in experience.slots if slot.required}
    return JudgedText(
        text=text,
        tokens=tokens,
        rules=tuple(refusal.rule for refusal in refusals),
        uses_required=required <= find_slots(text),
    )
