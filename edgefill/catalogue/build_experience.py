"""Builds the library's values (experience, slots, cases, phrases) from checked catalogue files."""

from __future__ import annotations

from edgefill.catalogue.catalogue import CasePhrase
from edgefill.catalogue.schema import ExperienceFile, FieldSection, ShopFile, SlotSection
from edgefill.core.cases import CaseSpec, Dimension, generate_combinations
from edgefill.core.experience import Experience
from edgefill.core.slots import Slot


def build_experience(file: ExperienceFile, shop: ShopFile, *, version: str) -> Experience:
    """The experience that a checked file declares."""
    return Experience(
        id=file.id,
        version=version,
        format=file.format,
        slots=tuple(_build_slot(name, slot) for name, slot in file.slots.items()),
        cases=_build_cases(file, shop),
        anonymous=file.anonymous,
        fields=tuple(file.fields),
        max_chars=file.max_chars,
        forbidden=tuple(file.forbidden),
        open=file.open,
        query_slots=tuple(name for name, slot in file.slots.items() if slot.query),
        link_hosts=tuple(shop.link_hosts) if _takes_addresses(file) else (),
    )


def build_case_phrases(shop: ShopFile, locale: str) -> tuple[CasePhrase, ...]:
    """The phrases in `locale` of every value of every dimension."""
    return tuple(
        CasePhrase(dimension=name, value=value, phrases=tuple(by_locale.get(locale, ())))
        for name, dimension in shop.dimensions.items()
        for value, by_locale in dimension.words.items()
    )


def _takes_addresses(file: ExperienceFile) -> bool:
    return any(slot.query and slot.type == "url" for slot in file.slots.values())


def _build_cases(file: ExperienceFile, shop: ShopFile) -> CaseSpec:
    dimensions = tuple(
        Dimension(
            name=name,
            values=tuple(shop.dimensions[name].values),
            default=shop.dimensions[name].default,
        )
        for name in file.cases.dimensions
    )
    is_full = file.cases.written == "all"
    return CaseSpec(
        dimensions=dimensions,
        broaden=tuple(file.cases.broaden),
        names=tuple(generate_combinations(dimensions) if is_full else file.cases.written),
    )


def _build_slot(name: str, section: SlotSection) -> Slot:
    return Slot(
        name=name,
        type=section.type,
        required=section.required,
        personal=section.type == "name" or bool(section.personal),
        default=section.default,
        max_length=section.max_length,
        values=tuple(section.choices or section.currencies),
        minimum=section.minimum,
        maximum=section.maximum,
        max_items=section.max_items,
        item=_build_item_fields(section.item),
        description=section.description or name.replace("_", " "),
    )


def _build_item_fields(
    item: FieldSection | dict[str, FieldSection] | None,
) -> tuple[Slot, ...]:
    """A list's fields, which every record has; scalar items are one field without a name."""
    fields = {"": item} if isinstance(item, FieldSection) else item or {}
    return tuple(
        Slot(
            name=name,
            type=field.type,
            required=True,
            max_length=field.max_length,
            values=tuple(field.choices or field.currencies),
            minimum=field.minimum,
            maximum=field.maximum,
            description=field.description,
        )
        for name, field in fields.items()
    )
