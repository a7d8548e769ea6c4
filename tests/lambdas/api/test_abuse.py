"""20,000 questions within an hour from one address, one /64 and 2,000 addresses.

Beside them, 25 times in that hour, four honest visitors come, each for the first time: two ask
a question and two request a written key, with and without a token. The clock is simulated, and a
generation costs 600 tokens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from edgefill.core.errors import EngineUnavailable
from edgefill.core.keys import parse_key
from edgefill.demand.queue import job_from_json
from edgefill.drafting.drafting_roles import DraftingRoles
from edgefill.drafting.writers.generator import Draft, GenerationOrder
from edgefill.judging import ScriptedJudge
from tests.lambdas.api.conftest import CATALOGUE, NOW, World, connect

QUESTIONS = 20_000
ROUNDS = 25
HOUR_S = 3600
TOKENS = 600  # of one generation, its prompt included
QUESTIONS_PER_HOUR = 30
POOL = 5_000_000 * 0.5 / 24  # tokens of an hour for free questions


@dataclass
class CostlyWriter:
    """Writes as `answer` does; each draft costs TOKENS."""

    answer: Callable[[GenerationOrder], str]
    is_cold: bool = False
    orders: list[GenerationOrder] = field(default_factory=list)

    def generate(self, order: GenerationOrder, *, deadline_s: float) -> Draft:
        if self.is_cold:
            raise EngineUnavailable("cold")
        self.orders.append(order)
        return Draft(text=self.answer(order), model="m", tokens=TOKENS, seconds=0.0)


@dataclass
class Attack:
    """A shop under attack; `outcomes` counts what each kind of visitor got."""

    shop: World
    writer: CostlyWriter
    token: Any
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    honest: int = 0  # the addresses of honest visitors so far

    def run(self, find_address: Callable[[int], str], *, questions: int = QUESTIONS) -> None:
        """Ask `questions` within an hour, the honest visitors among them."""
        self.shop.time.now = NOW // HOUR_S * HOUR_S
        keys = _list_written_keys()
        for number in range(questions):
            self._ask("attacker", f"unheard {spell(number)}", address=find_address(number))
            if number % (questions // ROUNDS) == 0:
                self._send_honest(number, keys)
            self.shop.time.sleep((HOUR_S - 1) / questions)

    def send_honest_later(self) -> None:
        """The anonymous visitor's question in the hour after the attack."""
        self.shop.time.sleep(HOUR_S)
        self._ask("later", "is there a sauna on the ship", address="192.0.2.250")

    def get(self, who: str) -> dict[str, int]:
        return {what: many for (name, what), many in self.outcomes.items() if name == who}

    def _send_honest(self, number: int, keys: dict[bool, list[str]]) -> None:
        self.honest += 1
        address = f"203.0.113.{self.honest}"
        member = {"token": self.token(subject=f"member {number}"), "address": address}
        self._ask("anonymous question", f"honest {spell(number)}", address=address)
        self._ask("signed-in question", f"member {spell(number)}", **member)
        self._get("anonymous key", keys[True].pop(), address=address)
        self._get("signed-in key", keys[False].pop(), **member)

    def _ask(self, who: str, question: str, **fields: Any) -> None:
        answer = self.shop.get(None, query=f"q={question.replace(' ', '+')}", **fields)
        self._count(who, answer)

    def _get(self, who: str, key: str, **fields: Any) -> None:
        answer = self.shop.get(parse_key(key).experience, key=key, **fields)
        self._count(who, answer)

    def _count(self, who: str, answer: Any) -> None:
        self.outcomes[who, answer.headers["X-Edgefill"].partition(";")[0]] += 1

    @property
    def stored(self) -> dict[str, int]:
        """Rows and objects that the attackers left behind."""
        adapters = self.shop.adapters
        texts = adapters.questions.read_texts()
        counted = adapters.counts.list_top(QUESTIONS * 2)
        return {
            "texts": sum("unheard" in text for text in texts.values()),
            "counted questions": sum(name.startswith("answer/") for name, _ in counted),
            "overlay": len(list(adapters.objects.list_keys("t/live/answer/"))),
        }


@pytest.fixture
def attack(world: Any, good: Any, token: Any) -> Attack:
    writer = CostlyWriter(good)
    roles = DraftingRoles(
        writer=writer, reviser=writer, judge=ScriptedJudge(), answers_questions=True
    )
    shop = world(good, adapters={"connected": connect(roles)}, keep_questions=True)
    return Attack(shop, writer, lambda **fields: token(expires=NOW + 9 * HOUR_S, **fields))


def _list_written_keys() -> dict[bool, list[str]]:
    """Keys that a visitor without a token may request, and others."""
    keys: dict[bool, list[str]] = {True: [], False: []}
    for key in CATALOGUE.list_keys():
        entry = CATALOGUE.entry(key.experience)
        if not entry.derived_from:
            keys[entry.experience.anonymous].append(str(key))
    return keys


def spell(number: int) -> str:
    """A different word for each number; digits would be masked."""
    return "".join("abcdefghij"[int(digit)] for digit in str(number))


ONE_PRINCIPAL = {
    "one address": lambda number: "198.51.100.66",
    "one /64": lambda number: f"2001:db8:6:6:{number:x}::{number:x}",
}


@pytest.mark.parametrize("find_address", ONE_PRINCIPAL.values(), ids=ONE_PRINCIPAL)
def test_one_visitor_spends_only_its_own_budget(
    attack: Attack, find_address: Callable[[int], str]
) -> None:
    """Every honest visitor gets what it would get without the attack."""
    attack.run(find_address)
    assert attack.get("attacker") == {"miss": 30, "fallback": QUESTIONS - 30}
    for who in ("anonymous question", "signed-in question", "anonymous key", "signed-in key"):
        assert attack.get(who) == {"miss": ROUNDS}
    assert attack.stored == {
        "texts": QUESTIONS_PER_HOUR,
        "counted questions": QUESTIONS_PER_HOUR + 2 * ROUNDS,
        "overlay": QUESTIONS_PER_HOUR + 2 * ROUNDS,
    }
    assert attack.shop.queue_bodies == []
    assert len(attack.writer.orders) == QUESTIONS_PER_HOUR + 4 * ROUNDS


def test_a_cold_gpu_queues_no_more_than_a_visitor_may_ask(attack: Attack) -> None:
    """The worker generates what was paid for, and nothing else."""
    attack.writer.is_cold = True
    attack.run(ONE_PRINCIPAL["one /64"], questions=2_000)
    attack.writer.is_cold = False
    done = 0
    while bodies := attack.shop.adapters.queue.receive():
        for message in bodies:
            assert job_from_json(message.body).principal
            assert attack.shop.worker.process_message(message.body)
            attack.shop.adapters.queue.acknowledge(message)
            done += 1
    assert done == QUESTIONS_PER_HOUR + 4 * ROUNDS
    assert attack.stored["overlay"] == QUESTIONS_PER_HOUR + 2 * ROUNDS


def test_two_thousand_addresses_leave_their_shares_to_others(attack: Attack) -> None:
    """Written keys and signed-in visitors get everything, anonymous questions until the pool ends.

    In the next hour an anonymous question is answered again.
    """
    attack.run(lambda number: f"198.18.{number % 2000 // 250}.{number % 250}")
    for who in ("signed-in question", "anonymous key", "signed-in key"):
        assert attack.get(who) == {"miss": ROUNDS}
    anonymous = attack.get("anonymous question")
    assert anonymous["miss"] >= 1
    assert anonymous["miss"] + anonymous["fallback"] == ROUNDS
    answered = attack.get("attacker")["miss"]
    assert answered * TOKENS <= 0.75 * POOL + 2_000
    assert attack.stored["overlay"] * TOKENS <= POOL + 2_000
    assert attack.shop.queue_bodies == []
    attack.send_honest_later()
    assert attack.get("later") == {"miss": 1}
