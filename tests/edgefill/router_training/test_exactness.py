"""Training and the edge compute the same numbers, bit for bit."""

import random

from edgefill.router_training.evaluation.thresholds import FalseHitBudget
from edgefill.router_training.fit.features import FeatureCounts
from edgefill.router_training.questions.examples import TrainingExamples
from edgefill.router_training.train import decide, fit
from edgefill.routing.probabilities import compute_probabilities
from edgefill.routing.question import MAX_QUESTION, read_question
from edgefill.routing.router import Router


def make_questions(examples: TrainingExamples, count: int) -> list[str]:
    """Random words, some from the examples."""
    rng = random.Random(7)
    words = sorted(
        {word for texts in examples.utterances.values() for text in texts for word in text.split()}
    )
    foreign = ["zebra", "x", "a" * 40, "\u00fcber", "#", "@"]
    return [
        " ".join(
            rng.choice(words if rng.random() < 0.8 else foreign) for _ in range(rng.randint(1, 25))
        )
        for _ in range(count)
    ]


def test_a_thousand_queries_score_equally_bit_for_bit(examples: TrainingExamples) -> None:
    """Numpy's matrices and the edge's packed integers give equal sums and equal probabilities."""
    fitted = fit(examples, seed=3)
    router = Router(decide(fitted, examples, FalseHitBudget(), clarify=True).router)
    questions = [read_question(raw[:MAX_QUESTION]) for raw in make_questions(examples, 1000)]
    counts = FeatureCounts([question.words for question in questions]).build_matrix(
        fitted.weights.features
    )
    sums, sizes = fitted.weights.low_rank.compute_sums(counts)
    scores = [router.model.scorer.score(question.words) for question in questions]
    assert [each.to_exact() for each in scores] == sums.tolist()
    assert [each.size for each in scores] == sizes.tolist()
    predicted = fitted.weights.predict_probabilities([question.words for question in questions])
    assert [compute_probabilities(each, router.model.unit) for each in scores] == predicted
