"""One whole stack for all flow tests; only the model is replaced."""

import http.client
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import httpx
import pytest

from edgefill.catalogue.loader import load_catalogue
from edgefill.core.keys import Key
from edgefill.local.services.identity import DevVisitor
from edgefill.local.stack.first_release import publish_first_release
from edgefill.local.stack.log import StackLog
from edgefill.local.stack.stack import Stack, StackOptions, run_stack
from edgefill.local.traffic.load_test import build_demo_traffic, count_gpu_calls
from edgefill.local.traffic.traffic_model import TrafficModel, TrafficRequest
from edgefill.packs.layout import overlay_key
from edgefill.release.routing import ReleaseRouting
from edgefill.router_training.release_routers import train_routing
from edgefill.store.aws import AwsClients
from edgefill.store.s3 import S3ObjectStore
from lambdas.batch.drafting_run import SilentProgress
from lambdas.batch.plan import take_with_sources

CDN_POINTER_TTL_S = 5
FAST_EDGE_S = 1
ROLES = """\
drafter: {engine: service, prompts: {question: answer.j2}}
reviser: {engine: service}
judge: {engine: service}
transformer: {engine: extract}
"""
TOP = 56  # keys of the first release; the rest are misses


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorAnswer:
    """The answer that a visitor got."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def outcome(self) -> str:
        return self.headers.get("x-edgefill", "").partition(";")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The running stack and its visitors."""

    stack: Stack
    traffic: TrafficModel
    invalid_goal: Path  # while it holds a text, the model fails for prompts with that text
    routing: (
        ReleaseRouting | None
    )  # trained once, because all releases of these tests have the same questions
    tokens: dict[str, str] = field(default_factory=dict)
    asked: set[Key] = field(default_factory=set)  # the worker may draft these meanwhile

    def find_miss(self, experience: str = "") -> TrafficRequest:
        """A request for a key without a template, if possible one that no test has asked for."""
        with closing(AwsClients.for_emulator(self.stack.run_file.s3_endpoint).make_s3()) as s3:
            overlay = set(S3ObjectStore(s3, self.stack.run_file.bucket).list_keys("t/live/"))
        catalogue = load_catalogue(self.stack.options.templates / "catalogue")
        released = take_with_sources(catalogue, self.traffic.ranked, TOP)
        fresh = (
            key
            for key in self.traffic.ranked
            if key not in released
            and overlay_key(key) not in overlay
            # a derived text needs no model
            and not catalogue.entry(key.experience).derived_from
        )
        keys = [key for key in fresh if key.experience.startswith(experience)]
        key = next((key for key in keys if key not in self.asked), keys[0])
        self.asked.add(key)
        return self.traffic.make_request(key, Random(0))

    def send(self, request: TrafficRequest) -> VisitorAnswer:
        return self.get(request.path, request.visitor)

    def mint_token(self, visitor: DevVisitor) -> str:
        if visitor.subject not in self.tokens:
            self.tokens[visitor.subject] = self.stack.identity.mint_token(visitor, now=time.time())
        return self.tokens[visitor.subject]

    def get(
        self,
        path: str,
        visitor: DevVisitor | None = None,
        method: str = "GET",
        **headers: str,
    ) -> VisitorAnswer:
        request_headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if visitor is not None:
            request_headers["Cookie"] = f"edgefill_profile={self.mint_token(visitor)}"
        connection = http.client.HTTPConnection(
            urlsplit(self.stack.run_file.cdn).netloc, timeout=60
        )
        try:
            connection.request(method, path, headers=request_headers)
            answer = connection.getresponse()
            return VisitorAnswer(
                status=answer.status,
                headers={name.lower(): value for name, value in answer.getheaders()},
                text=answer.read().decode(),
            )
        finally:
            connection.close()

    def wait_for_hit(
        self, path: str, visitor: DevVisitor | None = None, within: float = 60
    ) -> VisitorAnswer:
        until = time.monotonic() + within
        while True:
            answer = self.get(path, visitor)
            if answer.outcome == "hit" or time.monotonic() > until:
                return answer
            time.sleep(0.25)

    def wait_for_change(
        self, send: Callable[[], VisitorAnswer], other_than: str, *, header: str = "x-edgefill"
    ) -> str:
        """The value of a header once it differs from `other_than`, or after a minute."""
        until = time.monotonic() + 60
        while (value := send().headers[header]) == other_than and time.monotonic() < until:
            time.sleep(0.25)
        return value

    def pass_pointer_ttl(self) -> None:
        """Let the pointer go stale: by the CDN's own clock, and by the edge's, which is real."""
        response = httpx.post(
            f"{self.stack.run_file.control}/clock", json={"advance": CDN_POINTER_TTL_S + 1}
        )
        response.raise_for_status()
        time.sleep(FAST_EDGE_S + 0.1)

    def publish(self) -> None:
        """Publish another release of the journal's drafts."""
        publish_first_release(
            self.stack,
            self.traffic.ranked,
            top=TOP,
            progress=SilentProgress(),
            train=lambda _catalogue: self.routing,
        )

    def find_goal(self, key: Key) -> str:
        catalogue = load_catalogue(self.stack.options.templates / "catalogue")
        return catalogue.entry(key.experience).goal

    def count_gpu_calls(self) -> int:
        return count_gpu_calls(self.stack.run_file.gpu_url)


def copy_templates(folder: Path) -> Path:
    """The demo shop's templates, whose roles are all played by the stand-in for the GPU service."""
    shutil.copytree("templates", folder)
    (folder / "roles.yaml").write_text(ROLES)
    return folder


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A running stack with a first release of the most demanded keys."""
    with run_world(tmp_path_factory) as world:
        yield world


@contextmanager
def run_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """See `world`; for tests after which the shared one would not be the same."""
    state = tmp_path_factory.mktemp("edgefill")
    invalid_goal = state / "invalid-goal"
    options = StackOptions(
        port=0,
        state=state,
        templates=copy_templates(tmp_path_factory.mktemp("shop") / "templates"),
        gpu_command=(sys.executable, "-m", "tests.flow.stand_in_gpu", str(invalid_goal)),
        ample_limits=True,  # all visitors of these tests have one address
    )
    log = StackLog(file=state / "up.log")
    with run_stack(options, log) as stack:
        traffic = build_demo_traffic(options.templates)
        routing = train_routing(load_catalogue(options.templates / "catalogue"))
        world = World(stack=stack, traffic=traffic, invalid_goal=invalid_goal, routing=routing)
        world.publish()
        yield world
    log.close()
