"""The error tree and its statuses."""

from collections.abc import Iterator

import pytest

from edgefill.core import errors
from edgefill.core.errors import (
    STATUS,
    BudgetExhausted,
    EdgefillError,
    EngineBusy,
    EngineUnavailable,
    JudgeUnavailable,
    NotPublishable,
    SlotValueRefused,
    TemplateRefused,
    TokenRefused,
    get_status,
)


def tree(root: type[EdgefillError] = EdgefillError, depth: int = 0) -> Iterator[tuple[int, str]]:
    yield depth, root.__name__
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from tree(child, depth + 1)


def test_every_error_has_a_status_and_every_status_an_error() -> None:
    """The table is total."""
    assert {kind.__name__ for kind in STATUS} == {name for _, name in tree()}
    assert all(400 <= status < 600 for status in STATUS.values())


def test_the_docstring_is_the_tree() -> None:
    """Names and depths, in order."""
    lines = (errors.__doc__ or "").splitlines()[2:]
    branches = []
    for line in lines:
        branch, _, rest = line.rpartition("─ ")
        branches.append((len(branch + "─ ") // 4 if branch else 0, rest.split()[0]))
    assert branches == list(tree())


def test_an_error_answers_with_its_own_status() -> None:
    """Not with its parent's."""
    assert get_status(TokenRefused("expired")) == 401
    assert get_status(EngineBusy("full")) == 429


def test_a_refused_value_is_named_only_by_slot_and_reason() -> None:
    """The error does not hold the value."""
    error = SlotValueRefused("days", "range")
    assert (error.slot, error.reason, str(error)) == ("days", "range", "slot 'days': range")


def test_a_refused_template_says_where_why_and_what_instead() -> None:
    """As compilers do."""
    error = TemplateRefused(
        template="sale.html", line=2, column=5, reason="no", remedy="do this", rule="lint"
    )
    assert str(error) == "sale.html:2:5: no [lint]; do this"
    assert (error.line, error.column, error.remedy) == (2, 5, "do this")


def test_a_text_that_is_not_publishable_may_be_held() -> None:
    """A failed text is not held; an unscored one is."""
    assert not NotPublishable("weak").is_held
    assert NotPublishable("unknown", is_held=True).is_held


def test_a_missing_judge_says_when_to_retry() -> None:
    """Later than an engine, because every text waits for it."""
    assert JudgeUnavailable("down").retry_after == 10


@pytest.mark.parametrize("kind", [EngineBusy, EngineUnavailable, BudgetExhausted])
def test_a_temporary_error_says_when_to_retry(kind: type[EngineBusy]) -> None:
    """In whole seconds."""
    assert kind("later").retry_after == 1
    assert kind("later", retry_after=7).retry_after == 7
