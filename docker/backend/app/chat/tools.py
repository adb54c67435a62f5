"""What the language model can do: the service functions, described by the same schemas that the API has."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any, Literal

from anyio.to_thread import run_sync
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from app import todos
from app.database import Database
from app.schemas import STRICT, NewTodo, Priority, TodoChanges, TodoId, TodoOut
from app.todos import Due, NothingToUndo, TodoFilter, TodoNotFound


class ListTodos(BaseModel):
    model_config = STRICT
    status: Literal["all", "open", "done"] = "open"
    q: str | None = Field(None, description="Part of the title")
    tag: str | None = None
    priority: Priority | None = None
    due: Due | None = Field(None, description="week: today and the six days after it")
    page: int = Field(1, ge=1, le=10_000)


class OneTodo(BaseModel):
    model_config = STRICT
    id: TodoId


class ChangeTodo(OneTodo):
    changes: TodoChanges


class Nothing(BaseModel):
    model_config = STRICT


class Tools:
    def __init__(self, database: Database, user_id: int, today: date) -> None:
        self._database = database
        self._user_id = user_id
        self._today = today
        #: name -> (what it does, its arguments, the function, whether it changes todos)
        self._tools: dict[str, tuple[str, type[BaseModel], Callable[[Session, Any], Any], bool]] = {
            "list_todos": ("Lists the user's todos, 50 a page.", ListTodos, self._list, False),
            "add_todo": ("Adds a todo.", NewTodo, self._add, True),
            "change_todo": ("Changes a todo: title, done, due date, priority, tags.", ChangeTodo, self._change, True),
            "complete_todo": ("Marks a todo as done.", OneTodo, self._complete, True),
            "delete_todo": ("Deletes a todo.", OneTodo, self._delete, True),
            "undo_last_change": ("Takes back the last change of the todos.", Nothing, self._undo, True),
        }

    def descriptions(self) -> list[dict[str, Any]]:
        return [
            {
                "type": "function",
                "function": {
                    "name": name,
                    "description": description,
                    "parameters": TypeAdapter(arguments).json_schema(),
                },
            }
            for name, (description, arguments, _, _) in self._tools.items()
        ]

    async def call(self, name: str, arguments: str) -> tuple[str, bool]:
        """Returns the result as JSON for the model (also of its mistakes), and whether todos have changed."""
        if name not in self._tools:
            return json.dumps({"error": f"There is no tool {name!r}."}), False
        _, schema, function, changes = self._tools[name]

        def run() -> Any:
            with self._database.session() as session:
                return function(session, schema.model_validate_json(arguments or "{}"))

        try:
            return json.dumps(await run_sync(run), ensure_ascii=False), changes
        except ValidationError as error:
            reasons = [f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']}" for e in error.errors()]
            return json.dumps({"error": "; ".join(reasons)}), False
        except TodoNotFound:
            return json.dumps({"error": "There is no todo with this id. List the todos to see the ids."}), False
        except NothingToUndo:
            return json.dumps({"error": "There is nothing to undo."}), False

    def _list(self, session: Session, wanted: ListTodos) -> Any:
        filters = wanted.model_dump(exclude={"due", "page"})
        wanted_todos = TodoFilter.due_within(wanted.due, self._today, **filters)
        items, total = todos.list_todos(session, self._user_id, wanted_todos, page=wanted.page, page_size=50)
        return {"total": total, "todos": [_as_json(todo) for todo in items]}

    def _add(self, session: Session, new: NewTodo) -> Any:
        return _as_json(todos.add_todo(session, self._user_id, new))

    def _change(self, session: Session, wanted: ChangeTodo) -> Any:
        return _as_json(todos.change_todo(session, self._user_id, wanted.id, wanted.changes))

    def _complete(self, session: Session, wanted: OneTodo) -> Any:
        return _as_json(todos.change_todo(session, self._user_id, wanted.id, {"done": True}))

    def _delete(self, session: Session, wanted: OneTodo) -> Any:
        return {"deleted": _as_json(todos.delete_todo(session, self._user_id, wanted.id))}

    def _undo(self, session: Session, _wanted: Nothing) -> Any:
        return {
            "undone": [{"title": undone.title, "what": undone.what} for undone in todos.undo(session, self._user_id)]
        }


def _as_json(todo: Any) -> dict[str, Any]:
    return TodoOut.model_validate(todo).model_dump(mode="json", exclude={"created_at", "updated_at"})
