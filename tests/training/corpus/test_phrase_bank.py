"""Slots are found in templates and phrases."""

from training.corpus.phrase_bank import find_slots


def test_slots_are_found_wherever_they_are_named() -> None:
    """In expressions, conditions and loops; loop variables and `loop` are not slots."""
    text = (
        "{{ a | date }}{% if b is defined %}x{% endif %}{% if not c %}y{% endif %}"
        "{% for i in d %}{{ i.e }}{% if not loop.last %}, {% endif %}{% endfor %}"
    )
    assert find_slots(text) == {"a", "b", "c", "d"}
