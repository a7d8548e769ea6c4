"""How well the small judge decides about combinations that it was taught no label of."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

import numpy as np

from benchmarks.words.corpus import JUDGING, WRITER, DemoCorpus
from benchmarks.words.figures import Figure
from edgefill.judge_training.evaluation import (
    evaluate_judge,
    evaluate_on,
    measure_untaught,
)
from edgefill.judge_training.labels import JudgeCorpus
from edgefill.judging import SmallJudge
from edgefill.judging.model import load_model

SECTION = "judge, on held-out combinations"
LEAST_AUC, LEAST_UNTAUGHT_AUC, MOST_AUC_GAP = 0.93, 0.80, 0.03
MOST_BAD, LEAST_PASSED, MOST_CPU_MS = 0.03, 0.75, 300.0
# parts of the labelled texts of which each is judged by a judge that is taught the others
PARTS = 4


def measure_judge(corpus: DemoCorpus) -> Iterator[Figure]:
    """Figures per locale and kind of fault, and the CPU time of one text."""
    report = evaluate_judge(corpus.judged, corpus.experiences, writer=WRITER)
    for locale, figures in report["locales"].items():
        yield from compare_locale(locale, figures)
    yield from _compare_untaught(corpus)
    yield from _measure_without_bank(corpus)
    yield from _measure_cpu_time(corpus)


def compare_locale(locale: str, report: Mapping[str, Any]) -> Iterator[Figure]:
    """The figures of one locale of a report of judge_training/report.py."""
    auc, matched = report["auc"]["value"], report["length_matched_auc"]
    confusion = report["confusion"]
    passed = confusion["good_passed"] + confusion["bad_passed"]
    good = confusion["good_passed"] + confusion["good_refused"]
    yield Figure(
        section=SECTION,
        name=f"{locale}: AUC",
        value=auc,
        bar=LEAST_AUC,
        note=f"{report['texts']} texts, {good} good; {_show_interval(report['auc'])}",
    )
    yield Figure(
        section=SECTION,
        name=f"{locale}: unpublishable among what passes",
        value=confusion["bad_passed"] / passed if passed else None,
        bar=MOST_BAD,
        is_limit=True,
        unit="%",
        note=f"{confusion['bad_passed']} of {passed}; "
        f"at most {report['bad_of_passed_bound']:.1%} with 95% confidence",
    )
    yield Figure(
        section=SECTION,
        name=f"{locale}: publishable that pass",
        value=confusion["good_passed"] / good if good else None,
        bar=LEAST_PASSED,
        unit="%",
        note=f"{confusion['good_passed']} of {good}; {report['unscored']} unscored",
    )
    gap = None if auc is None or matched is None else abs(auc - matched)
    yield Figure(
        section=SECTION,
        name=f"{locale}: AUC and length-matched AUC differ by",
        value=gap,
        bar=MOST_AUC_GAP,
        is_limit=True,
        note="" if gap is None else f"length-matched {matched:.3f}",
    )


def _show_interval(estimate: Mapping[str, float | None]) -> str:
    low, high = estimate["low"], estimate["high"]
    return "no interval" if low is None or high is None else f"95%: {low:.3f} to {high:.3f}"


def _compare_untaught(corpus: DemoCorpus) -> Iterator[Figure]:
    """Each kind of fault in each locale, by a judge that was not taught this kind."""
    measured = measure_untaught(corpus.judged, corpus.experiences, writer=WRITER)
    for kind, aucs in measured.items():
        for locale in sorted(set(aucs) - {"all"}):
            bad = sum(
                each.fault == kind and each.key.locale == locale and each.is_agreed
                for each in corpus.judged.labels
            )
            yield Figure(
                section=SECTION,
                name=f"{locale}: AUC of the untaught fault {kind}",
                value=aucs[locale],
                bar=LEAST_UNTAUGHT_AUC,
                note=f"{bad} texts with it; both locales together {aucs['all']:.3f}",
            )


def _measure_without_bank(corpus: DemoCorpus) -> Iterator[Figure]:
    """A shop without a phrase bank: the only accepted texts are the good ones among its labels."""
    parts = [_evaluate_part(corpus, part)["locales"] for part in range(PARTS)]
    for locale in sorted(parts[0]):
        aucs = [part[locale]["auc"]["value"] for part in parts]
        yield Figure(
            section=SECTION,
            name=f"{locale}: AUC without a phrase bank",
            value=float(np.mean(aucs)),
            note=f"mean of {PARTS} parts of the texts; {min(aucs):.3f} to {max(aucs):.3f}",
        )


def _evaluate_part(corpus: DemoCorpus, part: int) -> dict[str, Any]:
    """The report about one part of the labelled texts, by a judge that is taught the others."""
    parts = [
        (sha256(each.text.encode()).digest()[0] % PARTS, each) for each in corpus.judged.labels
    ]
    return evaluate_on(
        [label for number, label in parts if number == part],
        JudgeCorpus(labels=[label for number, label in parts if number != part], accepted=()),
        corpus.experiences,
        writer=WRITER,
    )


def _measure_cpu_time(corpus: DemoCorpus) -> Iterator[Figure]:
    """The shipped judge on every text of the present writer; one thread, so one core."""
    judge = SmallJudge(model=load_model(JUDGING / "judge.json"))
    experiences = corpus.experiences
    labels = [each for each in corpus.judged.labels if each.writer == WRITER]
    times_ms = []
    for label in labels:
        began = time.thread_time()
        judge.judge(label.text, key=label.key, experience=experiences[label.key.experience])
        times_ms.append(1000 * (time.thread_time() - began))
    p50, p95 = np.percentile(times_ms, [50, 95]).tolist()
    for name, value in {"p50": p50, "p95": p95, "max": max(times_ms)}.items():
        yield Figure(
            section=SECTION,
            name=f"CPU time of one text, {name}",
            value=value,
            bar=MOST_CPU_MS,
            is_limit=True,
            unit="ms",
            note=f"{len(labels)} texts, the shipped judge",
        )
