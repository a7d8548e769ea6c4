"""A trained router: a question in, a verdict out. Data from the trainer, never code."""

from __future__ import annotations

from edgefill.routing.denials import EVERYTHING
from edgefill.routing.exact_matches import intent_of
from edgefill.routing.model import parse_model
from edgefill.routing.multi_intent import wishes
from edgefill.routing.negation import is_negated
from edgefill.routing.probabilities import calibrated, chances_of
from edgefill.routing.route import RoutingDecision

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from edgefill.routing.question import Question
    from edgefill.routing.scores import ScoreSums

_CANDIDATES = 3
_FAIR = 0.1  # of the best candidate's chance: below it a candidate is none
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
        """Where `question` goes; `denied` maps a digest to what it must not be routed to."""
        refused = (denials or {}).get(question.digest, _NOTHING)
        if EVERYTHING in refused:
            return RoutingDecision(verdict="miss", reason="denied")
        intent = intent_of(question.digest, self.model.known)
        if intent is not None and self.model.intents[intent] not in refused:
            name = self.model.intents[intent]
            return RoutingDecision(
                verdict="hit", reason="exact", experience=name, score=1.0, margin=1.0
            )
        return self._scored(question.words, refused)

    def sums(self, question: Question) -> ScoreSums:
        """The exact sums: one an intent, in order, and out of scope last."""
        return self.model.scores.of(question.words)

    def chances(self, question: Question) -> dict[int, float]:
        """The chance of each intent that is not faint, not yet calibrated; out of scope last."""
        return chances_of(self.sums(question), self.model.unit)

    def _scored(self, words: tuple[str, ...], refused: frozenset[str]) -> RoutingDecision:
        model = self.model
        chances = chances_of(model.scores.of(words), model.unit)
        order = sorted(chances, key=chances.__getitem__, reverse=True)
        best = order[0]
        chance = chances[best]
        margin = chance - (chances[order[1]] if len(order) > 1 else 0.0)
        if best == len(model.intents):
            return RoutingDecision(
                verdict="miss", reason="out-of-scope", score=chance, margin=margin
            )
        score = calibrated(chance, model.slope, model.offsets[best])
        name = model.intents[best]
        if name in refused:
            return RoutingDecision(verdict="miss", reason="denied", score=score, margin=margin)
        if best in model.plain and is_negated(words):
            return RoutingDecision(verdict="miss", reason="unsure", score=score, margin=margin)
        if score >= model.accept[best] and model.scores.knows(words):
            order = self._wanted(words)
            if len(order) < 2:
                return RoutingDecision(
                    verdict="hit", reason="scored", experience=name, score=score, margin=margin
                )
        candidates = self._candidates(order, chances, refused)
        if not self.clarify or score < model.unsure or len(candidates) < 2:
            return RoutingDecision(verdict="miss", reason="unsure", score=score, margin=margin)
        return RoutingDecision(
            verdict="clarify", reason="unsure", score=score, margin=margin, candidates=candidates
        )

    def _wanted(self, words: tuple[str, ...]) -> list[int]:
        """The intents that the wishes in `words` would be served as alone; [] where they agree."""
        asked = [self.model.scores.of(wish) for wish in wishes(words)]
        if len({sums.loudest for sums in asked}) < 2:
            return []
        return list(dict.fromkeys(sums.loudest for sums in asked if self._serves(sums)))

    def _serves(self, sums: ScoreSums) -> bool:
        model, best = self.model, sums.loudest
        if best == len(model.intents):
            return False
        chance = chances_of(sums, model.unit)[best]
        return calibrated(chance, model.slope, model.offsets[best]) >= model.accept[best]

    def _candidates(
        self, order: list[int], chances: dict[int, float], refused: frozenset[str]
    ) -> tuple[str, ...]:
        """The best intents, two at least where there are two, that nobody denied."""
        names = self.model.intents
        near = [at for at in order if at < len(names) and names[at] not in refused]
        fair = max(chances.values()) * _FAIR
        rest = [at for at in near[2:_CANDIDATES] if chances.get(at, 0.0) >= fair]
        return tuple(names[at] for at in (*near[:2], *rest))
