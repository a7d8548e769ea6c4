import pytest

from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.judging import Judge, MissingJudge, ScriptedJudge, Verdict
from edgefill.judging.verdict import verdict_from_json, verdict_to_json

KEY = Key(experience="greeting", locale="en", case="any")


def test_a_scripted_judge_decides_by_what_a_text_contains(greeting: Experience) -> None:
    judge: Judge = ScriptedJudge(outcomes={"salad": "fail", "?": "unscored"})
    texts = ["Hello", "word salad", "Hm?"]
    verdicts = [judge.judge(text, key=KEY, experience=greeting) for text in texts]
    assert [each.outcome for each in verdicts] == ["pass", "fail", "unscored"]
    assert [each.probability for each in verdicts] == [1.0, 0.0, None]
    assert verdicts[1].reason == "greeting/en/any: scripted for 'salad'"


def test_without_a_judge_every_text_is_held(greeting: Experience) -> None:
    judge: Judge = MissingJudge()
    verdict = judge.judge("Hello", key=KEY, experience=greeting)
    assert (verdict.outcome, verdict.probability, judge.version) == ("unscored", None, "")
    assert "roles.yaml" in verdict.reason


def test_a_verdict_survives_its_json_form() -> None:
    verdict = Verdict(outcome="fail", reason="no", judge="small", version="1", probability=0.25)
    assert verdict_from_json(verdict_to_json(verdict)) == verdict


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "good"},
        {"role": "drafter"},
        {"probability": 1.5},
        {"probability": "1"},
        {"reason": 5},
        {"judge": None},
        {"version": []},
        {"x": 1},
    ],
)
def test_another_form_of_verdict_is_refused(change: dict[str, object]) -> None:
    verdict = Verdict(outcome="pass", reason="", judge="small", version="1", probability=1.0)
    with pytest.raises((ValueError, TypeError)):
        verdict_from_json(verdict_to_json(verdict) | change)
