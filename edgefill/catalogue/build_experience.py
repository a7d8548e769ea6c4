"""From the catalogue's files to core's values."""

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
        slots=tuple(_slot(name, slot) for name, slot in file.slots.items()),
        cases=_cases(file, shop),
        anonymous=file.anonymous,
        fields=tuple(file.fields),
        max_chars=file.max_chars,
        forbidden=tuple(file.forbidden),
        open=file.open,
    )


def build_case_phrases(shop: ShopFile, locale: str) -> tuple[CasePhrase, ...]:
    """What says in `locale` that a value of a dimension is the reader's."""
    return tuple(
        CasePhrase(dimension=name, value=value, phrases=tuple(by_locale[locale]))
        for name, dimension in shop.dimensions.items()
        for value, by_locale in dimension.words.items()
    )


def _cases(file: ExperienceFile, shop: ShopFile) -> CaseSpec:
    dimensions = tuple(
        Dimension(
            name=name,
            values=tuple(shop.dimensions[name].values),
            default=shop.dimensions[name].default,
        )
        for name in file.cases.dimensions
    )
    written = file.cases.written
    return CaseSpec(
        dimensions=dimensions,
        broaden=tuple(file.cases.broaden),
        names=tuple(generate_combinations(dimensions) if written == "all" else written),
    )


def _slot(name: str, file: SlotSection) -> Slot:
    return Slot(
        name=name,
        type=file.type,
        required=file.required,
        personal=file.type == "name" or bool(file.personal),
        default=file.default,
        max_length=file.max_length,
        values=tuple(file.choices or file.currencies),
        minimum=file.minimum,
        maximum=file.maximum,
        max_items=file.max_items,
        item=_items(file.item),
        description=file.description,
    )


def _items(item: FieldSection | dict[str, FieldSection] | None) -> tuple[Slot, ...]:
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
