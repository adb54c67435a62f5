"""Real servers over real sockets, on both databases; each test has a database of its own."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import sleep
from uuid import uuid4

import httpx
import psycopg
import pytest
import uvicorn
from sqlalchemy import URL, make_url

import app.database
from app.application import create_app
from app.database import Database
from app.settings import Settings

PASSWORD = "correct horse"


def postgres_url() -> URL:
    """The Postgres that the tests may create databases in."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given is None:
        raise pytest.UsageError("TEST_DATABASE_URL is not set. `npm run test:backend` starts a Postgres for the tests")
    return make_url(given).set(drivername="postgresql+psycopg")


@contextmanager
def new_postgres_database(template: str = "template1") -> Iterator[URL]:
    url, name = postgres_url(), f"test_{uuid4().hex}"
    server = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield url.set(database=name)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def migrate(url: URL) -> None:
    database = Database(url)
    database.migrate()
    database.close()


@pytest.fixture(scope="session", autouse=True)
def patient() -> Iterator[None]:
    """On a busy machine Postgres takes longer to answer than the backend waits for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.database, "CONNECT_SECONDS", 30)
        yield


@pytest.fixture(scope="session")
def migrated_postgres() -> Iterator[URL]:
    with new_postgres_database() as url:
        migrate(url)
        yield url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "todo.db"
    migrate(URL.create("sqlite", database=str(path)))
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """A database with tables and nothing in them."""
    if request.param == "postgres":
        with new_postgres_database(request.getfixturevalue("migrated_postgres").database) as url:
            yield url
    else:
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "todo.db")
        yield URL.create("sqlite", database=str(tmp_path / "todo.db"))


@pytest.fixture
def database(database_url: URL) -> Iterator[Database]:
    database = Database(database_url)
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def empty_postgres_url() -> Iterator[URL]:
    with new_postgres_database() as url:
        yield url


@contextmanager
def running(settings: Settings) -> Iterator[str]:
    """A server in a thread. Yields its address."""
    config = uvicorn.Config(
        create_app(settings), host="127.0.0.1", port=0, log_config=None, timeout_graceful_shutdown=3
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        sleep(0.02)
    raise AssertionError("waited in vain")


def wait_until_ready(address: str) -> None:
    wait_for(lambda: httpx.get(f"{address}/readyz").status_code == 200)


type Start = Callable[..., str]


@pytest.fixture
def start(database_url: URL) -> Iterator[Start]:
    """Starts a server on the test's database, with settings as given, and returns its address when it is ready."""
    with ExitStack() as stack:

        def start(**settings) -> str:
            defaults = {"database_url": database_url, "session_secret": "a secret for tests"}
            address = stack.enter_context(running(Settings(**defaults | settings)))
            wait_until_ready(address)
            return address

        yield start


@pytest.fixture
def address(start: Start) -> str:
    return start()


type NewClient = Callable[..., httpx.Client]


@pytest.fixture
def new_client(address: str) -> Iterator[NewClient]:
    """Makes clients: nobody's, or logged in as a new user when an email is given."""
    with ExitStack() as stack:

        def new_client(email: str | None = None, at: str = address) -> httpx.Client:
            client = stack.enter_context(httpx.Client(base_url=at, timeout=30))
            if email is not None:
                answer = client.post("/api/auth/sign-up", json={"email": email, "password": PASSWORD, "name": "Ada"})
                assert answer.status_code == 201, answer.text
            return client

        yield new_client


@pytest.fixture
def ada(new_client: NewClient) -> httpx.Client:
    return new_client("ada@example.com")
