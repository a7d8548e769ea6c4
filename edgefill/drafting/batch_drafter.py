"""BatchDrafter: drafts keys ahead of time, each with a limited number of attempts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.prompts import PromptTemplates
from edgefill.compiler import check_template
from edgefill.core.errors import (
    EngineUnavailable,
    GenerationError,
    InputRefused,
    JudgeUnavailable,
    TemplateRefused,
)
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts, DraftOutcome, FailedDraft
from edgefill.drafting.candidate import Candidate
from edgefill.drafting.drafter import Drafter, TemplateCheck
from edgefill.drafting.drafting_roles import DraftingRoles
from edgefill.drafting.drafting_task import DraftingTask, SourceText
from edgefill.drafting.renewal import renew_candidate
from edgefill.drafting.writers.generator import Lane

MAX_ATTEMPTS = 8
CANDIDATES = 1
ORDER_DEADLINE_S = 120.0
MAX_COMPLAINTS = 5  # refusals that one revise prompt repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPolicy:
    """Up to `max_attempts` orders of `deadline_s` seconds each, with reproducible seeds.

    The seeds follow from `seed`, the key and the number of the attempt, so a change of one
    experience leaves the drafts of the others as they are. The attempts of earlier runs do not
    count. EngineUnavailable and JudgeUnavailable end the drafting, since they would fail every key;
    any other GenerationError costs one attempt.
    """

    seed: int = 0
    max_attempts: int = MAX_ATTEMPTS
    candidates: int = CANDIDATES
    deadline_s: float = ORDER_DEADLINE_S
    lane: Lane = "batch"

    def allows_attempt(self, attempts: Attempts) -> bool:
        """See DraftingPolicy."""
        return attempts.count_in_run < self.max_attempts

    def compute_deadline_s(self) -> float:
        """See DraftingPolicy."""
        return self.deadline_s

    def choose_seed(self, key: Key, number: int) -> int:
        """See DraftingPolicy; each attempt has its own seed, the same in every run (31 bits)."""
        digest = sha256(f"{self.seed} {key} {number}".encode()).digest()
        return int.from_bytes(digest[:4], "big") >> 1

    def accepts_error(self, error: GenerationError) -> bool:
        """See DraftingPolicy."""
        return not isinstance(error, EngineUnavailable | JudgeUnavailable)

    def write_complaint(self, refusals: Sequence[TemplateRefused]) -> str:
        """See DraftingPolicy; the first refusals with their remedies, one per line."""
        return "\n".join(f"{each.reason}; {each.remedy}" for each in refusals[:MAX_COMPLAINTS])


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchDrafter:
    """Drafts one key after another; `earlier` holds the attempts that a key continues.

    `on_step` gets the attempts at a key after each step. `find_source` finds the accepted text of
    a source key, from which a derived experience's text is made.
    """

    drafter: Drafter
    policy: BatchPolicy
    earlier: Mapping[Key, Attempts] = field(default_factory=dict)
    on_step: Callable[[Key, Attempts], object] = lambda _key, _attempts: None
    find_source: Callable[[Key], str | None] = lambda _key: None

    def draft(self, key: Key) -> DraftOutcome:
        """Return what became of `key`; EngineUnavailable, JudgeUnavailable."""
        task = self.make_task(key)
        if self.needs_source(key) and task.source is None:
            return _report_missing_source(key, task)
        attempts = self.drafter.draft(
            task, self.resume(key), lambda attempts: self.on_step(key, attempts)
        )
        return attempts.to_outcome(key)

    def resume(self, key: Key) -> Attempts:
        """Return the attempts of earlier runs, checked again under the present rules.

        Verdicts of another version of a judge are dropped, so that the present judge decides;
        those of people stay.
        """
        attempts = self.earlier.get(key, Attempts())
        task = self.make_task(key)
        return replace(
            attempts, candidates=tuple(self._renew(task, each) for each in attempts.candidates)
        )

    def make_task(self, key: Key) -> DraftingTask:
        """Return the task of drafting `key`; UnknownExperience."""
        entry = self.drafter.catalogue.entry(key.experience)
        return DraftingTask(key=key, entry=entry, policy=self.policy, source=self._find(key))

    def needs_source(self, key: Key) -> bool:
        """Whether the text of `key` is made from the accepted text of another key."""
        is_derived = bool(self.drafter.catalogue.entry(key.experience).derived_from)
        return is_derived and self.drafter.roles.transformer is not None

    def has_ended(self, key: Key, attempts: Attempts) -> bool:
        """Whether no step is left."""
        return self.drafter.choose_step(self.make_task(key), attempts) is None

    def _renew(self, task: DraftingTask, candidate: Candidate) -> Candidate:
        if candidate.compiled is not None or candidate.refusal is not None:
            return candidate
        renewed = renew_candidate(candidate, self.drafter.roles.versions)
        return self.drafter.check_candidate(task, renewed)

    def _find(self, key: Key) -> SourceText | None:
        if not self.needs_source(key):
            return None
        source = self.drafter.catalogue.entry(
            self.drafter.catalogue.entry(key.experience).derived_from
        )
        text = self.find_source(
            Key(experience=source.experience.id, locale=key.locale, case=key.case)
        )
        return SourceText(text=text, entry=source) if text else None


def _report_missing_source(key: Key, task: DraftingTask) -> FailedDraft:
    source = f"{task.entry.derived_from}/{key.locale}/{key.case}"
    return FailedDraft(
        key=key,
        kind="source",
        reason=f"{key} is derived from {source}, of which no text is accepted",
        attempts=0,
        tokens=0,
    )


def make_batch_drafter(
    *,
    catalogue: Catalogue,
    prompts: PromptTemplates,
    roles: DraftingRoles,
    check: TemplateCheck = check_template,
    max_attempts: int = MAX_ATTEMPTS,
    candidates: int = CANDIDATES,
    deadline_s: float = ORDER_DEADLINE_S,
) -> BatchDrafter:
    """Return a drafter of `catalogue`; each order may take `deadline_s` seconds.

    InputRefused when `max_attempts` cannot give `candidates` texts.
    """
    if max_attempts < candidates:
        raise InputRefused(
            f"{max_attempts} attempts per key cannot give {candidates} candidates; allow at least "
            f"{candidates} (--tries, or the drafter's budget in roles.yaml), or give fewer "
            "--candidates"
        )
    return BatchDrafter(
        drafter=Drafter(catalogue=catalogue, prompts=prompts, roles=roles, check=check),
        policy=BatchPolicy(
            max_attempts=max_attempts,
            candidates=candidates,
            deadline_s=deadline_s,
        ),
    )
