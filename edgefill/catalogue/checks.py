"""Checks that a file's fields agree with each other and with the shop's file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from edgefill.catalogue.nearest_name import describe_choices
from edgefill.catalogue.schema import (
    DimensionSection,
    ExperienceFile,
    FieldSection,
    ShopFile,
    SlotSection,
)
from edgefill.catalogue.yaml_file import FieldPath
from edgefill.core.cases import ANY, CaseSpec, Dimension, generate_combinations
from edgefill.core.errors import SlotValueRefused
from edgefill.core.slots import Slot
from edgefill.template.coerce import coerce_value
from edgefill.visit.query import QUESTION

# where each problem is and what is wrong
Problems: TypeAlias = Iterator[tuple[FieldPath, str]]

# words that the template language or a request's query reserves
RESERVED_WORDS = frozenset(
    ("and", "or", "not", "in", "is", "if", "elif", "else", "for", "endif", "endfor", "defined",
     "loop", "true", "false", "none", "locale")
)  # fmt: skip
# what else a release has next to its experiences (edgefill/packs/layout.py)
RESERVED_IDS = frozenset(("routers",))
# which slot types may have a field
FIELD_TYPES = {
    "choices": ("enum",),
    "currencies": ("money",),
    "minimum": ("number",),
    "maximum": ("number",),
    "max_length": ("text", "name", "url"),
    "max_items": ("list",),
    "item": ("list",),
}
# which field a slot type must have
REQUIRED_FIELDS = {"enum": "choices", "money": "currencies", "list": "item"}


def check_shop(shop: ShopFile) -> Problems:
    """Where `shop.yaml` contradicts itself, except in `ask`."""
    if shop.default_locale not in shop.locales:
        choices = describe_choices(shop.default_locale, shop.locales)
        yield ("default_locale",), f"{shop.default_locale!r} is not among the locales; {choices}"
    for requested, locale in shop.fallbacks.items():
        if locale not in shop.locales:
            choices = describe_choices(locale, shop.locales)
            problem = f"{locale!r} is not among the locales; {choices}"
            yield ("fallbacks", requested), problem
    for name, dimension in shop.dimensions.items():
        if dimension.default not in dimension.values:
            choices = describe_choices(dimension.default, dimension.values)
            problem = f"{dimension.default!r} is not among the values; {choices}"
            yield ("dimensions", name, "default"), problem
        if ANY in dimension.values:
            yield ("dimensions", name, "values"), f"{ANY!r} means all values; use another name"
        yield from _check_words(("dimensions", name), dimension, shop.locales)


def _check_words(path: FieldPath, dimension: DimensionSection, locales: list[str]) -> Problems:
    """Words for unknown values or locales; and, if there are any words, those that are missing."""
    if not dimension.words:
        return
    for value, by_locale in dimension.words.items():
        if value not in dimension.values:
            yield (*path, "words", value), f"{value!r} is not among the values"
        for locale in by_locale.keys() - set(locales):
            yield (*path, "words", value, locale), f"{locale!r} is not among the locales"
    for value in dimension.values:
        for locale in locales:
            if locale not in dimension.words.get(value, {}):
                problem = f"{value!r} has no words in {locale!r}; add them, or [] if there are none"
                yield (*path, "words", value, locale), problem


def check_experience(file: ExperienceFile, shop: ShopFile) -> Problems:
    """Where an experience's file contradicts itself or the shop, except in defaults and cases."""
    if file.id in RESERVED_IDS:
        yield ("id",), f"{file.id!r} is a folder of every release; choose another name"
    for position, tone in enumerate(file.tones):
        if tone not in shop.tones:
            problem = f"the shop does not have the tone {tone!r}"
            yield ("tones", position), f"{problem}; {describe_choices(tone, shop.tones)}"
    if file.format == "json" and not file.fields:
        yield ("fields",), "a json experience must declare the members of its object"
    if file.format != "json" and file.fields:
        yield ("fields",), f"only a json experience has fields; this one is {file.format}"
    for position, name in enumerate(file.cases.dimensions):
        if name not in shop.dimensions:
            yield (
                ("cases", "dimensions", position),
                f"the shop does not have the dimension {name!r}; "
                f"{describe_choices(name, shop.dimensions)}",
            )
    for position, name in enumerate(file.cases.broaden):
        if name not in file.cases.dimensions:
            choices = describe_choices(name, file.cases.dimensions)
            problem = f"{name!r} is not among the case's dimensions; {choices}"
            yield ("cases", "broaden", position), problem
    for name, slot in file.slots.items():
        yield from _check_slot(("slots", name), name, slot)
        yield from _check_query((("slots", name, "query")), name, slot, file)


def _check_slot(path: FieldPath, name: str, slot: SlotSection) -> Problems:
    if name in RESERVED_WORDS:
        yield path, f"{name!r} is a reserved word; choose another name"
    yield from _check_fields_of_type(path, slot)
    if slot.type == "name" and slot.personal is False:
        yield (*path, "personal"), "a name is always personal; remove this field"
    if slot.required and slot.default is None:
        yield (*path, "default"), "a required slot needs a default"
    if slot.type == "list" and not slot.max_items:
        yield (*path, "max_items"), "a list needs a bound of at least 1"
    if isinstance(slot.item, FieldSection):
        yield from _check_fields_of_type((*path, "item"), slot.item)
    for field, item in (slot.item if isinstance(slot.item, dict) else {}).items():
        yield from _check_fields_of_type((*path, "item", field), item)


def _check_query(path: FieldPath, name: str, slot: SlotSection, file: ExperienceFile) -> Problems:
    """A query that may fill what nobody but the shop may say."""
    if not slot.query:
        return
    if slot.personal or slot.type == "name":
        yield path, "a personal slot is filled by the profile token only; remove this field"
    if slot.type == "list":
        yield path, "a query cannot hold a list; remove this field"
    if file.open:
        yield path, "a question takes no slot from its query; remove this field"
    if name == QUESTION:
        yield path, f"{QUESTION!r} is the question of /ask; choose another name"


def _check_fields_of_type(path: FieldPath, slot: SlotSection | FieldSection) -> Problems:
    for field in slot.model_fields_set & FIELD_TYPES.keys():
        if slot.type not in FIELD_TYPES[field]:
            yield (*path, field), f"does not fit the type {slot.type!r}; remove it"
    required = REQUIRED_FIELDS.get(slot.type)
    if required and not getattr(slot, required):
        yield (*path, required), f"a slot of the type {slot.type!r} needs this field"
    if slot.minimum is not None and slot.maximum is not None and slot.minimum > slot.maximum:
        yield (*path, "maximum"), "is below the minimum"


def check_defaults(slots: tuple[Slot, ...]) -> Problems:
    """Defaults that do not fit their slots."""
    for slot in slots:
        if slot.default is not None:
            try:
                coerce_value(slot, slot.default)
            except SlotValueRefused as refused:
                yield ("slots", slot.name, "default"), f"does not fit its slot: {refused.reason}"


def check_cases(spec: CaseSpec) -> Problems:
    """Written cases that are invalid or never reached, and visitors without a written case."""
    path: FieldPath = ("cases", "written")
    for case in spec.names:
        if not _is_case(case, spec.dimensions):
            yield path, f"{case!r} is not a case of {_describe_dimensions(spec.dimensions)}"
            return
    reached = set()
    for combination in generate_combinations(spec.dimensions):
        case = spec.resolve(spec.split_case(combination))
        reached.add(case)
        if not _covers(case, combination):
            yield path, f"no case is written for {combination!r}; write it or a broader case"
    for case in dict.fromkeys(spec.names):
        if case not in reached:
            yield path, f"{case!r} is never reached by broadening {list(spec.broaden)}"
    if len(set(spec.names)) < len(spec.names):
        yield path, "a case is repeated; keep one"


def _is_case(case: str, dimensions: tuple[Dimension, ...]) -> bool:
    parts = case.split(".")
    if not dimensions:
        return case == ANY
    return len(parts) == len(dimensions) and all(
        part == ANY or part in dimension.values
        for part, dimension in zip(parts, dimensions, strict=True)
    )


def _covers(case: str, combination: str) -> bool:
    parts = zip(case.split("."), combination.split("."), strict=True)
    return all(part in (ANY, value) for part, value in parts)


def _describe_dimensions(dimensions: tuple[Dimension, ...]) -> str:
    return " x ".join(d.name for d in dimensions) or f"{ANY!r}, the only case without dimensions"
