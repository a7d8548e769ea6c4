"""An edit of the phrase banks is recorded as texts with the replaced sentences."""

from pathlib import Path
from shutil import copytree

from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.keys import Key
from training.corpus.phrase_bank import FOLDER
from training.corpus.superseded_texts import find_superseded_texts

KEY = Key(experience="pickup-ready", locale="en", case="any")
FORMER = "Do swing by!"


def test_texts_with_a_replaced_sentence_are_found(shop: Catalogue, tmp_path: Path) -> None:
    """Every text found has the sentence that only the former bank has."""
    former = copytree(FOLDER, tmp_path / "phrases")
    bank = former / "pickup-ready.en.yaml"
    bank.write_text(bank.read_text(encoding="utf-8").replace("See you soon!", FORMER), "utf-8")
    texts = list(find_superseded_texts(shop, [KEY], former, texts_per_tone=40))
    assert texts
    assert all(key == KEY and FORMER in text for key, text in texts)


def test_unedited_banks_have_replaced_nothing(shop: Catalogue) -> None:
    assert not list(find_superseded_texts(shop, [KEY], FOLDER, texts_per_tone=40))
