"""POST /sleep and /wake: free the accelerator's memory, and take it back."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException

from gpu_service.engines.capabilities import Sleeper
from gpu_service.engines.engine import Engine
from gpu_service.scheduling.admission import AdmissionController
from gpu_service.scheduling.readiness import Readiness

NO_CONTENT = 204


def make_router(readiness: Readiness, engine: Engine, admission: AdmissionController) -> APIRouter:
    """The routes; 501 when the engine cannot sleep, 409 while requests run."""
    routes = APIRouter()

    @routes.post("/sleep")
    async def sleep(level: Literal["1", "2"] = "1") -> Response:
        sleeper = _require_sleeper(engine)
        readiness.check()
        if admission.running:
            raise HTTPException(409, "requests are running; try again")
        await readiness.sleep(sleeper, int(level))
        return Response(status_code=NO_CONTENT)

    @routes.post("/wake")
    async def wake() -> Response:
        sleeper = _require_sleeper(engine)
        if not readiness.is_asleep:
            raise HTTPException(409, "the model is not asleep")
        await readiness.wake(sleeper)
        return Response(status_code=NO_CONTENT)

    return routes


def _require_sleeper(engine: Engine) -> Sleeper:
    if not isinstance(engine, Sleeper):
        raise HTTPException(501, "this engine cannot sleep")
    return engine
