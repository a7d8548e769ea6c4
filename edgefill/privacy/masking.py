"""Masks the names in a question before a model or a reviewer sees it.

Numbers, codes and addresses are masked earlier, where the edge reads the question
(edgefill/routing/question.py): the edge must not carry the name lists, and must never forward or
log a number.
"""

from __future__ import annotations

import re

from edgefill.privacy.person_names import FIRST_NAMES, INTRODUCED_NAME

# replaces a name where a question is stored or shown to a model
NAME_MASK = "[name]"
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def mask_names(text: str) -> str:
    """A casefolded `text` with NAME_MASK for each first name and each name that is introduced."""
    text = INTRODUCED_NAME.sub(rf"\1 {NAME_MASK}", text)
    return _WORD.sub(lambda word: NAME_MASK if word[0] in FIRST_NAMES else word[0], text)


def remove_name_masks(text: str) -> str:
    """A masked `text` without its NAME_MASKs: in words that a visitor could have typed."""
    return " ".join(text.replace(NAME_MASK, " ").split())
