from pathlib import Path

from edgefill.catalogue.loader import load_catalogue
from training.corpus.accepted_texts import compose_accepted_texts, list_test_combinations

TEMPLATES = Path(__file__).parents[3] / "templates"


def test_combinations_of_the_test_split_are_left_out() -> None:
    left_out = list_test_combinations(TEMPLATES / "judging" / "labels.jsonl")
    assert left_out
    catalogue = load_catalogue(TEMPLATES / "catalogue")
    texts = list(compose_accepted_texts(catalogue, left_out, 2))
    assert texts == list(compose_accepted_texts(catalogue, left_out, 2))
    assert not left_out & {(key.experience, key.case) for key, _ in texts}
    assert {key.locale for key, _ in texts} == {"en", "de"}
