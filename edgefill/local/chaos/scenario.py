"""ChaosScenario: one run on a started stack.

1. `prepare` publishes the first release, finds the requests that the probe uses, and proves that a
   planted leak is found
2. `run` lets the visitors send requests while the faults come and go, in a thread of its own: the
   stack's supervisor, which restarts what was killed, needs the thread that started the processes
3. the write-backs of shown texts are looked for in the store
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from random import Random

from edgefill.catalogue.loader import load_catalogue
from edgefill.core.keys import Key
from edgefill.local.chaos.crowd import VISITORS, Crowd
from edgefill.local.chaos.faults.registry import FaultRegistry
from edgefill.local.chaos.memory import MemorySampler
from edgefill.local.chaos.publisher import ReleasePublisher, connect_store
from edgefill.local.chaos.recovery import RecoveryProbe, find_requests, is_hit, is_own_hit
from edgefill.local.chaos.report import ChaosReport
from edgefill.local.chaos.request_mix import ChaosRequest, RequestMix, make_request
from edgefill.local.chaos.schedule import HOLD_S, FaultResult, FaultSchedule, select_faults
from edgefill.local.chaos.self_check import check_leaks_are_found, swap_tokens
from edgefill.local.chaos.tally import AnswerTally
from edgefill.local.chaos.visitor_connection import ChaosAnswer, send_once
from edgefill.local.chaos.write_backs import find_lost_write_backs
from edgefill.local.stack.first_release import publish_first_release
from edgefill.local.stack.stack import Stack
from edgefill.local.traffic.load_test import make_token_source
from edgefill.local.traffic.marks import make_marked_visitor
from edgefill.local.traffic.question_model import QuestionTrafficModel
from edgefill.local.traffic.traffic_model import TrafficModel
from edgefill.release.inventory import list_released_keys
from edgefill.release.routing import ReleaseRouting
from edgefill.router_training.release_routers import train_routing
from lambdas.batch.drafting_run import SilentProgress

SEED = 30
TOP = 60  # keys of the first release, as `edgefill up` has; the others are misses
CANDIDATES = 200  # requests among which the probe's are looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaosOptions:
    """`seconds`: none of the faults begins later; `faults`: names separated by commas, or None."""

    seconds: float
    faults: str | None = None
    visitors: int = VISITORS
    hold_s: float = HOLD_S
    plant_leak: bool = False


class ChaosScenario:
    """Runs once; `done` is set when it is over."""

    def __init__(
        self, stack: Stack, options: ChaosOptions, *, routing: ReleaseRouting | None = None
    ) -> None:
        """Without `routing` the routers are trained now, which takes some seconds."""
        self.done = threading.Event()
        self._report: ChaosReport | None = None
        self._failure: Exception | None = None
        self._stack = stack
        self._options = options
        self._tally = AnswerTally()
        self._tokens = make_token_source(stack.identity)
        self._objects = connect_store(stack.run_file)
        catalogue = load_catalogue(stack.options.templates / "catalogue")
        assert catalogue.questions is not None
        self._people = [make_marked_visitor(number) for number in range(VISITORS)]
        self._swapped_tokens = swap_tokens(self._tokens, self._people)
        self._pages = TrafficModel(catalogue, self._people, seed=SEED)
        self._questions = QuestionTrafficModel(catalogue.questions, self._people, seed=SEED)
        self._routing = routing or train_routing(catalogue)
        self._publisher = ReleasePublisher(
            state=stack.options.state, templates=stack.options.templates, routing=self._routing
        )
        self._registry = FaultRegistry(
            stack=stack, objects=self._objects, publisher=self._publisher
        )
        self._faults = select_faults(self._registry.build(), options.faults)

    def prepare(self) -> RecoveryProbe:
        """Publish, find the probe's requests, check the leak check; NoBaseline, SelfCheckFailed."""
        publish_first_release(
            self._stack,
            self._pages.ranked,
            top=TOP,
            progress=SilentProgress(),
            train=lambda _catalogue: self._routing,
        )
        released = list(self._list_pages(list_released_keys(self._objects)))
        own = find_requests(released, self._send, accept=is_own_hit, group=read_pack)[0]
        check_leaks_are_found(own, send=self._send, send_with_leak=self._send_with_leak)
        pages = find_requests(released, self._send, accept=is_hit, group=read_pack)
        questions = find_requests(
            self._list_questions(), self._send, accept=is_hit, group=read_locale
        )
        return RecoveryProbe(
            send=self._send_and_record,
            read_release=self._registry.read_release,
            pages=(own, *pages),
            questions=questions,
            rng=Random(SEED),
        )

    def recover(self, process: str) -> None:
        """Called by the supervisor after a restart: the store's emulator comes back empty."""
        if process == "aws":
            self._publisher.publish(self._objects)

    def run(self, probe: RecoveryProbe, *, on_result: Callable[[FaultResult], None]) -> None:
        """Run traffic and faults; sets `done` when the report, or an error, can be taken."""
        try:
            self._report = self._run(
                FaultSchedule(
                    self._faults,
                    probe=probe,
                    tally=self._tally,
                    on_result=on_result,
                    hold_s=self._options.hold_s,
                )
            )
        except Exception as error:  # the main thread raises it
            self._failure = error
        finally:
            self.done.set()

    def take_report(self) -> ChaosReport:
        """The report of the run that is over, or the error that ended it."""
        if self._failure:
            raise self._failure
        assert self._report is not None
        return self._report

    def _run(self, schedule: FaultSchedule) -> ChaosReport:
        began = time.monotonic()
        mix = RequestMix(self._pages, self._questions, seed=SEED)
        tokens = self._swapped_tokens if self._options.plant_leak else self._tokens
        memory = MemorySampler(self._stack.supervisor.list_pids)
        crowd = Crowd(
            self._stack.run_file.cdn,
            tokens,
            draw=mix.draw,
            record=self._tally.record,
            visitors=self._options.visitors,
        )
        with memory, crowd:
            schedule.run(self._options.seconds)
        generated = self._tally.list_generated()
        lost = find_lost_write_backs(self._objects, generated)
        inside, outside = self._tally.count_unreachable()
        return ChaosReport(
            seconds=time.monotonic() - began,
            visitors=self._options.visitors,
            counts=dict(self._tally.counts),
            unreachable_in_outages=inside,
            unreachable=outside,
            generated=len(generated),
            lost_write_backs=lost,
            longest_wait_s=self._tally.longest_wait_s,
            faults=tuple(schedule.results),
            untried=tuple(schedule.list_untried()),
            memory=tuple(memory.list_growth()),
            examples=tuple(self._tally.examples),
        )

    def _list_pages(self, keys: Collection[Key]) -> Iterator[ChaosRequest]:
        """Requests for the pages of `keys` by visitors, the most demanded first."""
        rng = Random(SEED)
        for key in self._pages.ranked:
            if key not in keys:
                continue
            request = make_request("page", self._pages.make_request(key, rng))
            if request.visitor is not None:
                yield request

    def _list_questions(self) -> Iterator[ChaosRequest]:
        for request in self._questions.generate_requests(CANDIDATES):
            yield make_request("question", request)

    def _send(self, request: ChaosRequest) -> ChaosAnswer:
        return send_once(self._stack.run_file.cdn, self._tokens, request)

    def _send_and_record(self, request: ChaosRequest) -> ChaosAnswer:
        answer = self._send(request)
        self._tally.record(answer)
        return answer

    def _send_with_leak(self, request: ChaosRequest) -> ChaosAnswer:
        return send_once(self._stack.run_file.cdn, self._swapped_tokens, request)


def read_pack(answer: ChaosAnswer) -> str:
    """The experience and locale of the filled template."""
    return answer.read_fact("template").rpartition("/")[0]


def read_locale(answer: ChaosAnswer) -> str:
    """The locale of the filled template."""
    return read_pack(answer).rpartition("/")[2]
