"""Texts that the tiny model writes in this process, judged as the compiler judges them."""

from __future__ import annotations

from dataclasses import dataclass

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.prompts import PromptTemplates
from edgefill.compiler.compile import find_refusals
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from gpu_service.engines.engine import GenerationRequest
from gpu_service.engines.onnx.model import OnnxModel
from gpu_service.engines.onnx.sequence import OnnxSequence
from gpu_service.grammar.lark_grammar import build_grammar
from gpu_service.grammar.template_spec import TemplateSpec
from training.corpus.bank import slots_in
from training.corpus.examples import Combination

MAX_TOKENS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One prompt and what its answers must be."""

    key: Key
    tone: str
    experience: Experience
    prompt: str
    grammar: str

    @classmethod
    def of(
        cls, catalogue: Catalogue, prompts: PromptTemplates, combination: Combination, locale: str
    ) -> Assignment:
        """The assignment to write for a combination in a locale."""
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
class Written:
    """An answer, the rules of the compiler and lint that refuse it, and what it uses."""

    text: str
    tokens: int
    rules: tuple[str, ...]
    uses_required: bool

    @property
    def compiles(self) -> bool:
        """Whether nothing refuses it."""
        return not self.rules


def write(model: OnnxModel, assignment: Assignment, *, seed: int, constrained: bool) -> Written:
    """The model's first try, with the service's own settings."""
    request = GenerationRequest(
        prompt=assignment.prompt,
        grammar=assignment.grammar if constrained else None,
        max_tokens=MAX_TOKENS,
        seed=seed,
    )
    sequence = OnnxSequence(model, request)
    deltas = [sequence.decode_token()]
    while not deltas[-1].finish_reason:
        deltas.append(sequence.decode_token())
    text = "".join(delta.text for delta in deltas)
    return _judge(text, assignment, tokens=len(deltas))


def _judge(text: str, assignment: Assignment, *, tokens: int) -> Written:
    key, experience = assignment.key, assignment.experience
    found = find_refusals(text, experience=experience, locale=key.locale, name=str(key))
    required = {slot.name for slot in experience.slots if slot.required}
    return Written(
        text=text,
        tokens=tokens,
        rules=tuple(refused.rule for refused in found),
        uses_required=required <= slots_in(text),
    )
