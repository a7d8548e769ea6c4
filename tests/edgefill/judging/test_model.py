import base64
import json
import math
import zlib
from pathlib import Path
from typing import Any

import pytest

from edgefill.core.errors import ObjectCorrupt
from edgefill.judging.features import SENTENCE_FEATURES, TEXT_FEATURES
from edgefill.judging.model import MAX_FILE_BYTES, hash_sentence, load_model, parse_model


def test_a_file_is_read(tmp_path: Path, model_data: dict[str, Any]) -> None:
    path = tmp_path / "judge.json"
    path.write_text(json.dumps(model_data))
    model = load_model(path)
    assert model.version == "tested"
    assert ("hello", "{name}", ".") in model.locales["en"].accepted.sentences
    assert len(model.locales["en"].accepted.superseded) == 1


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"v": 99}, "version 99, this code reads 4"),
        ({"sentence": {}}, "KeyError"),
        ({"text": {"means": [], "scales": [], "weights": [], "bias": 0}}, "features are expected"),
        ({"phrases": {"unit": 1, "weights": "AAAA"}}, "phrase weights are expected"),
        ({"phrases": {"unit": float("nan"), "weights": ""}}, "not a finite number"),
        ({"locales": []}, "AttributeError"),
    ],
)
def test_a_damaged_file_is_refused(
    model_data: dict[str, Any], change: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ObjectCorrupt, match=problem):
        parse_model(model_data | change)


@pytest.mark.parametrize(
    "accepted",
    ["!", base64.b64encode(b"x").decode(), base64.b64encode(zlib.compress(b"[")[:-4]).decode()],
)
def test_damaged_accepted_texts_are_refused(model_data: dict[str, Any], accepted: str) -> None:
    model_data["locales"]["en"]["accepted"] = accepted
    with pytest.raises(ObjectCorrupt):
        parse_model(model_data)


@pytest.mark.parametrize("content", [b"{", b"\xff", b" " * (MAX_FILE_BYTES + 1)])
def test_a_file_that_is_not_json_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "judge.json"
    path.write_bytes(content)
    with pytest.raises(ObjectCorrupt, match="judge"):
        load_model(path)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ObjectCorrupt, match="edgefill judge train"):
        load_model(tmp_path / "none.json")


def test_phrases_count_towards_a_sentence(model_data: dict[str, Any]) -> None:
    model = parse_model(model_data)
    features = [0.0] * len(SENTENCE_FEATURES)
    assert model.score_sentence("en", ("hello",), features) == 4.0


@pytest.mark.parametrize("whole", [6.0, -40.0])
def test_a_text_is_as_good_as_its_sentences_and_the_whole(
    model_data: dict[str, Any], whole: float
) -> None:
    model_data["text"]["bias"] = whole
    model = parse_model(model_data)
    chance = math.prod(1 / (1 + math.exp(-each)) for each in (2.0, 3.0, whole))
    log_odds = model.score_text([2.0, 3.0], [0.0] * len(TEXT_FEATURES))
    assert log_odds == pytest.approx(math.log(chance / (1 - chance)))


def test_the_same_words_are_other_phrases_in_another_locale() -> None:
    assert hash_sentence("en", ("an", "Bord")).isdisjoint(hash_sentence("de", ("an", "Bord")))
