"""Training as a whole: from labels to a file that the runtime judges with."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from edgefill.core.errors import InputRefused
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.judge_training.examples import make_example
from edgefill.judge_training.judge_file import describe_teaching, serialize_judge, to_json_text
from edgefill.judge_training.labels import VERDICT, AcceptedText, JudgeCorpus, LabelledText
from edgefill.judge_training.measurements import measure_example
from edgefill.judge_training.statistics import measure_auc
from edgefill.judge_training.train import STEPS, TrainedJudge, train_judge
from edgefill.judging import SmallJudge
from edgefill.judging.model import parse_model

Shop = tuple[list[LabelledText], list[AcceptedText], dict[str, Experience]]


@pytest.fixture(scope="session")
def shop(
    labels: list[LabelledText], accepted: list[AcceptedText], experiences: dict[str, Experience]
) -> Shop:
    return labels, accepted, experiences


@pytest.fixture(scope="session")
def trained(shop: Shop) -> Iterator[TrainedJudge]:
    steps: list[int] = []
    yield train_judge(make_corpus(shop), shop[2], on_step=lambda: steps.append(1))
    assert len(steps) == STEPS


def make_corpus(
    shop: Shop, *, labels: Sequence[LabelledText] = (), accepted: Sequence[AcceptedText] = ()
) -> JudgeCorpus:
    """The shop's texts and some more."""
    return JudgeCorpus(labels=[*shop[0], *labels], accepted=[*shop[1], *accepted])


def serialize(trained: TrainedJudge, shop: Shop) -> dict[str, Any]:
    return serialize_judge(trained, describe_teaching(make_corpus(shop)))


def test_held_out_texts_are_told_apart(trained: TrainedJudge) -> None:
    log_odds, is_good = trained.select_locale("en")
    assert len(is_good) == 8 * 7
    assert measure_auc(log_odds, is_good) > 0.95


def test_the_runtime_judges_as_the_training_did(trained: TrainedJudge, shop: Shop) -> None:
    judge = SmallJudge(model=parse_model(json.loads(to_json_text(serialize(trained, shop)))))
    key = Key(experience="parcel", locale="en", case="gold.new")
    texts = ["Good day, {{ name }}. Your parcel is on its way to you.", "The on way you your is."]
    verdicts = [judge.judge(text, key=key, experience=shop[2]["parcel"]) for text in texts]
    assert [each.outcome for each in verdicts] == ["pass", "fail"]


def test_the_same_input_gives_the_same_bytes(trained: TrainedJudge, shop: Shop) -> None:
    again = train_judge(make_corpus(shop), shop[2])
    assert to_json_text(serialize(again, shop)) == to_json_text(serialize(trained, shop))


def test_the_file_says_what_it_was_taught_and_how_well(trained: TrainedJudge, shop: Shop) -> None:
    data = serialize(trained, shop)
    assert data["taught"]["labels"] == len(shop[0])
    assert data["locales"].keys() == {"de", "en"}
    assert data["locales"]["en"]["figures"]["bad_of_passed"] == 0
    assert 0 < data["locales"]["en"]["figures"]["bad_bound"] < 1


def test_an_untaught_fault_is_scored_but_not_taught(shop: Shop, trained: TrainedJudge) -> None:
    other = [
        replace(label, fault="drop") if label.labels == (False, False) else label
        for label in shop[0][::2]
    ]
    untaught = train_judge(make_corpus(shop, labels=other), shop[2], untaught="drop")
    assert len(untaught.log_odds) > len(trained.log_odds)


def test_superseded_sentences_are_marked(shop: Shop) -> None:
    key = shop[1][0].key
    old = AcceptedText(key=key, text="A line of old.", is_superseded=True)
    trained = train_judge(make_corpus(shop, accepted=[old]), shop[2])
    assert trained.locales[key.locale].superseded == {("a", "line", "of", "old", ".")}


def test_disputed_lines_are_not_taught(shop: Shop, trained: TrainedJudge) -> None:
    disputed = LabelledText(key=shop[0][0].key, text="Psst.", labels=(True, False))
    again = train_judge(make_corpus(shop, labels=[disputed]), shop[2])
    assert np.array_equal(again.log_odds, trained.log_odds)


def test_too_few_labels_are_refused(shop: Shop) -> None:
    with pytest.raises(InputRefused, match="at least 20 good and 20 bad"):
        train_judge(JudgeCorpus(labels=shop[0][:20], accepted=shop[1]), shop[2])


def list_verdicts(shop: Shop, source: str) -> list[LabelledText]:
    """Fluent texts that nobody else labelled, refused with one label per key."""
    text = "Hello {{ name }}. Your parcel is on its way to you soon."
    label = LabelledText(key=shop[0][0].key, text=text, labels=(False,), source=source)
    return [replace(label, key=each.key, writer="w") for each in shop[0][::8]] * 3


def test_verdicts_of_a_large_judge_teach_less_than_readers(
    shop: Shop, trained: TrainedJudge
) -> None:
    """They count in no figure: the labelled texts stay those of the readers."""
    key, experiences = Key(experience="parcel", locale="en", case="gold.new"), shop[2]
    example = make_example(
        list_verdicts(shop, "")[0].text, key, experiences, is_good=False, weight=1.0
    )
    assert example
    scores = {"": trained.models.score_text(measure_example(example, trained.locales["en"]))}
    for source in (VERDICT, "readers"):
        corpus = make_corpus(shop, labels=list_verdicts(shop, source))
        taught = train_judge(corpus, experiences)
        scores[source] = taught.models.score_text(measure_example(example, taught.locales["en"]))
        assert (len(taught.labelled) == len(trained.labelled)) == (source == VERDICT)
    assert scores["readers"] < scores[VERDICT] < scores[""]


def test_a_text_that_a_judge_had_chosen_is_taught_and_in_no_figure(
    shop: Shop, trained: TrainedJudge
) -> None:
    chosen = replace(shop[0][0], text="Dear {{ name }}. Your parcel.", is_selected=True)
    again = train_judge(make_corpus(shop, labels=[chosen]), shop[2])
    assert len(again.labelled) == len(trained.labelled) + 1
    assert len(again.select_locale("en")[1]) == len(trained.select_locale("en")[1])
