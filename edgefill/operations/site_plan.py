"""Builds the plan of the smoke test from the catalogue, for the command and for the canary."""

from __future__ import annotations

from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.errors import InputRefused
from edgefill.core.experience import Experience
from edgefill.operations.smoke.plan import SmokePlan


def build_plan(
    catalogue: Catalogue, tokens: tuple[str, ...], *, is_fresh: bool, wait_s: float
) -> SmokePlan:
    """Every anonymous experience in every locale, an HTML one with a personal slot first."""
    experiences = [entry.experience for entry in catalogue.list_closed_entries()]
    public = [each for each in experiences if each.anonymous]
    public.sort(key=lambda each: each.format != "html" or not _has_name(each))
    if not public:
        raise InputRefused("the catalogue has no experience for visitors without a token")
    account = next((each.id for each in experiences if not each.anonymous), None)
    return SmokePlan(
        pages=tuple(
            f"/p/{each.id}?locale={locale}" for each in public for locale in catalogue.locales
        ),
        account_page=f"/p/{account}" if account else None,
        question=find_question(catalogue),
        tokens=tokens,
        is_fresh=is_fresh,
        wait_s=wait_s,
    )


def find_question(catalogue: Catalogue) -> str | None:
    """A declared question of a visitor without a token, in the default locale."""
    questions = catalogue.questions
    if questions is None:
        return None
    lines = (
        texts[0]
        for (experience, locale), texts in questions.utterances.items()
        if experience in questions.anonymous_experiences and locale == catalogue.default_locale
    )
    return next(lines, None)


def _has_name(experience: Experience) -> bool:
    return any(slot.type == "name" for slot in experience.slots)
