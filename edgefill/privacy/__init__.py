"""Everything that recognises or masks personal data in text.

`find_personal_data` is for templates, which must not contain any (the compiler's lint);
`mask_names` is for questions. Only the edge has rules of its own: edgefill/routing/question.py
masks words with digits or at signs, because the edge's bundle does not carry this package.
"""

from collections.abc import Iterator

from edgefill.privacy.identifiers import TextFinding, find_identifiers
from edgefill.privacy.masking import mask_names, remove_name_masks
from edgefill.privacy.person_names import find_first_names, find_greeted_names

__all__ = ["TextFinding", "find_personal_data", "mask_names", "remove_name_masks"]


def find_personal_data(literals: str) -> Iterator[TextFinding]:
    """Identifiers and names of persons in literal text, the most specific findings first."""
    yield from find_identifiers(literals)
    yield from find_greeted_names(literals)
    yield from find_first_names(literals)
