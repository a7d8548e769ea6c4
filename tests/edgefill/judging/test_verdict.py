from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.judging import Judge, ScriptedJudge

KEY = Key(experience="greeting", locale="en", case="any")


def test_a_scripted_judge_decides_by_what_a_text_contains(greeting: Experience) -> None:
    judge: Judge = ScriptedJudge(outcomes={"salad": "fail", "?": "unscored"})
    texts = ["Hello", "word salad", "Hm?"]
    verdicts = [judge.judge(text, key=KEY, experience=greeting) for text in texts]
    assert [each.outcome for each in verdicts] == ["pass", "fail", "unscored"]
    assert [each.probability for each in verdicts] == [1.0, 0.0, None]
    assert verdicts[1].reason == "greeting/en/any: scripted for 'salad'"
