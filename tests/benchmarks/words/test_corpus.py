"""Which labelled texts are a sample of what the writer drafts."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.words.corpus import read_chosen_texts


def test_texts_that_a_judge_had_chosen_are_known_by_their_round(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    rows = [{"key": "k", "text": "a", "round": 3}, {"key": "k", "text": "b", "round": 4}]
    rows.append({"key": "k", "text": "c"})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert read_chosen_texts(path) == {("k", "b")}
