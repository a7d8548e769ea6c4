"""The page's section about the judge: its chances, its figures, who else read the texts."""

from __future__ import annotations

from edgefill.quality.chances import ChanceBin
from edgefill.quality.group_quality import OUTCOMES, ROLES, GroupQuality
from edgefill.quality.judge_statement import JudgeStatement
from edgefill.quality.pages.markup import (
    NO_FIGURE,
    Markup,
    build_legend,
    build_table,
    format_number,
    format_share,
    join_markup,
    wrap,
    write_prose,
)
from edgefill.quality.pages.plots import draw_calibration, draw_histogram
from edgefill.quality.report import QualityReport

ROLE_NAMES = {
    "judge": "judge (decides)",
    "critic": "critic",
    "introspect": "writer's own doubt",
    "compare": "comparison of two",
}


def build_judge_section(report: QualityReport) -> Markup:
    """Plots, counts and figures of the judge, and who else has read the texts."""
    statements = report.judge.locales if report.judge else {}
    thresholds = {locale: each.threshold for locale, each in statements.items()}
    histogram = wrap(
        "figure",
        draw_histogram(report.chances, thresholds),
        build_legend([("passed", "passed"), ("refused", "refused")]),
        wrap("figcaption", "Chances of all judged texts. Dashed lines: the judge's thresholds."),
    )
    calibration = wrap(
        "figure",
        draw_calibration(report.chances),
        build_legend([("people", "people"), ("critic", "critic")]),
        wrap("figcaption", write_prose(_caption_calibration(report))),
    )
    return join_markup(
        [
            wrap("div", histogram, calibration, class_="plots"),
            wrap("h3", "Verdicts by role (texts)"),
            _build_verdicts(report.total),
            wrap("h3", "Chances and what became of the texts"),
            _build_bins(report.chances),
            wrap("h3", "What the judge's file states about itself"),
            _build_statement(report.judge),
            wrap("p", _describe_judges(report)),
        ]
    )


def _caption_calibration(report: QualityReport) -> str:
    read = sum(each.by_people[0] for each in report.chances)
    if read:
        return f"On the dashed line, chances are right. People have read {read:,} of the texts."
    return (
        "On the dashed line, chances are right. No person has read a text of this run yet "
        "(`edgefill review`); the critic is a model too."
    )


def _build_bins(bins: tuple[ChanceBin, ...]) -> Markup:
    rows = [
        (
            f"{each.low:.2f} to {each.high:.2f}",
            each.texts,
            format_number(each.mean_chance, 2),
            each.passed,
            each.failed,
            _format_reading(each.by_people),
            _format_reading(each.by_critic),
        )
        for each in bins
        if each.texts
    ]
    headers = ("chance", "texts", "mean", "passed", "refused", "people publish", "critic passes")
    return build_table(headers, rows) if rows else wrap("p", "No text has a chance.")


def _format_reading(reading: tuple[int, int]) -> str:
    read, good = reading
    return f"{good} of {read}" if read else NO_FIGURE


def _build_statement(judge: JudgeStatement | None) -> Markup:
    if judge is None:
        return wrap("p", "There is no readable file of a small judge.")
    rows = [
        (locale, format_number(each.threshold, 2), format_number(each.labelled),
         format_number(each.auc, 3), format_share(each.good_passed), format_number(each.passed),
         format_number(each.bad_of_passed), format_share(each.bad_bound))
        for locale, each in judge.locales.items()
    ]  # fmt: skip
    headers = ("locale", "threshold", "labelled texts", "AUC", "good texts that pass", "passed",
               "bad of passed", "at most")  # fmt: skip
    return build_table(headers, rows)


def _describe_judges(report: QualityReport) -> str:
    """Whose verdicts the report counts, and whether the figures above are theirs."""
    judges = ", ".join(
        f"{judge} {version} ({count:,})" for (judge, version), count in report.judges.items()
    )
    text = f"Verdicts in this report are by: {judges or 'no judge'}."
    versions = {version for _, version in report.judges}
    if report.judge and report.judges and report.judge.version not in versions:
        return f"{text} The figures above are of another judge ({report.judge.version})."
    return text


def _build_verdicts(total: GroupQuality) -> Markup:
    """How often each role said what."""
    rows = [
        (ROLE_NAMES[role], *(total.verdicts[role][each] for each in OUTCOMES)) for role in ROLES
    ]
    return build_table(("role", *OUTCOMES), rows)
