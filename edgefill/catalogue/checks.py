"""What the fields of one experience's file must say to each other and to the shop's file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

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

Problems: TypeAlias = Iterator[tuple[FieldPath, str]]

# words that the template language or a request's query keep for themselves
RESERVED = frozenset(
    ("and", "or", "not", "in", "is", "if", "elif", "else", "for", "endif", "endfor", "defined",
     "loop", "true", "false", "none", "locale")
)  # fmt: skip
BELONGS_TO = {
    "choices": ("enum",),
    "currencies": ("money",),
    "minimum": ("number",),
    "maximum": ("number",),
    "max_length": ("text", "name", "url"),
    "max_items": ("list",),
    "item": ("list",),
}
NEEDED_BY = {"enum": "choices", "money": "currencies", "list": "item"}


def shop_problems(shop: ShopFile) -> Problems:
    """What `shop.yaml` contradicts itself in."""
    if shop.default_locale not in shop.locales:
        yield ("default_locale",), f"{shop.default_locale!r} is not among the locales"
    for asked, locale in shop.fallbacks.items():
        if locale not in shop.locales:
            yield ("fallbacks", asked), f"{locale!r} is not among the locales"
    for name, dimension in shop.dimensions.items():
        if dimension.default not in dimension.values:
            yield ("dimensions", name, "default"), f"{dimension.default!r} is not among the values"
        if ANY in dimension.values:
            yield ("dimensions", name, "values"), f"{ANY!r} stands for all values; use another"
        yield from _words_problems(("dimensions", name), dimension, shop.locales)


def _words_problems(place: FieldPath, dimension: DimensionSection, locales: list[str]) -> Problems:
    """Words of no value or in no locale of the shop; once there are any, those that lack."""
    if not dimension.words:
        return
    for value, by_locale in dimension.words.items():
        if value not in dimension.values:
            yield (*place, "words", value), f"{value!r} is not among the values"
        for locale in by_locale.keys() - set(locales):
            yield (*place, "words", value, locale), f"{locale!r} is not among the locales"
    for value in dimension.values:
        for locale in locales:
            if locale not in dimension.words.get(value, {}):
                what = f"nothing says {value!r} in {locale!r}; add its words, or [] for none"
                yield (*place, "words", value, locale), what


def experience_problems(file: ExperienceFile, shop: ShopFile) -> Problems:
    """What an experience's file contradicts itself or the shop in, cases and slot types aside."""
    for position, tone in enumerate(file.tones):
        if tone not in shop.tones:
            yield ("tones", position), f"no tone {tone!r}; the shop has {', '.join(shop.tones)}"
    if file.format == "json" and not file.fields:
        yield ("fields",), "a json experience declares the members of its object"
    if file.format != "json" and file.fields:
        yield ("fields",), f"only a json experience has fields, this one is {file.format}"
    for position, name in enumerate(file.cases.dimensions):
        if name not in shop.dimensions:
            yield ("cases", "dimensions", position), f"the shop has no dimension {name!r}"
    for position, name in enumerate(file.cases.broaden):
        if name not in file.cases.dimensions:
            yield ("cases", "broaden", position), f"{name!r} is none of the case's dimensions"
    for name, slot in file.slots.items():
        yield from _slot_problems(("slots", name), name, slot)


def _slot_problems(place: FieldPath, name: str, slot: SlotSection) -> Problems:
    if name in RESERVED:
        yield place, f"{name!r} is a reserved word; choose another name"
    yield from _type_problems(place, slot)
    if slot.type == "name" and slot.personal is False:
        yield (*place, "personal"), "a name is always personal; leave this out"
    if slot.required and slot.default is None:
        yield (*place, "default"), "a required slot needs a default"
    if slot.type == "list" and not slot.max_items:
        yield (*place, "max_items"), "a list needs a bound of at least 1"
    if isinstance(slot.item, FieldSection):
        yield from _type_problems((*place, "item"), slot.item)
    for field, item in (slot.item if isinstance(slot.item, dict) else {}).items():
        yield from _type_problems((*place, "item", field), item)


def _type_problems(place: FieldPath, slot: SlotSection | FieldSection) -> Problems:
    for attribute in slot.model_fields_set & BELONGS_TO.keys():
        if slot.type not in BELONGS_TO[attribute]:
            yield (*place, attribute), f"does not go with the type {slot.type!r}"
    needed = NEEDED_BY.get(slot.type)
    if needed and not getattr(slot, needed):
        yield (*place, needed), f"a slot of the type {slot.type!r} needs it"
    if slot.minimum is not None and slot.maximum is not None and slot.minimum > slot.maximum:
        yield (*place, "maximum"), "is below the minimum"


def default_problems(slots: tuple[Slot, ...]) -> Problems:
    """Defaults that do not fit their slots."""
    for slot in slots:
        if slot.default is not None:
            try:
                coerce_value(slot, slot.default)
            except SlotValueRefused as refused:
                yield ("slots", slot.name, "default"), f"does not fit its slot: {refused.reason}"


def case_problems(spec: CaseSpec) -> Problems:
    """Written cases that are none or are never reached, and visitors without a written case."""
    place: FieldPath = ("cases", "written")
    for case in spec.names:
        if not _is_case(case, spec.dimensions):
            yield place, f"{case!r} is no case of {_axes(spec.dimensions)}"
            return
    reached = set()
    for combination in generate_combinations(spec.dimensions):
        case = spec.resolve(spec.split_case(combination))
        reached.add(case)
        if not _covers(case, combination):
            yield place, f"nothing is written for {combination!r}; write it or a broader case"
    for case in dict.fromkeys(spec.names):
        if case not in reached:
            yield place, f"{case!r} is never reached by broadening {list(spec.broaden)}"
    if len(set(spec.names)) < len(spec.names):
        yield place, "names a case twice"


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
    return all(part in (ANY, given) for part, given in parts)


def _axes(dimensions: tuple[Dimension, ...]) -> str:
    return " x ".join(d.name for d in dimensions) or f"{ANY!r}, the only case without dimensions"
