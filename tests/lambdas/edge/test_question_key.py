"""Denials, and the secret in the digests of questions, as the edge reads both."""

from typing import Any

import pytest

from edgefill.routing.denials import serialize_denials
from edgefill.routing.question import key_digest, read_question
from tests.lambdas.edge import test_question_handler as questions
from tests.lambdas.edge.responses import header, is_miss
from tests.lambdas.edge.test_question_handler import LATE, ask

trained = questions.trained


@pytest.fixture
def asking(edge: Any, trained: Any) -> Any:
    """The edge that answers questions."""
    return questions.stock_questions(edge, trained)


def test_who_guesses_a_question_does_not_find_its_answer(asking: Any) -> None:
    """With a key the answer is under another path than the question's own digest says."""
    question = "tell me a joke"
    asking.start(question_key="secret of the deployment")
    digest = key_digest("secret of the deployment", read_question(question).digest)
    asking.overlay(f"answer/en/q-{digest}", ["No."])
    assert f"template=answer/en/q-{digest};" in str(header(ask(asking, question), "X-Edgefill"))
    for secret in ("another secret", ""):
        asking.start(question_key=secret)
        assert is_miss(ask(asking, question))


def test_a_denial_is_found_under_the_key(asking: Any) -> None:
    """Without the key it is not."""
    digest = key_digest("secret", read_question(LATE[0]).digest)
    asking.store.put("t/denied.json", serialize_denials({digest: frozenset({"*"})}))
    for key, is_denied in (("", False), ("secret", True)):
        asking.start(question_key=key)
        assert is_miss(ask(asking, LATE[0], token=asking.token())) is is_denied


@pytest.mark.parametrize("digest_denials", ["order-delayed", "*"])
def test_a_denied_question_is_not_a_hit_after_the_ttl(asking: Any, digest_denials: str) -> None:
    """Without a release; every other question is answered as before."""
    question = "why is my parcel late"
    assert ask(asking, question, token=asking.token())["status"] == "200"
    digest = read_question(question).digest
    asking.store.put("t/denied.json", serialize_denials({digest: frozenset({digest_denials})}))
    asking.tick.now += asking.config.pointer_ttl_s
    response = ask(asking, question, token=asking.token())
    assert not (header(response, "X-Edgefill") or "").startswith("hit")
    assert ask(asking, "my parcel is so late", token=asking.token())["status"] == "200"
