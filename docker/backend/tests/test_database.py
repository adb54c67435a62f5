"""Migrations, and a database that goes away and comes back."""

import logging
import threading
from collections.abc import Iterator

import httpx
import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, create_engine, text

import app.database
from app.database import CONNECT_SECONDS, Database, DatabaseUnavailable
from app.models import Base
from app.settings import Settings
from tests.conftest import PASSWORD, new_postgres_database, postgres_url, running, wait_for, wait_until_ready
from tests.servers import Network, ask

AWAY = {"detail": "The database cannot be reached. Try again in a moment."}


def plain(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def test_migrations_make_the_tables_of_the_models(database_url: URL) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_migrating_again_changes_nothing(database: Database) -> None:
    database.migrate()

    database.check()


def test_replicas_that_start_together_migrate_once(empty_postgres_url: URL) -> None:
    replicas = [Database(empty_postgres_url) for _ in range(4)]
    barrier = threading.Barrier(len(replicas))
    failures: list[Exception] = []

    def migrate(replica: Database) -> None:
        barrier.wait()
        try:
            replica.migrate()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=migrate, args=[replica]) for replica in replicas]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    for replica in replicas:
        replica.check()
        replica.close()


def test_an_older_release_works_on_tables_that_a_newer_one_has_migrated(database: Database) -> None:
    with database.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    database.migrate()

    database.check()
    with database.session() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


def test_a_transaction_is_all_or_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.session() as session:
        session.execute(text("INSERT INTO login_attempts (key, count, since) VALUES ('a', 1, '2026-01-01')"))
        raise RuntimeError

    with database.session() as session:
        assert session.scalar(text("SELECT count(*) FROM login_attempts")) == 0


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("postgresql://user:p%40ss@todo-db:5432/todo", "postgresql+psycopg://user:p%40ss@todo-db:5432/todo"),
        ("postgres://todo-db/todo?sslmode=require", "postgresql+psycopg://todo-db/todo?sslmode=require"),
        ("sqlite:///todo.db", "sqlite:///todo.db"),
    ],
)
def test_the_driver_is_chosen_by_the_application(given: str, expected: str) -> None:
    url = Settings.from_environ({"DATABASE_URL": given, "BETTER_AUTH_SECRET": "x"}).database_url

    assert url.render_as_string(hide_password=False) == expected


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(ValueError, match="DATABASE_URL is for 'mysql'; expected postgresql or sqlite"):
        Settings.from_environ({"DATABASE_URL": "mysql://user:secret@host/name"})


def test_settings_do_not_show_secrets() -> None:
    environ = {"DATABASE_URL": "postgresql://u:hidden@h/n", "BETTER_AUTH_SECRET": "hidden", "OPENAI_API_KEY": "hidden"}

    assert "hidden" not in repr(Settings.from_environ(environ))


@pytest.fixture
def network() -> Iterator[Network]:
    url = postgres_url()
    network = Network(url.host or "", url.port or 5432)
    yield network
    network.close()


def behind(network: Network, url: URL) -> Settings:
    return Settings(database_url=url.set(host="127.0.0.1", port=network.port), session_secret="a secret for tests")


@pytest.fixture
def reachable_url(network: Network, migrated_postgres: URL) -> Iterator[URL]:
    with new_postgres_database(str(migrated_postgres.database)) as url:
        yield url


@pytest.mark.parametrize("way", ["cut", "swallow"])
def test_while_the_database_is_away_everything_says_so(
    network: Network, reachable_url: URL, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.database, "CONNECT_SECONDS", CONNECT_SECONDS)  # the backend's own
    with running(behind(network, reachable_url)) as address, httpx.Client(base_url=address, timeout=30) as client:
        wait_until_ready(address)
        client.post("/api/auth/sign-up", json={"email": "ada@example.com", "password": PASSWORD})
        client.post("/api/todos", json={"title": "survives"})
        cookie = dict(client.cookies)

        getattr(network, way)()
        # A probe waits for two seconds.
        wait_for(lambda: client.get("/readyz", timeout=2).status_code == 503)
        assert client.get("/livez").status_code == 200
        routes = [
            ("GET", "/readyz", None),
            ("GET", "/health", None),
            ("GET", "/api/health", None),
            ("GET", "/api/todos", None),
            ("GET", "/api/auth/session", None),
            ("POST", "/api/todos", {"title": "x"}),
            ("PATCH", "/api/todos/1", {"title": "x"}),
            ("POST", "/api/chat", {"message": "list"}),
            ("POST", "/api/auth/log-in", {"email": "ada@example.com", "password": PASSWORD}),
        ]
        for method, path, body in routes:
            answer = client.request(method, path, json=body)
            assert (answer.status_code, answer.json()) == (503, AWAY), (method, path)
            assert answer.headers["retry-after"] == "2"

        network.flow() if way == "swallow" else network.mend()
        wait_until_ready(address)
        assert dict(client.cookies) == cookie
        assert [todo["title"] for todo in client.get("/api/todos").json()["items"]] == ["survives"]


def test_a_database_that_is_away_is_logged_once(
    network: Network, reachable_url: URL, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(behind(network, reachable_url).database_url)
    database.migrate()
    caplog.set_level(logging.INFO, "app")

    network.cut()
    for _ in range(3):
        with pytest.raises(DatabaseUnavailable):
            database.check()
        with pytest.raises(DatabaseUnavailable), database.session() as session:
            session.execute(text("SELECT 1"))
    network.mend()
    database.check()

    assert [record.message for record in caplog.records] == ["The database cannot be reached", "The database is back"]
    assert all(record.exc_info is None for record in caplog.records)
    database.close()


def test_the_first_request_after_a_restart_of_the_database_succeeds(network: Network, reachable_url: URL) -> None:
    with running(behind(network, reachable_url)) as address, httpx.Client(base_url=address, timeout=30) as client:
        wait_until_ready(address)
        client.post("/api/auth/sign-up", json={"email": "ada@example.com", "password": PASSWORD})

        network.cut()
        network.mend()

        assert client.get("/api/todos").status_code == 200


def test_a_backend_starts_before_its_database(network: Network, empty_postgres_url: URL) -> None:
    network.cut()

    with running(behind(network, empty_postgres_url)) as address:
        assert httpx.get(f"{address}/livez").status_code == 200
        assert httpx.get(f"{address}/readyz").status_code == 503
        answer = httpx.post(f"{address}/api/auth/sign-up", json={"email": "a@example.com", "password": PASSWORD})
        assert (answer.status_code, answer.json()) == (503, AWAY)

        network.mend()
        wait_until_ready(address)


def test_a_database_that_comes_back_empty_is_migrated_again(empty_postgres_url: URL) -> None:
    settings = Settings(database_url=empty_postgres_url, session_secret="a secret for tests")
    with running(settings) as address, httpx.Client(base_url=address, timeout=30) as client:
        wait_until_ready(address)
        with psycopg.connect(plain(empty_postgres_url), autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        wait_for(lambda: client.get("/readyz").status_code == 503)

        wait_until_ready(address)
        assert client.post("/api/auth/sign-up", json={"email": "a@example.com", "password": PASSWORD}).is_success


def test_a_database_that_goes_away_during_an_answer_ends_it_with_an_error(network: Network, reachable_url: URL) -> None:
    with running(behind(network, reachable_url)) as address, httpx.Client(base_url=address, timeout=30) as client:
        wait_until_ready(address)
        client.post("/api/auth/sign-up", json={"email": "ada@example.com", "password": PASSWORD})
        # Locked by another transaction, so that the answer is under way when the network is cut.
        with psycopg.connect(plain(reachable_url)) as other:
            other.execute("LOCK TABLE numbered_lists IN ACCESS EXCLUSIVE MODE")
            events: list = []
            asked = threading.Thread(target=lambda: events.extend(ask(client, "add x")))
            asked.start()
            wait_for(lambda: other.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone() == (1,))
            network.cut()
            asked.join()

    assert events[-1] == ("error", AWAY)
