"""Measure the texts: the judge, what is published, what selection gains, and what it costs.

    python -m benchmarks.words [--json] [--check] [--labels FILE] [--texts OUT] [--only NAME ...]

`judge` and `selection` train judges without the labels that they measure. `published` drafts the
first release of `make up` with four seeds and looks its texts up in FILE, readers' labels as
templates/judging/README.md describes them; --texts writes these texts for readers. `questions` and
`misses` send requests through the API's miss path in this process. `traffic` runs `edgefill up`.
The model is the tiny one on this machine's CPU. A bar that could not be measured is not met: the
table says so, and `--check`, which exits 1 when a bar is missed, names it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.machine import describe_machine, list_versions
from benchmarks.words.corpus import JUDGING, TEMPLATES, DemoCorpus, load_demo_corpus
from benchmarks.words.demo_service import DemoService, run_demo_service
from benchmarks.words.figures import Figure, format_figures, list_missed_bars, list_unmeasured
from benchmarks.words.judge import measure_judge
from benchmarks.words.misses import describe_misses, run_misses
from benchmarks.words.published import (
    DraftedReleases,
    describe_releases,
    draft_releases,
    write_texts,
)
from benchmarks.words.questions import (
    ask_questions,
    describe_asked,
    enable_questions,
    read_questions,
)
from benchmarks.words.readings import (
    compare_readings,
    describe_reading,
    describe_taught,
    load_readings,
)
from benchmarks.words.selection import measure_selection
from benchmarks.words.traffic import describe_stack, run_stack_once

PARTS = ("judge", "published", "questions", "selection", "misses", "traffic")
PUBLISHED_LABELS = JUDGING / "published_labels.jsonl"


def measure(
    parts: Sequence[str], folder: Path, *, labels: Path, texts: Path | None
) -> Iterator[Figure]:
    """The figures of the named parts; temporary files are written to `folder`."""
    corpus = load_demo_corpus()
    if "judge" in parts:
        yield from measure_judge(corpus)
    releases: DraftedReleases | None = None
    if {"published", "questions", "misses"} & set(parts):
        with run_demo_service(folder) as service:
            if "published" in parts:
                releases = draft_releases(service, corpus.catalogue, folder)
                if texts:
                    write_texts(texts, releases.texts)
                yield from describe_reading(
                    compare_readings(releases.texts, load_readings(labels)), labels
                )
                yield describe_taught(releases.texts, corpus.judged.labels)
                yield from describe_releases(releases)
            yield from _measure_miss_path(parts, service, corpus, folder)
    if "selection" in parts:
        yield from measure_selection(corpus, releases.tokens_per_draft if releases else None)
    if "traffic" in parts:
        yield from describe_stack(run_stack_once(folder))


def _measure_miss_path(
    parts: Sequence[str], service: DemoService, corpus: DemoCorpus, folder: Path
) -> Iterator[Figure]:
    if "questions" in parts:
        questions = read_questions()
        variants = {
            "as configured": TEMPLATES,
            "with a question prompt": enable_questions(folder / "templates"),
        }
        for name, templates in variants.items():
            asked = ask_questions(service, corpus.catalogue, questions, templates)
            yield from describe_asked(name, asked)
    if "misses" in parts:
        yield from describe_misses(run_misses(service, corpus.catalogue))


def main() -> int:
    """Measure, print, and return the exit status."""
    options = _parse_options()
    with tempfile.TemporaryDirectory() as name:
        figures = list(
            _report(measure(options.only, Path(name), labels=options.labels, texts=options.texts))
        )
    machine, versions = describe_machine(), list_versions("numpy", "onnxruntime-genai")
    if options.json:
        rows = [each.to_json() for each in figures]
        print(json.dumps({"figures": rows, "machine": machine, "versions": versions}))
    else:
        print(f"{format_figures(figures)}\n\n{machine}; {versions}")
    missed = list_missed_bars(figures) if options.check else []
    for sentence in missed:
        print(f"missed: {sentence}", file=sys.stderr)
    for sentence in list_unmeasured(figures) if options.check else ():
        print(f"not measured: {sentence}", file=sys.stderr)
    return 1 if missed else 0


def _report(figures: Iterator[Figure]) -> Iterator[Figure]:
    """The same figures; each section's start is told on the error stream, since all take long."""
    section = ""
    for figure in figures:
        if figure.section != section:
            section = figure.section
            print(f"measured: {section}", file=sys.stderr)
        yield figure


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--check", action="store_true", help="exit 1 when a bar is missed")
    parser.add_argument(
        "--labels", type=Path, default=PUBLISHED_LABELS, help="readers' labels of published texts"
    )
    parser.add_argument("--texts", type=Path, help="write the published texts to this file")
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=PARTS, help="measure these parts only"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
