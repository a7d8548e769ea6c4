"""Published texts are looked up among what readers have said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.words.published import PublishedText
from benchmarks.words.readings import (
    compare_readings,
    describe_reading,
    describe_taught,
    load_readings,
)
from edgefill.core.keys import parse_key

LINES = [
    {"key": "welcome/en/any", "text": "Welcome.", "labels": [True, True], "reasons": [[], []]},
    {
        "key": "welcome/en/any",
        "text": "Aboard the the.",
        "labels": [False, False],
        "reasons": [["nonsense"], ["grammar"]],
    },
    {"key": "welcome/de/any", "text": "Welcome.", "labels": [True, False], "reasons": [[], []]},
]


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    path = tmp_path / "published_labels.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in LINES))
    return path


def publish(key: str, text: str, seed: int = 0) -> PublishedText:
    return PublishedText(key=parse_key(key), seed=seed, text=text, chance=0.9)


def test_only_read_texts_count_and_each_as_often_as_it_is_published(labels: Path) -> None:
    """The same text for another key has its own label, and one without a label is unread."""
    texts = [
        publish("welcome/en/any", "Welcome."),
        publish("welcome/en/any", "Welcome.", seed=1),
        publish("welcome/de/any", "Welcome."),
        publish("welcome/en/any", "Aboard the the."),
        publish("welcome/en/any", "Hello."),
    ]
    reading = compare_readings(texts, load_readings(labels))
    assert (reading.published, reading.read, reading.good, reading.salad) == (5, 4, 2, 1)
    assert reading.good_share == 0.5
    assert reading.kappa == pytest.approx(0.4)


def test_without_labels_the_bar_is_not_measured(tmp_path: Path) -> None:
    missing = tmp_path / "none.jsonl"
    reading = compare_readings([publish("welcome/en/any", "Hello.")], load_readings(missing))
    figures = {each.name: each for each in describe_reading(reading, missing)}
    good = figures["publishable by every reader, of those read"]
    assert good.state == "not measured"
    assert "none.jsonl" in good.note
    assert figures["published texts that were read"].value == 0


def test_texts_that_the_judge_is_taught_are_told_apart(labels: Path) -> None:
    """By key and text."""
    texts = [publish("welcome/en/any", "Welcome."), publish("welcome/en/any", "Hello.")]
    assert describe_taught(texts, load_readings(labels).values()).value == 0.5
