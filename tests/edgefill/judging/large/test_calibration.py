import pytest

from edgefill.judging.large import Calibration


@pytest.mark.parametrize("chance", [0.0, 0.3, 1.0])
def test_without_figures_a_chance_stays_as_it_is(chance: float) -> None:
    assert Calibration().apply(chance) == chance


def test_a_certain_model_becomes_less_certain() -> None:
    """Chances of exactly 0 and 1 too."""
    calibration = Calibration(slope=0.5)
    assert 0 < calibration.apply(0.0) < 0.01
    assert calibration.apply(0.5) == 0.5
    assert 0.99 < calibration.apply(1.0) < 1
