"""Drafter: builds an order, asks the generator, compiles and lints the draft, and revises it.

Misses (miss_drafter.py) and batches (batch_drafter.py) use the same drafter. Their policies decide
how many attempts a key gets, how long an order may take and which errors end the drafting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from edgefill.catalogue.catalogue import CasePhrase, Catalogue, CatalogueEntry
from edgefill.catalogue.prompts import PromptTemplates
from edgefill.compiler import CompiledTemplate, check_template
from edgefill.core.errors import GenerationError, TemplateRefused
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.generator import Draft, GenerationOrder, Generator, Lane


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
    ) -> CompiledTemplate | Sequence[TemplateRefused]:
        """Return the compiled template, or everything that is wrong with it."""


class DraftingPolicy(Protocol):
    """How one kind of caller drafts a key."""

    @property
    def lane(self) -> Lane:
        """The lane of every order."""

    def allows_attempt(self, attempts: Attempts) -> bool:
        """Whether another attempt may follow `attempts`, none of which has compiled."""

    def compute_deadline_s(self) -> float:
        """The seconds that the next order may take."""

    def choose_seed(self, key: Key, number: int) -> int | None:
        """The seed of attempt `number` (from 1); None leaves the choice to the engine."""

    def accepts_error(self, error: GenerationError) -> bool:
        """Whether an error costs one attempt only; any other error ends the drafting."""

    def write_complaint(self, refusals: Sequence[TemplateRefused]) -> str:
        """What a revise prompt says about `refusals`, of which there is at least one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftingTask:
    """One key to draft, with its catalogue entry, which is looked up once.

    `question` is the masked text of a free question, else "".
    """

    key: Key
    entry: CatalogueEntry
    policy: DraftingPolicy
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafter:
    """Drafts templates with one generator; safe between threads if the generator is."""

    catalogue: Catalogue
    prompts: PromptTemplates
    generator: Generator
    check: TemplateCheck = check_template

    def draft(self, task: DraftingTask, attempts: Attempts) -> Attempts:
        """Make attempts, continuing `attempts`, until one compiles or the policy allows no more.

        GenerationError when the policy does not accept one.
        """
        while attempts.compiled is None and task.policy.allows_attempt(attempts):
            attempts = self.add_attempt(task, attempts, self._generate(task, attempts))
        return attempts

    def build_order(self, task: DraftingTask, attempts: Attempts) -> GenerationOrder:
        """Return the order of the attempt that follows `attempts`."""
        experience = task.entry.experience
        return GenerationOrder(
            prompt=self._render_prompt(task, attempts),
            format=experience.format,
            slots=experience.slots,
            fields=experience.fields,
            max_chars=experience.max_chars,
            seed=task.policy.choose_seed(task.key, attempts.count + 1),
            lane=task.policy.lane,
        )

    def add_attempt(
        self, task: DraftingTask, attempts: Attempts, draft: Draft | GenerationError
    ) -> Attempts:
        """Check `draft` and return `attempts` with it."""
        if isinstance(draft, GenerationError):
            return attempts.add_failed(draft)
        checked = self.check_text(task.key, task.entry, draft.text)
        if isinstance(checked, CompiledTemplate):
            return attempts.add_compiled(draft, checked)
        return attempts.add_refused(draft, checked[0], task.policy.write_complaint(checked))

    def check_text(
        self, key: Key, entry: CatalogueEntry, text: str
    ) -> CompiledTemplate | Sequence[TemplateRefused]:
        """Compile and lint a text of `key`."""
        return self.check(
            text,
            experience=entry.experience,
            locale=key.locale,
            name=str(key),
            other_case_phrases=entry.phrases_for_other_cases(key.locale, key.case),
        )

    def _generate(self, task: DraftingTask, attempts: Attempts) -> Draft | GenerationError:
        order = self.build_order(task, attempts)
        try:
            return self.generator.generate(order, deadline_s=task.policy.compute_deadline_s())
        except GenerationError as error:
            if task.policy.accepts_error(error):
                return error
            raise

    def _render_prompt(self, task: DraftingTask, attempts: Attempts) -> str:
        tone = task.entry.tone_of(task.key.case)
        if not attempts.should_revise:
            return self.prompts.render_draft(self.catalogue, task.key, tone, question=task.question)
        return self.prompts.render_revision(
            self.catalogue,
            task.key,
            tone,
            attempts.text,
            attempts.complaint,
            question=task.question,
        )
