"""Passwords, log-in sessions, and the limit on guesses."""

import hashlib
import secrets
from datetime import timedelta
from typing import Annotated

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from fastapi import Depends, HTTPException, Request, Response
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.models import LoginAttempts, LoginSession, User, now

COOKIE = "todo_session"
SESSION_LIFETIME = timedelta(days=7)

ATTEMPT_WINDOW = timedelta(minutes=15)
ATTEMPTS_FROM_ONE_ADDRESS = 10
#: Addresses can be forged where a proxy is trusted too much, so an account has a limit of its own. It is far higher,
#: for whoever reaches it keeps the owner out as well.
ATTEMPTS_ON_ONE_ACCOUNT = 100


class Busy(Exception):
    """Too many passwords wait to be hashed already."""


class Passwords:
    """Argon2 in threads: at most four at once, 19 MiB each, so that a rush of log-ins neither stops the event loop nor
    outgrows the container's memory."""

    def __init__(self) -> None:
        # OWASP's first choice for argon2id, which suits half a CPU.
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._limiter = CapacityLimiter(4)
        self._nobodys = self._hasher.hash(secrets.token_hex(16))

    async def hash(self, password: str) -> str:
        return await self._in_thread(self._hasher.hash, password)

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Takes as long for a user that there is not (None) as for one that there is."""
        fits = await self._in_thread(self._fits, password_hash or self._nobodys, password)
        return fits and password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        return self._hasher.check_needs_rehash(password_hash)

    def _fits(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _in_thread(self, function, *arguments):
        if self._limiter.statistics().tasks_waiting > 50:
            raise Busy
        return await run_sync(function, *arguments, limiter=self._limiter)


class Cookies:
    """The signed cookie that carries a log-in session's id."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeTimedSerializer(secret, salt="todo-session")

    def set(self, request: Request, response: Response, session_id: str) -> None:
        response.set_cookie(
            COOKIE,
            self._serializer.dumps(session_id),
            max_age=int(SESSION_LIFETIME.total_seconds()),
            **self._attributes(request),
        )

    def delete(self, request: Request, response: Response) -> None:
        response.delete_cookie(COOKIE, **self._attributes(request))

    def read(self, request: Request) -> str | None:
        """The session's id, unless there is none, or it is forged or expired."""
        try:
            return self._serializer.loads(
                request.cookies.get(COOKIE, ""), max_age=int(SESSION_LIFETIME.total_seconds())
            )
        except BadSignature:
            return None

    def _attributes(self, request: Request) -> dict:
        # Uvicorn sets the scheme from X-Forwarded-Proto, if FORWARDED_ALLOW_IPS says that the sender may say so.
        return {"path": "/", "httponly": True, "samesite": "lax", "secure": request.url.scheme == "https"}


def start_session(session: Session, user: User) -> str:
    """Returns the id of a new log-in session. Old ones are swept on this occasion."""
    session.execute(delete(LoginSession).where(LoginSession.expires_at < now()))
    started = LoginSession(id=secrets.token_urlsafe(32), user_id=user.id, expires_at=now() + SESSION_LIFETIME)
    session.add(started)
    return started.id


def end_session(session: Session, session_id: str) -> None:
    session.execute(delete(LoginSession).where(LoginSession.id == session_id))


def current_user(request: Request) -> User:
    """Whose session the request's cookie belongs to. A short transaction of its own, see Database.session."""
    session_id = request.app.state.cookies.read(request)
    if session_id is not None:
        with request.app.state.database.session() as session:
            user = session.scalar(
                select(User).join(LoginSession).where(LoginSession.id == session_id, LoginSession.expires_at > now())
            )
        if user is not None:
            return user
    raise HTTPException(401, "You are not logged in.")


CurrentUser = Annotated[User, Depends(current_user)]


def count_attempt(session: Session, email: str, address: str) -> int:
    """Counts an attempt to log in. Returns the seconds to wait: 0 if it may go on.

    In the database and not in memory, because memory would give each replica a count of its own and forget it at each
    restart. Counted before the password is looked at, so that attempts made at once cannot pass together.
    """
    session.execute(delete(LoginAttempts).where(LoginAttempts.since < now() - ATTEMPT_WINDOW))
    limits = {_key(email, address): ATTEMPTS_FROM_ONE_ADDRESS, _key(email): ATTEMPTS_ON_ONE_ACCOUNT}
    wait = 0
    for key, limit in sorted(limits.items()):  # in one order everywhere, so that no two transactions block each other
        count, since = _increment(session, key)
        if count > limit:
            wait = max(wait, 1, int((since + ATTEMPT_WINDOW - now()).total_seconds()))
    return wait


def forget_attempts(session: Session, email: str, address: str) -> None:
    session.execute(delete(LoginAttempts).where(LoginAttempts.key == _key(email, address)))


def _increment(session: Session, key: str):
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(LoginAttempts).values(key=key, count=1, since=now())
    statement = statement.on_conflict_do_update(
        index_elements=[LoginAttempts.key],
        # Held at a bound: a flood must not overflow it.
        set_={"count": case((LoginAttempts.count < 1_000_000, LoginAttempts.count + 1), else_=LoginAttempts.count)},
    ).returning(LoginAttempts.count, LoginAttempts.since)
    return session.execute(statement).one()


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
