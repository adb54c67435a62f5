"""What the environment says, read once at start."""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import URL, make_url

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    database_url: URL
    session_secret: str = field(repr=False)
    openai_api_key: str = field(repr=False, default="")
    openai_base_url: str = "https://api.openai.com/v1"
    openai_model: str = "gpt-4.1-mini"
    #: Seconds that one answer of the assistant may take.
    answer_seconds: float = 60
    #: Seconds that running answers may still take after SIGTERM.
    drain_seconds: float = 15

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        # Empty is the same as absent: a Secret may hold an empty optional key.
        given = {name: value for name, value in environ.items() if value != ""}
        grace = float(given.get("UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN", "20"))
        return cls(
            database_url=_database_url(given),
            session_secret=_session_secret(given),
            openai_api_key=given.get("OPENAI_API_KEY", ""),
            openai_base_url=given.get("OPENAI_BASE_URL", cls.openai_base_url).rstrip("/"),
            openai_model=given.get("OPENAI_MODEL", cls.openai_model),
            # What is left of the grace period is for the last event, saving it, and closing connections.
            drain_seconds=max(grace - 5, grace / 2),
        )


def _database_url(given: Mapping[str, str]) -> URL:
    if "DATABASE_URL" in given:
        url = make_url(given["DATABASE_URL"])
        if url.get_backend_name() in ("postgresql", "postgres"):
            return url.set(drivername="postgresql+psycopg")
        if url.get_backend_name() == "sqlite":
            return url
        raise ValueError(f"DATABASE_URL is for {url.get_backend_name()!r}; expected postgresql or sqlite")
    directory = Path(given.get("DATA_DIR", "data"))
    directory.mkdir(parents=True, exist_ok=True)
    logger.warning("DATABASE_URL is not set: todos are kept in SQLite", extra={"directory": str(directory)})
    return URL.create("sqlite", database=str(directory / "todo.db"))


def _session_secret(given: Mapping[str, str]) -> str:
    if "BETTER_AUTH_SECRET" in given:
        return given["BETTER_AUTH_SECRET"]
    logger.warning("BETTER_AUTH_SECRET is not set: a random key is used, and a restart logs everybody out")
    return secrets.token_urlsafe(32)
