"""The report as files: JSON for programs, a page for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.keys import Key
from edgefill.core.strict_json import parse
from edgefill.drafting.attempts import Attempts
from edgefill.quality.report import measure_quality
from edgefill.quality.report_files import JSON_FILE, PAGE_FILE, build_report_files, make_report
from tests.edgefill.quality.conftest import KEY, gather, make_candidate

ATTEMPTS = {KEY: gather(make_candidate(), make_candidate("pass", text="Hello \ud800", chance=0.9))}


def test_the_json_has_every_figure(catalogue: Catalogue) -> None:
    """Counts, shares of the drafted keys, costs per accepted text, calibration and samples."""
    files = build_report_files(measure_quality(ATTEMPTS, catalogue=catalogue))
    data = parse(files[JSON_FILE].decode())
    assert (data["v"], data["catalogue"], data["total"]["accepted"]) == (1, "c1", 1)
    assert (data["total"]["keys"], data["total"]["drafted"]) == (6, 1)
    assert data["total"]["share_after"] == {
        "first": 0.0,
        "selection": 1.0,
        "revision": 1.0,
        "person": 1.0,
    }
    assert data["total"]["per_accepted"] == {"attempts": 2.0, "tokens": 20.0, "seconds": 1.0}
    assert [each["low"] for each in data["calibration"]["bins"]] == [0.9]
    assert data["calibration"]["judges"] == [{"judge": "small", "version": "v1", "verdicts": 1}]
    assert [each["text"] for each in data["accepted"]] == ["Hello \ufffd"]
    assert [each["locale"] for each in data["groups"]] == ["de", "en"]


def test_a_report_of_nothing_is_valid_json(catalogue: Catalogue) -> None:
    """Figures that do not exist are null, never NaN."""
    files = build_report_files(measure_quality({}, catalogue=catalogue))
    data = parse(files[JSON_FILE].decode())
    assert set(data["total"]["per_accepted"].values()) == {None}
    assert b"NaN" not in files[JSON_FILE] + files[PAGE_FILE]


def test_the_same_attempts_give_the_same_bytes(catalogue: Catalogue) -> None:
    """A report can be compared with an earlier one."""
    first, again = (measure_quality(ATTEMPTS, catalogue=catalogue) for _ in range(2))
    assert build_report_files(first) == build_report_files(again)


def test_observes_the_checks(catalogue: Catalogue, tmp_path: Path) -> None:
    """A progress bar sees each key once."""
    seen: list[Key] = []

    def watch(checked: Iterable[tuple[Key, Attempts]]) -> Iterator[tuple[Key, Attempts]]:
        for key, attempts in checked:
            seen.append(key)
            yield key, attempts

    report = make_report(ATTEMPTS, catalogue=catalogue, templates=tmp_path, track=watch)
    assert seen == [KEY]
    assert (report.total.accepted, report.judge) == (1, None)
