"""Compiling yields a program, or every refusal with its place, reason and remedy."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from edgefill.compiler import compile_template, find_refusals
from edgefill.core.cases import CaseSpec
from edgefill.core.errors import TemplateRefused
from edgefill.core.experience import Experience
from edgefill.core.slots import Slot
from edgefill.template.program import link_program

Make = Callable[..., Experience]


def test_a_program_states_what_it_uses(make_experience: Make) -> None:
    """It has the slots in declared order, whether one is personal, and the most bytes."""
    compiled = compile_template(
        "{{ n }}<p>{{ name }}</p>", experience=make_experience(), locale="en", name="t"
    )
    assert compiled.program["slots"] == ["name", "n"]
    assert compiled.program["personal"] is True
    assert compiled.max_bytes == compiled.program["max_bytes"] == 7 + 30 * 4 + 200 * 5
    plain = compile_template("{{ n }}", experience=make_experience(), locale="en", name="t")
    assert plain.program["personal"] is False


def test_equal_formats_are_stored_once(make_experience: Make) -> None:
    """Two dates in one style share their month names."""
    text = "{{ day | date }} {{ at | date }} {{ day | date('full') }}"
    compiled = compile_template(text, experience=make_experience(), locale="de", name="t")
    assert len(compiled.program["formats"]) == 2


LANGUAGE = [
    ("{{ foo }}", 4, "undeclared-slot"),
    ("{{ loop }}", 4, "undeclared-slot"),
    ("{{ name.first }}", 8, "undeclared-field"),
    ("{{ loop.index }}", 8, "undeclared-field"),
    ("{% for j in parts %}{{ j.items }}{% endfor %}", 25, "undeclared-field"),
    ("{% for j in parts %}{{ j }}{% endfor %}", 24, "print"),
    ("{% for j in parts %}{% if j %}x{% endif %}{% endfor %}", 27, "test"),
    ("{% for j in parts %}{{ loop.index0 }}{% endfor %}", 28, "undeclared-field"),
    ("{% for j in parts %}{% endfor %}{{ j.title }}", 37, "undeclared-field"),
    ("{{ total }}", 4, "print"),
    ("{{ vip }}", 4, "print"),
    ("{{ tags }}", 4, "print"),
    ("{{ 'x' }}", 4, "language"),
    ("{{ 3 }}", 4, "language"),
    ("{{ name ~ note }}", 4, "language"),
    ("{{ name if vip }}", 4, "language"),
    ("{{ name == 'x' }}", 4, "language"),
    ("{{ vip is defined }}", 8, "language"),
    ("{{ name() }}", 8, "language"),
    ("{{ parts[0] }}", 9, "language"),
    ("{{ parts[0].title }}", 12, "language"),
    ("{{ n + 1 }}", 4, "language"),
    ("{{ name | safe }}", 11, "language"),
    ("{{ range(3) }}", 9, "language"),
    ("{% set x = 1 %}", 4, "language"),
    ("{% include 'x' %}", 4, "language"),
    ("{% macro m() %}{% endmacro %}", 4, "language"),
    ("{% if name is none %}{% endif %}", 12, "language"),
    ("{% if 1 < n < 3 %}{% endif %}", 7, "language"),
    ("{% for x in tags if x %}{% endfor %}", 4, "language"),
    ("{% for x in tags %}{% else %}x{% endfor %}", 4, "language"),
    ("{% for a, b in parts %}{% endfor %}", 4, "language"),
    ("{% for x in tags|upper %}{% endfor %}", 18, "language"),
    ("{% for x in name %}{% endfor %}", 13, "language"),
    ("{% for n in tags %}{% endfor %}", 8, "language"),
    ("{% for loop in tags %}{% endfor %}", 8, "language"),
    (
        "{% for a in tags %}{% for b in tags %}{% for c in tags %}"
        "{% endfor %}{% endfor %}{% endfor %}",
        42,
        "language",
    ),
    ("{% if vip %}" * 11 + "{{ name }}" + "{% endif %}" * 11, 136, "language"),
    ("{{ n | upper }}", 8, "filter"),
    ("{{ name | truncate('9') }}", 11, "filter"),
    ("{{ name | truncate(note) }}", 11, "filter"),
    ("{{ name | truncate(2) }}", 11, "filter"),
    ("{{ name | truncate(9, leeway=-1) }}", 11, "filter"),
    ("{{ name | truncate(9, length=9) }}", 11, "filter"),
    ("{{ name | truncate(*tags) }}", 11, "filter"),
    ("{{ name | upper(1) }}", 11, "filter"),
    ("{{ name | truncate(999999) }}", 11, "filter"),
    ("{{ name | default(3) }}", 11, "filter"),
    ("{{ total | default('none') | money }}", 12, "filter"),
    ("{{ day | default('soon') }}", 10, "filter"),
    ("{{ day | date('tiny') }}", 10, "filter"),
    ("{{ at | time('full') }}", 9, "filter"),
    ("{{ day | time }}", 10, "filter"),
    ("{{ bare | money }}", 11, "filter"),
    ("{{ parts | join }}", 12, "filter"),
    ("{{ parts | join(', ', attribute='price') }}", 12, "filter"),
    ("{{ parts | first }}", 12, "filter"),
    ("{% if n > 3 %}{% endif %}", 7, "test"),
    ("{% if n > name %}{% endif %}", 7, "test"),
    ("{% if n == '3' %}{% endif %}", 7, "test"),
    ("{% if total == '3 EUR' %}{% endif %}", 7, "test"),
    ("{% if tier == 'silver' %}{% endif %}", 7, "test"),
    ("{% if day == 'today' %}{% endif %}", 7, "test"),
    ("{% if tier in ['gold', 'tin'] %}{% endif %}", 7, "test"),
    ("{% if tier in [name] %}{% endif %}", 7, "test"),
    ("{% if 3 in name %}{% endif %}", 7, "test"),
    ("{% if name in tags %}{% endif %}", 7, "test"),
    ("{% if 3 in tags %}{% endif %}", 7, "test"),
    ("{% if 'x' in parts %}{% endif %}", 7, "test"),
]


@pytest.mark.parametrize(("text", "column", "rule"), LANGUAGE)
def test_unsupported_constructs_are_refused(
    make_experience: Make, text: str, column: int, rule: str
) -> None:
    """Each construct is refused at its own column, with a remedy."""
    bare = Slot(name="bare", type="money")
    experience = make_experience(slots=(*make_experience().slots, bare))
    refusals = find_refusals("ok\n" + text, experience=experience, locale="de", name="t")
    assert [(e.line, e.column, e.rule) for e in refusals] == [(2, column, rule)]
    assert refusals[0].reason
    assert refusals[0].remedy


def test_conditions_prove_slots_defined(make_experience: Make) -> None:
    """A test implies what is defined after it, in and, or, not, elif and else."""
    for test in (
        "n is defined and n > 1",
        "n and n > 1",
        "n == 3 and n > 1",
        "not n is not defined and n > 1",
        "n is not defined or n > 1",
        "not (n != 3) and n > 1",
        "not (n is not defined or vip) and n > 1",
    ):
        text = f"{{% if {test} %}}x{{% endif %}}"
        assert find_refusals(text, experience=make_experience(), locale="de", name="t") == []
    text = "{% if n is not defined %}a{% elif n > 3 %}b{% else %}{{ n }}{% endif %}"
    assert find_refusals(text, experience=make_experience(), locale="de", name="t") == []


def test_all_refusals_come_in_reading_order(make_experience: Make) -> None:
    """Compiling raises the first of them."""
    text = "{{ foo }}\n{% if n > 3 %}{{ bar }}{% endif %} order 12345678 {{ baz }}"
    refusals = find_refusals(text, experience=make_experience(), locale="de", name="t")
    assert [(e.line, e.column) for e in refusals] == [(1, 4), (2, 7), (2, 36), (2, 54)]
    with pytest.raises(TemplateRefused) as refused:
        compile_template(text, experience=make_experience(), locale="de", name="t")
    assert str(refused.value) == str(refusals[0])


def test_locales_that_cannot_be_formatted(make_experience: Make) -> None:
    """Only templates that use a format need the locale's patterns."""
    for locale in ("ar-EG", "xx", "fa"):
        refusals = find_refusals(
            "{{ n | number }}", experience=make_experience(), locale=locale, name="t"
        )
        assert [error.rule for error in refusals] == ["locale"]
        assert find_refusals("{{ n }}", experience=make_experience(), locale=locale, name="t") == []


def test_a_template_above_the_size_limit_is_refused(make_experience: Make) -> None:
    """A template that could fill to more than 900,000 bytes is refused."""
    long = Slot(name="long", type="text", max_length=100_000)
    experience = make_experience("text", slots=(long,))
    assert find_refusals("{{ long }}{{ long }}", experience=experience, locale="de", name="t") == []
    refusals = find_refusals("{{ long }}" * 3, experience=experience, locale="de", name="t")
    assert [error.rule for error in refusals] == ["size"]


def test_too_many_paths_are_refused(make_experience: Make) -> None:
    """HTML and JSON checks follow every path; text needs no such check."""
    tests = ["vip", "note", "n", "day", "at", "total", "tier == 'gold'", "other", "name", "points"]
    text = "".join(f"{{% if {test} %}}x{{% endif %}}" for test in tests)
    refusals = find_refusals(text, experience=make_experience(), locale="de", name="t")
    assert [error.rule for error in refusals] == ["paths"]
    assert find_refusals(text, experience=make_experience("text"), locale="de", name="t") == []


@pytest.mark.parametrize(
    "text",
    [
        "{{ tags | first | default('-') | upper | truncate(9) | urlencode | length }}",
        "{{ tags | join(', ') }}{{ parts | join('; ', attribute='title') }}{{ note | first }}",
        "{{ total | default('3 EUR') | money }}{{ n | number }}{{ points | default(3) }}",
        "{% if 'gold' == tier or 'x' in name or name not in ['a'] or 'b' in tags %}x{% endif %}",
        "{% if 3 <= points and -2.5 != points and tier in ('gold',) %}x{% endif %}",
        "{% if not vip %}x{% elif vip == true %}y{% endif %}",
        "{% for x in tags %}{% else %}{% endfor %}",
    ],
)
def test_supported_constructs_compile(make_experience: Make, text: str) -> None:
    """Every filter and every kind of test, single and in chains."""
    assert find_refusals(text, experience=make_experience("text"), locale="de", name="t") == []


def test_a_syntax_error_is_the_only_refusal(make_experience: Make) -> None:
    """A template that cannot be parsed is not linted."""
    refusals = find_refusals(
        "order 12345678 {{ a b }}", experience=make_experience(), locale="de", name="t"
    )
    assert [error.rule for error in refusals] == ["syntax"]


def test_a_text_far_too_long_is_not_parsed(make_experience: Make) -> None:
    """The one refusal names both numbers, however large and deep the text is."""
    experience = make_experience("text", max_chars=100)
    refusals = find_refusals(
        "{% if vip %}" * 1_000_000, experience=experience, locale="de", name="t"
    )
    assert [error.rule for error in refusals] == ["length"]
    assert "12000000 characters; more than 4800" in refusals[0].reason
    assert refusals[0].remedy == "shorten it to 100 characters, which the experience allows"


@pytest.mark.parametrize(
    "text",
    [
        "{{ name | upper" + " | truncate(20)" * 19 + " }}",
        "{% if " + "not " * 19 + "vip %}{% endif %}",
    ],
)
def test_what_compiles_can_be_linked(make_experience: Make, text: str) -> None:
    """The compiler allows less depth than the program reader."""
    compiled = compile_template(text, experience=make_experience("text"), locale="de", name="t")
    assert link_program(compiled.program).fill({"name": "ada", "vip": True}) in ("ADA", "")


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("{{ day | datetime }}", "did you mean 'time'? choose one of default, upper"),
        ("{{ dya }}", "did you mean 'day'? the declared slots are: name, day"),
        ("{{ xyz }}", "the declared slots are: name, day"),
    ],
)
def test_an_unknown_name_gets_the_nearest_and_all_names(text: str, remedy: str) -> None:
    """The remedy names what exists."""
    experience = Experience(
        id="e",
        version="1",
        format="text",
        slots=(Slot(name="name", type="name"), Slot(name="day", type="date")),
        cases=CaseSpec(),
    )
    (refusal,) = find_refusals(text, experience=experience, locale="en", name="t")
    assert refusal.remedy.startswith(remedy)
