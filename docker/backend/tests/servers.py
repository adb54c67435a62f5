"""Servers that tests need around the backend: a language model that says what it is told, and a network that breaks."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx


class Pause:
    """Stands between two pieces of an answer: the server waits there until the test lets it go on."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.released = threading.Event()


type Piece = bytes | Pause


class Model:
    """An OpenAI-compatible API: answers with one script after the other, and keeps what it was asked."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.scripts: list[tuple[int, str, list[Piece]]] = []
        self.url = ""

    def will_send(self, *pieces: Piece, status: int = 200, content_type: str = "text/event-stream") -> None:
        self.scripts.append((status, content_type, list(pieces)))

    def will_say(self, *texts: str) -> None:
        self.will_send(*(text_chunk(text) for text in texts), finish("stop"))

    def will_call(self, *calls: tuple[str, str]) -> None:
        """Tools by name, with their arguments as they are written."""
        chunks = [
            chunk(tool_calls=[{"index": i, "id": f"call_{i}", "function": {"name": name, "arguments": arguments}}])
            for i, (name, arguments) in enumerate(calls)
        ]
        self.will_send(*chunks, finish("tool_calls"))


def event(data: Any) -> bytes:
    return b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n"


def chunk(**delta: Any) -> bytes:
    return event({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})


def text_chunk(text: str) -> bytes:
    return chunk(content=text)


def finish(reason: str) -> bytes:
    return event({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}) + b"data: [DONE]\n\n"


@contextmanager
def model_server() -> Iterator[Model]:
    model = Model()

    class Requests(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            model.paths.append(self.path)
            model.headers.append({name.lower(): value for name, value in self.headers.items()})
            model.requests.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            status, content_type, pieces = model.scripts.pop(0)
            with suppress(ConnectionError):  # a client may have had enough
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.end_headers()
                for piece in pieces:
                    if isinstance(piece, Pause):
                        piece.reached.set()
                        piece.released.wait(60)
                    else:
                        self.wfile.write(piece)
                        self.wfile.flush()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Requests)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield model
    finally:
        server.shutdown()
        thread.join()
        server.socket.close()


class Network:
    """A way to a server that can be cut, and that can swallow everything without a word."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._sockets: set[socket.socket] = set()
        self._flowing = threading.Event()
        self._flowing.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._accept_in_thread(self._listener)

    def cut(self) -> None:
        """New connections are refused, and those that there are end."""
        _close(self._listener)
        for open_socket in list(self._sockets):
            _close(open_socket)
        self._sockets.clear()

    def mend(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._accept_in_thread(self._listener)

    def swallow(self) -> None:
        self._flowing.clear()

    def flow(self) -> None:
        self._flowing.set()

    def close(self) -> None:
        self._flowing.set()
        self.cut()

    def _accept_in_thread(self, listener: socket.socket) -> None:
        threading.Thread(target=self._accept, args=[listener], daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self._target)
                self._sockets |= {near, far}
                threading.Thread(target=self._carry, args=[near, far], daemon=True).start()
                threading.Thread(target=self._carry, args=[far, near], daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._flowing.wait()
                target.sendall(data)
        _close(source)
        _close(target)


def _close(open_socket: socket.socket) -> None:
    with suppress(OSError):
        open_socket.shutdown(socket.SHUT_RDWR)
    open_socket.close()


type Events = list[tuple[str, dict[str, Any]]]


def read_events(response: httpx.Response) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events of a stream, as they come."""
    name = ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def ask(client: httpx.Client, message: str) -> Events:
    with client.stream("POST", "/api/chat", json={"message": message}) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        return list(read_events(response))


def said(events: Events) -> str:
    return "".join(data["text"] for name, data in events if name == "text")
