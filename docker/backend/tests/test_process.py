"""The process as it runs in a container: its options, its logs, and how it stops."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import URL

from tests.conftest import PASSWORD, wait_for
from tests.servers import Model, Pause, finish, model_server, read_events, text_chunk

ROOT = Path(__file__).parent.parent


class Process:
    def __init__(self, address: str, process: subprocess.Popen, log: Path) -> None:
        self.address = address
        self.process = process
        self._log = log

    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self._log.read_text().splitlines()]


@contextmanager
def uvicorn_process(directory: Path, **environ: str) -> Iterator[Process]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    log = directory / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "app.main:app"],
            cwd=ROOT,
            env=os.environ | {"UVICORN_PORT": str(port), "DATA_DIR": str(directory)} | environ,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: process.poll() is not None or _is_ready(address))
        yield Process(address, process, log)
    finally:
        process.kill()
        process.wait()


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz").status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
def model() -> Iterator[Model]:
    with model_server() as model:
        yield model


def sign_up(stack: ExitStack, address: str) -> httpx.Client:
    client = stack.enter_context(httpx.Client(base_url=address, timeout=60))
    assert client.post("/api/auth/sign-up", json={"email": "ada@example.com", "password": PASSWORD}).is_success
    return client


def has_stopped_well(process: subprocess.Popen) -> bool:
    return process.wait(timeout=60) in (0, -signal.SIGTERM, 128 + signal.SIGTERM)


def test_without_any_environment_it_starts_and_warns(tmp_path: Path) -> None:
    with uvicorn_process(tmp_path) as backend:
        warnings = [line["message"] for line in backend.lines() if line["level"] == "warning"]

        assert [warning.split(":")[0] for warning in warnings] == [
            "DATABASE_URL is not set",
            "BETTER_AUTH_SECRET is not set",
        ]
        assert (tmp_path / "todo.db").exists()
        backend.process.terminate()
        assert has_stopped_well(backend.process)


def test_a_url_that_is_none_of_ours_ends_the_start(tmp_path: Path) -> None:
    with uvicorn_process(tmp_path, DATABASE_URL="mysql://user:hidden@host/name") as backend:
        assert backend.process.wait() == 1
        assert "hidden" not in (tmp_path / "log").read_text()


def test_logs_are_json_with_request_ids_and_without_what_people_write(tmp_path: Path) -> None:
    with uvicorn_process(tmp_path, BETTER_AUTH_SECRET="hidden-secret") as backend, ExitStack() as stack:
        client = sign_up(stack, backend.address)
        client.get("/api/todos", params={"q": "hidden-search"}, headers={"X-Request-Id": "abc-1"})
        client.post("/api/chat", json={"message": "add hidden-todo"})
        client.get("/livez")
        client.get("/metrics")

        requests = [line for line in backend.lines() if line["message"] == "request"]

        assert {"method": "GET", "path": "/api/todos", "status": 200, "request_id": "abc-1"}.items() <= requests[
            1
        ].items()
        assert requests[1]["duration_ms"] > 0
        assert [line["path"] for line in requests] == ["/api/auth/sign-up", "/api/todos", "/api/chat"]
        assert "hidden" not in (tmp_path / "log").read_text()
        assert PASSWORD not in (tmp_path / "log").read_text()


def test_an_answer_that_runs_at_sigterm_may_end(tmp_path: Path, model: Model) -> None:
    pause = Pause()
    model.will_send(text_chunk("first"), pause, text_chunk("last"), finish("stop"))
    with uvicorn_process(tmp_path, OPENAI_API_KEY="k", OPENAI_BASE_URL=model.url) as backend, ExitStack() as stack:
        client = sign_up(stack, backend.address)
        with client.stream("POST", "/api/chat", json={"message": "hi"}) as response:
            events = read_events(response)
            assert next(events) == ("text", {"text": "first"})
            backend.process.terminate()
            wait_for(lambda: not _is_ready(backend.address))
            pause.released.set()

            assert [name for name, _ in events] == ["text", "done"]
        assert has_stopped_well(backend.process)


def test_an_answer_that_hangs_at_sigterm_ends_with_an_error_and_is_kept(
    tmp_path: Path, model: Model, database_url: URL
) -> None:
    pause = Pause()
    model.will_send(text_chunk("first"), pause)
    environ = {
        "DATABASE_URL": database_url.render_as_string(hide_password=False),
        "BETTER_AUTH_SECRET": "the same in both",
        "OPENAI_API_KEY": "k",
        "OPENAI_BASE_URL": model.url,
        "UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN": "4",
    }
    with uvicorn_process(tmp_path, **environ) as backend, ExitStack() as stack:
        client = sign_up(stack, backend.address)
        with client.stream("POST", "/api/chat", json={"message": "hi"}) as response:
            events = read_events(response)
            assert next(events) == ("text", {"text": "first"})
            backend.process.terminate()

            assert list(events) == [("error", {"detail": "The server is restarting. Ask again in a moment."})]
        assert has_stopped_well(backend.process)
        # Uvicorn had nothing left to cancel: the answer ended by itself, within the time that its option gives.
        assert not [line for line in backend.lines() if line["level"] == "error"]
        pause.released.set()
        with uvicorn_process(tmp_path, **environ) as next_backend:
            client.base_url = httpx.URL(next_backend.address)
            assert [m["text"] for m in client.get("/api/chat").json()["messages"]] == ["hi", "first"]
