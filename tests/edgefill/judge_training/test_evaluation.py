"""Evaluation: a judge of labels that it was not taught."""

import math
from dataclasses import replace

import pytest

from edgefill.core.errors import InputRefused
from edgefill.core.experience import Experience
from edgefill.judge_training.evaluation import evaluate_judge, measure_untaught
from edgefill.judge_training.faults import FAULTS
from edgefill.judge_training.labels import AcceptedText, JudgeCorpus, LabelledText


@pytest.fixture
def corpus(labels: list[LabelledText], accepted: list[AcceptedText]) -> JudgeCorpus:
    """The case basic.old is the split `test`; half of its texts are by another writer."""
    return JudgeCorpus(
        labels=[
            replace(
                label,
                split="test" if label.key.case == "basic.old" else "train",
                writer="new" if number % 2 else "old",
            )
            for number, label in enumerate(labels)
        ],
        accepted=accepted,
    )


def test_texts_of_the_split_are_judged_per_locale(
    corpus: JudgeCorpus, experiences: dict[str, Experience]
) -> None:
    report = evaluate_judge(corpus, experiences)
    assert report["all"]["texts"] == 28
    assert report["locales"]["de"]["auc"]["value"] > 0.9


def test_only_texts_of_the_writer_are_judged(
    corpus: JudgeCorpus, experiences: dict[str, Experience]
) -> None:
    assert evaluate_judge(corpus, experiences, writer="new")["all"]["texts"] < 28


def test_a_split_with_all_labels_leaves_none_to_teach(
    corpus: JudgeCorpus, experiences: dict[str, Experience]
) -> None:
    labels = [replace(label, split="test") for label in corpus.labels]
    with pytest.raises(InputRefused, match="at least 20 good"):
        evaluate_judge(replace(corpus, labels=labels), experiences)


def test_an_untaught_fault_has_a_figure_per_locale_and_one_of_all(
    corpus: JudgeCorpus, experiences: dict[str, Experience]
) -> None:
    """Of kinds that no labelled text has there is none."""
    figures = measure_untaught(corpus, experiences)
    assert figures.keys() == FAULTS.keys()
    assert figures["salad"].keys() == {"de", "en", "all"}
    assert figures["salad"]["all"] > 0.5
    assert math.isnan(figures["swap"]["de"])
