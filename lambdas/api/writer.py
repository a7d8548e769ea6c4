"""Writer: one template for one key, asked of a model, compiled and linted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edgefill.compiler import CompiledTemplate, compile_template
from edgefill.core.errors import TemplateRefused
from edgefill.drafting.generator import GenerationOrder, Lane

if TYPE_CHECKING:
    from collections.abc import Callable

    from edgefill.catalogue.catalogue import Catalogue
    from edgefill.catalogue.prompts import PromptTemplates
    from edgefill.core.keys import Key
    from edgefill.drafting.generator import Draft, Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A checked template, the model that wrote it, and the tokens that all its drafts took."""

    compiled: CompiledTemplate
    model: str
    tokens: int


class Writer:
    """Asks a model, and once more with the lint's complaint when time is left for it."""

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        prompts: PromptTemplates,
        generator: Generator,
        tick: Callable[[], float],
    ) -> None:
        self._catalogue = catalogue
        self._prompts = prompts
        self._generator = generator
        self._tick = tick

    def write(self, key: Key, *, deadline: float, lane: Lane, question: str = "") -> Written:
        """A template before `deadline` (of `tick`), of the answer to a `question` if there is one.

        GenerationError, TemplateRefused.
        """
        shop, tone, began = self._catalogue, self._catalogue.tone(key), self._tick()
        prompt = self._prompts.render_draft(shop, key, tone, question=question)
        draft = self._draft(key, prompt, deadline, lane)
        try:
            return self._checked(key, draft)
        except TemplateRefused as complaint:
            now = self._tick()
            if now + (now - began) >= deadline:  # a second draft takes as long as the first
                raise
            prompt = self._prompts.render_revision(
                shop, key, tone, draft.text, str(complaint), question=question
            )
        return self._checked(key, self._draft(key, prompt, deadline, lane), spent=draft.tokens)

    def _draft(self, key: Key, prompt: str, deadline: float, lane: Lane) -> Draft:
        experience = self._catalogue.entry(key.experience).experience
        order = GenerationOrder(
            prompt=prompt,
            format=experience.format,
            slots=experience.slots,
            fields=experience.fields,
            max_chars=experience.max_chars,
            lane=lane,
        )
        return self._generator.generate(order, deadline_s=deadline - self._tick())

    def _checked(self, key: Key, draft: Draft, *, spent: int = 0) -> Written:
        experience = self._catalogue.entry(key.experience).experience
        compiled = compile_template(
            draft.text,
            experience=experience,
            locale=key.locale,
            name=str(key),
            other_case_phrases=self._catalogue.phrases_for_other_cases(
                key.experience, key.locale, key.case
            ),
        )
        return Written(compiled=compiled, model=draft.model, tokens=spent + draft.tokens)
