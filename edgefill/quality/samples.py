"""Samples: some accepted and refused texts of a report, chosen by chance but always the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.judging.verdict import PERSON
from edgefill.quality.reasons import MAX_EXAMPLE_CHARS, cut_text
from edgefill.quality.stages import find_chance

SAMPLES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleText:
    """One text of the report; `reason` says why it was accepted or refused."""

    key: str
    text: str
    reason: str
    chance: float | None
    model: str
    origin: str


def sample_accepted(attempts: Mapping[Key, Attempts], seed: str) -> tuple[SampleText, ...]:
    """Return SAMPLES of the texts that would be published; the same for the same seed."""
    return _sample((each.best for each in attempts.values() if each.best), seed)


def sample_refused(attempts: Mapping[Key, Attempts], seed: str) -> tuple[SampleText, ...]:
    """Return SAMPLES of the texts that the checks or a verdict refused."""
    candidates = [one for each in attempts.values() for one in each.candidates]
    return _sample((each for each in candidates if _is_refused(each)), seed)


def _sample(candidates: Iterable[Candidate], seed: str) -> tuple[SampleText, ...]:
    """The texts with the lowest digests; a text that a key has twice is listed once."""
    unique = {(str(each.key), each.text): each for each in candidates}
    ranked = sorted(unique.items(), key=lambda item: _digest(seed, *item[0]))
    return tuple(_describe(candidate) for _, candidate in ranked[:SAMPLES])


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _describe(candidate: Candidate) -> SampleText:
    return SampleText(
        key=str(candidate.key),
        text=cut_text(candidate.text),
        reason=cut_text(_find_reason(candidate), MAX_EXAMPLE_CHARS),
        chance=find_chance(candidate),
        model=candidate.provenance.model,
        origin=candidate.provenance.origin,
    )


def _find_reason(candidate: Candidate) -> str:
    if candidate.refusal is not None:
        return str(candidate.refusal)
    judgement = candidate.judgement
    if judgement is None:
        return ""
    return f"a person: {judgement.reason}" if judgement.judge == PERSON else judgement.reason


def _is_refused(candidate: Candidate) -> bool:
    judgement = candidate.judgement
    is_failed = judgement is not None and judgement.outcome == "fail"
    return candidate.refusal is not None or is_failed
