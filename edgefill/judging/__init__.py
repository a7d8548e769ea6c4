"""Judging: decides whether a template text may be published.

`verdict.py` holds the verdict and the seam; `small_judge.py` judges with a trained model
(`model.py`) on one core: `prose.py` reads the text, `features.py` and `repetition.py` measure it
against the shop's accepted texts (`accepted_texts.py`). `edgefill.judge_training` trains the model.
"""

from edgefill.judging.small_judge import SmallJudge
from edgefill.judging.verdict import Judge, MissingJudge, Outcome, ScriptedJudge, Verdict

__all__ = ["Judge", "MissingJudge", "Outcome", "ScriptedJudge", "SmallJudge", "Verdict"]
