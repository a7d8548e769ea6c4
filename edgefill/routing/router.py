"""Route a question by a trained router, which is data and never code."""

from __future__ import annotations

from edgefill.routing.denials import EVERYTHING
from edgefill.routing.model import find_exact_match, parse_model
from edgefill.routing.probabilities import calibrate, compute_probabilities
from edgefill.routing.route import RoutingDecision
from edgefill.routing.rules import is_negated_command, split_requests

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from edgefill.routing.question import Question
    from edgefill.routing.scorer import ScoreSums

_MAX_CANDIDATES = 3
_MIN_SHARE = 0.1  # the share of the best probability; a third candidate below it is not offered
_NOTHING: frozenset[str] = frozenset()


class Router:
    """One partition's router in memory."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """ObjectCorrupt when `data` is not what `edgefill.router_training` wrote."""
        self.model = parse_model(data)
        self.labels = self.model.labels
        self.clarify = self.model.clarify

    def route(
        self, question: Question, denials: Mapping[str, frozenset[str]] | None = None
    ) -> RoutingDecision:
        """Decide on `question`; `denials` maps a digest to the experiences it must not reach."""
        refused = (denials or {}).get(question.digest, _NOTHING)
        if EVERYTHING in refused:
            return RoutingDecision(verdict="miss", reason="denied")
        intent = find_exact_match(question.digest, self.model.exact_matches)
        if intent is not None and self.model.intents[intent] not in refused:
            name = self.model.intents[intent]
            return RoutingDecision(
                verdict="hit", reason="exact", experience=name, score=1.0, margin=1.0
            )
        return self._route_by_score(question.words, refused)

    def _route_by_score(self, words: tuple[str, ...], refused: frozenset[str]) -> RoutingDecision:
        model = self.model
        probabilities = compute_probabilities(model.scorer.score(words), model.unit)
        order = sorted(probabilities, key=probabilities.__getitem__, reverse=True)
        best = order[0]
        top = probabilities[best]
        margin = top - (probabilities[order[1]] if len(order) > 1 else 0.0)
        if best == len(model.intents):
            return RoutingDecision(verdict="miss", reason="out-of-scope", score=top, margin=margin)
        score = calibrate(top, model.slope, model.offsets[best])
        name = model.intents[best]
        if name in refused:
            return RoutingDecision(verdict="miss", reason="denied", score=score, margin=margin)
        if best in model.never_negated and is_negated_command(words):
            return RoutingDecision(verdict="miss", reason="unsure", score=score, margin=margin)
        if score >= model.hit_thresholds[best] and model.scorer.has_known_word(words):
            order = self._find_requested_intents(words)
            if len(order) < 2:
                return RoutingDecision(
                    verdict="hit", reason="scored", experience=name, score=score, margin=margin
                )
        candidates = self._choose_candidates(order, probabilities, refused)
        if not self.clarify or score < model.clarify_threshold or len(candidates) < 2:
            return RoutingDecision(verdict="miss", reason="unsure", score=score, margin=margin)
        return RoutingDecision(
            verdict="clarify", reason="unsure", score=score, margin=margin, candidates=candidates
        )

    def _find_requested_intents(self, words: tuple[str, ...]) -> list[int]:
        """The intents that the requests in `words` would hit one by one; [] if they agree."""
        requests = [self.model.scorer.score(request) for request in split_requests(words)]
        if len({sums.argmax for sums in requests}) < 2:
            return []
        return list(dict.fromkeys(sums.argmax for sums in requests if self._is_hit(sums)))

    def _is_hit(self, sums: ScoreSums) -> bool:
        model, best = self.model, sums.argmax
        if best == len(model.intents):
            return False
        probability = compute_probabilities(sums, model.unit)[best]
        score = calibrate(probability, model.slope, model.offsets[best])
        return score >= model.hit_thresholds[best]

    def _choose_candidates(
        self, order: list[int], probabilities: dict[int, float], refused: frozenset[str]
    ) -> tuple[str, ...]:
        """The best intents that are not denied: the first two, and the third if it is likely."""
        names = self.model.intents
        near = [at for at in order if at < len(names) and names[at] not in refused]
        least = max(probabilities.values()) * _MIN_SHARE
        rest = [at for at in near[2:_MAX_CANDIDATES] if probabilities.get(at, 0.0) >= least]
        return tuple(names[at] for at in (*near[:2], *rest))
