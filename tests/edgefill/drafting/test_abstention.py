"""A writer that cannot answer says so."""

from pathlib import Path

import pytest

from edgefill.core.errors import WriterAbstained
from edgefill.drafting.abstention import MARKER, is_abstention, require_answer, require_writer


@pytest.mark.parametrize(
    "text",
    ["NO ANSWER", "no answer.", "<p>NO ANSWER</p>", "\n**No Answer**\n", "<p>No answer!</p>"],
)
def test_the_marker_is_known_in_any_dress(text: str) -> None:
    """With or without markup and punctuation."""
    assert is_abstention(text)
    with pytest.raises(WriterAbstained):
        require_answer(text)


@pytest.mark.parametrize(
    "text", ["", "There is no answer.", "NO ANSWER needed", "<p>Yes</p>", "NOANSWER"]
)
def test_a_text_that_mentions_it_is_a_text(text: str) -> None:
    """Only the marker on its own is an abstention."""
    assert not is_abstention(text)
    require_answer(text)


def test_a_writer_without_a_prompt_for_questions_abstains() -> None:
    """No model is asked."""
    require_writer(answers_questions=True)
    with pytest.raises(WriterAbstained, match=r"roles\.yaml"):
        require_writer(answers_questions=False)


def test_the_shops_prompt_asks_for_the_marker() -> None:
    """What the prompt asks for is what the drafter recognises."""
    assert f"write only: {MARKER}." in Path("templates/prompts/answer.j2").read_text()
