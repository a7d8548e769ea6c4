from pathlib import Path

from edgefill.catalogue.loader import load_catalogue
from training.corpus.accepted_texts import compose_accepted_texts

TEMPLATES = Path(__file__).parents[3] / "templates"


def test_every_combination_gets_the_same_texts_each_time() -> None:
    catalogue = load_catalogue(TEMPLATES / "catalogue")
    texts = list(compose_accepted_texts(catalogue, 2))
    assert texts == list(compose_accepted_texts(catalogue, 2))
    written = {k for k in catalogue.list_keys() if not catalogue.entry(k.experience).derived_from}
    assert {key for key, _ in texts} == written
