"""Masking: a question without the names in it, before a model or a person who reviews sees it.

Numbers, codes and addresses are masked already, where the question is read
(edgefill/routing/question.py).
"""

from __future__ import annotations

import re

from edgefill.privacy.first_names import FIRST_NAMES
from edgefill.routing.question import NAME_MASK

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_INTRODUCED = re.compile(
    r"\b((?:my|the|our|her|his|customer) ?name(?: is|s)|this is|mein(?: nach)?name(?: ist)?|"
    r"ich hei(?:ss|ß)e|hier ist|mr|mrs|ms|herr|herrn|frau)"
    r"(?: (?!(?:a|an|the|my|not|no|wrong|mein|meine|ein|eine|der|die|das)\b)[^\W\d_]+){1,2}"
)


def mask_names(text: str) -> str:
    """A casefolded `text` with a mark for each first name and each name that is introduced."""
    introduced = _INTRODUCED.sub(rf"\1 {NAME_MASK}", text)
    return _WORD.sub(lambda word: NAME_MASK if word[0] in FIRST_NAMES else word[0], introduced)
