"""The reliability diagram: how often a score is right (DeGroot and Fienberg 1983)."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from edgefill.router_training.evaluation.report import ReliabilityBin
from edgefill.router_training.evaluation.statistics import interval


def reliability_png(bins: Sequence[ReliabilityBin], title: str) -> bytes:
    """Scores against how often they were right, with 95% confidence intervals, as a PNG."""
    from matplotlib.figure import Figure  # noqa: PLC0415 half a second that training can spare

    figure = Figure(figsize=(5, 5), dpi=120, layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="#999", linewidth=1, label="perfect")
    ranges = [interval(round(each.right * each.count), each.count) for each in bins]
    low = [max(0.0, each.right - bound[0]) for each, bound in zip(bins, ranges, strict=True)]
    high = [max(0.0, bound[1] - each.right) for each, bound in zip(bins, ranges, strict=True)]
    axes.errorbar(
        [each.score for each in bins],
        [each.right for each in bins],
        yerr=[low, high],
        fmt="o-",
        color="#1f5fa8",
        capsize=3,
        label="held-out questions, in equal parts",
    )
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), title=title)
    axes.set(xlabel="score", ylabel="share that was right")
    axes.legend(loc="upper left")
    drawn = BytesIO()
    figure.savefig(drawn, format="png", metadata={"Software": None})
    return drawn.getvalue()
