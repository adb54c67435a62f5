"""Puts the application together."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response

from app import health
from app.auth import Busy, Cookies, Passwords
from app.database import Database, DatabaseUnavailable
from app.drain import Drain
from app.health import Readiness
from app.requests import BodyLimit, RequestLog, SameOrigin
from app.routes import accounts, chat, todos
from app.settings import Settings
from app.todos import TodoNotFound

logger = logging.getLogger(__name__)


def create_app(settings: Settings) -> FastAPI:
    database = Database(settings.database_url)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        keeping = asyncio.create_task(_keep_migrated(database))
        async with httpx.AsyncClient(timeout=httpx.Timeout(30, connect=5)) as http:
            app.state.http = http
            with app.state.drain.on_signals():
                yield
        keeping.cancel()
        database.close()

    app = FastAPI(
        title="Todo",
        version="1.0.0",
        summary="Todo lists with a chat assistant.",
        lifespan=lifespan,
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
    )
    app.state.settings = settings
    app.state.database = database
    app.state.readiness = Readiness(database)
    app.state.passwords = Passwords()
    app.state.cookies = Cookies(settings.session_secret)
    app.state.drain = Drain()

    app.include_router(accounts.router)
    app.include_router(todos.router)
    app.include_router(chat.router)
    app.include_router(health.router)
    app.add_middleware(BodyLimit, limit=64 * 1024)
    app.add_middleware(SameOrigin)
    app.add_middleware(RequestLog)  # the outermost, as it was added last

    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(TodoNotFound, _answer(404, "There is no such todo."))
    app.add_exception_handler(
        DatabaseUnavailable, _answer(503, "The database cannot be reached. Try again in a moment.", retry_after=2)
    )
    app.add_exception_handler(
        Busy, _answer(503, "Too many people log in right now. Try again in a moment.", retry_after=5)
    )
    return app


async def _keep_migrated(database: Database) -> None:
    """Migrates as soon as the database is there, and again should it come back empty."""
    while True:
        pause = 1
        if not database.migrated:
            try:
                await run_sync(database.migrate)
                logger.info("The tables are up to date")
            except DatabaseUnavailable:
                pass  # said already; it may come any moment
            except Exception:
                logger.exception("Migrating failed")
                pause = 15
        await asyncio.sleep(pause)


async def _invalid(_request: Request, error: RequestValidationError) -> Response:
    """As FastAPI's own, but it does not repeat the input: that may be a password, or text that is no valid Unicode."""
    detail = [{name: problem[name] for name in ("type", "loc", "msg")} for problem in error.errors()]
    return Response(json.dumps({"detail": detail}), 422, media_type="application/json")


def _answer(status: int, detail: str, retry_after: int | None = None):
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}

    async def answer(_request: Request, _error: Exception) -> JSONResponse:
        return JSONResponse({"detail": detail}, status, headers)

    return answer
