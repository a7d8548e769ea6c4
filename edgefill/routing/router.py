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
        requested: list[int] = []
        is_sure = score >= model.hit_thresholds[best] and model.scorer.has_known_word(words)
        if is_sure and not self._is_contradicted(best, words):
            requested = self._find_requested_intents(words)
            if len(requested) < 2:
                return RoutingDecision(
                    verdict="hit", reason="scored", experience=name, score=score, margin=margin
                )
        likely = [at for at in order if probabilities[at] >= model.min_link_probability]
        candidates = self._choose_candidates(requested or likely, words, refused)
        if not self.clarify or score < model.clarify_threshold or not candidates:
            return RoutingDecision(verdict="miss", reason="unsure", score=score, margin=margin)
        return RoutingDecision(
            verdict="clarify", reason="unsure", score=score, margin=margin, candidates=candidates
        )

    def _is_contradicted(self, intent: int, words: tuple[str, ...]) -> bool:
        """Whether `words` contradict what `intent` asserts."""
        assertion = self.model.assertions[intent]
        return assertion is not None and (
            assertion.is_opposed_by(self.model.states.find(words)) or assertion.is_negated_by(words)
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
        self, likely: list[int], words: tuple[str, ...], refused: frozenset[str]
    ) -> tuple[str, ...]:
        """The best intents that are neither denied nor the opposite of what `words` say."""
        names, assertions = self.model.intents, self.model.assertions
        states = self.model.states.find(words)
        return tuple(
            names[at]
            for at in likely
            if at < len(names)
            and names[at] not in refused
            and not ((said := assertions[at]) and said.is_opposed_by(states))
        )[:_MAX_CANDIDATES]
