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
from edgefill.drafting.generator import Draft, Generator, Order
from lambdas.batch.attempts import Asked
from lambdas.batch.outcome import Drafted, Outcome


class Check(Protocol):
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
    check: Check = find_refusals
    tries: int = 8
    deadline_s: float = 120.0

    def draft(self, key: Key, asked: Asked | None = None) -> Outcome:
        """A template for `key`, going on from `asked`, or why there is none.

        EngineUnavailable when nobody can write.
        """
        asked = asked or Asked()
        while not self.ended(asked):
            asked = self.answered(key, asked, self._try(self.order(key, asked)))
        return asked.outcome(key)

    def sound(self, drafted: Drafted) -> bool:
        """Whether a draft of an earlier run still passes."""
        return not self._refusals(drafted.key, drafted.text)

    def ended(self, asked: Asked) -> bool:
        """Whether there is nothing more to try."""
        return asked.good or asked.tries >= self.tries

    def order(self, key: Key, asked: Asked) -> Order:
        """What the next try asks for."""
        experience = self.catalogue.entry(key.experience).experience
        return Order(
            prompt=self._prompt(key, asked),
            format=experience.format,
            slots=experience.slots,
            fields=experience.fields,
            max_chars=experience.max_chars,
            seed=seed_of(self.catalogue.version, key, asked.tries + 1),
            lane="batch",
        )

    def answered(self, key: Key, asked: Asked, draft: Draft | GenerationError) -> Asked:
        """What `key` has come to after a try that gave `draft`."""
        if isinstance(draft, GenerationError):
            return asked.failed(draft)
        return asked.answered(draft, self._refusals(key, draft.text))

    def _try(self, order: Order) -> Draft | GenerationError:
        try:
            return self.generator.generate(order, deadline_s=self.deadline_s)
        except EngineUnavailable:
            raise
        except GenerationError as error:
            return error

    def _refusals(self, key: Key, text: str) -> Sequence[TemplateRefused]:
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

    def _prompt(self, key: Key, before: Asked) -> str:
        """A draft that was refused is mended once; what is refused after that is written anew.

        A text that was mended badly is a worse start than none.
        """
        tone = self.catalogue.tone(key)
        if before.complaint and not before.mended:
            return self.prompts.render_revision(
                self.catalogue, key, tone, before.text, before.complaint
            )
        return self.prompts.render_draft(self.catalogue, key, tone)


def seed_of(version: str, key: Key, number: int) -> int:
    """A seed of its own for each try, the same in every run (31 bits)."""
    said = sha256(f"{version} {key} {number}".encode()).digest()
    return int.from_bytes(said[:4], "big") >> 1
