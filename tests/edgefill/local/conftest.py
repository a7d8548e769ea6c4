"""The demo shop's catalogue, read once."""

from pathlib import Path

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """What templates/catalogue declares."""
    return load_catalogue(Path("templates/catalogue"))
