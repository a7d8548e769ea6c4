"""Proposals: what would answer a cluster of misses, as the routers see it."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from edgefill.core.errors import BadQuery
from edgefill.router_training.misses.clusters import Cluster
from edgefill.routing.question import NAME_MASK, read_question
from edgefill.routing.router import Router

NEAR = 0.5  # more likely than not: an experience is proposed rather than a new one
_CANDIDATES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An experience, and the mean chance, weighted by demand, that it answers a cluster."""

    experience: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`experience` exists unless `is_new`: then it is a suggested id. Candidates: best first."""

    cluster: Cluster
    experience: str
    is_new: bool
    candidates: tuple[Candidate, ...]


def proposal_of(
    cluster: Cluster, routers: Iterable[Router], taken: Collection[str], *, near: float = NEAR
) -> Proposal:
    """The experience that the locale's routers find near, else a new one, named by its words.

    `taken` are the ids that a new one cannot have.
    """
    candidates = candidates_of(cluster, tuple(routers))
    is_new = not candidates or candidates[0].score < near
    return Proposal(
        cluster=cluster,
        experience=_slug(cluster.words, taken) if is_new else candidates[0].experience,
        is_new=is_new,
        candidates=candidates[:_CANDIDATES],
    )


def unreserved(router: Mapping[str, Any]) -> Router:
    """A router, from its file, that names its candidates however unsure it is."""
    return Router({**router, "clarify": True, "unsure": 0.0})


def candidates_of(cluster: Cluster, routers: tuple[Router, ...]) -> tuple[Candidate, ...]:
    """Each miss speaks for the experience that a router is surest of; none when out of scope."""
    scores: defaultdict[str, float] = defaultdict(float)
    for miss in cluster.misses:
        best = max((_best(router, miss.text) for router in routers), default=None)
        if best and best[0]:
            scores[best[1]] += best[0] * miss.asked / cluster.asked
    ranked = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Candidate(experience=each, score=score) for each, score in ranked)


def _best(router: Router, text: str) -> tuple[float, str]:
    try:
        route = router.route(read_question(text.replace(NAME_MASK, " ")))
    except BadQuery:  # a name was all of it
        return 0.0, ""
    named = (route.experience,) if route.experience else route.candidates
    return (route.score, named[0]) if named else (0.0, "")


def _slug(words: Iterable[str], taken: Collection[str]) -> str:
    """The words as an experience's id: `grüße-ä` as `grusse-a`."""
    plain = unicodedata.normalize("NFKD", "-".join(words)).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall("[a-z0-9]+", plain)).lstrip("0123456789-") or "question"
    numbers = range(2, len(taken) + 3)
    return next(each for each in (slug, *(f"{slug}-{n}" for n in numbers)) if each not in taken)
