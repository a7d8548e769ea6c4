"""ExampleMaker: makes examples of template texts, with the prompts that a drafting run sends."""

from __future__ import annotations

from dataclasses import dataclass

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.prompts import PromptTemplates, quote_text
from edgefill.compiler import find_refusals
from edgefill.core.errors import TemplateRefused
from edgefill.core.keys import Key
from edgefill.training_sets.example import (
    Example,
    ExampleVerdict,
    Skill,
    SourceName,
    name_combination,
)
from edgefill.training_sets.terms import SourceTerms
from edgefill.training_sets.top_log_probabilities import TopLogProbabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateText:
    """A template for `key` that somebody decided about."""

    key: Key
    text: str
    source: SourceName
    writer: str
    verdict: ExampleVerdict
    log_probabilities: TopLogProbabilities | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleMaker:
    """The catalogue, prompts and terms that examples are made with."""

    catalogue: Catalogue
    prompts: PromptTemplates
    terms: SourceTerms

    def find_refusals(self, key: Key, text: str) -> list[TemplateRefused]:
        """What the present compiler and lint say against a text for `key`; UnknownExperience."""
        entry = self.catalogue.entry(key.experience)
        return find_refusals(
            text,
            experience=entry.experience,
            locale=key.locale,
            name=str(key),
            other_case_phrases=entry.phrases_for_other_cases(key.locale, key.case),
        )

    def make_writing(self, text: TemplateText) -> Example:
        """The text as the answer to the prompt for its key."""
        tone = self._choose_tone(text.key)
        return self._make(
            text, "writing", self.prompts.render_draft(self.catalogue, text.key, tone)
        )

    def make_revision(self, text: TemplateText, *, refused: str, complaint: str) -> Example:
        """The text as the answer to the prompt that shows the `refused` one and its fault."""
        tone = self._choose_tone(text.key)
        prompt = self.prompts.render_revision(self.catalogue, text.key, tone, refused, complaint)
        return self._make(text, "revision", prompt)

    def make_summary(self, text: TemplateText, *, longer: str) -> Example:
        """The text of a derived experience as the answer to the prompt with its source's text."""
        entry = self.catalogue.entry(text.key.experience)
        source = self.catalogue.entry(entry.derived_from)
        details = {"text": quote_text(longer), "source": source.title, "title": entry.title}
        prompt = self.prompts.render_about("transform.j2", self.catalogue, text.key, details)
        return self._make(text, "summary", prompt)

    def _choose_tone(self, key: Key) -> str:
        return self.catalogue.entry(key.experience).tone_of(key.case)

    def _make(self, text: TemplateText, skill: Skill, prompt: str) -> Example:
        source = self.terms.require_source(text.source)
        derived_from = self.catalogue.entry(text.key.experience).derived_from
        return Example(
            key=text.key,
            combination=name_combination(derived_from or text.key.experience, text.key.case),
            skill=skill,
            prompt=prompt,
            answer=text.text,
            source=text.source,
            writer=text.writer,
            verdict=text.verdict,
            licence=self.terms.find_licence(text.source, text.writer),
            privacy=source.privacy,
            weight=source.weight,
            # they belong to the prompt that the teacher was given
            log_probabilities=text.log_probabilities if skill == "writing" else None,
        )
