"""The sections of the quality report's page."""

from __future__ import annotations

from collections.abc import Sequence

from edgefill.quality.baseline import Baseline
from edgefill.quality.group_quality import GroupQuality
from edgefill.quality.pages.markup import (
    Markup,
    build_legend,
    build_table,
    format_number,
    format_share,
    join_markup,
    wrap,
)
from edgefill.quality.reasons import ReasonCount
from edgefill.quality.samples import SampleText
from edgefill.quality.stages import STAGES, Stage

STAGE_NAMES: dict[Stage, str] = {
    "first": "first draft passed",
    "selection": "a later draft passed",
    "revision": "a revision passed",
    "person": "accepted by a person",
    "held": "held for a person",
    "failed": "failed",
    "open": "not drafted yet",
}


def build_cards(total: GroupQuality) -> Markup:
    """The figures that matter most."""
    keys = total.drafted
    cards = [
        (format_share(total.accepted, keys), f"accepted: {total.accepted:,} of {keys:,} texts"),
        (format_share(total.count_up_to("first"), keys), "passed at first draft"),
        (format_share(total.count_up_to("selection"), keys), "after selection"),
        (format_share(total.count_up_to("revision"), keys), "after revision"),
        (f"{total.stages['held']:,}", "held for a person"),
        (f"{total.stages['failed']:,}", "failed"),
        (f"{total.stages['open']:,}", STAGE_NAMES["open"]),
        (format_number(total.per_accepted(total.tokens)), "tokens per accepted text"),
        (format_number(total.per_accepted(total.seconds), 1), "seconds per accepted text"),
    ]
    return wrap("div", *(wrap("div", wrap("b", a), wrap("span", b)) for a, b in cards),
                class_="cards")  # fmt: skip


def build_stage_table(groups: Sequence[GroupQuality]) -> Markup:
    """A stacked bar per experience and locale, with costs."""
    headers = ("experience", "locale", "how its texts ended", "accepted", "texts written",
               "tokens / accepted", "seconds / accepted")  # fmt: skip
    rows = [
        (
            each.experience,
            each.locale,
            _build_bar(each),
            f"{each.accepted} of {each.drafted} ({format_share(each.accepted, each.drafted)})",
            format_number(each.texts),
            format_number(each.per_accepted(each.tokens)),
            format_number(each.per_accepted(each.seconds), 1),
        )
        for each in groups
    ]
    legend = build_legend((stage, STAGE_NAMES[stage]) for stage in STAGES)
    return join_markup([legend, wrap("div", build_table(headers, rows), class_="bars")])


def build_reasons(total: GroupQuality) -> Markup:
    """Why texts are held, failed or refused."""
    return join_markup(
        [
            _build_reason_table("Held for a person (keys)", total.held),
            _build_reason_table("Failed (keys, by their last attempt)", total.failed),
            _build_reason_table("Refused by the checks (texts)", total.refused),
        ]
    )


def build_baseline(baseline: Baseline) -> Markup:
    """The drafting flow compared with plain resampling."""
    rows = [
        (
            "keys with a text",
            f"{baseline.keys:,} (with the revisions' tokens about {baseline.expected_keys:,.0f})",
            f"{baseline.published:,}",
        ),
        (
            f"mean chance, the {baseline.keys:,} keys that both have",
            format_number(baseline.first_chance, 3),
            format_number(baseline.selected_chance, 3),
        ),
        ("mean chance, all its texts", format_number(baseline.first_chance, 3),
         format_number(baseline.published_chance, 3)),
    ]  # fmt: skip
    return build_table(("", "first draft that passes", "selected and revised"), rows)


def build_samples(samples: Sequence[SampleText], *, are_accepted: bool) -> Markup:
    """Texts with key, chance, model and reason."""
    if not samples:
        return wrap("p", "None.")
    colour = "yes" if are_accepted else "no"
    return join_markup(
        wrap(
            "article",
            wrap("header", wrap("b", each.key), f" · {_describe(each)}"),
            wrap("pre", each.text, dir="auto"),
            wrap("p", each.reason),
            class_=colour,
        )
        for each in samples
    )


def _describe(sample: SampleText) -> str:
    chance = "not scored" if sample.chance is None else f"chance {sample.chance:.2f}"
    return f"{chance} · {sample.origin} by {sample.model or 'an unnamed model'}"


def _build_bar(group: GroupQuality) -> Markup:
    parts = [
        wrap("span", count, class_=stage, style=f"flex-grow:{count}",
             title=f"{STAGE_NAMES[stage]}: {count}")
        for stage in STAGES
        if (count := group.stages[stage])
    ]  # fmt: skip
    return wrap("div", *parts, class_="bar")


def _build_reason_table(title: str, reasons: Sequence[ReasonCount]) -> Markup:
    rows = [
        (each.count, each.kind, "" if each.example == each.kind else each.example)
        for each in reasons
    ]
    if not rows:
        return join_markup([wrap("h3", title), wrap("p", "None.")])
    return join_markup([wrap("h3", title), build_table(("count", "reason", "for example"), rows)])
