"""Compares published texts with what readers have said about them, by key and text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.words.figures import Figure
from benchmarks.words.published import SECTION, PublishedText
from edgefill.judge_training.labels import LabelledText, read_labels
from edgefill.judge_training.statistics import measure_kappa

LEAST_PUBLISHABLE = 0.97
SALAD = "nonsense"  # the readers' reason for word salad

Labels = dict[tuple[str, str], LabelledText]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is known about published texts; a text that two seeds publish counts twice.

    `good` are the read texts that every reader would publish, `kappa` is None without two readers.
    """

    published: int
    read: int
    good: int
    salad: int
    kappa: float | None

    @property
    def good_share(self) -> float | None:
        """The share of good texts among the read ones; None if none was read."""
        return self.good / self.read if self.read else None


def load_readings(path: Path) -> Labels:
    """The labels of a file by key and text; none without the file. InputRefused."""
    if not path.exists():
        return {}
    return {(str(each.key), each.text): each for each in read_labels(path)}


def compare_readings(texts: Sequence[PublishedText], labels: Labels) -> Reading:
    """What readers say about `texts`; a text without a label counts as unread."""
    found = [labels.get((str(each.key), each.text)) for each in texts]
    read = [each for each in found if each is not None]
    distinct = {(str(each.key), each.text): each for each in read}.values()
    return Reading(
        published=len(texts),
        read=len(read),
        good=sum(each.is_good for each in read),
        salad=sum(any(SALAD in reasons for reasons in each.reasons) for each in read),
        kappa=_measure_agreement(list(distinct)),
    )


def describe_reading(reading: Reading, source: Path) -> Iterator[Figure]:
    """The figures about the published texts; `source` is the labels' file."""
    unread = f"no published text has a label in {source.name}; write the texts with --texts"
    yield Figure(
        section=SECTION,
        name="publishable by every reader, of those read",
        value=reading.good_share,
        bar=LEAST_PUBLISHABLE,
        unit="%",
        note=f"{reading.good} of {reading.read}" if reading.read else unread,
    )
    yield Figure(
        section=SECTION,
        name="published texts that were read",
        value=reading.read / reading.published if reading.published else None,
        unit="%",
        note=f"{reading.published - reading.read} unread, which are not counted as good",
    )
    yield Figure(
        section=SECTION,
        name="word salad",
        value=reading.salad if reading.read else None,
        note=f"texts of which a reader says {SALAD!r}" if reading.read else unread,
    )
    yield Figure(
        section=SECTION,
        name="readers' agreement (kappa)",
        value=reading.kappa,
        note="" if reading.kappa is not None else "needs two readers",
    )


def describe_taught(texts: Sequence[PublishedText], taught: Iterable[LabelledText]) -> Figure:
    """The share of published texts that are among the judge's own labels.

    Of these the judge may know what readers say, so the share of good ones says less.
    """
    known = {(str(each.key), each.text) for each in taught}
    count = sum((str(each.key), each.text) in known for each in texts)
    return Figure(
        section=SECTION,
        name="published texts among the labels for training",
        value=count / len(texts) if texts else None,
        unit="%",
        note=f"{count} of {len(texts)}; a judge that is trained now is taught what readers say",
    )


def _measure_agreement(labels: Sequence[LabelledText]) -> float | None:
    if not labels or min(len(each.labels) for each in labels) < 2:
        return None
    return measure_kappa([each.labels[0] for each in labels], [each.labels[1] for each in labels])
