"""Propose what should answer a cluster of misses: an existing experience or a new one."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from edgefill.core.errors import BadQuery
from edgefill.privacy import remove_name_masks
from edgefill.router_training.misses.clusters import QuestionCluster
from edgefill.routing.question import read_question
from edgefill.routing.router import Router

MIN_SCORE = 0.5  # the score of an existing experience; below it a new one is proposed
_MAX_CANDIDATES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperienceCandidate:
    """An experience, and how likely it answers a cluster: a mean weighted by the misses' counts."""

    experience: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperienceProposal:
    """`experience` is an existing id, or a suggested one if `is_new`. Candidates: best first."""

    cluster: QuestionCluster
    experience: str
    is_new: bool
    candidates: tuple[ExperienceCandidate, ...]


def make_proposal(
    cluster: QuestionCluster,
    routers: Iterable[Router],
    used_ids: Collection[str],
    *,
    min_score: float = MIN_SCORE,
) -> ExperienceProposal:
    """Propose the best experience according to the locale's routers, or a new one.

    A new one is named by the words of the cluster, and by none of `used_ids`.
    """
    candidates = rank_candidates(cluster, tuple(routers))
    is_new = not candidates or candidates[0].score < min_score
    id_ = _make_experience_id(cluster.words, used_ids) if is_new else candidates[0].experience
    return ExperienceProposal(
        cluster=cluster,
        experience=id_,
        is_new=is_new,
        candidates=candidates[:_MAX_CANDIDATES],
    )


def load_permissive_router(router: Mapping[str, Any]) -> Router:
    """A router, from its file, that offers candidates at any score."""
    return Router({**router, "clarify": True, "unsure": 0.0, "link": 0.0})


def rank_candidates(
    cluster: QuestionCluster, routers: tuple[Router, ...]
) -> tuple[ExperienceCandidate, ...]:
    """Score experiences, best first: each miss adds the best score of any router, by its count.

    A miss that is out of scope for every router adds nothing.
    """
    scores: defaultdict[str, float] = defaultdict(float)
    for miss in cluster.misses:
        best = max((_find_best_experience(router, miss.text) for router in routers), default=None)
        if best and best[0]:
            scores[best[1]] += best[0] * miss.count / cluster.count
    ranked = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(ExperienceCandidate(experience=each, score=score) for each, score in ranked)


def _find_best_experience(router: Router, text: str) -> tuple[float, str]:
    try:
        route = router.route(read_question(remove_name_masks(text)))
    except BadQuery:
        # the text was only a name
        return 0.0, ""
    candidates = (route.experience,) if route.experience else route.candidates
    return (route.score, candidates[0]) if candidates else (0.0, "")


def _make_experience_id(words: Iterable[str], used_ids: Collection[str]) -> str:
    """The words as an experience's id that is not used: `grüße-ä` becomes `grusse-a`."""
    plain = unicodedata.normalize("NFKD", "-".join(words)).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall("[a-z0-9]+", plain)).lstrip("0123456789-") or "question"
    numbers = range(2, len(used_ids) + 3)
    return next(each for each in (slug, *(f"{slug}-{n}" for n in numbers)) if each not in used_ids)
