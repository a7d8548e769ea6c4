from edgefill.core.keys import Key
from edgefill.judge_training.labels import LabelledText
from edgefill.judge_training.report import JudgedLabel, make_judge_report
from edgefill.judging import Outcome, Verdict


def make_row(
    probability: float | None, *labels: bool, locale: str = "en", fault: str = ""
) -> JudgedLabel:
    outcome: Outcome = "unscored"
    if probability is not None:
        outcome = "pass" if probability > 0.5 else "fail"
    key = Key(experience="a", locale=locale, case="any")
    return JudgedLabel(
        label=LabelledText(key=key, text="Hi", labels=labels, fault=fault),
        verdict=Verdict(
            outcome=outcome, probability=probability, reason="why", judge="j", version="1"
        ),
    )


def test_figures_are_of_the_texts_on_which_readers_agree() -> None:
    rows = [
        make_row(0.9, True, True),
        make_row(0.8, False, False, fault="drop"),
        make_row(0.2, False, False),
        make_row(0.1, True, True),
        make_row(None, True, True),
        make_row(0.7, True, False),
    ]
    report = make_judge_report(rows)
    english = report["locales"]["en"]
    assert english["confusion"] == {
        "good_passed": 1,
        "good_refused": 2,
        "bad_passed": 1,
        "bad_refused": 1,
    }
    assert english["precision"]["value"] == 0.5
    assert english["recall"]["value"] == 0.3333
    assert english["auc"]["value"] == 0.5
    assert english["unscored"] == 1
    assert report["readers"]["agreed"] == 5
    assert report["faults"] == {"drop": {"bad": 1, "auc": 0.5}}
    assert [row["probability"] for row in report["disagreements"]] == [0.8, 0.1, None]
    assert [row["labels"] for row in report["readers_differ"]] == [[True, False]]


def test_a_locale_that_nothing_scores_has_no_figures() -> None:
    report = make_judge_report([make_row(None, True, locale="fr")])
    assert report["locales"]["fr"]["auc"] == {"value": None, "low": None, "high": None}
    assert report["locales"]["fr"]["ece"] is None
    assert report["readers"]["kappa"] == {}
