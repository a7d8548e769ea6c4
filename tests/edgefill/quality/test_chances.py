"""The judge's chances in bins, and who else has read the texts."""

from __future__ import annotations

from edgefill.judging.verdict import Verdict, make_person_verdict
from edgefill.quality.chances import BINS, average, bin_chances
from tests.edgefill.quality.conftest import make_candidate


def test_bins_by_chance() -> None:
    """0 is in the first bin and 1 in the last; texts without a chance are in none."""
    bins = bin_chances(
        [
            make_candidate("fail", chance=0.0),
            make_candidate("fail", chance=0.04),
            make_candidate("pass", chance=1.0),
            make_candidate("unscored"),
            make_candidate(),
        ]
    )
    assert len(bins) == BINS
    assert (bins[0].texts, bins[0].failed, bins[0].mean_chance) == (2, 2, 0.02)
    assert (bins[-1].texts, bins[-1].passed, bins[-1].high) == (1, 1, 1.0)
    assert sum(each.texts for each in bins) == 3


def test_compares_with_people_and_critic() -> None:
    """Each reader's verdicts are counted apart; the judge's own outcome stays."""
    critique = Verdict(outcome="fail", reason="", judge="critic", version="1", role="critic")
    read = make_person_verdict("pass", reader="ada", reason="fine")
    candidate = make_candidate("fail", chance=0.55).add_verdicts(critique, read)
    bin_ = bin_chances([candidate])[5]
    assert (bin_.failed, bin_.by_people, bin_.by_critic) == (1, (1, 1), (1, 0))


def test_has_no_figure_without_texts() -> None:
    """There is no mean of nothing, and no NaN."""
    assert average([]) is None
    assert {each.mean_chance for each in bin_chances([])} == {None}
