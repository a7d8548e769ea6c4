"""BatchDrafter: drafts keys ahead of time, each with a limited number of attempts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.prompts import PromptTemplates
from edgefill.compiler import CompiledTemplate, check_template
from edgefill.core.errors import EngineUnavailable, GenerationError, TemplateRefused
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts, DraftOutcome, FinishedDraft
from edgefill.drafting.drafter import Drafter, DraftingTask, TemplateCheck
from edgefill.drafting.generator import Generator, Lane

MAX_ATTEMPTS = 8
ORDER_DEADLINE_S = 120.0
MAX_COMPLAINTS = 5  # refusals that one revise prompt repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPolicy:
    """Up to `max_attempts` orders of `deadline_s` seconds each, with reproducible seeds.

    EngineUnavailable ends the drafting, since it would fail every key; any other GenerationError
    costs one attempt.
    """

    catalogue_version: str
    max_attempts: int = MAX_ATTEMPTS
    deadline_s: float = ORDER_DEADLINE_S
    lane: Lane = "batch"

    def allows_attempt(self, attempts: Attempts) -> bool:
        """See DraftingPolicy."""
        return attempts.count < self.max_attempts

    def compute_deadline_s(self) -> float:
        """See DraftingPolicy."""
        return self.deadline_s

    def choose_seed(self, key: Key, number: int) -> int:
        """See DraftingPolicy; each attempt has its own seed, the same in every run (31 bits)."""
        digest = sha256(f"{self.catalogue_version} {key} {number}".encode()).digest()
        return int.from_bytes(digest[:4], "big") >> 1

    def accepts_error(self, error: GenerationError) -> bool:
        """See DraftingPolicy."""
        return not isinstance(error, EngineUnavailable)

    def write_complaint(self, refusals: Sequence[TemplateRefused]) -> str:
        """See DraftingPolicy; the first refusals with their remedies, one per line."""
        return "\n".join(f"{each.reason}; {each.remedy}" for each in refusals[:MAX_COMPLAINTS])


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchDrafter:
    """Drafts one key after another; `earlier` holds the attempts that a key continues."""

    drafter: Drafter
    policy: BatchPolicy
    earlier: Mapping[Key, Attempts] = field(default_factory=dict)

    def draft(self, key: Key) -> DraftOutcome:
        """Return a template of `key`, or why there is none; EngineUnavailable."""
        attempts = self.earlier.get(key, Attempts())
        return self.drafter.draft(self.make_task(key), attempts).to_outcome(key)

    def make_task(self, key: Key) -> DraftingTask:
        """Return the task of drafting `key`; UnknownExperience."""
        entry = self.drafter.catalogue.entry(key.experience)
        return DraftingTask(key=key, entry=entry, policy=self.policy)

    def is_valid(self, draft: FinishedDraft) -> bool:
        """Whether the draft of an earlier run still compiles."""
        entry = self.drafter.catalogue.entry(draft.key.experience)
        checked = self.drafter.check_text(draft.key, entry, draft.text)
        return isinstance(checked, CompiledTemplate)

    def has_ended(self, attempts: Attempts) -> bool:
        """Whether no further attempt is to be made."""
        return attempts.compiled is not None or not self.policy.allows_attempt(attempts)


def make_batch_drafter(
    *,
    catalogue: Catalogue,
    prompts: PromptTemplates,
    generator: Generator,
    check: TemplateCheck = check_template,
    max_attempts: int = MAX_ATTEMPTS,
    deadline_s: float = ORDER_DEADLINE_S,
) -> BatchDrafter:
    """Return a drafter of `catalogue`; each order may take `deadline_s` seconds."""
    return BatchDrafter(
        drafter=Drafter(catalogue=catalogue, prompts=prompts, generator=generator, check=check),
        policy=BatchPolicy(
            catalogue_version=catalogue.version, max_attempts=max_attempts, deadline_s=deadline_s
        ),
    )
