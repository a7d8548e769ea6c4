"""The demo shop's catalogue, from which the corpus is made."""

from pathlib import Path

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue


@pytest.fixture(scope="session")
def shop() -> Catalogue:
    """The catalogue of the demo shop."""
    return load_catalogue(Path(__file__).parents[3] / "templates" / "catalogue")
