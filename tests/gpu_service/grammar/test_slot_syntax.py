"""The forms in which a template may write a slot."""

from __future__ import annotations

from edgefill.core.slots import Slot
from gpu_service.grammar import slot_syntax


def test_each_type_has_its_filter() -> None:
    """Money and numbers are printed only through their filters."""
    assert slot_syntax.list_print_forms(Slot(name="m", type="money")) == ("{{ m | money }}",)
    assert slot_syntax.list_print_forms(Slot(name="n", type="name")) == ("{{ n }}",)
    assert "{{ t | time('short') }}" in slot_syntax.list_print_forms(
        Slot(name="t", type="datetime")
    )
    assert slot_syntax.list_print_forms(Slot(name="b", type="boolean")) == ()


def test_only_what_may_be_undefined_needs_a_guard() -> None:
    """A slot with a default is always defined."""
    assert slot_syntax.list_guards(Slot(name="a", type="text")) == ("{% if a is defined %}",)
    assert slot_syntax.list_guards(Slot(name="a", type="text", default="x")) == ()
    assert slot_syntax.list_guards(Slot(name="a", type="boolean")) == (
        "{% if a %}",
        "{% if not a %}",
    )


def test_choices_that_need_an_escape_are_not_compared() -> None:
    """An enum's value with a quote is not used in conditions."""
    slot = Slot(name="t", type="enum", values=("gold", "o'clock"), default="gold")
    assert slot_syntax.list_comparisons(slot) == ("t == 'gold'",)


def test_the_loop_variable_differs_from_every_slot() -> None:
    """A slot named `i` makes the variable `ii`."""
    assert slot_syntax.choose_loop_variable([Slot(name="a", type="text")]) == "i"
    assert slot_syntax.choose_loop_variable([Slot(name="i", type="text")]) == "ii"
