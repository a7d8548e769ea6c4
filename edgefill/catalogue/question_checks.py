"""What the files must say to each other about free questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from edgefill.catalogue.checks import Problems
from edgefill.catalogue.questions import OUT_OF_SCOPE
from edgefill.catalogue.schema import ExperienceFile, ShopAskSection, ShopFile
from edgefill.catalogue.yaml_file import FieldPath


def ask_problems(
    ask: ShopAskSection | None, shop: ShopFile, files: Mapping[str, ExperienceFile]
) -> Problems:
    """What the `ask` of `shop.yaml` contradicts itself or the experiences in."""
    if ask is None:
        return
    answer = files.get(ask.answer)
    if answer is None or not answer.open:
        yield ("ask", "answer"), f"{ask.answer!r} is no experience with `open: true`; declare one"
    for locale in ask.clarify.keys() - set(shop.locales):
        yield ("ask", "clarify", locale), f"{locale!r} is not among the locales"
    for field, named in (("tenants", ask.tenants), ("audiences", ask.audiences)):
        if len(set(named)) < len(named):
            yield ("ask", field), "names one twice"


def routed_problems(file: ExperienceFile, shop: ShopFile) -> Problems:
    """What an experience's questions contradict the shop in."""
    if file.id == OUT_OF_SCOPE:
        yield ("id",), f"{OUT_OF_SCOPE!r} is the folder of unanswered questions; choose another"
    if file.open and file.cases.dimensions:
        yield ("cases", "dimensions"), "an open experience has a case for each question; leave out"
    if file.open and not file.anonymous:
        yield ("anonymous",), "an open experience answers everybody; leave this out"
    for locale in file.ask.labels.keys() - set(shop.locales):
        yield ("ask", "labels", locale), f"{locale!r} is not among the locales"
    if shop.ask is not None:
        yield from _unknown(("ask", "tenants"), file.ask.tenants, shop.ask.tenants)
        yield from _unknown(("ask", "audiences"), file.ask.audiences, shop.ask.audiences)


def _unknown(
    place: FieldPath, named: list[str], known: list[str]
) -> Iterator[tuple[FieldPath, str]]:
    for position, name in enumerate(named):
        if name not in known:
            yield (*place, position), f"{name!r} is none of the shop's: {', '.join(known)}"
