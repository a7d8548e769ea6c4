"""What the report on the tiny model is measured with."""

from pathlib import Path

import pytest

from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.prompts import PromptTemplates
from gpu_service.engines.onnx.model import OnnxModel
from training.corpus.examples import held_out
from training.writing import Assignment, write

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("constrained", [True, False])
def test_the_model_writes_and_is_judged(constrained: bool) -> None:
    """A held-out combination, by the committed export; with the grammar its text compiles."""
    catalogue = load_catalogue(ROOT / "templates" / "catalogue")
    prompts = PromptTemplates.load(ROOT / "templates" / "prompts")
    assignment = Assignment.of(catalogue, prompts, held_out(catalogue)[0], "de")
    model = OnnxModel(ROOT / "training" / "tiny_model" / "onnx")
    written = write(model, assignment, seed=1, constrained=constrained)
    assert written.text.strip()
    assert written.tokens > 5
    assert (written.compiles and written.uses_required) or not constrained
    assert write(model, assignment, seed=1, constrained=constrained) == written
