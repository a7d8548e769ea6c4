"""Checks that the catalogue's files agree about free questions."""

from __future__ import annotations

from collections.abc import Mapping

from edgefill.catalogue.checks import Problems
from edgefill.catalogue.questions.question_files import OUT_OF_SCOPE
from edgefill.catalogue.schema import ExperienceFile, ShopAskSection, ShopFile
from edgefill.catalogue.yaml_file import FieldPath


def check_shop_questions(
    ask: ShopAskSection | None, shop: ShopFile, files: Mapping[str, ExperienceFile]
) -> Problems:
    """Where the `ask` of `shop.yaml` contradicts itself or the experiences."""
    if ask is None:
        return
    answer = files.get(ask.answer)
    if answer is None or not answer.open:
        problem = f"{ask.answer!r} is not an experience with `open: true`; declare one"
        yield ("ask", "answer"), problem
    for locale in ask.clarify.keys() - set(shop.locales):
        yield ("ask", "clarify", locale), f"{locale!r} is not among the locales"
    for field, names in (("tenants", ask.tenants), ("audiences", ask.audiences)):
        if len(set(names)) < len(names):
            yield ("ask", field), "a name is repeated; keep one"


def check_experience_questions(file: ExperienceFile, shop: ShopFile) -> Problems:
    """Where an experience's questions contradict the shop's."""
    if file.id == OUT_OF_SCOPE:
        yield ("id",), f"{OUT_OF_SCOPE!r} is the folder of unanswered questions; choose another"
    if file.open and file.cases.dimensions:
        problem = "an open experience has one case per question; remove the dimensions"
        yield ("cases", "dimensions"), problem
    if file.open and not file.anonymous:
        yield ("anonymous",), "an open experience answers every visitor; remove this field"
    for locale in file.ask.labels.keys() - set(shop.locales):
        yield ("ask", "labels", locale), f"{locale!r} is not among the locales"
    if shop.ask is not None:
        yield from _check_names(("ask", "tenants"), file.ask.tenants, shop.ask.tenants)
        yield from _check_names(("ask", "audiences"), file.ask.audiences, shop.ask.audiences)


def _check_names(path: FieldPath, names: list[str], declared: list[str]) -> Problems:
    for position, name in enumerate(names):
        if name not in declared:
            problem = f"{name!r} is not declared in shop.yaml, which has {', '.join(declared)}"
            yield (*path, position), problem
