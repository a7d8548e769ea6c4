"""Analyze the misses of free questions: what to add to the catalogue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.questions.question_files import OUT_OF_SCOPE, CatalogueQuestions
from edgefill.catalogue.questions.utterances import index_utterances
from edgefill.core.errors import InputRefused
from edgefill.release.routing import ReleaseRouting
from edgefill.router_training.misses.clusters import QuestionCluster, group_misses
from edgefill.router_training.misses.missed_questions import MissedQuestion, is_declared
from edgefill.router_training.misses.proposals import (
    ExperienceProposal,
    load_permissive_router,
    make_proposal,
)
from edgefill.router_training.release_routers import train_routing
from edgefill.routing.router import Router
from edgefill.store.encoding import decode


@dataclass(frozen=True, slots=True, kw_only=True)
class MissAnalysis:
    """Proposals, the most frequent first; misses without a stored text; those declared since.

    `left_out` counts the least frequent misses, beyond clusters.MAX_QUESTIONS per locale.
    """

    proposals: tuple[ExperienceProposal, ...]
    without_text: tuple[MissedQuestion, ...]
    already_declared: tuple[MissedQuestion, ...]
    left_out: int = 0


def require_questions(catalogue: Catalogue) -> CatalogueQuestions:
    """The catalogue's questions; InputRefused when it declares none."""
    if catalogue.questions is None:
        raise InputRefused("shop.yaml has no `ask`, so this shop answers no free questions; add it")
    return catalogue.questions


def analyze_misses(
    misses: Iterable[MissedQuestion], catalogue: Catalogue, routing: ReleaseRouting | None
) -> MissAnalysis:
    """Analyze `misses` with the routers of `routing`, or with newly trained ones if it is None."""
    questions = require_questions(catalogue)
    digests = index_utterances(questions)
    by_state: defaultdict[bool, list[MissedQuestion]] = defaultdict(list)
    for miss in misses:
        by_state[is_declared(miss, digests)].append(miss)
    undeclared = by_state[False]
    clusters = group_misses(undeclared, _group_utterances(questions))
    with_text = sum(bool(miss.text) for miss in undeclared)
    return MissAnalysis(
        proposals=_make_proposals(clusters, catalogue, routing),
        without_text=tuple(miss for miss in undeclared if not miss.text),
        already_declared=tuple(by_state[True]),
        left_out=with_text - sum(len(cluster.misses) for cluster in clusters),
    )


def _make_proposals(
    clusters: tuple[QuestionCluster, ...], catalogue: Catalogue, routing: ReleaseRouting | None
) -> tuple[ExperienceProposal, ...]:
    if not clusters:
        return ()
    routing = routing or train_routing(catalogue)
    routers = _load_routers(routing.router_bytes if routing else {})
    used_ids = {*catalogue.entries, OUT_OF_SCOPE}
    proposals = []
    for cluster in clusters:
        proposals.append(make_proposal(cluster, routers.get(cluster.locale, ()), used_ids))
        used_ids.add(proposals[-1].experience)
    return tuple(proposals)


def _load_routers(bodies: Mapping[str, bytes]) -> dict[str, list[Router]]:
    """Every partition's router by locale, because a miss does not record its partition."""
    routers: defaultdict[str, list[Router]] = defaultdict(list)
    for partition, body in bodies.items():
        routers[partition.split("/")[1]].append(load_permissive_router(decode(body, partition)))
    return routers


def _group_utterances(questions: CatalogueQuestions) -> dict[str, list[str]]:
    by_locale: defaultdict[str, list[str]] = defaultdict(list)
    for (_, locale), utterances in questions.utterances.items():
        by_locale[locale] += utterances
    return by_locale
