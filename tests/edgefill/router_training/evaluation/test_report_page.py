"""A report for people."""

from edgefill.router_training.evaluation.diagram import reliability_png
from edgefill.router_training.evaluation.report_page import report_html
from edgefill.router_training.train import TrainedRouter


def test_the_page_holds_everything(trained: TrainedRouter) -> None:
    """Figures, remark, diagram and a row an intent, with nothing to fetch."""
    diagram = reliability_png(trained.report.reliability, "Demo")
    assert diagram.startswith(b"\x89PNG")
    page = report_html(trained.report, diagram, "Router of <demo>")
    assert "Router of &lt;demo&gt;" in page
    assert "too few examples" in page
    assert "data:image/png;base64," in page
    assert page.count("<tr><td>") >= 3 + 6
    assert "http" not in page


def test_the_diagram_is_the_same_for_the_same_figures(trained: TrainedRouter) -> None:
    """To the byte."""
    first, again = (reliability_png(trained.report.reliability, "Demo") for _ in range(2))
    assert first == again
