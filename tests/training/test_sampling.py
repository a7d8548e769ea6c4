"""The tiny model is sampled and its texts are judged."""

from pathlib import Path

import pytest

from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.prompts import PromptTemplates
from gpu_service.engines.onnx.model import OnnxModel
from training.corpus.examples import list_held_out
from training.sampling import HeldOutPrompt, sample_text

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("constrained", [True, False])
def test_the_model_is_sampled_and_judged(constrained: bool) -> None:
    """The committed export writes for a held-out combination; with the grammar it compiles."""
    catalogue = load_catalogue(ROOT / "templates" / "catalogue")
    prompts = PromptTemplates.load(ROOT / "templates" / "prompts")
    prompt = HeldOutPrompt.build(catalogue, prompts, list_held_out(catalogue)[0], "de")
    model = OnnxModel(ROOT / "training" / "tiny_model" / "onnx")
    text = sample_text(model, prompt, seed=1, constrained=constrained)
    assert text.text.strip()
    assert text.tokens > 5
    assert (text.compiles and text.uses_required) or not constrained
    assert sample_text(model, prompt, seed=1, constrained=constrained) == text
