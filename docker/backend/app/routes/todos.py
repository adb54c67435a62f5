"""Todos and their tags."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request

from app import todos
from app.auth import CurrentUser
from app.clock import UsersToday
from app.routes.problems import problems
from app.schemas import LINE, NewTodo, Priority, TagCount, TodoChanges, TodoId, TodoOut, TodoPage
from app.todos import Due, Sort, TodoFilter

router = APIRouter(prefix="/api", tags=["todos"])

Id = Annotated[TodoId, Path(alias="id")]
Text = Annotated[str | None, Query(max_length=200, pattern=LINE)]


@router.get("/todos", responses=problems(401, 503))
def list_todos(
    request: Request,
    user: CurrentUser,
    today: UsersToday,
    status: Literal["all", "open", "done"] = "all",
    q: Text = None,
    tag: Text = None,
    priority: Priority | None = None,
    due: Due | None = None,
    sort: Sort = "created",
    order: Literal["asc", "desc"] = "asc",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    page_size: Annotated[int, Query(ge=1, le=100)] = 20,
) -> TodoPage:
    wanted = TodoFilter.due_within(due, today, status=status, q=q, tag=tag or None, priority=priority)
    with request.app.state.database.session() as session:
        items, total = todos.list_todos(
            session, user.id, wanted, sort=sort, descending=order == "desc", page=page, page_size=page_size
        )
        return TodoPage(
            items=[TodoOut.model_validate(todo) for todo in items], total=total, page=page, page_size=page_size
        )


@router.post("/todos", status_code=201, responses=problems(400, 401, 403, 413, 415, 503))
def add_todo(new: NewTodo, request: Request, user: CurrentUser) -> TodoOut:
    with request.app.state.database.session() as session:
        return TodoOut.model_validate(todos.add_todo(session, user.id, new))


@router.get("/todos/{id}", responses=problems(401, 404, 503))
def get_todo(todo_id: Id, request: Request, user: CurrentUser) -> TodoOut:
    with request.app.state.database.session() as session:
        return TodoOut.model_validate(todos.get_todo(session, user.id, todo_id))


@router.patch("/todos/{id}", responses=problems(400, 401, 403, 404, 413, 415, 503))
def change_todo(todo_id: Id, changes: TodoChanges, request: Request, user: CurrentUser) -> TodoOut:
    with request.app.state.database.session() as session:
        return TodoOut.model_validate(todos.change_todo(session, user.id, todo_id, changes))


@router.delete("/todos/{id}", status_code=204, responses=problems(401, 403, 404, 413, 415, 503))
def delete_todo(todo_id: Id, request: Request, user: CurrentUser) -> None:
    with request.app.state.database.session() as session:
        todos.delete_todo(session, user.id, todo_id)


@router.get("/tags", responses=problems(401, 503))
def list_tags(request: Request, user: CurrentUser) -> list[TagCount]:
    with request.app.state.database.session() as session:
        return todos.count_tags(session, user.id)
