"""A quality report as JSON, for programs: every share has its counts, no figure is NaN."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from edgefill.quality.group_quality import GroupQuality
from edgefill.quality.reasons import ReasonCount
from edgefill.quality.report import QualityReport
from edgefill.quality.stages import ACCEPTED

VERSION = 1


def quality_to_json(report: QualityReport) -> dict[str, Any]:
    """Return `report` as a JSON object; a figure that does not exist is null."""
    return {
        "v": VERSION,
        "shop": report.shop,
        "catalogue": report.catalogue,
        "total": _group_to_json(report.total),
        "groups": [
            {"experience": each.experience, "locale": each.locale, **_group_to_json(each)}
            for each in report.groups
        ],
        "calibration": {
            "bins": [asdict(each) for each in report.chances if each.texts],
            "judges": [
                {"judge": judge, "version": version, "verdicts": count}
                for (judge, version), count in report.judges.items()
            ],
            "stated": asdict(report.judge) if report.judge else None,
        },
        "baseline": asdict(report.baseline),
        "accepted": [asdict(each) for each in report.accepted],
        "refused": [asdict(each) for each in report.refused],
    }


def _group_to_json(group: GroupQuality) -> dict[str, Any]:
    return {
        "keys": group.keys,
        "drafted": group.drafted,
        "accepted": group.accepted,
        "stages": dict(group.stages),
        "share_after": {
            stage: _share(group.count_up_to(stage), group.drafted) for stage in ACCEPTED
        },
        "held": _reasons_to_json(group.held),
        "failed": _reasons_to_json(group.failed),
        "texts": group.texts,
        "refused_texts": _reasons_to_json(group.refused),
        "attempts": group.attempts,
        "tokens": group.tokens,
        "seconds": group.seconds,
        "per_accepted": {
            "attempts": group.per_accepted(group.attempts),
            "tokens": group.per_accepted(group.tokens),
            "seconds": group.per_accepted(group.seconds),
        },
        "verdicts": {role: dict(counts) for role, counts in group.verdicts.items()},
    }


def _reasons_to_json(reasons: tuple[ReasonCount, ...]) -> list[dict[str, Any]]:
    return [asdict(each) for each in reasons]


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
