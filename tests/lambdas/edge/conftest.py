"""A template store in memory, a visitor, and the events between them."""

import copy
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from edgefill.core.cases import CaseSpec, Dimension
from edgefill.core.errors import StoreUnavailable
from edgefill.core.experience import Experience
from edgefill.core.slots import Slot
from edgefill.local.services.identity import AUDIENCE, ISSUER, DevIdentityProvider, DevVisitor
from edgefill.packs.pack import Overlay, overlay_to_json, pack_to_json
from edgefill.packs.pointer import Canary, Channel, Pointer, pointer_to_json
from lambdas.edge.config import EdgeConfig, parse_config
from lambdas.edge.fetch import StoreResponse
from lambdas.edge.handler import create_handler

NOW = 1_795_000_000.0
EVENTS = Path(__file__).parents[2] / "events"
Event = dict[str, Any]


class MemoryStore:
    """The template store in memory: records every fetch and fails while `down` is set."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.fetched: list[str] = []
        self.down = False

    def put(self, path: str, data: object) -> None:
        self.objects[path] = json.dumps(data).encode()

    def __call__(self, path: str, etag: str | None, /) -> StoreResponse:
        self.fetched.append(path)
        if self.down:
            raise StoreUnavailable("store: down")
        if path not in self.objects:
            return StoreResponse(status=404)
        body = self.objects[path]
        current = hashlib.md5(body, usedforsecurity=False).hexdigest()
        return StoreResponse(status=304) if etag == current else StoreResponse(
            status=200, body=body, etag=current
        )  # fmt: skip


class Clock:
    """A clock that the tests move."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def program(body: list[Any], *, format: str = "text", personal: bool = False) -> dict[str, Any]:
    return {
        "v": 1,
        "format": format,
        "slots": [],
        "personal": personal,
        "max_bytes": 1000,
        "formats": [],
        "body": body,
    }


NAME, DAYS = ["put", ["slot", "name"]], ["put", ["slot", "days"]]
DELAYED = Experience(
    id="order-delayed",
    version="v1",
    format="html",
    slots=(
        Slot(name="name", type="name", personal=True, required=True, default="you"),
        Slot(name="days", type="number", minimum=1, maximum=30, default=2),
    ),
    cases=CaseSpec(
        dimensions=(Dimension(name="tier", values=("gold", "basic"), default="basic"),),
        names=("gold", "basic"),
    ),
    query_slots=("days",),
)
SALE = Experience(
    id="sale",
    version="v1",
    format="text",
    slots=(Slot(name="days", type="number", minimum=1, maximum=30, default=2),),
    cases=CaseSpec(),
    query_slots=("days",),
)
MEMBERS = Experience(
    id="members", version="v1", format="text", slots=(), cases=CaseSpec(), anonymous=False
)


def stock(store: MemoryStore, *, release: str, word: str = "") -> Channel:
    """One release of three experiences; `order-delayed` has no text for basic customers yet."""
    delayed = program(["<p>", word, NAME, ": ", DAYS, " Tage</p>"], format="html", personal=True)
    texts = {
        (DELAYED, "de"): {"gold": delayed},
        (DELAYED, "en"): {"gold": delayed},
        (SALE, "de"): {"any": program([word, "Noch ", DAYS, " Tage"])},
        (SALE, "en"): {"any": program([word, DAYS, " days left"])},
        (MEMBERS, "en"): {"any": program(["Welcome"])},
    }
    for (experience, locale), programs in texts.items():
        fallback = program(["Fallback"], format=experience.format)
        pack = pack_to_json(
            release=release,
            experience=experience,
            locale=locale,
            fallback=fallback,
            programs=programs,
        )
        store.put(f"t/r/{release}/{experience.id}/{locale}.json", pack)
    return Channel(
        release=release,
        experiences={"order-delayed": ("en", "de"), "sale": ("en", "de"), "members": ("en",)},
    )


def point(store: MemoryStore, current: Channel, canary: Canary | None = None) -> None:
    pointer = Pointer(
        current=current, default_locale="en", locale_fallbacks={"gsw": "de"}, canary=canary
    )
    store.put("t/current.json", pointer_to_json(pointer))


class Edge:
    """A handler with everything around it in memory."""

    def __init__(self, identity: DevIdentityProvider) -> None:
        self.identity = identity
        self.store = MemoryStore()
        self.clock = Clock(NOW)
        self.tick = Clock(1000.0)
        self.log: list[dict[str, object]] = []
        self.current = stock(self.store, release="r1")
        point(self.store, self.current)
        self.start()

    def start(self, **changes: Any) -> None:
        """A new environment with an empty object cache."""
        self.config: EdgeConfig = parse_config(
            {
                "issuer": ISSUER,
                "audience": AUDIENCE,
                "jwks": self.identity.build_jwks(),
                "hs256_secret": self.identity.secret,
                **changes,
            }
        )
        self.handle = create_handler(
            self.config, fetch=self.store, clock=self.clock, tick=self.tick, log=self.log.append
        )

    def overlay(self, path: str, body: list[Any], *, version: str = "v1") -> None:
        overlay = Overlay(version=version, program=program(body, format="html", personal=True))
        self.store.put(f"t/live/{path}.json", overlay_to_json(overlay))

    def canary(self, percent: float) -> None:
        """Release r2, marked `canary:`, for some of the subjects."""
        channel = stock(self.store, release="r2", word="canary: ")
        point(self.store, self.current, Canary(channel=channel, percent=percent, salt="s"))

    def token(self, *, now: float = NOW, alg: Any = "HS256", **profile: Any) -> str:
        """The token of Ada, a gold customer, with changes."""
        ada = {"subject": "u1", "case": {"tier": "gold"}, "slots": {"name": "Ada"}}
        return self.identity.mint_token(DevVisitor(**ada | profile), now=now, alg=alg)

    def get(
        self, path: str, *, token: str | None = None, method: str = "GET", **headers: str
    ) -> Event:
        """The handler's answer to one request."""
        cookie = {"cookie": f"theme=dark; edgefill_profile={token}"} if token else {}
        return self.handle(event(path, method=method, headers=cookie | headers), None)


def event(path: str, *, method: str = "GET", headers: Mapping[str, str] | None = None) -> Event:
    """AWS's documented origin-request event, asking for `path`."""
    documented = json.loads((EVENTS / "cloudfront_origin_request.json").read_text())
    request: Event = documented["Records"][0]["cf"]["request"]
    request["method"] = method
    request["uri"], _, request["querystring"] = path.partition("?")
    for name, text in (headers or {}).items():
        name = name.replace("_", "-")  # noqa: PLW2901 keyword arguments have no hyphens
        request["headers"][name.lower()] = [{"key": name.title(), "value": text}]
    return copy.deepcopy(documented)


@pytest.fixture(scope="session")
def identity(tmp_path_factory: pytest.TempPathFactory) -> DevIdentityProvider:
    return DevIdentityProvider(tmp_path_factory.mktemp("identity"))


@pytest.fixture
def edge(identity: DevIdentityProvider) -> Edge:
    return Edge(identity)


@pytest.fixture
def make_event() -> Callable[..., Event]:
    return event


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def tick() -> Clock:
    return Clock(1000.0)
