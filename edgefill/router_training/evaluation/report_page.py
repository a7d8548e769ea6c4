"""A router's report as one HTML page, with nothing to fetch."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from edgefill.router_training.evaluation.report import IntentRow, Rate, RouterReport

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { text-align: right; padding: .2rem .8rem; border-bottom: 1px solid #ddd }
th:first-child, td:first-child { text-align: left }
.remark { background: #fff3cd; padding: .5rem 1rem }
"""


def report_html(report: RouterReport, diagram: bytes, title: str) -> str:
    """`report` for people; `diagram` is a PNG."""
    remarks = "".join(f'<p class="remark">{escape(each)}</p>' for each in report.remarks)
    image = b64encode(diagram).decode("ascii")
    figures = "".join(
        f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in figures_of(report)
    )
    intents = "".join(_row(intent) for intent in report.intents)
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
<h1>{escape(title)}</h1>
{remarks}
<table>{figures}</table>
<img alt="Reliability diagram" src="data:image/png;base64,{image}" width="480">
<h2>By intent</h2>
<table>
<tr><th>intent</th><th>utterances</th><th>served</th><th>false hits</th><th>threshold</th></tr>
{intents}
</table>
</html>
"""


def figures_of(report: RouterReport) -> list[tuple[str, str]]:
    """Every figure with its name, for people."""
    recall = [("out-of-scope recall", shown(report.recall))] if report.recall else []
    return [
        ("questions", f"{report.questions}, {report.out_of_scope} of them out of scope"),
        ("teacher", report.teacher or "none"),
        ("accuracy in scope", shown(report.accuracy)),
        ("served", f"{report.served:.1%}"),
        ("false hits of served", shown(report.false_hits)),
        ("budget", f"{report.budget:.1%} with {report.confidence:.0%} confidence"),
        *recall,
    ]


def shown(rate: Rate) -> str:
    """A share with its interval."""
    return f"{rate.share:.1%} ({rate.low:.1%} to {rate.high:.1%})"


def _row(row: IntentRow) -> str:
    threshold = "never" if row.threshold is None else f"{row.threshold:.2f}"
    numbers = (row.utterances, row.served, row.false_hits, threshold)
    cells = "".join(f"<td>{number}</td>" for number in numbers)
    return f"<tr><td>{escape(row.intent)}</td>{cells}</tr>"
