"""The report page and its diagram."""

from edgefill.router_training.evaluation.report_page import (
    draw_reliability_diagram,
    render_report_page,
)
from edgefill.router_training.train import TrainedRouter


def test_the_page_contains_everything(trained: TrainedRouter) -> None:
    """Figures, warning, diagram and one row per intent, without external resources."""
    diagram = draw_reliability_diagram(trained.report.reliability, "Demo")
    assert diagram.startswith(b"\x89PNG")
    page = render_report_page(trained.report, diagram, "Router of <demo>")
    assert "Router of &lt;demo&gt;" in page
    assert "too few examples" in page
    assert "data:image/png;base64," in page
    assert page.count("<tr><td>") >= 3 + 6
    assert "http" not in page


def test_the_diagram_is_deterministic(trained: TrainedRouter) -> None:
    """The same figures give the same bytes."""
    first, again = (draw_reliability_diagram(trained.report.reliability, "Demo") for _ in range(2))
    assert first == again
