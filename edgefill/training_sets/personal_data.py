"""Finds personal data in examples; what is found is never repeated in a message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from edgefill.core.errors import InputRefused
from edgefill.privacy import find_personal_data
from edgefill.training_sets.example import Example
from edgefill.training_sets.sources.proposal import ProposedExample

# findings that one message names
LISTED = 5


def describe_personal_data(example: Example) -> Iterator[str]:
    """What is personal in the prompt and the answer, unless its values are made up."""
    if example.privacy == "invented":
        return
    for name, text in (("prompt", example.prompt), ("answer", example.answer)):
        for finding in find_personal_data(text):
            yield (
                f"{name}, characters {finding.start + 1} to {finding.end}: {finding.reason}; "
                f"{finding.remedy}"
            )


def refuse_personal_data(proposed: Iterable[ProposedExample]) -> None:
    """InputRefused if an example has personal data; it names the first places."""
    problems = [
        f"{each.place}: {problem}"
        for each in proposed
        for problem in describe_personal_data(each.example)
    ]
    if problems:
        more = len(problems) - LISTED
        rest = [f"and {more} more"] if more > 0 else []
        raise InputRefused("\n".join(["personal data in examples", *problems[:LISTED], *rest]))
