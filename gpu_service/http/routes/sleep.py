"""POST /sleep and /wake: give the accelerator's memory away, and take it back."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException

from gpu_service.engines.capabilities import Sleeper
from gpu_service.engines.engine import Engine
from gpu_service.scheduling.admission import Admission
from gpu_service.scheduling.readiness import Readiness

NO_CONTENT = 204


def router(readiness: Readiness, engine: Engine, admission: Admission) -> APIRouter:
    """The routes; 501 when the engine cannot sleep, 409 while it writes."""
    routes = APIRouter()

    @routes.post("/sleep")
    async def sleep(level: Literal["1", "2"] = "1") -> Response:
        sleeper = _sleeper(engine)
        readiness.check()
        if admission.writing:
            raise HTTPException(409, "texts are being written; try again")
        await readiness.sleep(sleeper, int(level))
        return Response(status_code=NO_CONTENT)

    @routes.post("/wake")
    async def wake() -> Response:
        sleeper = _sleeper(engine)
        if not readiness.asleep:
            raise HTTPException(409, "the model does not sleep")
        await readiness.wake(sleeper)
        return Response(status_code=NO_CONTENT)

    return routes


def _sleeper(engine: Engine) -> Sleeper:
    if not isinstance(engine, Sleeper):
        raise HTTPException(501, "this engine cannot sleep")
    return engine
