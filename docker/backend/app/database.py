"""The database: connections, sessions, migrations, and what happens while it is away."""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from weakref import WeakSet

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker

logger = logging.getLogger(__name__)

MIGRATION_LOCK = 0x746F646F  # any number, as long as all replicas take the same
CONNECT_SECONDS = 2


class DatabaseUnavailable(Exception):
    """The database cannot be reached, or has no tables yet."""


class Database:
    def __init__(self, url: URL) -> None:
        self._engine = _engine(url, connections=5, more_under_load=3)
        # Checks have a connection of their own: a busy pool is no reason to call the database away.
        self._check_engine = _engine(url, connections=1, more_under_load=0)
        self._sessions = sessionmaker(self._engine, expire_on_commit=False)
        self._reachable = True
        self.migrated = False
        self._connections: WeakSet[psycopg.Connection] = WeakSet()
        if url.get_backend_name() == "postgresql":
            for engine in (self._engine, self._check_engine):
                event.listen(engine, "connect", lambda connection, _record: self._connections.add(connection))

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction: committed at the end of the block, rolled back after an exception.

        Keep it inside one function. A connection that is held while waiting for a thread can block all threads.
        """
        if not self.migrated:
            raise DatabaseUnavailable
        with self._watched(), self._sessions.begin() as session:
            yield session

    def check(self) -> None:
        """Raises DatabaseUnavailable unless the database answers and still has its tables."""
        try:
            with self._watched(), self._check_engine.connect() as connection:
                connection.execute(text("SELECT version_num FROM alembic_version"))
        except ProgrammingError as error:
            self.migrated = False  # it was replaced by an empty one
            raise DatabaseUnavailable from error

    def migrate(self) -> None:
        """Brings the tables up to date. Replicas that start together wait for each other."""
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self._watched(), self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            if _is_ahead(connection, config):
                # A newer release migrated first, and this is a rollback or the tail of an upgrade. Migrations
                # only add what older releases can ignore, so there is nothing to do.
                logger.warning("The tables are newer than this release")
            else:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        self.migrated = True

    def hang_up(self) -> None:
        """Ends all connections to a database that has them and says nothing, so that nobody waits for it any longer."""
        for connection in list(self._connections):
            with suppress(psycopg.Error, OSError), socket.socket(fileno=os.dup(connection.pgconn.socket)) as end:
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._engine.dispose()
        self._check_engine.dispose()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Turns the many ways in which a database is away into one, and logs only when that changes."""
        try:
            yield
        except (OperationalError, InterfaceError, PoolTimeoutError) as error:
            if self._reachable:
                logger.error("The database cannot be reached", extra={"reason": _reason(error)})
            self._reachable = False
            raise DatabaseUnavailable from error
        if not self._reachable:
            logger.info("The database is back")
        self._reachable = True


def _engine(url: URL, connections: int, more_under_load: int) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": 5})
        _use_sqlite_well(engine)
        return engine
    return create_engine(
        url,
        hide_parameters=True,  # titles, messages and hashes stay out of error texts
        # Ten replicas stay below Postgres' default of 100 connections.
        pool_size=connections,
        max_overflow=more_under_load,
        pool_timeout=3,
        pool_pre_ping=True,
        connect_args={
            "application_name": "todo-backend",
            "connect_timeout": CONNECT_SECONDS,
            # A peer that vanished without a word is noticed in seconds, not in the kernel's quarter of an hour.
            "tcp_user_timeout": 3000,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 2,
            # Works behind PgBouncer as well.
            "prepare_threshold": None,
        },
    )


def _use_sqlite_well(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection, _record) -> None:
        connection.isolation_level = None  # "begin" below decides when a transaction starts
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        # SQLite's own lower() knows only ASCII; searching must find "Ärzte" as in Postgres.
        connection.create_function("lower", 1, lambda value: value and value.lower(), deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # Writers wait for each other from the start, instead of failing half-way.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _is_ahead(connection: Connection, config: Config) -> bool:
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    current = MigrationContext.configure(connection).get_current_revision()
    return current is not None and current not in known


def _reason(error: Exception) -> str:
    """The first line of what the driver says; it holds host and port, and never the password."""
    cause = getattr(error, "orig", None) or error
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0]
