"""Everything that reads a model's or a visitor's text does so in linear time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module

import pytest

from edgefill.compiler.language.source import read_source
from edgefill.compiler.lint.character_references import decode_references
from edgefill.core.errors import EdgefillError
from edgefill.drafting.abstention import is_abstention
from edgefill.drafting.transforming.template_sentences import list_template_sentences
from edgefill.privacy import find_personal_data, mask_names
from tests.growth import SIZES, find_superlinear, is_superlinear

MODULES = (
    "edgefill.privacy.identifiers", "edgefill.privacy.person_names", "edgefill.judging.message",
    "edgefill.compiler.lint.leftovers", "edgefill.compiler.lint.placeholders",
    "edgefill.compiler.lint.text_rules", "edgefill.compiler.lint.literal_links",
    "edgefill.compiler.lint.wholeness",
    "edgefill.compiler.lint.sentences", "edgefill.compiler.lint.other_languages",
    "edgefill.compiler.lint.character_references", "edgefill.drafting.abstention",
    "edgefill.drafting.transforming.template_sentences", "edgefill.quality.printable",
)  # fmt: skip


def list_patterns(value: object) -> Iterator[re.Pattern[str]]:
    """The regular expressions in a module's variable, however they are collected in it."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from list_patterns(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from list_patterns(each)
            yield from list_patterns(getattr(each, "pattern", None))


def ignore_refusal(work: Callable[[str], object]) -> Callable[[str], object]:
    def run(text: str) -> object:
        try:
            return work(text)
        except EdgefillError:
            return None

    return run


@pytest.mark.parametrize("name", MODULES)
def test_each_expression_is_linear(name: str) -> None:
    """Searched for in hostile texts of one, four and sixteen thousand characters."""
    patterns = [
        each for value in vars(import_module(name)).values() for each in list_patterns(value)
    ]
    assert patterns
    for pattern in patterns:

        def search(text: str, pattern: re.Pattern[str] = pattern) -> int:
            return sum(1 for _ in pattern.finditer(text))

        assert find_superlinear(search) == "", pattern.pattern


@pytest.mark.parametrize(
    "work",
    [
        mask_names,
        is_abstention,
        lambda text: list(find_personal_data(text)),
        lambda text: decode_references(text, "html"),
        lambda text: decode_references(text, "json"),
        lambda text: list_template_sentences(text, "text"),
        lambda text: list_template_sentences(text, "html"),
        lambda text: read_source(text, "t").parse(),
    ],
)
def test_each_reader_is_linear(work: Callable[[str], object]) -> None:
    """The whole function, with what it does about its findings."""
    assert find_superlinear(ignore_refusal(work)) == ""


@pytest.mark.parametrize("pattern", [r" *y", r"\s*\n", r"(?: | {2})*+y"])
def test_superlinear_work_is_noticed(pattern: str) -> None:
    """So that the tests above can fail."""
    compiled = re.compile(pattern)
    assert is_superlinear(compiled.search, [" " * size for size in SIZES])
