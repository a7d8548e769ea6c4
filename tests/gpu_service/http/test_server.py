"""How a service shuts down, notices a dead engine, and sleeps."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx

from edgefill.core.errors import InvalidEngineOutput
from gpu_service.engines.scripted import ScriptedEngine
from gpu_service.scheduling.draining import DrainTracker
from gpu_service.scheduling.readiness import Readiness
from tests.gpu_service.listening import run_on_port, wait_until_ready

RunService = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]
CHAT = {"model": "scripted", "messages": [{"role": "user", "content": "Say something"}]}


class SleepingEngine(ScriptedEngine):
    """An engine that can sleep and measure its memory."""

    level = 0

    async def sleep(self, level: int) -> None:
        self.level = level

    async def wake(self) -> None:
        self.level = 0

    def measure_memory(self) -> tuple[int, int]:
        return 3, 8


async def wait_until(condition: Any) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.005)


def test_sigterm_lets_running_requests_finish() -> None:
    """/ready and new requests answer 503, the port stays open, the running text is finished."""

    async def test() -> None:
        engine = ScriptedEngine(lambda _: ("a",) * 30, pause_s=0.01)
        async with (
            run_on_port(engine) as service,
            httpx.AsyncClient(base_url=service.url) as client,
        ):
            running = asyncio.create_task(client.post("/v1/chat/completions", json=CHAT))
            await wait_until(lambda: engine.running)
            service.server.handle_exit(signal.SIGTERM, None)
            assert (await client.get("/ready")).status_code == 503
            late_answer = await client.post("/v1/chat/completions", json=CHAT)
            assert (late_answer.status_code, int(late_answer.headers["retry-after"])) == (503, 10)
            assert not service.server.should_exit
            answer = (await running).json()
            assert answer["choices"][0]["message"]["content"] == "a" * 30
            await wait_until(lambda: service.server.should_exit)

    asyncio.run(test())


def test_drain_has_an_end() -> None:
    """A text that takes longer than `drain_s` is cut, and the engine freed."""

    async def test() -> None:
        texts = {"Hello": ("a",)}
        engine = ScriptedEngine(
            lambda request: texts.get(request.prompt, ("a",) * 999), pause_s=0.05
        )
        async with (
            run_on_port(engine, drain_s=0) as service,
            httpx.AsyncClient(base_url=service.url) as client,
        ):
            running = asyncio.create_task(client.post("/v1/chat/completions", json=CHAT))
            await wait_until(lambda: engine.running)
            service.server.handle_exit(signal.SIGTERM, None)
            await wait_until(lambda: service.server.should_exit)
            await wait_until(lambda: not engine.running)
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(test())


def test_a_second_signal_ends_at_once() -> None:
    """Someone who runs the service by hand need not wait."""

    async def test() -> None:
        async with run_on_port(ScriptedEngine()) as service:
            service.server.handle_exit(signal.SIGINT, None)
            service.server.handle_exit(signal.SIGINT, None)
            assert service.server.should_exit

    asyncio.run(test())


def test_a_dead_engine_ends_the_service() -> None:
    """Readiness drops at once, and the failure is reported."""

    async def test() -> None:
        failures: list[str] = []
        engine = ScriptedEngine()
        readiness = Readiness(engine, failures.append, DrainTracker(), watch_s=0.001)
        readiness.start()
        await wait_until(lambda: readiness.is_ready)
        engine.ready = False
        assert not readiness.is_ready
        await wait_until(lambda: failures)
        assert failures == ["the engine died; start the service again"]
        await readiness.stop()

    asyncio.run(test())


def test_an_unexpected_error_at_the_start_is_reported() -> None:
    """A library's exception is reported like our own; the service does not wait for ever."""

    async def test() -> None:
        failures: list[str] = []
        engine = ScriptedEngine(start_error=RuntimeError("no CUDA"))
        readiness = Readiness(engine, failures.append, DrainTracker())
        readiness.start()
        await wait_until(lambda: failures)
        assert failures == ["the engine cannot start: RuntimeError: no CUDA"]
        await readiness.stop()

    asyncio.run(test())


def test_a_refusal_at_the_start_names_the_engines_setting() -> None:
    """The URL for a server that is not ours, else the model."""

    async def test() -> None:
        failures: list[str] = []
        engine = ScriptedEngine(start_error=InvalidEngineOutput("breaks its grammar"))
        readiness = Readiness(engine, failures.append, DrainTracker(), setting="URL")
        readiness.start()
        await wait_until(lambda: failures)
        assert failures == ["EDGEFILL_GPU_URL: breaks its grammar"]
        await readiness.stop()

    asyncio.run(test())


def test_sleep_and_wake(run_service: RunService) -> None:
    """Asleep, the service is not ready and says why; after waking it has warmed up again."""

    async def test() -> None:
        engine = SleepingEngine()
        async with run_service(engine, sleep=True) as client:
            await wait_until_ready(client)
            assert (await client.post("/wake")).status_code == 409
            assert (await client.post("/sleep?level=3")).status_code == 422
            assert (await client.post("/sleep?level=2")).status_code == 204
            assert (engine.level, (await client.get("/ready")).status_code) == (2, 503)
            asleep_answer = await client.post("/v1/chat/completions", json=CHAT)
            assert (asleep_answer.status_code, "POST /wake" in asleep_answer.text) == (503, True)
            assert (await client.post("/wake")).status_code == 204
            assert (engine.level, len(engine.requests)) == (0, 2)
            assert (await client.get("/ready")).status_code == 200
            assert 'memory_bytes{kind="used"} 3.0' in (await client.get("/metrics")).text

    asyncio.run(test())


def test_sleep_is_refused_while_requests_run(run_service: RunService) -> None:
    """409, and the text is finished."""

    async def test() -> None:
        engine = SleepingEngine(pause_s=0.02)
        async with run_service(engine, sleep=True) as client:
            await wait_until(lambda: engine.requests and not engine.running)
            running = asyncio.create_task(client.post("/v1/chat/completions", json=CHAT))
            await wait_until(lambda: engine.running)
            assert (await client.post("/sleep")).status_code == 409
            assert (await running).status_code == 200

    asyncio.run(test())


def test_sleep_needs_its_setting_and_an_engine_that_can(run_service: RunService) -> None:
    """404 without the setting, 501 on an engine that cannot."""

    async def test() -> None:
        for settings, status in (({}, 404), ({"sleep": True}, 501)):
            async with run_service(ScriptedEngine(), **settings) as client:
                assert (await client.post("/sleep")).status_code == status

    asyncio.run(test())
