"""Judges and critics that ask a large model: any OpenAI-compatible server, or our own service.

`rubric.py` holds the rubric, `rubric_file.py` reads it; `large_judge.py`, `large_critic.py` and
`pairwise.py` ask; `reply.py` reads the answers and refuses what is not one.
"""

from edgefill.judging.large.calibration import Calibration
from edgefill.judging.large.large_critic import LargeCritic
from edgefill.judging.large.large_judge import LargeJudge
from edgefill.judging.large.pairwise import PairwiseJudge, Preference
from edgefill.judging.large.rubric import Criterion, ExperienceRubric, Rubric
from edgefill.judging.large.rubric_file import load_rubric

__all__ = [
    "Calibration",
    "Criterion",
    "ExperienceRubric",
    "LargeCritic",
    "LargeJudge",
    "PairwiseJudge",
    "Preference",
    "Rubric",
    "load_rubric",
]
