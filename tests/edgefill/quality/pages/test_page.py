"""The page: everything is on it, and no text can run."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.keys import parse_key
from edgefill.judging.verdict import make_person_verdict
from edgefill.quality.judge_statement import JudgeStatement, LocaleStatement
from edgefill.quality.pages.page import render_page
from edgefill.quality.report import QualityReport, measure_quality
from tests.edgefill.quality.conftest import KEY, gather, make_candidate

ATTACK = "</pre><script>alert(1)</script><img src=http://evil/ onerror=alert(2)>"


class ElementFinder(HTMLParser):
    """Collects the elements of a page as a browser reads them, and whether they are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Record an element."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element, which must be this one."""
        assert self.open.pop() == tag


@pytest.fixture
def report(catalogue: Catalogue) -> QualityReport:
    """An accepted, a refused and a held text, which all attack the page."""
    read = make_person_verdict("pass", reader="ada", reason=ATTACK)
    attempts = gather(
        make_candidate(text=f"[1] {ATTACK}"),
        make_candidate("fail", text=ATTACK, chance=0.3, reason=ATTACK),
        make_candidate("pass", text=ATTACK, chance=0.9, reason=ATTACK).add_verdicts(read),
    )
    held = parse_key("greeting/de/any")
    statement = JudgeStatement(
        version="v1", locales={"en": LocaleStatement(threshold=0.8, auc=0.83)}
    )
    return measure_quality(
        {KEY: attempts, held: gather(make_candidate("unscored", key=held, reason=ATTACK))},
        catalogue=replace(catalogue, shop=f"Shop {ATTACK}"),
        judge=statement,
    )


def test_no_text_can_run_or_load_anything(report: QualityReport) -> None:
    """Texts and reasons stay text, and the page's policy allows no script and no request."""
    finder = ElementFinder()
    finder.feed(page := render_page(report))
    assert finder.open == []
    assert not finder.tags & {"script", "img", "link", "iframe", "object"}
    assert not {name for name in finder.attributes if name.startswith("on")}
    assert not finder.attributes & {"src", "href"}
    assert "&lt;script&gt;alert(1)" in page
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page


def test_the_page_contains_everything(report: QualityReport) -> None:
    """Shares, stages, reasons, the judge's figures, the baseline and both samples."""
    page = render_page(report)
    assert "accepted: 1 of 2 texts" in page
    assert 'class="selection" style="flex-grow:1"' in page
    assert "0.830" in page
    assert "People have read 1 of the texts" in page
    assert page.count("<article") == 3
    assert page.count("<svg") == 2
    assert "prefers-color-scheme: dark" in page


def test_says_when_the_figures_are_of_another_judge(report: QualityReport) -> None:
    """The judge's file may be newer than the verdicts."""
    other = replace(report, judge=JudgeStatement(version="v2", locales={}))
    assert "of another judge (v2)" in render_page(other)
    assert "of another judge" not in render_page(report)


def test_renders_a_run_without_any_text(catalogue: Catalogue) -> None:
    """An empty report says so in each section."""
    page = render_page(measure_quality({}, catalogue=catalogue))
    assert "accepted: 0 of 0 texts" in page
    assert "No text has a chance." in page
    assert "There is no readable file of a small judge." in page
    assert "No person has read a text" in page
    assert "by: no judge." in page
