"""What happens around each request: its id, log line and metrics, and the guard against other sites."""

import logging
import re
import socket
from time import perf_counter
from urllib.parse import urlsplit
from uuid import uuid4

from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.logging import request_id

logger = logging.getLogger(__name__)

REQUESTS = Counter("http_requests_total", "Requests that were answered.", ["method", "path", "status"])
DURATION = Histogram(
    "http_request_duration_seconds",
    "Time until a response was complete, streams included.",
    ["method", "path"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60),
)

PROBES = {"/livez", "/readyz", "/health", "/api/health", "/metrics"}
# The pod's name, where it runs in one.
SERVED_BY = socket.gethostname()
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
TOO_LARGE = "That is too much at once."
SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestLog:
    """Gives each request an id, counts and logs it, and keeps internals out of the answer when something breaks.

    Who measures a rollout learns from probes which process has answered.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        given = Headers(scope=scope).get("x-request-id", "")
        identifier = given if SANE_ID.fullmatch(given) else uuid4().hex
        token = request_id.set(identifier)
        started = perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = identifier
                headers["X-Content-Type-Options"] = "nosniff"
                if scope["path"] in PROBES:
                    headers["X-Served-By"] = SERVED_BY
                if scope["path"].startswith("/api/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:
            logger.exception("A request failed")
            if status == 0:
                answer = JSONResponse({"detail": "Something went wrong on our side. Try again in a moment."}, 500)
                await answer(scope, receive, send_with_headers)
        finally:
            self._record(scope, status, perf_counter() - started)
            request_id.reset(token)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        # The route and not the path: an id in a label would make a time series for each todo.
        path = getattr(scope.get("route"), "path", "other")
        REQUESTS.labels(method, path, status).inc()
        DURATION.labels(method, path).observe(seconds)
        # Without the query: what people search for is theirs.
        logger.log(
            logging.DEBUG if scope["path"] in PROBES else logging.INFO,
            "request",
            extra={
                "method": scope["method"],
                "path": scope["path"],
                "status": status,
                "duration_ms": round(seconds * 1000, 1),
            },
        )


class SameOrigin:
    """Refuses requests that change something and come from another site's page.

    The cookie is SameSite=Lax, which most browsers honour; this is the second lock. JSON is demanded because a form of
    another site cannot send it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in {"GET", "HEAD", "OPTIONS"}:
            headers = Headers(scope=scope)
            if not _is_same_origin(headers):
                answer = JSONResponse({"detail": "Requests from other sites are not accepted."}, 403)
                return await answer(scope, receive, send)
            if _has_body(headers) and not _is_json(headers):
                answer = JSONResponse({"detail": "Send JSON, with the content type application/json."}, 415)
                return await answer(scope, receive, send)
        await self.app(scope, receive, send)


class BodyLimit:
    """Refuses bodies that are larger than any that makes sense here, before they fill the memory."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        length = Headers(scope=scope).get("content-length", "")
        if length.isdecimal() and int(length) > self.limit:
            return await JSONResponse({"detail": TOO_LARGE}, 413)(scope, receive, send)
        size = 0

        async def receive_up_to_limit() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self.limit:  # it came in chunks, without saying its length
                raise HTTPException(413, TOO_LARGE)
            return message

        await self.app(scope, receive_up_to_limit, send)


def _is_same_origin(headers: Headers) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        # Scripts cannot set this header. "none" is the user himself, for example from the address bar.
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is None:
        return True  # not a browser: nobody's cookies are sent without their knowledge
    hosts = {headers.get("host", ""), headers.get("x-forwarded-host", "").split(",")[0].strip()}
    scheme, host = urlsplit(origin)[:2]
    default_port = {"http": ":80", "https": ":443"}.get(scheme)
    return default_port is not None and host.lower() in {given.lower().removesuffix(default_port) for given in hosts}


def _is_json(headers: Headers) -> bool:
    return headers.get("content-type", "").split(";")[0].strip().lower() == "application/json"


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
