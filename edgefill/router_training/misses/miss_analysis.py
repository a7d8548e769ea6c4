"""Findings: what the misses of free questions say about a catalogue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.questions import OUT_OF_SCOPE, CatalogueQuestions
from edgefill.catalogue.utterances import index_utterances
from edgefill.core.errors import InputRefused
from edgefill.release.routing import ReleaseRouting
from edgefill.router_training.misses.clusters import Cluster, clusters_of
from edgefill.router_training.misses.misses import MissedQuestion, is_declared
from edgefill.router_training.misses.proposals import Proposal, proposal_of, unreserved
from edgefill.router_training.release_routers import train_routing
from edgefill.routing.router import Router
from edgefill.store.encoding import decode


@dataclass(frozen=True, slots=True, kw_only=True)
class MissAnalysis:
    """Proposals, the most asked first; misses whose words are not kept; those accepted since.

    `left_out` counts the seldom asked that were too many to compare (clusters.MOST a locale).
    """

    proposals: tuple[Proposal, ...]
    untold: tuple[MissedQuestion, ...]
    declared: tuple[MissedQuestion, ...]
    left_out: int = 0


def require_questions(catalogue: Catalogue) -> CatalogueQuestions:
    """The catalogue's questions; InputRefused when it answers none."""
    if catalogue.questions is None:
        raise InputRefused("shop.yaml has no `ask`: this shop answers no free questions")
    return catalogue.questions


def analyze_misses(
    misses: Iterable[MissedQuestion], catalogue: Catalogue, served: ReleaseRouting | None
) -> MissAnalysis:
    """What `misses` come to, by the routers that are served; else by some trained now."""
    questions = require_questions(catalogue)
    standing = index_utterances(questions)
    is_old: defaultdict[bool, list[MissedQuestion]] = defaultdict(list)
    for miss in misses:
        is_old[is_declared(miss, standing)].append(miss)
    clusters = clusters_of(is_old[False], _spoken(questions))
    told = sum(bool(miss.text) for miss in is_old[False])
    return MissAnalysis(
        proposals=_proposals(clusters, catalogue, served),
        untold=tuple(miss for miss in is_old[False] if not miss.text),
        declared=tuple(is_old[True]),
        left_out=told - sum(len(cluster.misses) for cluster in clusters),
    )


def _proposals(
    clusters: tuple[Cluster, ...], catalogue: Catalogue, served: ReleaseRouting | None
) -> tuple[Proposal, ...]:
    if not clusters:
        return ()
    routing = served or train_routing(catalogue)
    routers = _by_locale(routing.bodies if routing else {})
    taken = {*catalogue.entries, OUT_OF_SCOPE}
    found = []
    for cluster in clusters:
        found.append(proposal_of(cluster, routers.get(cluster.locale, ()), taken))
        taken.add(found[-1].experience)
    return tuple(found)


def _by_locale(bodies: Mapping[str, bytes]) -> dict[str, list[Router]]:
    """Every partition's router: a miss does not say whose it was."""
    routers: defaultdict[str, list[Router]] = defaultdict(list)
    for partition, body in bodies.items():
        routers[partition.split("/")[1]].append(unreserved(decode(body, partition)))
    return routers


def _spoken(questions: CatalogueQuestions) -> dict[str, list[str]]:
    spoken: defaultdict[str, list[str]] = defaultdict(list)
    for (_, locale), said in questions.utterances.items():
        spoken[locale] += said
    return spoken
