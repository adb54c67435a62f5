"""The HTTP API of todos, and what all routes have in common."""

import json
import socket
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.conftest import NewClient
from tests.servers import ask

TODAY = datetime.now(UTC).date()


def add(client: httpx.Client, title: str, **fields) -> dict:
    answer = client.post("/api/todos", json={"title": title} | fields)
    assert answer.status_code == 201, answer.text
    return answer.json()


def titles(client: httpx.Client, **query) -> list[str]:
    answer = client.get("/api/todos", params=query)
    assert answer.status_code == 200, answer.text
    return [todo["title"] for todo in answer.json()["items"]]


def test_a_todo_is_as_it_was_added(ada: httpx.Client) -> None:
    todo = add(ada, "  Buy milk ", due_date="2026-12-01", priority="high", tags=["Shop", "home", "shop"])

    assert todo | {"created_at": "", "updated_at": ""} == {
        "id": 1,
        "title": "Buy milk",
        "done": False,
        "due_date": "2026-12-01",
        "priority": "high",
        "tags": ["home", "shop"],
        "created_at": "",
        "updated_at": "",
    }
    assert datetime.fromisoformat(todo["created_at"]).utcoffset() == timedelta(0)
    assert ada.get("/api/todos/1").json() == todo


def test_defaults(ada: httpx.Client) -> None:
    todo = add(ada, "x")

    assert (todo["due_date"], todo["priority"], todo["tags"], todo["done"]) == (None, "normal", [], False)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": ""},
        {"title": "   "},
        {"title": "x" * 201},
        {"title": "a\x00b"},
        {"title": "a\nb"},
        {"title": "\ud800"},
        {"title": "x", "tags": ["two words"]},
        {"title": "x", "tags": [""]},
        {"title": "x", "tags": ["y" * 31]},
        {"title": "x", "tags": [str(n) for n in range(11)]},
        {"title": "x", "priority": "urgent"},
        {"title": "x", "due_date": "tomorrow"},
        {"title": "x", "due_date": 0},
        {"title": "x", "due_date": "2026-12-01T00:00:00"},
        {"title": "x", "done": True},
    ],
)
def test_adding_refuses(ada: httpx.Client, body: dict) -> None:
    answer = ada.post("/api/todos", content=json.dumps(body), headers={"content-type": "application/json"})

    assert answer.status_code == 422
    assert titles(ada) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": " New "}, {"title": "New"}),
        ({"done": True}, {"done": True}),
        ({"due_date": "2026-12-24"}, {"due_date": "2026-12-24"}),
        ({"due_date": None}, {"due_date": None}),
        ({"priority": "low"}, {"priority": "low"}),
        ({"tags": ["b", "a"]}, {"tags": ["a", "b"]}),
        ({"tags": []}, {"tags": []}),
        ({}, {}),
    ],
)
def test_changing_changes_what_is_named_and_nothing_else(ada: httpx.Client, changes: dict, expected: dict) -> None:
    todo = add(ada, "Old", due_date="2026-12-01", tags=["a", "x"])

    changed = ada.patch("/api/todos/1", json=changes)

    assert changed.status_code == 200
    assert changed.json() == todo | expected | {"updated_at": changed.json()["updated_at"]}
    assert (changed.json()["updated_at"] > todo["updated_at"]) == bool(expected)
    assert ada.get("/api/todos/1").json() == changed.json()


@pytest.mark.parametrize("changes", [{"title": None}, {"title": ""}, {"done": None}, {"tags": None}, {"id": 2}, []])
def test_changing_refuses(ada: httpx.Client, changes: object) -> None:
    todo = add(ada, "Old")

    assert ada.patch("/api/todos/1", json=changes).status_code == 422
    assert ada.get("/api/todos/1").json() == todo


def test_a_deleted_todo_is_gone(ada: httpx.Client) -> None:
    add(ada, "x", tags=["a"])

    assert ada.delete("/api/todos/1").status_code == 204
    assert ada.get("/api/todos/1").status_code == 404
    assert ada.delete("/api/todos/1").json() == {"detail": "There is no such todo."}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Late", "Now", "Later", "Ärzte 100%", "Finished late"]),
        ({"status": "open"}, ["Late", "Now", "Later", "Ärzte 100%"]),
        ({"status": "done"}, ["Finished late"]),
        ({"q": "LATE"}, ["Late", "Later", "Finished late"]),
        ({"q": "ärz"}, ["Ärzte 100%"]),
        ({"q": "0%"}, ["Ärzte 100%"]),
        ({"q": "_"}, []),
        ({"tag": "home"}, ["Late", "Ärzte 100%"]),
        ({"tag": "hom"}, []),
        ({"priority": "high"}, ["Now"]),
        ({"due": "overdue"}, ["Late"]),
        ({"due": "today"}, ["Now"]),
        ({"due": "week"}, ["Now", "Later"]),
        ({"due": "none"}, ["Ärzte 100%"]),
        ({"status": "open", "q": "late", "due": "week"}, ["Later"]),
        ({"order": "desc"}, ["Finished late", "Ärzte 100%", "Later", "Now", "Late"]),
        ({"sort": "due"}, ["Finished late", "Late", "Now", "Later", "Ärzte 100%"]),
        ({"sort": "due", "order": "desc"}, ["Later", "Now", "Late", "Finished late", "Ärzte 100%"]),
        ({"sort": "priority", "order": "desc"}, ["Now", "Finished late", "Ärzte 100%", "Late", "Later"]),
        ({"sort": "priority"}, ["Later", "Late", "Ärzte 100%", "Finished late", "Now"]),
    ],
)
def test_listing(ada: httpx.Client, query: dict, expected: list[str]) -> None:
    add(ada, "Late", due_date=str(TODAY - timedelta(days=1)), tags=["home"])
    add(ada, "Now", due_date=str(TODAY), priority="high")
    add(ada, "Later", due_date=str(TODAY + timedelta(days=6)), priority="low")
    add(ada, "Ärzte 100%", tags=["home", "phone"])
    add(ada, "Finished late", due_date=str(TODAY - timedelta(days=2)))
    ada.patch("/api/todos/5", json={"done": True})

    assert titles(ada, **query) == expected


def test_sorting_by_title_does_not_look_at_the_case(ada: httpx.Client) -> None:
    for title in ["b", "A", "C"]:
        add(ada, title)

    assert titles(ada, sort="title") == ["A", "b", "C"]


def test_pages(ada: httpx.Client) -> None:
    for number in range(5):
        add(ada, str(number))

    page = ada.get("/api/todos", params={"page": 2, "page_size": 2}).json()

    assert [todo["title"] for todo in page.pop("items")] == ["2", "3"]
    assert page == {"total": 5, "page": 2, "page_size": 2}
    assert titles(ada, page=4, page_size=2) == []
    for wrong in [{"page": 0}, {"page_size": 0}, {"page_size": 101}, {"page": 10**30}, {"sort": "size"}, {"q": "\x00"}]:
        assert ada.get("/api/todos", params=wrong).status_code == 422


def test_tags_are_those_of_open_todos(ada: httpx.Client) -> None:
    add(ada, "1", tags=["b", "a"])
    add(ada, "2", tags=["b"])
    add(ada, "3", tags=["gone"])
    ada.patch("/api/todos/3", json={"done": True})

    assert ada.get("/api/tags").json() == [{"tag": "b", "count": 2}, {"tag": "a", "count": 1}]


def test_today_is_the_users(ada: httpx.Client) -> None:
    # One of these two zones has another day than UTC at any time.
    days = {}
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Nowhere/Land"):
        events = ask_in(ada, zone)
        days[zone] = events
    assert len({days["Pacific/Kiritimati"], days["Pacific/Pago_Pago"]}) == 2
    assert days["Nowhere/Land"] == datetime.now(UTC).date().isoformat()


def ask_in(client: httpx.Client, zone: str) -> str:
    answer = client.post("/api/chat", json={"message": "add x today"}, headers={"X-Time-Zone": zone})
    assert "event: done" in answer.text
    return client.get("/api/todos", params={"order": "desc"}).json()["items"][0]["due_date"]


PUBLIC = {
    ("post", "/api/auth/sign-up"),
    ("post", "/api/auth/log-in"),
    ("post", "/api/auth/log-out"),
    ("get", "/api/health"),
    ("get", "/health"),
    ("get", "/livez"),
    ("get", "/readyz"),
    ("get", "/metrics"),
}


def test_every_other_route_wants_a_session(ada: httpx.Client, new_client: NewClient) -> None:
    add(ada, "x")
    nobody = new_client()
    paths = nobody.get("/openapi.json").json()["paths"]
    routes = {(method, path) for path, methods in paths.items() for method in methods}
    assert routes >= PUBLIC

    for method, path in routes - PUBLIC:
        body = {} if method in ("get", "delete") else {"json": {"message": "list", "title": "x"}}
        answer = nobody.request(method, path.replace("{id}", "1"), **body)

        # A body is read first, so that a route may say 422 about it before it asks who is there.
        assert answer.status_code == 401, (method, path, answer.text)
        assert answer.json() == {"detail": "You are not logged in."}
    assert titles(ada) == ["x"]


def test_one_user_never_sees_or_changes_anything_of_another(ada: httpx.Client, new_client: NewClient) -> None:
    bob = new_client("bob@example.com")
    todo = add(ada, "Secret", tags=["private"], due_date=str(TODAY))
    ask(ada, "list")

    for method in ("GET", "DELETE"):
        assert bob.request(method, f"/api/todos/{todo['id']}").status_code == 404
    assert bob.patch(f"/api/todos/{todo['id']}", json={"title": "Mine"}).status_code == 404
    assert titles(bob) == titles(bob, q="Secret") == titles(bob, tag="private") == titles(bob, due="today") == []
    assert bob.get("/api/tags").json() == []
    for message in ["list", "done 1", "delete secret", "undo", "find secret", "show all"]:
        assert "Secret" not in str(ask(bob, message))
    bob.delete("/api/chat")
    assert "Secret" not in bob.get("/api/chat").text
    assert ada.get(f"/api/todos/{todo['id']}").json() == todo
    assert len(ada.get("/api/chat").json()["messages"]) == 2


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, 201),
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "none"}, 201),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://todo.example", "Host": "todo.example"}, 201),
        ({"Origin": "https://todo.example", "Host": "todo-backend:8000", "X-Forwarded-Host": "todo.example"}, 201),
        ({"Origin": "https://todo.example", "Host": "todo.example:443"}, 201),
        ({"Origin": "https://evil.example", "Host": "todo.example"}, 403),
        ({"Origin": "https://todo.example.evil.example", "Host": "todo.example"}, 403),
        ({"Origin": "https://todo.example:8443", "Host": "todo.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_changes_from_other_sites_are_refused(ada: httpx.Client, headers: dict, expected: int) -> None:
    cookie = f"todo_session={ada.cookies['todo_session']}"  # the jar would look at the Host header

    answer = ada.post("/api/todos", json={"title": "x"}, headers=headers | {"Cookie": cookie})

    assert answer.status_code == expected
    assert len(titles(ada)) == (expected == 201)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", None])
def test_what_a_form_can_send_is_refused(ada: httpx.Client, content_type: str | None) -> None:
    headers = {} if content_type is None else {"content-type": content_type}

    answer = ada.post("/api/todos", content=b'{"title": "x"}', headers=headers)

    assert answer.status_code == 415
    assert titles(ada) == []


def test_a_body_that_is_too_large_is_refused(ada: httpx.Client) -> None:
    def pieces():
        for _ in range(1000):
            yield b" " * 1000

    for content in (b" " * 1_000_000, pieces()):
        answer = ada.post("/api/todos", content=content, headers={"content-type": "application/json"})

        assert answer.status_code == 413
        assert answer.json() == {"detail": "That is too much at once."}


def test_the_request_id_is_taken_over_if_it_is_a_sane_one(new_client: NewClient) -> None:
    client = new_client()

    assert client.get("/livez", headers={"X-Request-Id": "abc-1"}).headers["x-request-id"] == "abc-1"
    for insane in ["", "a b", "x" * 65, 'a"b']:
        made = client.get("/livez", headers={"X-Request-Id": insane}).headers["x-request-id"]
        assert made != insane
        assert len(made) == 32


def test_probes_say_which_process_has_answered_and_nothing_else_does(ada: httpx.Client) -> None:
    for path in ("/livez", "/readyz", "/health", "/api/health"):
        assert ada.get(path).headers["x-served-by"] == socket.gethostname()
    for path in ("/api/todos", "/none"):
        assert "x-served-by" not in ada.get(path).headers


def test_answers_are_not_cached(ada: httpx.Client) -> None:
    assert ada.get("/api/todos").headers["cache-control"] == "no-store"


def test_metrics_count_by_route_and_not_by_path(ada: httpx.Client) -> None:
    add(ada, "x")
    ada.get("/api/todos/1")

    metrics = ada.get("/metrics").text

    assert 'http_requests_total{method="GET",path="/api/todos/{id}",status="200"}' in metrics
    assert "/api/todos/1" not in metrics
