"""Examples are varied, and the variations stay consistent."""

import random

from edgefill.catalogue.catalogue import Catalogue
from edgefill.compiler import find_refusals
from training.corpus.augmentation import corrupt_text, rename_slot, vary_slots
from training.corpus.phrase_bank import find_slots


def test_renaming_changes_only_code(shop: Catalogue) -> None:
    """A slot's new name is in the declaration and wherever the text's code names the slot."""
    experience = shop.entry("welcome").experience
    text = "Your name, {{ name }}, {{ percent | number }}% at {{ shop_url }}"
    for seed in range(10):
        other, (renamed,) = rename_slot(experience, [text], random.Random(seed))
        assert find_slots(renamed) == {slot.name for slot in other.slots}
        assert renamed.startswith("Your name, ")
        assert other.slots != experience.slots


def test_only_optional_slots_are_left_out(shop: Catalogue) -> None:
    """The required slots stay, in whatever order."""
    experience = shop.entry("order-delayed").experience
    required = {slot.name for slot in experience.slots if slot.required}
    counts = set()
    for seed in range(20):
        slots = vary_slots(experience, random.Random(seed)).slots
        assert required <= {slot.name for slot in slots}
        counts.add(len(slots))
    assert counts == {len(experience.slots), len(experience.slots) - 1}


def test_a_corrupted_text_has_the_compilers_first_error(shop: Catalogue) -> None:
    """The complaint is what the compiler reports of the corrupted text."""
    experience = shop.entry("welcome").experience
    text = "<p>Welcome, {{ name }}: {{ percent | number }}% at {{ shop_url }}</p>"
    corrupted = corrupt_text(text, experience, "en", random.Random(1))
    assert corrupted is not None
    assert corrupted.text != text
    first, *_ = find_refusals(corrupted.text, experience=experience, locale="en", name="welcome")
    assert corrupted.complaint == str(first)
