"""Drafting one key: ask, compile, lint, and ask again with the complaint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from edgefill.catalogue.catalogue import CasePhrase, Catalogue
from edgefill.catalogue.prompts import PromptTemplates
from edgefill.compiler import find_refusals
from edgefill.core.errors import EngineUnavailable, GenerationError, TemplateRefused
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.drafting.generator import Draft, GenerationOrder, Generator
from lambdas.batch.attempts import Attempts
from lambdas.batch.outcome import DraftOutcome, FinishedDraft


class TemplateCheck(Protocol):
    """Compiler and lint together."""

    def __call__(
        self,
        text: str,
        *,
        experience: Experience,
        locale: str,
        name: str,
        other_case_phrases: tuple[CasePhrase, ...],
    ) -> Sequence[TemplateRefused]:
        """Everything that is wrong with a template; empty when it may be published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafter:
    """Makes templates; each key gets up to `tries` orders of `deadline_s` seconds each."""

    catalogue: Catalogue
    prompts: PromptTemplates
    generator: Generator
    check: TemplateCheck = find_refusals
    tries: int = 8
    deadline_s: float = 120.0

    def draft(self, key: Key, attempts: Attempts | None = None) -> DraftOutcome:
        """A template for `key`, going on from `asked`, or why there is none.

        EngineUnavailable when nobody can write.
        """
        attempts = attempts or Attempts()
        while not self.has_ended(attempts):
            attempts = self.record_attempt(
                key, attempts, self._try(self.build_order(key, attempts))
            )
        return attempts.to_outcome(key)

    def is_valid(self, drafted: FinishedDraft) -> bool:
        """Whether a draft of an earlier run still passes."""
        return not self._list_refusals(drafted.key, drafted.text)

    def has_ended(self, attempts: Attempts) -> bool:
        """Whether there is nothing more to try."""
        return attempts.is_valid or attempts.tries >= self.tries

    def build_order(self, key: Key, attempts: Attempts) -> GenerationOrder:
        """What the next try asks for."""
        experience = self.catalogue.entry(key.experience).experience
        return GenerationOrder(
            prompt=self._build_prompt(key, attempts),
            format=experience.format,
            slots=experience.slots,
            fields=experience.fields,
            max_chars=experience.max_chars,
            seed=derive_seed(self.catalogue.version, key, attempts.tries + 1),
            lane="batch",
        )

    def record_attempt(
        self, key: Key, attempts: Attempts, draft: Draft | GenerationError
    ) -> Attempts:
        """What `key` has come to after a try that gave `draft`."""
        if isinstance(draft, GenerationError):
            return attempts.add_failure(draft)
        return attempts.add_draft(draft, self._list_refusals(key, draft.text))

    def _try(self, order: GenerationOrder) -> Draft | GenerationError:
        try:
            return self.generator.generate(order, deadline_s=self.deadline_s)
        except EngineUnavailable:
            raise
        except GenerationError as error:
            return error

    def _list_refusals(self, key: Key, text: str) -> Sequence[TemplateRefused]:
        experience = self.catalogue.entry(key.experience).experience
        return self.check(
            text,
            experience=experience,
            locale=key.locale,
            name=str(key),
            other_case_phrases=self.catalogue.phrases_for_other_cases(
                key.experience, key.locale, key.case
            ),
        )

    def _build_prompt(self, key: Key, before: Attempts) -> str:
        """A draft that was refused is mended once; what is refused after that is written anew.

        A text that was mended badly is a worse start than none.
        """
        tone = self.catalogue.tone(key)
        if before.complaint and not before.is_revised:
            return self.prompts.render_revision(
                self.catalogue, key, tone, before.text, before.complaint
            )
        return self.prompts.render_draft(self.catalogue, key, tone)


def derive_seed(version: str, key: Key, number: int) -> int:
    """A seed of its own for each try, the same in every run (31 bits)."""
    digest = sha256(f"{version} {key} {number}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1
