"""What a reader must know before a report's figures."""

from __future__ import annotations

from edgefill.router_training.evaluation.thresholds import FalseHitBudget
from edgefill.router_training.questions.examples import TrainingSample, owners_of


def remarks_of(
    sample: TrainingSample, budget: FalseHitBudget, *, certified: bool
) -> tuple[str, ...]:
    """One sentence a matter, the gravest first; none when all is as it should be."""
    remarks = () if certified else (_uncertified(budget),)
    return (*remarks, *_contradictions(sample), *_repetitions(sample))


def _uncertified(budget: FalseHitBudget) -> str:
    return (
        f"too few examples to certify {budget.false_hits:.1%} false hits with "
        f"{budget.confidence:.0%} confidence: the threshold kept them here, which proves little; "
        "add utterances or raise the budget"
    )


def _contradictions(sample: TrainingSample) -> tuple[str, ...]:
    torn = {each.text: targets for each, targets in owners_of(sample).items() if len(targets) > 1}
    if not torn:
        return ()
    text, targets = next(iter(torn.items()))
    names = (*sample.intents, "out of scope")
    where = " and ".join(names[target] for target in sorted(targets))
    return (
        f"questions that stand under two intents: {len(torn)}, such as {text!r} under {where}; "
        "keep each under one",
    )


def _repetitions(sample: TrainingSample) -> tuple[str, ...]:
    count, different = len(sample.questions), len(owners_of(sample))
    if different > count // 2:
        return ()
    return (f"of {count} questions {different} are different; repetitions teach nothing",)
