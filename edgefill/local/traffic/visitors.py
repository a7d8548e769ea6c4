"""Generates visitors of the demo shop: profiles for every case, with values for every slot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any

from edgefill.local.services.identity import DevVisitor

if TYPE_CHECKING:
    from edgefill.catalogue.catalogue import Catalogue
    from edgefill.core.slots import Slot

NAMES = (
    *("Ada", "Ben", "Chidi", "Dilek", "Edgar", "Fatma", "Grace", "Henk", "Ines", "Jonas"),
    *("Karim", "Lotte", "Mira", "Noor", "Oskar", "Paula", "Quentin", "Rosa", "Selma", "Tariq"),
    *("Ulla", "Viktor", "Wanda", "Xenia", "Yusuf", "Zoe", "Åsa", "Émile", "Łukasz", "美咲"),
)
WORDS = ("amber", "breeze", "coral", "drift", "ebb", "fjord", "gull", "harbour", "isle", "jetty")


def generate_visitors(catalogue: Catalogue, *, per_case: int, seed: int) -> list[DevVisitor]:
    """`per_case` visitors for every combination of the dimensions' values.

    The same seed gives the same visitors.
    """
    rng = Random(seed)
    dimensions = _collect_dimensions(catalogue)
    combinations = list(product(*dimensions.values())) * per_case
    return [
        DevVisitor(
            subject=f"visitor-{number}",
            locale=rng.choice(catalogue.locales),
            case=dict(zip(dimensions, combination, strict=True)),
            slots=dict(_generate_values(catalogue, rng)),
        )
        for number, combination in enumerate(combinations)
    ]


def _collect_dimensions(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    return {
        dimension.name: dimension.values
        for entry in catalogue.list_closed_entries()
        for dimension in entry.experience.cases.dimensions
    }


def _generate_values(catalogue: Catalogue, rng: Random) -> Iterator[tuple[str, Any]]:
    name = rng.choice(NAMES)
    for entry in catalogue.list_closed_entries():
        for slot in entry.experience.slots:
            yield slot.name, name if slot.type == "name" else generate_value(slot, rng)


def generate_value(slot: Slot, rng: Random) -> Any:
    """A random value that fits `slot`."""
    generators: dict[str, Callable[[], Any]] = {
        "text": lambda: " ".join(rng.sample(WORDS, 2))[: slot.max_length],
        "name": lambda: rng.choice(NAMES)[: slot.max_length],
        "money": lambda: f"{rng.randint(100, 99_900) / 100:.2f} {(slot.values or ('EUR',))[0]}",
        "number": lambda: rng.randint(int(slot.minimum or 0), int(slot.maximum or 100)),
        "date": lambda: f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
        "datetime": lambda: f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T10:30:00Z",
        "url": lambda: f"https://shop.example/{rng.choice(WORDS)}",
        "enum": lambda: rng.choice(slot.values),
        "boolean": lambda: rng.random() < 0.5,
        "list": lambda: [
            _generate_item(slot, rng) for _ in range(rng.randint(1, min(slot.max_items, 3)))
        ],
    }
    return generators[slot.type]()


def _generate_item(slot: Slot, rng: Random) -> Any:
    if [field.name for field in slot.item] == [""]:
        return generate_value(slot.item[0], rng)
    return {field.name: generate_value(field, rng) for field in slot.item}
