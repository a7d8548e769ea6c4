from edgefill.judging.home_texts import AcceptedProse, build_homes, count_stems, list_stems

SHORT, FULL = ("a", "parcel", "."), ("a", "parcel", "by", "{day}", ".")
TEXTS = [
    AcceptedProse("x", "gold.new", (FULL, ("two", "parcels", ".")), (SHORT,)),
    AcceptedProse("x", "basic.any", (FULL,), (SHORT,)),
]


def test_an_experience_knows_the_places_of_its_sentences_and_its_share_of_each_value() -> None:
    home = build_homes(TEXTS)["x"]
    assert home.total == 2
    assert home.places[SHORT] == {0: 2, 1: 1}
    assert home.shares == {"gold": 0.5, "new": 0.5, "basic": 0.5, "any": 0.5}


def test_the_longer_words_of_a_sentence_have_stems() -> None:
    assert list_stems(("the", "Parcels", "{parcel}", "now")) == {"parce"}
    assert count_stems([SHORT, FULL]) == {"parce": 2}


def test_a_stem_is_said_twice_by_two_sentences_of_a_reading_and_not_by_variants() -> None:
    home = build_homes(TEXTS)["x"]
    assert (home.stems["parce"], home.echoes["parce"]) == (2, 1)
