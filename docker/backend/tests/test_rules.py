"""The assistant without a language model: what it reads in a sentence, and what it does then."""

from datetime import date

import pytest

from app.chat.rules import (
    HELP,
    SHOWN,
    Add,
    Command,
    Delete,
    Finish,
    Help,
    Move,
    NotUnderstood,
    Rename,
    Show,
    Undo,
    parse,
    reply,
)
from app.database import Database
from app.models import User
from app.schemas import NewTodo
from app.todos import TodoFilter, add_todo, list_todos

WEDNESDAY = date(2026, 11, 25)
THURSDAY = date(2026, 11, 26)
FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("add buy milk", Add("buy milk")),
        ("  Add   buy milk  ", Add("buy milk")),
        ("please add buy milk", Add("buy milk")),
        ("add todo: buy milk", Add("buy milk")),
        ("remind me to call mum on friday", Add("call mum", FRIDAY)),
        ("add buy milk tomorrow !high", Add("buy milk", THURSDAY, "high")),
        ("add !low buy #shop milk tomorrow #Home", Add("buy milk", THURSDAY, "low", ("shop", "home"))),
        ("add buy milk !high tomorrow #a #a", Add("buy milk", THURSDAY, "high", ("a",))),
        ('add "buy milk tomorrow"', Add("buy milk tomorrow")),
        ("add tomorrow", Add("tomorrow")),
        ("add fix issue #1!", Add("fix issue #1!")),
        ("add really?!", Add("really?!")),
        ("add !high", NotUnderstood("A todo needs a title, for example: add buy milk tomorrow.")),
        ("list", Show("Your open todos", TodoFilter(status="open"))),
        ("show my todos", Show("Your open todos", TodoFilter(status="open"))),
        ("what is open?", Show("Your open todos", TodoFilter(status="open"))),
        ("show all", Show("All your todos")),
        ("list all todos", Show("All your todos")),
        ("show done", Show("What is done", TodoFilter(status="done"))),
        ("overdue", Show("Overdue", TodoFilter(status="open", due_to=date(2026, 11, 24)))),
        ("what's overdue?", Show("Overdue", TodoFilter(status="open", due_to=date(2026, 11, 24)))),
        (
            "What is due today?",
            Show("Due today", TodoFilter(status="open", due_from=WEDNESDAY, due_to=WEDNESDAY)),
        ),
        (
            "what is due on friday",
            Show("Due Friday 27 November", TodoFilter(status="open", due_from=FRIDAY, due_to=FRIDAY)),
        ),
        ("tomorrow", Show("Due tomorrow", TodoFilter(status="open", due_from=THURSDAY, due_to=THURSDAY))),
        (
            "what is due this week",
            Show(
                "Due today or in the six days after",
                TodoFilter(status="open", due_from=WEDNESDAY, due_to=date(2026, 12, 1)),
            ),
        ),
        ("show #Shop", Show("Open, with #shop", TodoFilter(status="open", tag="shop"))),
        ("show high", Show("Open, of high priority", TodoFilter(status="open", priority="high"))),
        ("find milk", Show("Todos with “milk” in the title", TodoFilter(q="milk"))),
        ('search for "oat milk"', Show("Todos with “oat milk” in the title", TodoFilter(q="oat milk"))),
        ("done 2", Finish("2", True)),
        ("complete 1, 2 and 3.", Finish("1, 2 and 3", True)),
        ("done with buy milk", Finish("buy milk", True)),
        ("reopen 2", Finish("2", False)),
        ("delete 2", Delete("2")),
        ("remove buy milk", Delete("buy milk")),
        ("rename 2 to go to town", Rename("2", "go to town")),
        ("move 2 to friday", Move("2", FRIDAY)),
        ("move go to town to on friday", Move("go to town", FRIDAY)),
        ("move 2 to no date", Move("2", None)),
        (
            "move 2 to someday",
            NotUnderstood("I do not know the day “someday”. I know days such as tomorrow, friday, 12 december."),
        ),
        ("undo", Undo()),
        ("Undo that!", Undo()),
        ("help", Help()),
        ("What can you do?", Help()),
        ("", NotUnderstood("I did not understand that.")),
        ("what is the meaning of life", NotUnderstood("I did not understand that.")),
        ("added value", NotUnderstood("I did not understand that.")),
        ("done", Show("What is done", TodoFilter(status="done"))),
        ("list of things", NotUnderstood("I did not understand that.")),
    ],
)
def test_parsing(text: str, expected: Command) -> None:
    assert parse(text, WEDNESDAY) == expected


class Chat:
    def __init__(self, database: Database) -> None:
        self._database = database
        with database.session() as session:
            user = User(email="ada@example.com", name="Ada", password_hash="")
            session.add(user)
            session.flush()
            self.user_id = user.id

    def says(self, text: str) -> str:
        # A transaction each, as in the application: what is kept between two sentences is kept in the database.
        with self._database.session() as session:
            return reply(session, self.user_id, text, WEDNESDAY).text

    def titles(self, **wanted) -> list[str]:
        with self._database.session() as session:
            return [todo.title for todo in list_todos(session, self.user_id, TodoFilter(**wanted))[0]]


@pytest.fixture
def chat(database: Database) -> Chat:
    return Chat(database)


def test_a_conversation(chat: Chat) -> None:
    assert chat.says("add buy milk tomorrow !high #shop") == "Added as number 1: buy milk (tomorrow) !high #shop"
    assert chat.says("add read") == "Added as number 2: read"
    assert chat.says("done 2") == "Done: “read”."
    assert chat.says("reopen 2") == "Open again: “read”."
    assert chat.says("rename 2 to read a book") == "Renamed “read” to “read a book”."
    assert chat.says("move 2 to friday") == "Now due Friday 27 November: “read a book”."
    assert (
        chat.says("list")
        == "Your open todos (2):\n1. buy milk (tomorrow) !high #shop\n2. read a book (Friday 27 November)"
    )
    assert chat.says("done 1 and 2") == "Done: “buy milk”, “read a book”."
    assert chat.says("list") == "Your open todos: nothing."
    assert chat.says("show done").startswith("What is done (2):\n1. buy milk (tomorrow) !high #shop ✓")
    assert chat.says("delete 1") == "Deleted: “buy milk”. Write “undo” to get it back."
    assert chat.titles() == ["read a book"]


def test_numbers_are_those_of_the_last_list(chat: Chat) -> None:
    for title in ["a", "b", "c"]:
        chat.says(f"add {title}")
    chat.says("find c")

    assert chat.says("done 1") == "Done: “c”."
    assert chat.says("done 2").startswith("There is no number 2 in the list that I showed last.")


def test_numbers_stay_after_a_deletion(chat: Chat) -> None:
    for title in ["a", "b", "c"]:
        chat.says(f"add {title}")
    chat.says("list")
    chat.says("delete 1")

    assert chat.says("done 1").startswith("Number 1 does not exist any more.")
    assert chat.says("done 2") == "Done: “b”."


def test_before_any_list_numbers_are_those_of_the_open_todos(chat: Chat, database: Database) -> None:
    with database.session() as session:
        add_todo(session, chat.user_id, NewTodo(title="from the form"))

    assert chat.says("done 1") == "Done: “from the form”."


def test_a_part_of_the_title_is_enough_if_it_is_clear(chat: Chat) -> None:
    chat.says("add buy milk")
    chat.says("add buy oat milk")

    assert chat.says("done oat") == "Done: “buy oat milk”."
    assert chat.says("done buy milk") == "Done: “buy milk”."
    assert chat.says("done milk") == "Which one? Use its number:\n1. buy milk ✓\n2. buy oat milk ✓"
    assert chat.says("delete 2") == "Deleted: “buy oat milk”. Write “undo” to get it back."
    assert chat.says("delete bread").startswith("There is no todo with “bread” in its title.")


@pytest.mark.parametrize(
    "change", ["add c", "done 1", "done 1 and 2", "delete 1", "delete 1, 2", "rename 1 to c", "move 1 to friday"]
)
def test_undo_takes_back_the_whole_of_a_change(chat: Chat, change: str) -> None:
    chat.says("add a tomorrow !high #x #y")
    chat.says("add b")
    before = chat.says("show all")
    chat.says(change)
    assert chat.says("show all") != before

    chat.says("undo")

    assert chat.says("show all") == before


def test_undo_goes_back_to_the_beginning(chat: Chat) -> None:
    chat.says("add a")
    chat.says("add b")
    chat.says("delete a")
    chat.says("rename b to c")

    said = [chat.says("undo") for _ in range(5)]

    assert said == [
        "“b” is as it was before.",
        "“a” is back.",
        "“b” is removed again.",
        "“a” is removed again.",
        "There is nothing to undo.",
    ]


def test_a_deleted_todo_comes_back_although_others_were_added(chat: Chat) -> None:
    chat.says("add a")
    chat.says("delete a")
    chat.says("add b")
    chat.says("undo")
    chat.says("undo")

    assert chat.titles() == ["a"]
    chat.says("add c")
    assert chat.titles() == ["a", "c"]


def test_half_of_a_change_is_not_made(chat: Chat) -> None:
    chat.says("add a")

    assert chat.says("done 1 and 7").startswith("There is no number 7")
    assert chat.titles(status="done") == []


def test_long_lists_say_how_many_more_there_are(chat: Chat) -> None:
    for number in range(SHOWN + 2):
        chat.says(f"add {number}")

    assert chat.says("list").endswith(f"{SHOWN}. {SHOWN - 1}\n… and 2 more.")


@pytest.mark.parametrize(
    "text",
    [
        "add " + "x" * 201,
        "add x " + " ".join(f"#tag{n}" for n in range(11)),
        "rename 1 to " + "x" * 201,
        "add x #" + "y" * 31,
    ],
)
def test_what_the_api_refuses_is_refused_here_too(chat: Chat, text: str) -> None:
    chat.says("add a")

    assert chat.says(text).startswith("That does not work: the t")
    assert chat.titles() == ["a"]


def test_the_unknown_is_answered_with_what_there_is(chat: Chat) -> None:
    assert chat.says("sing a song") == f"I did not understand that.\n\n{HELP}"
    assert "without a language model" in HELP


def test_every_example_of_the_help_is_understood() -> None:
    examples = [
        "add buy milk tomorrow !high #shopping", "list", "show done", "show #shopping", "show high", "find milk",
        "what is due today", "what is due this week", "overdue", "done 2", "reopen 2", "delete 2", "done 1, 3 and 4",
        "rename 2 to buy oat milk", "move 2 to friday", "move 2 to no date", "undo", "help",
    ]  # fmt: skip
    for example in examples:
        assert example in HELP
        assert not isinstance(parse(example, WEDNESDAY), NotUnderstood), example
