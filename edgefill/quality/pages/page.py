"""The quality report as one HTML page: no script, no request, every text escaped."""

from __future__ import annotations

from edgefill.quality.pages.judge_section import build_judge_section
from edgefill.quality.pages.markup import Markup, join_markup, wrap, write_prose
from edgefill.quality.pages.page_sections import (
    build_baseline,
    build_cards,
    build_reasons,
    build_samples,
    build_stage_table,
)
from edgefill.quality.pages.page_style import STYLE
from edgefill.quality.report import QualityReport

# even if a text were not escaped, the browser would run and load nothing
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render_page(report: QualityReport) -> str:
    """Return the page, which fits light and dark screens."""
    title = f"Quality of generated texts: {report.shop}"
    head = join_markup(
        [
            Markup('<meta charset="utf-8">'),
            Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
            Markup(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'),
            wrap("title", title),
            wrap("style", Markup(STYLE)),
        ]
    )
    body = wrap("body", wrap("h1", title), *_list_sections(report))
    return f"<!doctype html>\n{wrap('html', wrap('head', head), body, lang='en')}\n"


def _list_sections(report: QualityReport) -> list[Markup]:
    return [
        wrap("p", f"Catalogue version {report.catalogue}. A text counts once it is accepted for "
             "one experience, locale and case."),
        build_cards(report.total),
        _section("By experience and locale", "Each bar shows all cases of one experience and "
                 "locale, by the cheapest step that gave an accepted text.",
                 build_stage_table(report.groups)),
        _section("Why texts are held, failed or refused", "Held texts wait in `edgefill review`. "
                 "A key fails when no attempt gave a text that passes.",
                 build_reasons(report.total)),
        _section("The judge", "The judge gives each text the chance that a careful reader would "
                 "publish it. Critic and writer only advise.",
                 build_judge_section(report)),
        _section("What selection and revision gain", "Compared with publishing the first draft "
                 "that passes. Revisions cost "
                 f"{report.baseline.revision_tokens:,} tokens; the figure in brackets estimates "
                 "what more drafts for the same tokens would have given, and is generous.",
                 build_baseline(report.baseline)),
        _section("Accepted texts", "Chosen by chance; the same run shows the same texts.",
                 build_samples(report.accepted, are_accepted=True)),
        _section("Refused texts", "Chosen by chance; the reason is that of the checks or of the "
                 "judge.", build_samples(report.refused, are_accepted=False)),
    ]  # fmt: skip


def _section(title: str, explanation: str, content: Markup) -> Markup:
    return wrap("section", wrap("h2", title), wrap("p", write_prose(explanation)), content)
