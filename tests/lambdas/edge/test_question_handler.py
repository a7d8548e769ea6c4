"""Free questions at the edge: hit, clarify, or a miss with its key."""

import json
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import pytest

from edgefill.core.cases import CaseSpec, make_question_case
from edgefill.core.experience import Experience
from edgefill.core.slots import Slot
from edgefill.core.value import replace
from edgefill.packs.pack import pack_to_json
from edgefill.packs.pointer import DIGEST_LENGTH, Channel
from edgefill.router_training.questions.examples import TrainingExamples
from edgefill.router_training.train import train
from edgefill.routing.denials import serialize_denials
from edgefill.routing.question import read_question
from edgefill.routing.routing_config import RoutingConfig
from tests.lambdas.edge.conftest import point, program
from tests.lambdas.edge.responses import header, is_miss

LATE = ("why is my parcel late", "my parcel is so late", "parcel not here yet", "parcel late again")
SALES = ("what is on sale", "is there a sale", "any sale this week", "sale prices please")
TALK = ("who are you", "tell me a joke", "what is the weather", "do you like music")
ANSWER = Experience(
    id="answer",
    version="v1",
    format="html",
    slots=(Slot(name="name", type="name", personal=True, required=True, default="you"),),
    cases=CaseSpec(),
    open=True,
)
CANCEL = "do not cancel my order"


@pytest.fixture(scope="session")
def trained() -> dict[str, Any]:
    """A router for late parcels and sales, with clarification."""
    examples = TrainingExamples(
        utterances={"order-delayed": LATE, "sale": SALES},
        out_of_scope=TALK,
        labels={"order-delayed": "Why is it <late>?", "sale": ""},
    )
    router = train(examples, budget=0.02, seed=0).router
    return router


@pytest.fixture
def asking(edge: Any, trained: dict[str, Any]) -> Any:
    """The edge with routers only for English guests and members."""
    return stock_questions(edge, trained)


def stock_questions(edge: Any, trained: dict[str, Any]) -> Any:
    """`edge` with the pack of answers and routers."""
    for locale in ("en", "de"):
        pack = pack_to_json(
            release="r1",
            experience=ANSWER,
            locale=locale,
            fallback=program(["No answer"], format="html"),
            programs={},
        )
        edge.store.put(f"t/r/r1/answer/{locale}.json", pack)
    for audience in ("guest", "member"):
        edge.store.put(f"t/r/r1/routers/tern/en/{audience}.json", trained)
    point(edge.store, channel(edge))
    edge.start()
    return edge


def channel(edge: Any, **changes: Any) -> Channel:
    routers = RoutingConfig(
        answer="answer",
        tenant="tern",
        guest="guest",
        member="member",
        clarify={"en": "Did you mean"},
        partitions=("tern/en/guest", "tern/en/member"),
    )
    experiences = edge.current.experiences | {"answer": ("en", "de")}
    current: Channel = edge.current
    return replace(current, experiences=experiences, routing=replace(routers, **changes))


def ask(edge: Any, question: str, more: str = "", **headers: Any) -> Any:
    return edge.get(f"/ask?q={quote(question)}{more}", **headers)


def key_of(question: str, locale: str = "en") -> str:
    return f"answer/{locale}/{make_question_case(read_question(question).digest)}"


def test_a_question_is_answered_by_its_template(asking: Any) -> None:
    """Filled with the visitor's own values, never cached, with the router's score."""
    response = ask(asking, "Why is my parcel LATE??", token=asking.token())
    assert response["status"] == "200"
    assert response["body"] == "<p>Ada: 2 Tage</p>"
    assert header(response, "Cache-Control") == "private, no-store, stale-if-error=0"
    assert header(response, "X-Edgefill") == (
        "hit; template=order-delayed/en/gold; release=r1; route=exact; score=1.000; margin=1.000"
    )
    stages = [part.split(";")[0] for part in (header(response, "Server-Timing") or "").split(", ")]
    assert stages == ["token", "route", "pack", "values", "key", "fill"]


def test_even_a_public_template_is_private_when_asked_for(asking: Any) -> None:
    """The question determined the answer and is in the URL."""
    response = ask(asking, "is there a sale")
    assert response["body"] == "2 days left"
    assert header(response, "Cache-Control") == "private, no-store, stale-if-error=0"
    assert header(response, "ETag") is None


def test_what_no_template_answers_goes_to_the_api_with_its_key(asking: Any) -> None:
    """The key has the digest of the masked question; the headers hold no text of a visitor."""
    response = ask(asking, "Tell me a joke about 4711", x_edgefill_route="forged")
    assert is_miss(response)
    headers = response["headers"]
    assert headers["x-edgefill-key"][0]["value"] == key_of("tell me a joke about 0815")
    assert headers["x-edgefill-route"][0]["value"].startswith("route=")


def test_without_an_api_a_question_gets_the_fallback(asking: Any, make_event: Any) -> None:
    """CloudFront requests the group's second origin, the bucket, so the edge has to answer."""
    event = make_event(f"/ask?q={quote('tell me a joke about 4711')}")
    event["Records"][0]["cf"]["request"]["origin"] = {"s3": {}}
    response = asking.handle(event, None)
    assert (response["status"], response["body"]) == ("200", "No answer")
    assert "reason=api" in (header(response, "X-Edgefill") or "")


def test_an_answer_written_by_a_miss_is_a_hit(asking: Any) -> None:
    """For the same question in any spelling, marked as not reviewed."""
    key = key_of("tell me a joke")
    asking.overlay(key, ["A joke for ", ["put", ["slot", "name"]]])
    response = ask(asking, " Tell me a JOKE! ", token=asking.token())
    assert response["body"] == "A joke for Ada"
    assert header(response, "X-Edgefill") == f"hit; template={key}; release=r1; reviewed=false"
    assert is_miss(ask(asking, "tell me two jokes"))


def test_an_answer_of_another_version_is_a_miss(asking: Any) -> None:
    """As with any template written back."""
    asking.overlay(key_of("tell me a joke"), ["A joke"], version="v0")
    assert is_miss(ask(asking, "tell me a joke"))


def test_an_unsure_route_clarifies(asking: Any, trained: dict[str, Any]) -> None:
    """With links to the best experiences, labels escaped, ids where there is no label."""
    unsure = trained | {"accept": [2.0, 2.0], "unsure": 0.0, "link": 0.0, "known": ["", ""]}
    asking.store.put("t/r/r1/routers/tern/en/guest.json", unsure)
    response = ask(asking, "is my parcel on sale")
    assert response["status"] == "200"
    assert '<a href="/p/order-delayed?locale=en">Why is it &lt;late&gt;?</a>' in response["body"]
    assert '<a href="/p/sale?locale=en">sale</a>' in response["body"]
    assert response["body"].startswith("<p>Did you mean</p>")
    outcome = header(response, "X-Edgefill") or ""
    assert outcome.startswith("clarify; release=r1; route=unsure; score=0.")
    assert header(response, "Cache-Control") == "private, no-store, stale-if-error=0"


def test_without_a_heading_nothing_is_clarified(asking: Any, trained: dict[str, Any]) -> None:
    """Then an unsure route is a miss."""
    point(asking.store, channel(asking, clarify={}))
    unsure = trained | {"accept": [2.0, 2.0], "unsure": 0.0, "link": 0.0, "known": ["", ""]}
    asking.store.put("t/r/r1/routers/tern/en/guest.json", unsure)
    assert is_miss(ask(asking, "is my parcel on sale"))


def test_a_denied_answer_of_the_model_is_replaced_by_the_fallback(asking: Any) -> None:
    """The answer was not reviewed, and it was wrong."""
    key = key_of("tell me a joke")
    asking.overlay(key, ["A rude joke"])
    digest = read_question("tell me a joke").digest
    asking.store.put("t/denied.json", serialize_denials({digest: frozenset({"answer"})}))
    response = ask(asking, "Tell me a joke!")
    assert (response["status"], response["body"]) == ("200", "No answer")
    assert header(response, "X-Edgefill") == f"fallback; template={key}; reason=denied"


@pytest.mark.parametrize(
    ("more", "profile", "locale"),
    [
        ("&locale=de", None, "de"),
        ("", {"audience": "staff"}, "en"),
        ("", {"tenant": "gull"}, "en"),
        ("", {"locale": "de"}, "de"),
    ],
)
def test_no_partition_is_answered_by_another(
    asking: Any, more: str, profile: dict[str, str] | None, locale: str
) -> None:
    """A locale, audience or tenant without its own router is a miss."""
    token = asking.token(**profile) if profile else None
    response = ask(asking, "is there a sale", more, token=token)
    assert is_miss(response)
    assert response["headers"]["x-edgefill-key"][0]["value"] == key_of("is there a sale", locale)
    assert response["headers"]["x-edgefill-route"][0]["value"].startswith("route=no-router")


def test_a_case_without_a_template_is_an_ordinary_miss(asking: Any) -> None:
    """With the key of the experience that the question is routed to."""
    response = ask(asking, "why is my parcel late")
    assert is_miss(response)
    assert response["headers"]["x-edgefill-key"][0]["value"] == "order-delayed/en/basic"


def test_an_experience_that_the_release_lacks_is_a_miss(asking: Any) -> None:
    """A router may be older than the catalogue."""
    lacking = channel(asking)
    experiences = {id_: locales for id_, locales in lacking.experiences.items() if id_ != "sale"}
    point(asking.store, replace(lacking, experiences=experiences))
    assert is_miss(ask(asking, "is there a sale"))


def test_a_wrong_router_is_refused_on_arrival_and_replaced_soon(asking: Any) -> None:
    """Of another partition, say: it parses, and only its digest betrays it."""
    path = "routers/tern/en/guest"
    stored = f"t/r/r1/{path}.json"
    good = asking.store.objects[stored]
    digest = sha256(good).hexdigest()[:DIGEST_LENGTH]
    point(asking.store, replace(channel(asking), digests={path: digest}))
    asking.store.objects[stored] = good + b" "
    assert is_miss(ask(asking, "is there a sale"))
    asking.store.objects[stored] = good
    asking.tick.now += 5
    assert ask(asking, "is there a sale")["status"] == "200"


def test_a_question_is_read_in_any_spelling_and_fills_no_slot(asking: Any) -> None:
    """A trailing slash, the parameters of campaigns and a page's slot change nothing."""
    plain = asking.get("/ask?q=is+there+a+sale")["body"]
    for path in ("/ask/?q=is+there+a+sale", "/ask?days=9&q=is+there+a+sale&_ga=1&utm_id=x"):
        assert asking.get(path)["body"] == plain


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("/ask", "400", "no question"),
        ("/ask?q=", "400", "empty"),
        ("/ask?q=%00%20", "400", "empty"),
        ("/ask?q=" + "a" * 600, "400", "600 characters"),
        ("/ask?q=" + "a" * 10_000, "400", "characters"),
        ("/ask?q=a&q=b", "400", "repeated"),
        ("/ask?q=%ff", "400", "UTF-8"),
        ("/ask?q=a&locale=%20", "400", "locale"),
        ("/asks?q=a", "404", "/ask"),
        ("/p/answer", "404", "/ask"),
    ],
)
def test_bad_questions_are_refused_at_the_edge(
    asking: Any, path: str, status: str, reason: str
) -> None:
    """problem+json says what to send; nothing is forwarded."""
    response = asking.get(path)
    assert response["status"] == status
    assert reason in json.loads(response["body"])["detail"]


def test_only_get_and_head_are_answered(asking: Any) -> None:
    """HEAD gets the headers."""
    assert asking.get("/ask?q=is+there+a+sale", method="POST")["status"] == "405"
    assert asking.get("/ask?q=is+there+a+sale", method="HEAD")["body"] == ""


def test_without_routers_questions_are_refused(edge: Any) -> None:
    """404, as for any path that is not served."""
    response = edge.get("/ask?q=hello")
    assert response["status"] == "404"
    assert "/p/<experience>" in json.loads(response["body"])["detail"]


def test_a_store_that_fails_is_a_miss(asking: Any) -> None:
    """A cold edge forwards to the API; a warm one serves from its cache."""
    assert ask(asking, "is there a sale")["status"] == "200"
    asking.store.down = True
    asking.tick.now += 60
    assert ask(asking, "is there a sale")["status"] == "200"
    asking.start()
    assert is_miss(ask(asking, "is there a sale"))


def test_a_corrupt_router_is_a_miss(asking: Any) -> None:
    """It is logged, without the question."""
    asking.store.put("t/r/r1/routers/tern/en/guest.json", {"v": 1})
    assert is_miss(ask(asking, "is there a sale"))
    assert any(line.get("error") == "ObjectCorrupt" for line in asking.log)
    assert "sale" not in json.dumps([line for line in asking.log if "path" not in line])
