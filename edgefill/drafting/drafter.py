"""Drafter: performs the steps of the drafting flow (steps.py) for one key after another.

Misses (miss_drafter.py) and batches (batch_drafter.py) use the same drafter. Their policies decide
how many attempts a key gets, how long an order may take and which errors end the drafting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from edgefill.catalogue.catalogue import CasePhrase, Catalogue
from edgefill.catalogue.prompts import PromptTemplates
from edgefill.compiler import CompiledTemplate, check_template
from edgefill.core.errors import GenerationError, TemplateRefused
from edgefill.core.experience import Experience
from edgefill.drafting.abstention import require_answer, require_writer
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate, digest_text
from edgefill.drafting.drafting_roles import DraftingRoles
from edgefill.drafting.drafting_task import DraftingTask
from edgefill.drafting.optional_blanks import move_optional_blanks
from edgefill.drafting.steps import (
    CompareStep,
    DraftStep,
    JudgeStep,
    ReviseStep,
    Step,
    choose_step,
)
from edgefill.drafting.verdicts import compare_candidates, judge_candidate
from edgefill.drafting.writers.generator import Draft, GenerationOrder
from edgefill.judging.accepted_template import Origin, Provenance

WriteStep = DraftStep | ReviseStep


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


def _ignore(_: Attempts) -> None:
    """Observe nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafter:
    """Drafts templates with one set of roles; safe between threads if the roles are."""

    catalogue: Catalogue
    prompts: PromptTemplates
    roles: DraftingRoles
    check: TemplateCheck = check_template

    def draft(
        self,
        task: DraftingTask,
        attempts: Attempts,
        on_step: Callable[[Attempts], object] = _ignore,
    ) -> Attempts:
        """Perform steps, continuing `attempts`, until none is left; `on_step` gets each state.

        GenerationError when the policy does not accept one; WriterAbstained, JudgeUnavailable.
        """
        while (step := self.choose_step(task, attempts)) is not None:
            if isinstance(step, JudgeStep | CompareStep):
                attempts = self.judge(task, attempts, step)
            else:
                attempts = self.add_draft(task, attempts, step, self._write(task, attempts, step))
            on_step(attempts)
        return attempts

    def choose_step(self, task: DraftingTask, attempts: Attempts) -> Step | None:
        """Return the next step of a key, None when it has ended."""
        has_tokens = attempts.tokens < self.roles.max_tokens
        return choose_step(
            attempts,
            candidates=task.policy.candidates,
            can_revise=self._can_revise(task, attempts),
            can_compare=self.roles.comparer is not None,
            has_budget=has_tokens and task.policy.allows_attempt(attempts),
        )

    def _can_revise(self, task: DraftingTask, attempts: Attempts) -> bool:
        has_budget = len(attempts.revisions) < self.roles.max_revisions
        return self.roles.reviser is not None and task.source is None and has_budget

    def judge(
        self, task: DraftingTask, attempts: Attempts, step: JudgeStep | CompareStep
    ) -> Attempts:
        """Ask the roles about one candidate, or about two; JudgeUnavailable."""
        if isinstance(step, CompareStep):
            return self._compare(task, attempts, step)
        candidate = judge_candidate(
            attempts.candidates[step.index],
            task.entry,
            self.roles,
            earlier=attempts.candidates[: step.index],
            deadline_s=task.policy.compute_deadline_s(),
        )
        return attempts.replace_candidate(step.index, candidate)

    def _compare(self, task: DraftingTask, attempts: Attempts, step: CompareStep) -> Attempts:
        if self.roles.comparer is None:
            return attempts
        first, second = compare_candidates(
            attempts.candidates[step.first],
            attempts.candidates[step.second],
            task.entry,
            self.roles.comparer,
            deadline_s=task.policy.compute_deadline_s(),
        )
        compared = attempts.replace_candidate(step.first, first)
        return compared.replace_candidate(step.second, second)

    def build_order(
        self, task: DraftingTask, attempts: Attempts, step: WriteStep
    ) -> GenerationOrder:
        """Return the order of the attempt that follows `attempts`; WriterAbstained."""
        if task.question:
            require_writer(answers_questions=self.roles.answers_questions)
        experience = task.entry.experience
        return GenerationOrder(
            prompt=self._render_prompt(task, step),
            format=experience.format,
            slots=experience.slots,
            fields=experience.fields,
            max_chars=experience.max_chars,
            seed=task.policy.choose_seed(task.key, attempts.count + 1),
            lane=task.policy.lane,
            model=self._choose_model(step),
            log_probability=self.roles.introspection is not None,
        )

    def add_draft(
        self,
        task: DraftingTask,
        attempts: Attempts,
        step: WriteStep,
        draft: Draft | GenerationError,
    ) -> Attempts:
        """Check what a step wrote and return `attempts` with it; WriterAbstained."""
        if isinstance(draft, GenerationError):
            return attempts.add_failure(draft)
        if task.question:
            require_answer(draft.text)
        candidate = Candidate(
            key=task.key,
            text=move_optional_blanks(draft.text, experience=task.entry.experience),
            provenance=Provenance(
                origin=_name_origin(task, step),
                model=draft.model,
                prompts=self.prompts.version,
                seed=task.policy.choose_seed(task.key, attempts.count + 1),
                tokens=draft.tokens,
                seconds=round(draft.seconds, 3),
                log_probability=draft.log_probability,
                parent=_find_parent(task, step),
            ),
        )
        return attempts.add_candidate(self.check_candidate(task, candidate))

    def check_candidate(self, task: DraftingTask, candidate: Candidate) -> Candidate:
        """Return `candidate` compiled, or refused by the checks."""
        entry, key = task.entry, task.key
        checked = self.check(
            candidate.text,
            experience=entry.experience,
            locale=key.locale,
            name=str(key),
            other_case_phrases=entry.phrases_for_other_cases(key.locale, key.case),
        )
        if isinstance(checked, CompiledTemplate):
            return replace(candidate, compiled=checked)
        complaint = task.policy.write_complaint(checked)
        return replace(candidate, refusal=checked[0], complaint=complaint)

    def _write(
        self, task: DraftingTask, attempts: Attempts, step: WriteStep
    ) -> Draft | GenerationError:
        try:
            if task.source is not None and self.roles.transformer is not None:
                return self.roles.transformer.transform(
                    task.source.text,
                    source=task.source.entry,
                    target=task.entry,
                    key=task.key,
                    deadline_s=task.policy.compute_deadline_s(),
                )
            order = self.build_order(task, attempts, step)
            writer = self.roles.reviser if isinstance(step, ReviseStep) else self.roles.writer
            generator = writer or self.roles.writer
            return generator.generate(order, deadline_s=task.policy.compute_deadline_s())
        except GenerationError as error:
            if task.policy.accepts_error(error):
                return error
            raise

    def _choose_model(self, step: WriteStep) -> str:
        is_revision = isinstance(step, ReviseStep)
        return self.roles.reviser_model if is_revision else self.roles.writer_model

    def _render_prompt(self, task: DraftingTask, step: WriteStep) -> str:
        tone = task.entry.tone_of(task.key.case)
        if isinstance(step, DraftStep):
            return self.prompts.render_draft(self.catalogue, task.key, tone, question=task.question)
        return self.prompts.render_revision(
            self.catalogue,
            task.key,
            tone,
            step.candidate.text,
            step.candidate.write_reasons(),
            question=task.question,
        )


def _find_parent(task: DraftingTask, step: WriteStep) -> str:
    """The digest of the text that is revised or transformed, "" for a draft."""
    if isinstance(step, ReviseStep):
        return step.candidate.digest
    return digest_text(task.source.text) if task.source is not None else ""


def _name_origin(task: DraftingTask, step: WriteStep) -> Origin:
    if task.source is not None:
        return "transform"
    return "revision" if isinstance(step, ReviseStep) else "draft"
