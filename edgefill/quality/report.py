"""QualityReport: what a drafting run has achieved, for the people who answer for the texts.

1. The journal gives the attempts of each key (lambdas/batch/journal.py).
2. `checked_attempts.py` asks the lint again about texts that no judge has read.
3. `measure_quality` counts them: stages, reasons, costs, chances, the baseline, samples.
4. `report_json.py` and `page.py` write the report for programs and for people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.quality.baseline import Baseline, compare_with_resampling
from edgefill.quality.chances import ChanceBin, bin_chances
from edgefill.quality.group_quality import GroupQuality, measure_group
from edgefill.quality.judge_statement import JudgeStatement
from edgefill.quality.samples import SampleText, sample_accepted, sample_refused


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityReport:
    """The figures of all keys of one catalogue version; the same journal gives the same report.

    `judges` counts verdicts by judge and version. `judge` is what the small judge's file states,
    None if the file is missing.
    """

    shop: str
    catalogue: str
    total: GroupQuality
    groups: tuple[GroupQuality, ...]
    chances: tuple[ChanceBin, ...]
    baseline: Baseline
    judges: Mapping[tuple[str, str], int]
    judge: JudgeStatement | None
    accepted: tuple[SampleText, ...]
    refused: tuple[SampleText, ...]


def measure_quality(
    attempts: Mapping[Key, Attempts], *, catalogue: Catalogue, judge: JudgeStatement | None = None
) -> QualityReport:
    """Return the report of `attempts`, whose texts are checked (checked_attempts.py).

    A key of the catalogue without attempts counts as open; keys that it does not have are ignored.
    """
    by_key = {key: attempts.get(key, Attempts()) for key in catalogue.list_keys()}
    groups: dict[tuple[str, str], dict[Key, Attempts]] = {}
    for key, each in by_key.items():
        groups.setdefault((key.experience, key.locale), {})[key] = each
    return QualityReport(
        shop=catalogue.shop,
        catalogue=catalogue.version,
        total=measure_group(by_key),
        groups=tuple(
            measure_group(group, experience=experience, locale=locale)
            for (experience, locale), group in sorted(groups.items(), key=lambda item: item[0])
        ),
        chances=bin_chances(one for each in by_key.values() for one in each.candidates),
        baseline=compare_with_resampling(groups),
        judges=_count_judges(by_key),
        judge=judge,
        accepted=sample_accepted(by_key, catalogue.version),
        refused=sample_refused(by_key, catalogue.version),
    )


def _count_judges(attempts: Mapping[Key, Attempts]) -> dict[tuple[str, str], int]:
    counts = Counter(
        (verdict.judge, verdict.version)
        for each in attempts.values()
        for candidate in each.candidates
        for verdict in candidate.verdicts
        if verdict.role == "judge"
    )
    return dict(sorted(counts.items()))
