"""What can be done with todos. The API, the rules and the language model all come through here."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import ColumnElement, case, delete, func, select
from sqlalchemy.orm import Session

from app.models import Change, Todo, TodoTag, now
from app.schemas import NewTodo, Priority, TagCount, TodoChanges

Due = Literal["overdue", "today", "week", "none"]
Sort = Literal["created", "due", "priority", "title"]

#: How many changes of a user can be taken back.
UNDO_DEPTH = 50

PRIORITY_RANK = case({"low": 0, "normal": 1, "high": 2}, value=Todo.priority)


class TodoNotFound(Exception):
    """There is no such todo, or it is somebody else's: nobody can tell which."""


class NothingToUndo(Exception):
    pass


@dataclass(frozen=True, kw_only=True)
class TodoFilter:
    status: Literal["all", "open", "done"] = "all"
    #: Part of the title.
    q: str | None = None
    tag: str | None = None
    priority: Priority | None = None
    #: Both ends included.
    due_from: date | None = None
    due_to: date | None = None
    without_due_date: bool = False

    @classmethod
    def due_within(cls, due: Due | None, today: date, **others: Any) -> "TodoFilter":
        """`week` is today and the six days after it; `overdue` leaves out what is done."""
        match due:
            case "overdue":
                return cls(**others | {"status": "open"}, due_to=today - timedelta(days=1))
            case "today":
                return cls(**others, due_from=today, due_to=today)
            case "week":
                return cls(**others, due_from=today, due_to=today + timedelta(days=6))
            case "none":
                return cls(**others, without_due_date=True)
        return cls(**others)

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.status != "all":
            found.append(Todo.done.is_(self.status == "done"))
        if self.q:
            found.append(Todo.title.icontains(self.q, autoescape=True))
        if self.tag is not None:
            found.append(Todo.tag_rows.any(TodoTag.tag == self.tag.lower()))
        if self.priority is not None:
            found.append(Todo.priority == self.priority)
        if self.due_from is not None:
            found.append(Todo.due_date >= self.due_from)
        if self.due_to is not None:
            found.append(Todo.due_date <= self.due_to)
        if self.without_due_date:
            found.append(Todo.due_date.is_(None))
        return found


def list_todos(
    session: Session,
    user_id: int,
    wanted: TodoFilter,
    *,
    sort: Sort = "created",
    descending: bool = False,
    page: int = 1,
    page_size: int = 20,
) -> tuple[list[Todo], int]:
    """One page of a user's todos, and how many there are on all pages."""
    conditions = [Todo.user_id == user_id, *wanted.conditions()]
    total = session.scalar(select(func.count()).select_from(Todo).where(*conditions)) or 0
    key = {
        "created": Todo.created_at,
        "due": Todo.due_date,
        "priority": PRIORITY_RANK,
        "title": func.lower(Todo.title),
    }[sort]
    # Without a due date is last in both directions.
    order = (key.desc() if descending else key.asc()).nulls_last()
    tie = Todo.id.desc() if descending else Todo.id.asc()
    query = select(Todo).where(*conditions).order_by(order, tie).offset((page - 1) * page_size).limit(page_size)
    return list(session.scalars(query)), total


def get_todo(session: Session, user_id: int, todo_id: int) -> Todo:
    todo = session.scalar(select(Todo).where(Todo.id == todo_id, Todo.user_id == user_id))
    if todo is None:
        raise TodoNotFound
    return todo


def count_tags(session: Session, user_id: int) -> list[TagCount]:
    """The tags of open todos, the most used first."""
    count = func.count()
    query = (
        select(TodoTag.tag, count)
        .join(Todo)
        .where(Todo.user_id == user_id, Todo.done.is_(False))
        .group_by(TodoTag.tag)
        .order_by(count.desc(), TodoTag.tag)
    )
    return [TagCount(tag=tag, count=count) for tag, count in session.execute(query)]


def add_todo(session: Session, user_id: int, new: NewTodo) -> Todo:
    todo = Todo(user_id=user_id, title=new.title, due_date=new.due_date, priority=new.priority, tags=new.tags)
    session.add(todo)
    session.flush()
    _remember(session, todo, before=None)
    return todo


def change_todo(session: Session, user_id: int, todo_id: int, changes: TodoChanges) -> Todo:
    todo = get_todo(session, user_id, todo_id)
    before = _snapshot(todo)
    for name, value in changes.items():
        setattr(todo, name, value)
    if _snapshot(todo) != before:
        todo.updated_at = now()
        _remember(session, todo, before)
    session.flush()
    return todo


def delete_todo(session: Session, user_id: int, todo_id: int) -> Todo:
    todo = get_todo(session, user_id, todo_id)
    _remember(session, todo, _snapshot(todo))
    session.delete(todo)
    session.flush()
    return todo


@dataclass(frozen=True)
class Undone:
    title: str
    what: Literal["removed", "restored", "changed back"]


def undo(session: Session, user_id: int) -> list[Undone]:
    """Takes back a user's last change, with all that was done in the same transaction."""
    last = session.scalar(
        select(Change).where(Change.user_id == user_id).order_by(Change.id.desc()).limit(1).with_for_update()
    )
    if last is None:
        raise NothingToUndo
    batch = session.scalars(
        select(Change).where(Change.user_id == user_id, Change.batch == last.batch).order_by(Change.id.desc())
    )
    return [undone for change in list(batch) if (undone := _take_back(session, change)) is not None]


def _take_back(session: Session, change: Change) -> Undone | None:
    session.delete(change)
    todo = session.scalar(select(Todo).where(Todo.id == change.todo_id, Todo.user_id == change.user_id))
    if change.before is None:
        if todo is None:
            return None
        session.delete(todo)
        session.flush()
        return Undone(todo.title, "removed")
    what: Literal["restored", "changed back"] = "changed back"
    if todo is None:
        todo, what = Todo(id=change.todo_id, user_id=change.user_id), "restored"
        session.add(todo)
    for name, value in _from_snapshot(change.before).items():
        setattr(todo, name, value)
    todo.updated_at = now()
    session.flush()
    return Undone(todo.title, what)


def _remember(session: Session, todo: Todo, before: dict[str, Any] | None) -> None:
    batch = session.info.setdefault("batch", uuid4().hex)
    session.add(Change(user_id=todo.user_id, batch=batch, todo_id=todo.id, before=before))
    session.flush()
    oldest_kept = (
        select(Change.id)
        .where(Change.user_id == todo.user_id)
        .order_by(Change.id.desc())
        .offset(UNDO_DEPTH - 1)
        .limit(1)
        .scalar_subquery()
    )
    session.execute(delete(Change).where(Change.user_id == todo.user_id, Change.id < oldest_kept))


def _snapshot(todo: Todo) -> dict[str, Any]:
    return {
        "title": todo.title,
        "done": todo.done,
        "due_date": todo.due_date and todo.due_date.isoformat(),
        "priority": todo.priority,
        "tags": todo.tags,
        "created_at": todo.created_at.isoformat(),
    }


def _from_snapshot(before: dict[str, Any]) -> dict[str, Any]:
    due = before["due_date"]
    return before | {
        "due_date": date.fromisoformat(due) if due else None,
        "created_at": datetime.fromisoformat(before["created_at"]),
    }
