"""The chat over HTTP: the stream, the history, and an assistant behind an OpenAI-compatible API."""

import json
from collections.abc import Iterator

import httpx
import pytest

from app.chat.language_model import MAX_ROUNDS
from tests.conftest import NewClient, Start, wait_for
from tests.servers import Model, Pause, ask, chunk, event, finish, model_server, read_events, said, text_chunk

KEY = "sk-a-secret-key"
BUSY = "The assistant's service reports a problem. Try again in a moment."


@pytest.fixture
def model() -> Iterator[Model]:
    with model_server() as model:
        yield model


@pytest.fixture
def smart(model: Model, start: Start, new_client: NewClient) -> httpx.Client:
    """A client of a backend that has a key."""
    return new_client("ada@example.com", at=start(openai_api_key=KEY, openai_base_url=model.url, openai_model="m-1"))


def error(events) -> str:
    name, data = events[-1]
    assert name == "error", events
    return data["detail"]


def test_the_rules_answer_without_a_key(ada: httpx.Client) -> None:
    events = ask(ada, "add buy milk")

    assert [name for name, _ in events] == ["text", "todos", "done"]
    assert events[0][1] == {"text": "Added as number 1: buy milk"}
    assert events[1][1] == {"changed": True}
    chat = ada.get("/api/chat").json()
    assert chat["assistant"] == "rules"
    assert [(message["role"], message["text"]) for message in chat["messages"]] == [
        ("user", "add buy milk"),
        ("assistant", "Added as number 1: buy milk"),
    ]
    assert chat["messages"][1]["id"] == events[2][1]["message_id"]


def test_what_changes_nothing_says_so(ada: httpx.Client) -> None:
    assert [name for name, _ in ask(ada, "list")] == ["text", "done"]


def test_undo_in_the_chat_takes_back_what_was_done_in_the_list(ada: httpx.Client, start: Start) -> None:
    ada.post("/api/todos", json={"title": "from the form"})
    ada.base_url = httpx.URL(start())  # another replica

    assert said(ask(ada, "undo")) == "“from the form” is removed again."
    assert ada.get("/api/todos").json()["total"] == 0


def test_the_last_fifty_messages_are_kept(ada: httpx.Client) -> None:
    for number in range(26):
        ask(ada, f"add {number}")

    messages = ada.get("/api/chat").json()["messages"]

    assert len(messages) == 50
    assert messages[0]["text"] == "add 1"


def test_a_cleared_chat_is_empty(ada: httpx.Client) -> None:
    ask(ada, "add x")

    assert ada.delete("/api/chat").status_code == 204
    assert ada.get("/api/chat").json()["messages"] == []


@pytest.mark.parametrize("message", ["", "  \n ", "x" * 2001, "a\x00b", None])
def test_questions_that_are_refused(ada: httpx.Client, message: str | None) -> None:
    assert ada.post("/api/chat", json={"message": message}).status_code == 422
    assert ada.get("/api/chat").json()["messages"] == []


def test_the_model_answers_with_a_key(smart: httpx.Client, model: Model) -> None:
    model.will_say("Hello", " ", "Ada", "!")
    model.will_say("Again.")
    ask(smart, "hi")
    events = ask(smart, "and now?")

    assert events[:1] == [("text", {"text": "Again."})]
    assert [name for name, _ in events] == ["text", "done"]
    assert smart.get("/api/chat").json()["assistant"] == "openai"
    assert model.paths == ["/v1/chat/completions"] * 2
    assert model.headers[0]["authorization"] == f"Bearer {KEY}"
    request = model.requests[1]
    assert request["model"] == "m-1"
    assert request["stream"] is True
    assert [message["role"] for message in request["messages"]] == ["system", "user", "assistant", "user"]
    assert [message["content"] for message in request["messages"][1:]] == ["hi", "Hello Ada!", "and now?"]


def test_pieces_come_one_by_one(smart: httpx.Client, model: Model) -> None:
    pause = Pause()
    model.will_send(text_chunk("first"), pause, text_chunk("second"), finish("stop"))

    with smart.stream("POST", "/api/chat", json={"message": "hi"}) as response:
        events = read_events(response)
        assert next(events) == ("text", {"text": "first"})
        pause.released.set()
        assert next(events) == ("text", {"text": "second"})


def test_the_model_does_everything_with_tools(smart: httpx.Client, model: Model) -> None:
    model.will_call(("add_todo", '{"title": "buy milk", "tags": ["Shop"]}'), ("add_todo", '{"title": "read"}'))
    model.will_call(("list_todos", "{}"))
    model.will_call(("change_todo", '{"id": 1, "changes": {"title": "buy oat milk", "due_date": "2026-12-01"}}'))
    model.will_call(("complete_todo", '{"id": 1}'), ("delete_todo", '{"id": 2}'))
    model.will_call(("undo_last_change", ""))
    model.will_say("Done.")
    events = ask(smart, "do it all")

    assert [name for name, _ in events] == ["todos"] * 6 + ["text", "done"]
    assert [(todo["title"], todo["done"], todo["tags"]) for todo in smart.get("/api/todos").json()["items"]] == [
        ("buy oat milk", True, ["shop"]),
        ("read", False, []),
    ]
    results = [json.loads(m["content"]) for m in model.requests[-1]["messages"] if m["role"] == "tool"]
    assert results[2]["total"] == 2
    assert results[3]["title"] == "buy oat milk"
    assert results[6] == {"undone": [{"title": "read", "what": "restored"}]}
    calls = [m for m in model.requests[-1]["messages"] if m.get("tool_calls")]
    assert calls[0]["tool_calls"][1]["id"] == model.requests[-1]["messages"][4]["tool_call_id"]


@pytest.mark.parametrize(
    ("name", "arguments", "problem"),
    [
        ("drop_table", "{}", "There is no tool 'drop_table'."),
        ("add_todo", "{not json", "arguments: Invalid JSON"),
        ("add_todo", '{"title": ""}', "title: "),
        ("add_todo", '{"title": "x", "user_id": 2}', "user_id: "),
        ("change_todo", '{"id": 1, "changes": {"user_id": 2}}', "changes.user_id: "),
        ("delete_todo", '{"id": 99999999999999999999}', "id: "),
        ("complete_todo", '{"id": 7}', "There is no todo with this id."),
        ("list_todos", '{"due": "someday"}', "due: "),
        ("undo_last_change", "{}", "There is nothing to undo."),
    ],
)
def test_a_models_mistake_is_told_to_the_model(
    smart: httpx.Client, model: Model, name: str, arguments: str, problem: str
) -> None:
    model.will_call((name, arguments))
    model.will_say("I was wrong.")
    events = ask(smart, "try")

    assert [name for name, _ in events] == ["text", "done"]
    assert json.loads(model.requests[1]["messages"][-1]["content"])["error"].startswith(problem)
    assert smart.get("/api/todos").json()["total"] == 0


def test_the_model_cannot_reach_another_users_todos(smart: httpx.Client, model: Model, new_client: NewClient) -> None:
    bob = new_client("bob@example.com", at=str(smart.base_url))
    bob.post("/api/todos", json={"title": "bob's"})
    model.will_call(("list_todos", "{}"), ("delete_todo", '{"id": 1}'), ("undo_last_change", "{}"))
    model.will_say("Nothing there.")
    ask(smart, "delete bob's todo")

    assert "bob's" not in json.dumps(model.requests[1])[len(json.dumps(model.requests[0])) :]
    assert bob.get("/api/todos").json()["total"] == 1


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pieces_may_end_anywhere(smart: httpx.Client, model: Model, size: int) -> None:
    text = "Ärzte 🍏\u2028 done"
    call = chunk(tool_calls=[{"index": 0, "id": "c", "function": {"name": "add_todo", "arguments": '{"ti'}}])
    rest = chunk(tool_calls=[{"index": 0, "function": {"arguments": 'tle": "Ärzte 🍏"}'}}])
    for stream in (call + rest + finish("tool_calls"), text_chunk(text).replace(b"\n", b"\r\n") + finish("stop")):
        model.will_send(*(stream[i : i + size] for i in range(0, len(stream), size)))
    events = ask(smart, "add")

    assert said(events) == text
    assert events[-1][0] == "done"
    assert smart.get("/api/todos").json()["items"][0]["title"] == "Ärzte 🍏"
    assert smart.get("/api/chat").json()["messages"][-1]["text"] == text


def test_a_character_that_json_splits_in_two_is_put_together(smart: httpx.Client, model: Model) -> None:
    halves = [
        b'data: {"choices": [{"delta": {"content": "%s"}}]}\n\n' % half for half in (b"a\\ud83c", b"\\udf4fb\\udfff")
    ]
    model.will_send(*halves, finish("stop"))

    assert said(ask(smart, "hi")) == "a🍏b\ufffd"


@pytest.mark.parametrize(
    ("status", "detail"),
    [
        (401, "The assistant's key was refused. Tell the person who runs this application."),
        (403, "The assistant's key was refused. Tell the person who runs this application."),
        (404, "The assistant's model or address does not exist. Tell the person who runs this application."),
        (429, "The assistant is over its limit at the moment. Try again later."),
        (500, BUSY),
        (302, BUSY),
    ],
)
def test_a_refusal_is_an_error_event(
    smart: httpx.Client, model: Model, capfd: pytest.CaptureFixture[str], status: int, detail: str
) -> None:
    model.will_send(
        b'{"error": {"message": "incorrect key sk-a-secret-key"}}', status=status, content_type="application/json"
    )
    events = ask(smart, "my private question")

    assert events == [("error", {"detail": detail})]
    output = "".join(capfd.readouterr())
    assert KEY not in output
    assert "private" not in output


@pytest.mark.parametrize(
    ("pieces", "detail"),
    [
        ([], "The assistant's answer broke off. Try again."),
        ([text_chunk("half an ans")], "The assistant's answer broke off. Try again."),
        ([b"data: {not json\n\n"], "The assistant's answer cannot be read. Try again."),
        ([b"data: [1]\n\n"], "The assistant's answer cannot be read. Try again."),
        ([b"data: \xff\n\n"], "The assistant cannot be reached. Try again in a moment."),
        ([event({"error": {"message": "overloaded"}})], BUSY),
        ([finish("stop")], "The assistant gave no answer. Ask again, perhaps in other words."),
        ([b": ping\n" * 200_000], "The assistant's answer was too long."),
    ],
)
def test_a_broken_answer_is_an_error_event(smart: httpx.Client, model: Model, pieces: list[bytes], detail: str) -> None:
    model.will_send(*pieces)

    assert error(ask(smart, "hi")) == detail


def test_what_was_said_before_an_answer_broke_off_is_kept(smart: httpx.Client, model: Model) -> None:
    model.will_send(text_chunk("half an ans"))
    ask(smart, "hi")

    assert [message["text"] for message in smart.get("/api/chat").json()["messages"]] == ["hi", "half an ans"]


def test_a_page_that_is_no_stream_is_an_error_event(smart: httpx.Client, model: Model) -> None:
    model.will_send(b"<html>", content_type="text/html")

    assert error(ask(smart, "hi")) == "The assistant's address does not answer as it should."


def test_a_model_that_never_ends_is_stopped(smart: httpx.Client, model: Model) -> None:
    for _ in range(MAX_ROUNDS):
        model.will_call(("list_todos", "{}"))

    assert error(ask(smart, "hi")) == "The assistant did not come to an end. Ask for less at once."
    assert len(model.requests) == MAX_ROUNDS


def test_an_answer_that_takes_too_long_is_an_error_event(model: Model, start: Start, new_client: NewClient) -> None:
    client = new_client("ada@example.com", at=start(openai_api_key=KEY, openai_base_url=model.url, answer_seconds=0.5))
    pause = Pause()
    model.will_send(text_chunk("Let me think"), pause, finish("stop"))

    events = ask(client, "hi")

    assert error(events) == "The assistant took too long. Ask again in a moment."
    assert said(events) == "Let me think"
    pause.released.set()


def test_a_model_that_is_not_there_is_an_error_event(start: Start, new_client: NewClient) -> None:
    client = new_client("ada@example.com", at=start(openai_api_key=KEY, openai_base_url="http://127.0.0.1:9/v1"))

    assert error(ask(client, "hi")) == "The assistant cannot be reached. Try again in a moment."


def test_when_the_client_goes_away_the_answer_stops(smart: httpx.Client, model: Model) -> None:
    pause = Pause()
    model.will_send(text_chunk("I begin"), pause, finish("stop"))
    with smart.stream("POST", "/api/chat", json={"message": "hi"}) as response:
        next(read_events(response))

    wait_for(lambda: len(smart.get("/api/chat").json()["messages"]) == 2)
    assert 'chat_answers_total{assistant="openai",outcome="cancelled"}' in smart.get("/metrics").text
    pause.released.set()
