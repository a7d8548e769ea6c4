"""A trained router: a question in, a verdict out. Data from the trainer, never code."""

from __future__ import annotations

from lambdas.core.errors import ObjectCorrupt
from lambdas.core.routing.lanes import Lanes
from lambdas.core.routing.route import Route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from lambdas.core.routing.question import Question

VERSION = 1
DIGEST = 5  # bytes of a question's digest in the table of known questions
EVERYTHING = "*"  # in a deny-list: no experience at all
_NOTHING: frozenset[str] = frozenset()


class Router:
    """One partition's router in memory."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """ObjectCorrupt when `data` is not what `lambdas.router` wrote."""
        try:
            if data["v"] != VERSION:
                raise ObjectCorrupt(f"router: version {data['v']!r}, this code reads {VERSION}")
            self.intents = tuple(str(name) for name in data["intents"])
            self.labels = {name: str(data["labels"][name]) for name in self.intents}
            self.clarify = bool(data["clarify"])
            self._scale = float(data["scale"])
            self._bias = [float(bias) for bias in data["bias"]]
            self._accept = [float(least) for least in data["accept"]]
            self._unsure = float(data["unsure"])
            self._known = _known(data["known"], len(self.intents))
            lanes = len(self.intents) + 1
            if (len(self._bias), len(self._accept)) != (lanes, lanes - 1):
                raise ValueError("biases or thresholds for other intents")
            self._lanes = Lanes(_bytes(data["weights"]), bits=int(data["bits"]), width=lanes)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ObjectCorrupt(f"router: {type(error).__name__} at {error}") from error

    def route(
        self, question: Question, denied: Mapping[str, frozenset[str]] | None = None
    ) -> Route:
        """Where `question` goes; `denied` maps a digest to what it must not be routed to."""
        refused = (denied or {}).get(question.digest, _NOTHING)
        if EVERYTHING in refused:
            return Route(verdict="miss", reason="denied")
        known = self._known.get(bytes.fromhex(question.digest[: 2 * DIGEST]))
        if known is not None and self.intents[known] not in refused:
            name = self.intents[known]
            return Route(verdict="hit", reason="exact", experience=name, score=1.0, margin=1.0)
        return self._scored(question, refused)

    def scores(self, question: Question) -> list[int]:
        """The exact sums: one an intent, in order, and out of scope last."""
        return self._lanes.add(question.words)

    def chances(self, question: Question) -> list[float]:
        """The calibrated chance of each intent, in order, and out of scope last."""
        from math import exp  # noqa: PLC0415 built in, and not free

        scale = self._scale
        pairs = zip(self.scores(question), self._bias, strict=True)
        logits = [score * scale + bias for score, bias in pairs]
        top = max(logits)
        parts = [exp(logit - top) for logit in logits]
        total = sum(parts)
        return [part / total for part in parts]

    def _scored(self, question: Question, refused: frozenset[str]) -> Route:
        chances = self.chances(question)
        order = sorted(range(len(chances)), key=chances.__getitem__, reverse=True)[:4]
        best, second = order[0], order[1]
        score, margin = chances[best], chances[best] - chances[second]
        if best == len(self.intents):
            return Route(verdict="miss", reason="out-of-scope", score=score, margin=margin)
        name = self.intents[best]
        if name in refused:
            return Route(verdict="miss", reason="denied", score=score, margin=margin)
        if question.words and score >= self._accept[best]:
            return Route(
                verdict="hit", reason="scored", experience=name, score=score, margin=margin
            )
        near = [i for i in order if i < len(self.intents) and self.intents[i] not in refused]
        if self.clarify and score >= self._unsure and len(near) > 1:
            return Route(
                verdict="clarify",
                reason="unsure",
                score=score,
                margin=margin,
                candidates=tuple(self.intents[i] for i in near[:3]),
            )
        return Route(verdict="miss", reason="unsure", score=score, margin=margin)


def _known(tables: list[str], intents: int) -> dict[bytes, int]:
    """Digest -> intent, from one run of digests an intent."""
    if len(tables) != intents:
        raise ValueError("known questions for other intents")
    known: dict[bytes, int] = {}
    for intent, table in enumerate(tables):
        run = _bytes(table)
        if len(run) % DIGEST:
            raise ValueError("half a digest")
        for start in range(0, len(run), DIGEST):
            known[run[start : start + DIGEST]] = intent
    return known


def _bytes(text: str) -> bytes:
    from binascii import a2b_base64  # noqa: PLC0415 as in base64url.py

    return a2b_base64(text.encode("ascii"), strict_mode=True)
