"""Drafting one key: ask, compile, lint, and ask again with the complaint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Protocol

from lambdas.batch.outcome import Drafted, Failed, Outcome
from lambdas.catalogue.catalogue import Catalogue, Saying
from lambdas.catalogue.prompts import Prompts
from lambdas.compiler import refusals
from lambdas.core.errors import EngineUnavailable, GenerationError, TemplateRefused
from lambdas.core.experience import Experience
from lambdas.core.keys import Key
from lambdas.generator.protocol import Draft, Generator, Order

COMPLAINTS = 5  # refusals that one revise prompt repeats


class Check(Protocol):
    """Compiler and lint together."""

    def __call__(
        self,
        text: str,
        *,
        experience: Experience,
        locale: str,
        name: str,
        unsaid: tuple[Saying, ...],
    ) -> Sequence[TemplateRefused]:
        """Everything that is wrong with a template; empty when it may be published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafter:
    """Makes templates; each key gets up to `tries` orders of `deadline_s` seconds each."""

    catalogue: Catalogue
    prompts: Prompts
    generator: Generator
    check: Check = refusals
    tries: int = 8
    deadline_s: float = 120.0

    def draft(self, key: Key) -> Outcome:
        """A template for `key`, or why there is none; EngineUnavailable when nobody can write."""
        asked = _Asked()
        for number in range(1, self.tries + 1):
            asked = self._try(key, asked, number)
            if asked.good:
                return Drafted(
                    key=key,
                    text=asked.text,
                    model=asked.model,
                    tokens=asked.tokens,
                    seconds=round(asked.seconds, 3),
                    tries=number,
                )
        return Failed(
            key=key, kind=asked.kind, reason=asked.reason, tries=self.tries, tokens=asked.tokens
        )

    def sound(self, drafted: Drafted) -> bool:
        """Whether a draft of an earlier run still passes."""
        return not self._refusals(drafted.key, drafted.text)

    def _try(self, key: Key, before: _Asked, number: int) -> _Asked:
        order = self._order(key, before, number)
        try:
            draft = self.generator.generate(order, deadline_s=self.deadline_s)
        except EngineUnavailable:
            raise
        except GenerationError as error:
            return before.failed(error)
        return before.answered(draft, self._refusals(key, draft.text))

    def _refusals(self, key: Key, text: str) -> Sequence[TemplateRefused]:
        experience = self.catalogue.entry(key.experience).experience
        return self.check(
            text,
            experience=experience,
            locale=key.locale,
            name=str(key),
            unsaid=self.catalogue.unsaid(key.experience, key.locale, key.case),
        )

    def _order(self, key: Key, before: _Asked, number: int) -> Order:
        experience = self.catalogue.entry(key.experience).experience
        return Order(
            prompt=self._prompt(key, before),
            format=experience.format,
            slots=experience.slots,
            fields=experience.fields,
            max_chars=experience.max_chars,
            seed=seed_of(self.catalogue.version, key, number),
            lane="batch",
        )

    def _prompt(self, key: Key, before: _Asked) -> str:
        """A draft that was refused is mended once; what is refused after that is written anew.

        A text that was mended badly is a worse start than none.
        """
        tone = self.catalogue.tone(key)
        if before.complaint and not before.mended:
            return self.prompts.revise(self.catalogue, key, tone, before.text, before.complaint)
        return self.prompts.draft(self.catalogue, key, tone)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the tries for one key have come to."""

    text: str = ""
    model: str = ""
    complaint: str = ""
    kind: str = ""
    reason: str = ""
    tokens: int = 0
    seconds: float = 0.0
    good: bool = False
    mended: bool = False  # the text came of a revise prompt

    def answered(self, draft: Draft, refused: Sequence[TemplateRefused]) -> _Asked:
        complaints = [f"{error.reason}; {error.remedy}" for error in refused[:COMPLAINTS]]
        return _Asked(
            text=draft.text,
            model=draft.model,
            complaint="\n".join(complaints),
            kind=refused[0].rule if refused else "",
            reason=str(refused[0]) if refused else "",
            tokens=self.tokens + draft.tokens,
            seconds=self.seconds + draft.seconds,
            good=not refused,
            mended=bool(self.complaint) and not self.mended,
        )

    def failed(self, error: GenerationError) -> _Asked:
        return replace(self, kind=type(error).__name__, reason=str(error))


def seed_of(version: str, key: Key, number: int) -> int:
    """A seed of its own for each try, the same in every run (31 bits)."""
    said = sha256(f"{version} {key} {number}".encode()).digest()
    return int.from_bytes(said[:4], "big") >> 1
