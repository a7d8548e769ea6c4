"""Transforming: turns an accepted text into the text of a derived experience.

`model_transformer.py` asks a model; `extract_transformer.py` needs none: it takes whole sentences,
which `template_sentences.py` finds.
"""

from edgefill.drafting.transforming.extract_transformer import ExtractTransformer
from edgefill.drafting.transforming.model_transformer import ModelTransformer

__all__ = ["ExtractTransformer", "ModelTransformer"]
