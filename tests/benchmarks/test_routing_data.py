"""What the router's benchmark teaches and asks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.routing_data import load_trials
from edgefill.core.errors import InputRefused

TAUGHT = {
    "train": [["where is it", "track"], ["i want it back", "return"]],
    "val": [["track it", "track"]],
    "oos_train": [["who are you", "oos"]],
    "oos_val": [["tell a joke", "oos"]],
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder as `--data` names it."""
    for name, text in (
        ("clinc150/train_val.json", json.dumps(TAUGHT)),
        ("banking77/train.csv", "text,category\nwhere is it,track\n"),
    ):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    return tmp_path


def test_a_test_is_asked_and_all_else_taught(data: Path) -> None:
    """Out-of-scope questions of both parts stay apart from the intents."""
    (data / "full.json").write_text(
        json.dumps({"test": [["where", "track"]], "oos_test": [["?!", "oos"]]})
    )
    (trial,) = load_trials(data, [data / "full.json"])
    assert trial.training.utterances == {
        "return": ["i want it back"],
        "track": ["where is it", "track it"],
    }
    assert trial.training.out_of_scope == ["who are you", "tell a joke"]
    assert (trial.test.utterances["track"], trial.test.out_of_scope) == (["where"], ["?!"])


def test_an_intent_without_training_data_is_named(data: Path) -> None:
    """One line names it; there is no traceback."""
    (data / "test.csv").write_text("text,category\nwhere is my unicorn,unicorn\n")
    with pytest.raises(InputRefused, match="'unicorn' is in the test but not in the training data"):
        load_trials(data, [data / "test.csv"])


@pytest.mark.parametrize(
    ("name", "text", "splits"),
    [
        ("clinc150/train_val.json", '{"val": [["track it", "track"]]}', "`train` or `oos_train`"),
        ("banking77/train.csv", "text,category\n", "`train`"),
    ],
)
def test_a_file_without_what_is_needed_is_named(
    data: Path, name: str, text: str, splits: str
) -> None:
    """Before anything is trained."""
    (data / name).write_text(text)
    with pytest.raises(InputRefused, match=f"{name}: contains no examples of {splits}"):
        load_trials(data, [])


def test_a_test_of_nothing_is_named(data: Path) -> None:
    """Either test's file."""
    (data / "full.json").write_text("{}")
    (data / "test.csv").write_text("text,category\n")
    for name in ("full.json", "test.csv"):
        with pytest.raises(InputRefused, match=f"{name}: contains no examples"):
            load_trials(data, [data / name])
