"""The whole smoke test, in the order in which a person would look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from edgefill.operations.check_result import CheckResult
from edgefill.operations.smoke.page_checks import (
    check_fallback,
    check_headers,
    check_hit,
    check_miss,
    check_question,
)
from edgefill.operations.smoke.personal_checks import check_personal
from edgefill.operations.smoke.plan import SmokePlan
from edgefill.operations.smoke.refusal_checks import check_refusals
from edgefill.operations.smoke.site import Site, SiteAnswer


def run_smoke_test(site: Site, plan: SmokePlan) -> Iterator[CheckResult]:
    """Every result; when the site does not answer at all, only the first."""
    seen: dict[str, SiteAnswer] = {}
    yield check_hit(site, plan, seen)
    if any(answer.status == 0 for answer in seen.values()):
        return
    yield check_miss(site, plan, seen)
    yield check_fallback(seen)
    yield from check_question(site, plan)
    yield check_headers(site, plan)
    yield from _check_limits(site, plan)


def run_canary_test(site: Site, plan: SmokePlan) -> Iterator[CheckResult]:
    """The smoke test without a miss, which could start a GPU each time.

    The plan's first page and its question must be hits.
    """
    first_page = replace(plan, pages=plan.pages[:1])
    seen: dict[str, SiteAnswer] = {}
    yield check_hit(site, first_page, seen)
    if any(answer.status == 0 for answer in seen.values()):
        return
    yield from check_question(site, first_page, wanted=("hit",))
    yield check_headers(site, first_page)
    yield from _check_limits(site, first_page)


def _check_limits(site: Site, plan: SmokePlan) -> Iterator[CheckResult]:
    yield from check_refusals(site, plan)
    yield from check_personal(site, plan)
