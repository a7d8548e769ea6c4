"""Training and the edge compute the same numbers, bit for bit."""

import random

from edgefill.router_training.evaluation.thresholds import FalseHitBudget
from edgefill.router_training.fit.features import FeatureCounts
from edgefill.router_training.questions.examples import TrainingExamples
from edgefill.router_training.train import decide, fit
from edgefill.routing.question import MAX_QUESTION, read_question
from edgefill.routing.router import Router


def questions(examples: TrainingExamples, count: int) -> list[str]:
    """Words of the examples and of nobody, in any order and number."""
    dice = random.Random(7)
    known = sorted(
        {word for texts in examples.utterances.values() for text in texts for word in text.split()}
    )
    strange = ["zebra", "x", "a" * 40, "\u00fcber", "#", "@"]
    return [
        " ".join(
            dice.choice(known if dice.random() < 0.8 else strange)
            for _ in range(dice.randint(1, 25))
        )
        for _ in range(count)
    ]


def test_a_thousand_queries_score_alike_bit_for_bit(examples: TrainingExamples) -> None:
    """Numpy's matrices and the edge's big integers give the same integers, and the same chances."""
    fitted = fit(examples, seed=3)
    router = Router(decide(fitted, examples, FalseHitBudget(), clarify=True).router)
    asked = [read_question(raw[:MAX_QUESTION]) for raw in questions(examples, 1000)]
    counts = FeatureCounts([question.words for question in asked]).matrix(fitted.weights.features)
    sums, sizes = fitted.weights.meanings.sums(counts)
    found = [router.sums(question) for question in asked]
    assert [each.exact() for each in found] == sums.tolist()
    assert [each.size for each in found] == sizes.tolist()
    chances = fitted.weights.chances([question.words for question in asked])
    assert [router.chances(question) for question in asked] == chances
