"""Signing up, logging in and out, and what keeps others out."""

import httpx
import pytest
from itsdangerous import URLSafeTimedSerializer

from tests.conftest import PASSWORD, NewClient, Start

WRONG = {"detail": "Email or password is wrong."}


def log_in(client: httpx.Client, email: str, password: str = PASSWORD, **headers: str) -> httpx.Response:
    return client.post("/api/auth/log-in", json={"email": email, "password": password}, headers=headers)


def test_signing_up_logs_in(new_client: NewClient) -> None:
    client = new_client()

    answer = client.post("/api/auth/sign-up", json={"email": "Ada@Example.com", "password": PASSWORD, "name": " Ada "})

    assert answer.status_code == 201
    assert answer.json() == {"id": 1, "email": "ada@example.com", "name": "Ada"}
    assert client.get("/api/auth/session").json() == answer.json()


def test_an_email_signs_up_once(ada: httpx.Client) -> None:
    answer = ada.post("/api/auth/sign-up", json={"email": "ADA@example.com", "password": PASSWORD})

    assert answer.status_code == 409
    assert answer.json() == {"detail": "Somebody has signed up with this email already."}


def test_logging_in_with_another_case_of_the_email(ada: httpx.Client, new_client: NewClient) -> None:
    client = new_client()

    assert log_in(client, "ADA@EXAMPLE.COM").json()["email"] == "ada@example.com"
    assert client.get("/api/auth/session").status_code == 200


def test_a_wrong_password_and_an_unknown_email_are_told_the_same(ada: httpx.Client, new_client: NewClient) -> None:
    for email, password in [("ada@example.com", "not this one"), ("bob@example.com", PASSWORD)]:
        answer = log_in(new_client(), email, password)

        assert (answer.status_code, answer.json()) == (401, WRONG)
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "body",
    [
        {"email": "nobody", "password": PASSWORD},
        {"email": "a@b.c", "password": "7 chars"},
        {"email": "a@b.c", "password": "x" * 201},
        {"email": "a@b.c\x00", "password": PASSWORD},
        {"email": "a@b.c", "password": PASSWORD, "admin": True},
        {"email": "a@b.c"},
    ],
)
def test_sign_up_refuses(new_client: NewClient, body: dict) -> None:
    assert new_client().post("/api/auth/sign-up", json=body).status_code == 422


def test_the_cookie_is_for_http_alone_and_ends(ada: httpx.Client) -> None:
    cookie = log_in(ada, "ada@example.com").headers["set-cookie"]

    assert cookie.startswith("todo_session=")
    assert {part.strip().lower() for part in cookie.split(";")[1:]} == {
        "httponly",
        "max-age=604800",
        "path=/",
        "samesite=lax",
    }


def test_the_cookie_is_secure_behind_https(ada: httpx.Client) -> None:
    cookie = log_in(ada, "ada@example.com", **{"X-Forwarded-Proto": "https"}).headers["set-cookie"]

    assert "; Secure" in cookie


def test_logging_out_ends_the_session_for_a_copied_cookie_too(ada: httpx.Client, new_client: NewClient) -> None:
    thief = new_client()
    thief.cookies.update(ada.cookies)
    assert thief.get("/api/auth/session").status_code == 200

    answer = ada.post("/api/auth/log-out")

    assert answer.status_code == 204
    assert "todo_session" not in ada.cookies
    assert thief.get("/api/auth/session").status_code == 401


def test_logging_out_leaves_other_sessions_of_the_user(ada: httpx.Client, new_client: NewClient) -> None:
    phone = new_client()
    log_in(phone, "ada@example.com")

    ada.post("/api/auth/log-out")

    assert phone.get("/api/auth/session").status_code == 200


def test_a_cookie_signed_with_another_key_is_worth_nothing(ada: httpx.Client, new_client: NewClient) -> None:
    session_id = URLSafeTimedSerializer("a secret for tests", salt="todo-session").loads(ada.cookies["todo_session"])
    forger = new_client()
    forger.cookies.set("todo_session", URLSafeTimedSerializer("a guess", salt="todo-session").dumps(session_id))

    assert forger.get("/api/auth/session").status_code == 401


def test_a_session_holds_in_every_replica(ada: httpx.Client, new_client: NewClient, start: Start) -> None:
    other = new_client(at=start())
    other.cookies.update(ada.cookies)

    assert other.get("/api/auth/session").json()["email"] == "ada@example.com"


def test_the_eleventh_wrong_password_is_not_looked_at(ada: httpx.Client, new_client: NewClient, start: Start) -> None:
    clients = [new_client(), new_client(at=start())]  # the limit is one for all replicas
    for attempt in range(10):
        assert log_in(clients[attempt % 2], "ada@example.com", "a guess").status_code == 401

    answer = log_in(clients[0], "ada@example.com")

    assert answer.status_code == 429
    assert answer.json()["detail"] == "Too many attempts to log in. Try again in 15 minutes."
    assert 0 < int(answer.headers["retry-after"]) <= 900


def test_guesses_from_one_address_do_not_lock_others_out(ada: httpx.Client, new_client: NewClient) -> None:
    for _ in range(11):
        log_in(new_client(), "ada@example.com", "a guess", **{"X-Forwarded-For": "192.0.2.1"})

    assert log_in(new_client(), "ada@example.com", **{"X-Forwarded-For": "192.0.2.2"}).status_code == 200


def test_an_account_has_a_limit_for_all_addresses_together(ada: httpx.Client, new_client: NewClient) -> None:
    guesser = new_client()
    for guess in range(100):
        log_in(guesser, "ada@example.com", "a guess", **{"X-Forwarded-For": f"192.0.2.{guess}"})

    assert log_in(guesser, "ada@example.com", **{"X-Forwarded-For": "192.0.2.200"}).status_code == 429


def test_logging_in_sets_the_count_back(ada: httpx.Client, new_client: NewClient) -> None:
    client = new_client()
    for _ in range(2):
        for _ in range(9):
            log_in(client, "ada@example.com", "a guess")
        assert log_in(client, "ada@example.com").status_code == 200
