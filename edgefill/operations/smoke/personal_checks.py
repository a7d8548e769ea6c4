"""Checks that a personal answer is never stored, nor shown to another visitor."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from edgefill.operations.check_result import CheckResult, fail_check, pass_check, warn_check
from edgefill.operations.smoke.plan import SmokePlan, find_marks
from edgefill.operations.smoke.site import Site, SiteAnswer

ROUNDS = 5  # each visitor requests the page so often, all at the same time
NO_TOKEN = "give --token, better two of different visitors"  # noqa: S105 a remedy


def check_personal(site: Site, plan: SmokePlan) -> Iterator[CheckResult]:
    """A token's answer is personal, is not stored, and stays with its visitor."""
    if not plan.tokens:
        yield warn_check("personal", "not checked without a token", remedy=NO_TOKEN)
        return
    yield check_storage(site, plan)
    yield check_leaks(site, plan)


def check_storage(site: Site, plan: SmokePlan) -> CheckResult:
    """The answer forbids storing it, and the CDN did not store it."""
    for _ in range(2):
        answer = site.get(plan.pages[0], token=plan.tokens[0])
        rule = answer.headers.get("cache-control", "")
        if answer.headers.get("x-edgefill-token"):
            text = answer.headers["x-edgefill-token"]
            return fail_check("no-store", f"the token is {text}", remedy="mint another token")
        if "private" not in rule or "no-store" not in rule or answer.is_cached:
            cache = answer.headers.get("x-cache", "no X-Cache")
            remedy = "stop the release of this code: visitors may see each other's values"
            return fail_check("no-store", f"Cache-Control {rule!r}, {cache}", remedy=remedy)
    return pass_check("no-store", rule)


def check_leaks(site: Site, plan: SmokePlan) -> CheckResult:
    """Visitors who request one page at the same time each see no value of another."""
    visitors: tuple[str | None, ...] = (*plan.tokens, None)  # and one without a token
    page = plan.pages[0]
    with ThreadPoolExecutor(len(visitors) * 2) as threads:
        crowd = visitors * ROUNDS
        answers = list(threads.map(lambda token: site.get(page, token=token), crowd))
    for token, answer in zip(crowd, answers, strict=True):
        if find_foreign_marks(plan, token, answer):
            remedy = "stop the release of this code: the cache key lacks the token"
            return fail_check("leak", f"{page} shows another visitor's value", remedy=remedy)
    seen = count_personal(plan, crowd, answers)
    if seen == 0:
        text = f"no answer of {page} has a value of a token, so nothing is proven"
        return warn_check("leak", text, remedy="use tokens with a slot `name` of three letters")
    return pass_check("leak", f"{len(answers)} answers, {seen} with their own visitor's value")


def find_foreign_marks(plan: SmokePlan, token: str | None, answer: SiteAnswer) -> frozenset[str]:
    """The values in an answer that belong to another visitor only."""
    foreign: set[str] = set()
    for other in plan.tokens:
        if other != token:
            foreign |= find_marks(other, (token,) if token else ())
    return frozenset(mark for mark in foreign if mark in answer.text)


def count_personal(
    plan: SmokePlan, crowd: tuple[str | None, ...], answers: list[SiteAnswer]
) -> int:
    """The number of answers with a value of their own visitor's token."""
    marks = {
        token: find_marks(token, tuple(each for each in plan.tokens if each != token))
        for token in plan.tokens
    }
    return sum(
        any(mark in answer.text for mark in marks[token])
        for token, answer in zip(crowd, answers, strict=True)
        if token
    )
