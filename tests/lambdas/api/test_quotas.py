"""What a generation takes from which budget, and what it leaves to others."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.core.errors import BudgetExhausted
from edgefill.core.keys import parse_key
from edgefill.demand.budgets import MemoryBudgets
from edgefill.demand.principals import Principal
from lambdas.api.quotas import DAY_S, FIRST_PER_DAY, HOUR_S, Quotas

KEY = parse_key("order-delayed/de/gold.any")
HOUR_TOKENS = 1_000  # of questions; half of a day's tokens, by the hour
DAY_TOKENS = 48 * HOUR_TOKENS
EACH = 100


class Clock:
    now = 20_000.0 * DAY_S

    def __call__(self) -> float:
        return self.now


def make_quotas(clock: Clock, **limits: int) -> Quotas:
    ample = {"questions_per_hour": 10_000, "key_per_hour": 10_000, "principal_per_hour": 10_000}
    tokens = {"tokens_per_day": DAY_TOKENS, "tokens_each": EACH}
    return Quotas.from_limits(MemoryBudgets(clock), **(ample | tokens | limits))


def address(number: int) -> Principal:
    return Principal(kind="address", digest=f"{number:032x}")


def subject(number: int) -> Principal:
    return Principal(kind="subject", digest=f"{number:032x}")


def reserve(quotas: Quotas, principal: Principal | None, **fields: Any) -> Any:
    return quotas.reserve(KEY, principal, **({"is_question": False, "is_queued": False} | fields))


def count(quotas: Quotas, principals: Any, **fields: Any) -> int:
    """How many generations can be reserved, one for each of `principals`, until one is refused."""
    done = 0
    for principal in principals:
        try:
            reserve(quotas, principal, **fields)
        except BudgetExhausted:
            return done
        done += 1
    return done


def test_a_principal_that_has_used_much_leaves_half_of_the_day_to_others() -> None:
    """The others, each with few generations, get all of it."""
    quotas = make_quotas(Clock())
    half = DAY_TOKENS // EACH // 2
    assert count(quotas, [address(1)] * 1000) == half + 1
    assert count(quotas, map(address, range(2, 1000))) == half - 1


def test_first_generations_reach_the_rest_of_the_day() -> None:
    """A principal that has used little is served when others have used up the common half."""
    quotas = make_quotas(Clock())
    count(quotas, [address(1)] * 1000)
    assert count(quotas, [address(2)] * 1000) == FIRST_PER_DAY


def test_free_questions_leave_half_of_the_day_to_written_keys() -> None:
    """However many subjects ask, at any hour; each hour may end with one that began within it."""
    clock = Clock()
    quotas = make_quotas(clock)
    asked, began = 0, clock.now
    for hour in range(24):
        clock.now = began + hour * HOUR_S
        principals = (subject(1000 * hour + number) for number in range(1000))
        asked += count(quotas, principals, is_question=True)
    assert asked == 24 * (HOUR_TOKENS // EACH + 1)
    assert count(quotas, map(subject, range(50_000, 60_000))) == DAY_TOKENS // EACH - asked


def test_the_questions_of_one_hour_do_not_use_up_the_next() -> None:
    """After an attack, answers are generated again within the hour, not at midnight."""
    clock = Clock()
    quotas = make_quotas(clock)
    asked = count(quotas, map(address, range(1000)), is_question=True)
    assert count(quotas, map(address, range(2000, 3000)), is_question=True) == 0
    clock.now += HOUR_S
    assert count(quotas, map(address, range(3000, 4000)), is_question=True) == asked


def test_addresses_leave_a_quarter_of_the_questions_to_subjects() -> None:
    """Anybody can have many addresses; a product decides who gets an account."""
    quotas = make_quotas(Clock())
    assert count(quotas, map(address, range(1000)), is_question=True) == 8
    assert count(quotas, map(subject, range(1000)), is_question=True) == 3


def test_a_refused_reservation_takes_nothing() -> None:
    """From no budget: what is left can still be used, by the same principal too."""
    quotas = make_quotas(Clock(), key_per_hour=1, principal_per_hour=3)
    reserve(quotas, address(1))
    for _ in range(20):
        with pytest.raises(BudgetExhausted, match=r"\(key\)"):
            reserve(quotas, address(2))
    other = parse_key("welcome/en/any")
    for _ in range(3):
        quotas.reserve(other, address(2), is_question=False, is_queued=False)
        other = parse_key(f"{other.experience}x/en/any")


def test_a_queued_generation_is_paid_when_it_is_queued() -> None:
    """By its principal, once per key and hour; the worker takes only what all share."""
    clock = Clock()
    quotas = make_quotas(clock, principal_per_hour=2)
    quotas.pay_for_queueing(KEY, address(1))
    with pytest.raises(BudgetExhausted, match="queued"):
        quotas.pay_for_queueing(KEY, address(1))
    reserve(quotas, address(1), is_queued=True)
    reserve(quotas, address(1))
    with pytest.raises(BudgetExhausted, match="principal"):
        quotas.pay_for_queueing(parse_key("welcome/en/any"), address(1))
    clock.now += HOUR_S
    quotas.pay_for_queueing(KEY, address(1))


def test_a_small_day_still_allows_one_generation_at_a_time() -> None:
    """A share smaller than one generation would otherwise end free questions for good."""
    quotas = make_quotas(Clock(), tokens_per_day=1_000, tokens_each=900)
    reservation = reserve(quotas, address(1), is_question=True)
    quotas.settle(reservation, 10)
    reserve(quotas, address(1), is_question=True)


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.booleans(), st.booleans(), st.integers(0, EACH)),
        max_size=60,
    )
)
def test_tokens_are_never_overdrawn_and_cancelling_restores_everything(
    steps: list[tuple[int, bool, bool, int]],
) -> None:
    """Whatever is reserved, settled or cancelled, in any order."""
    quotas, used, cancelled = make_quotas(Clock(), tokens_per_day=2_000), 0, 0
    for number, is_question, is_cancelled, tokens in steps:
        try:
            reservation = reserve(quotas, address(number), is_question=is_question)
        except BudgetExhausted:
            continue
        assert used + EACH <= 2_000
        if is_cancelled:
            quotas.cancel(reservation)
            cancelled += 1
        else:
            quotas.settle(reservation, tokens)
            used += tokens
    if cancelled == len(steps):
        assert count(quotas, map(address, range(100, 200))) == 2_000 // EACH
