"""What probes and Prometheus ask for."""

import asyncio
from time import monotonic

from anyio import CapacityLimiter, move_on_after
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from app.database import Database, DatabaseUnavailable
from app.schemas import Problem


class Status(BaseModel):
    status: str = "ok"


class Readiness:
    """Asks the database at most once a second, whoever wants to know, and answers within a probe's two seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._limiter = CapacityLimiter(2)
        self._lock = asyncio.Lock()
        self._asked_at = float("-inf")
        self._ready = False

    async def ready(self) -> bool:
        if not self._database.migrated:
            return False
        async with self._lock:
            if monotonic() - self._asked_at >= 1:
                self._ready = await self._ask()
                self._asked_at = monotonic()
            return self._ready

    async def _ask(self) -> bool:
        with move_on_after(1.5):
            try:
                await run_sync(self._database.check, limiter=self._limiter, abandon_on_cancel=True)
            except DatabaseUnavailable:
                return False
            return True
        self._database.hang_up()
        return False


router = APIRouter(tags=["health"])


@router.get("/livez")
async def livez() -> Status:
    """The process answers. It is not asked about the database: a restart would not bring that back."""
    return Status()


@router.get("/readyz", responses={503: {"model": Problem}})
@router.get("/health", responses={503: {"model": Problem}})
@router.get("/api/health", responses={503: {"model": Problem}})
async def readyz(request: Request) -> Status:
    """The database answers and has its tables."""
    if not await request.app.state.readiness.ready():
        raise DatabaseUnavailable
    return Status()


@router.get("/metrics", response_class=Response)
async def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
