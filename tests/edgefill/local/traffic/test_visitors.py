"""Generated visitors."""

import time
from pathlib import Path

from edgefill.catalogue.catalogue import Catalogue
from edgefill.local.services.identity import DevIdentityProvider
from edgefill.local.traffic.visitors import generate_visitors
from edgefill.template.coerce import coerce_values


def test_there_are_visitors_for_every_combination(catalogue: Catalogue) -> None:
    """There are `per_case` for each of the 3 x 3 combinations, with different subjects."""
    crowd = generate_visitors(catalogue, per_case=2, seed=1)
    assert len(crowd) == 18
    assert len({tuple(visitor.case.items()) for visitor in crowd}) == 9
    assert len({visitor.subject for visitor in crowd}) == 18


def test_the_same_seed_gives_the_same_visitors(catalogue: Catalogue) -> None:
    """So runs can be compared."""
    assert generate_visitors(catalogue, per_case=1, seed=1) == generate_visitors(
        catalogue, per_case=1, seed=1
    )
    assert generate_visitors(catalogue, per_case=1, seed=1) != generate_visitors(
        catalogue, per_case=1, seed=2
    )


def test_every_value_fits_its_slot(catalogue: Catalogue) -> None:
    """No experience refuses a generated value."""
    for visitor in generate_visitors(catalogue, per_case=3, seed=3):
        for entry in catalogue.entries.values():
            declared = {slot.name for slot in entry.experience.slots}
            slot_values = {name: value for name, value in visitor.slots.items() if name in declared}
            _, refused = coerce_values(entry.experience.slots, slot_values)
            assert refused == {}, entry.experience.id


def test_a_visitors_token_fits_in_a_cookie(catalogue: Catalogue, tmp_path: Path) -> None:
    """Browsers keep cookies of up to 4096 bytes (RFC 6265, section 6.1)."""
    identity = DevIdentityProvider(tmp_path)
    for visitor in generate_visitors(catalogue, per_case=1, seed=3):
        assert len(identity.mint_token(visitor, now=time.time())) < 4096
