"""Reads labelled and accepted texts from JSON Lines; a bad line is refused with its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key, parse_key
from edgefill.journal.json_lines import read_json_lines

# the source of a label that a large judge gave
VERDICT = "judge"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledText:
    """A text for `key` with one label per reader: True means that it could be published.

    `reasons` are per reader. `split` is `test` for texts that must never be taught; `fault` names
    how a composed fault was made, "" for other texts. `column` is another judge's probability.
    With the `source` VERDICT the only label is a large judge's verdict. `is_selected` marks a text
    that a judge had chosen: it is taught, but is no fair sample for figures.
    """

    key: Key
    text: str
    labels: tuple[bool, ...]
    reasons: tuple[tuple[str, ...], ...] = ()
    split: str = ""
    writer: str = ""
    fault: str = ""
    column: float | None = None
    source: str = ""
    is_selected: bool = False

    @property
    def is_agreed(self) -> bool:
        """Whether all readers say the same."""
        return len(set(self.labels)) == 1

    @property
    def is_good(self) -> bool:
        """Whether every reader would publish the text."""
        return all(self.labels)

    @property
    def group(self) -> tuple[str, str]:
        """What cross-validation keeps together: the experience and the case."""
        return self.key.experience, self.key.case


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedText:
    """A text for `key` that the shop publishes; a superseded one an editor has replaced."""

    key: Key
    text: str
    is_superseded: bool = False

    @property
    def group(self) -> tuple[str, str]:
        """What cross-validation keeps together: the experience and the case."""
        return self.key.experience, self.key.case


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeCorpus:
    """What a judge is trained with, or a part of it."""

    labels: Sequence[LabelledText]
    accepted: Sequence[AcceptedText]


def hold_out(corpus: JudgeCorpus, split: str, *, keep_accepted: bool = True) -> JudgeCorpus:
    """The corpus without the labels of the combinations that the lines of `split` are for.

    A combination is an experience and a case. Without `keep_accepted` its accepted texts are left
    out too, as if the shop had none yet.
    """
    groups = {label.group for label in corpus.labels if label.split == split}
    return JudgeCorpus(
        labels=[each for each in corpus.labels if each.group not in groups],
        accepted=[each for each in corpus.accepted if keep_accepted or each.group not in groups],
    )


def read_labels(path: Path, column: str = "") -> list[LabelledText]:
    """The lines `{"key", "text", "labels", "reasons"}` of a file; InputRefused.

    `column` names a further member with another judge's probability or decision, null: unscored.
    A line `"source": "judge"` has one label, the others one per reader.
    """
    rows = [row for _, row in read_json_lines(path, lambda row: _parse_label(row, column))]
    readers = {len(row.labels) for row in rows if row.source != VERDICT}
    if len(readers) > 1:
        raise InputRefused(f"{path}: lines have {sorted(readers)} labels; give one per reader")
    return rows


def read_accepted(path: Path) -> list[AcceptedText]:
    """The lines `{"key", "text"}` of a file, some with `"superseded": true`; InputRefused."""
    return [row for _, row in read_json_lines(path, _parse_accepted)]


def _parse_label(row: dict[str, Any], column: str) -> LabelledText:
    labels = row.get("labels")
    if not isinstance(labels, list) or not labels or {type(each) for each in labels} != {bool}:
        raise ValueError("'labels' must be a list with true or false per reader")
    reasons = row.get("reasons", [])
    if not isinstance(reasons, list):
        raise TypeError("'reasons' must be a list with one list of words per reader")
    return LabelledText(
        key=_read_key(row),
        text=_read_text(row),
        labels=tuple(labels),
        reasons=tuple(
            tuple(map(str, each)) if isinstance(each, list) else (str(each),) for each in reasons
        ),
        split=str(row.get("split") or ""),
        writer=str(row.get("writer") or ""),
        fault=str(row.get("fault") or ""),
        column=_read_probability(row, column) if column else None,
        source=_read_source(row),
        is_selected=row.get("selected") is True,
    )


def _parse_accepted(row: dict[str, Any]) -> AcceptedText:
    return AcceptedText(
        key=_read_key(row), text=_read_text(row), is_superseded=row.get("superseded") is True
    )


def _read_key(row: dict[str, Any]) -> Key:
    if not isinstance(row.get("key"), str):
        raise TypeError("'key' is missing; write experience/locale/case")
    return parse_key(row["key"])


def _read_text(row: dict[str, Any]) -> str:
    if not isinstance(row.get("text"), str):
        raise TypeError("'text' is missing; give the template's text")
    return str(row["text"])


def _read_source(row: dict[str, Any]) -> str:
    source = str(row.get("source") or "")
    if source not in ("", VERDICT):
        raise ValueError(f"'source' is {source!r}; leave it out, or write {VERDICT!r}")
    if source == VERDICT and len(row["labels"]) != 1:
        raise ValueError(f"a line with the source {VERDICT!r} has one label, the judge's verdict")
    return source


def _read_probability(row: dict[str, Any], name: str) -> float | None:
    """None is `unscored`; a boolean counts as 0 or 1."""
    if name not in row:
        raise ValueError(f"{name!r} is missing; give the judge's probability, or null (unscored)")
    value = row[name]
    if value is None:
        return None
    if not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError(f"{name!r} must be a number from 0 to 1, a boolean, or null (unscored)")
    return float(value)
