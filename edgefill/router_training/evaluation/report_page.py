"""A router's report for people: one self-contained HTML page with a reliability diagram."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from io import BytesIO

from edgefill.router_training.evaluation.report import IntentRow, ReliabilityBin, RouterReport
from edgefill.router_training.evaluation.statistics import Rate, compute_interval

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { text-align: right; padding: .2rem .8rem; border-bottom: 1px solid #ddd }
th:first-child, td:first-child { text-align: left }
.warning { background: #fff3cd; padding: .5rem 1rem }
"""


def render_report_page(report: RouterReport, diagram: bytes, title: str) -> str:
    """The page; `diagram` is a PNG."""
    warnings = "".join(f'<p class="warning">{escape(each)}</p>' for each in report.warnings)
    image = b64encode(diagram).decode("ascii")
    figures = "".join(
        f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in list_figures(report)
    )
    intents = "".join(_render_intent_row(intent) for intent in report.intents)
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
<h1>{escape(title)}</h1>
{warnings}
<table>{figures}</table>
<img alt="Reliability diagram" src="data:image/png;base64,{image}" width="480">
<h2>By intent</h2>
<table>
<tr><th>intent</th><th>utterances</th><th>served</th><th>false hits</th><th>threshold</th></tr>
{intents}
</table>
</html>
"""


def list_figures(report: RouterReport) -> list[tuple[str, str]]:
    """Every figure of the report as (name, text)."""
    recall = [("out-of-scope recall", format_rate(report.recall))] if report.recall else []
    opposites = [("opposites served", format_rate(report.opposites))] if report.opposites else []
    return [
        ("questions", f"{report.questions}, {report.out_of_scope} of them out of scope"),
        ("teacher", report.teacher or "none"),
        ("accuracy in scope", format_rate(report.accuracy)),
        ("served", f"{report.served_share:.1%}"),
        ("false hits of served", format_rate(report.false_hits)),
        ("budget", f"{report.budget:.1%} with {report.confidence:.0%} confidence"),
        *recall,
        *opposites,
    ]


def format_rate(rate: Rate) -> str:
    """A share with its interval."""
    return f"{rate.share:.1%} ({rate.low:.1%} to {rate.high:.1%})"


def _render_intent_row(row: IntentRow) -> str:
    threshold = "never" if row.threshold is None else f"{row.threshold:.2f}"
    numbers = (row.utterances, row.correct_hits, row.false_hits, threshold)
    cells = "".join(f"<td>{number}</td>" for number in numbers)
    return f"<tr><td>{escape(row.intent)}</td>{cells}</tr>"


def draw_reliability_diagram(bins: Sequence[ReliabilityBin], title: str) -> bytes:
    """A PNG of the scores and how often they were right, with 95% confidence intervals.

    DeGroot and Fienberg 1983.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 takes half a second

    figure = Figure(figsize=(5, 5), dpi=120, layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="#999", linewidth=1, label="perfect")
    ranges = [compute_interval(round(each.right * each.count), each.count) for each in bins]
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
    image = BytesIO()
    figure.savefig(image, format="png", metadata={"Software": None})
    return image.getvalue()
