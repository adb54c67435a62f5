"""What goes in and out as JSON."""

import re
from datetime import date, datetime
from typing import Annotated, Literal, TypedDict

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    with_config,
)

# Postgres cannot store NUL, and other control characters have no place in one line of text.
LINE = r"^[^\x00-\x1f\x7f-\x9f]*$"
VISIBLE_LINE = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
EMAIL_PART = r"[^@\s\x00-\x1f\x7f-\x9f]+"
VISIBLE_TEXT = r"^[^\x00]*[^\s\x00][^\x00]*$"


def _only_iso(value: object) -> object:
    """Pydantic alone would take 0 for a day in 1970, and cut a time off."""
    if type(value) is date or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII)):
        return value
    raise ValueError("Input should be a date such as 2026-12-31")


# An address is only a name to log in with and no mail is sent to it, so the shape is all that is checked.
Email = Annotated[
    str,
    StringConstraints(pattern=rf"^{EMAIL_PART}@{EMAIL_PART}\.{EMAIL_PART}$", max_length=254),
    AfterValidator(lambda email: email.lower()[:254]),
]
Password = Annotated[str, StringConstraints(min_length=8, max_length=200)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100, pattern=LINE)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=VISIBLE_LINE)]
Tag = Annotated[
    str,
    StringConstraints(min_length=1, max_length=30, pattern=r"^[^\s#,\x00-\x1f\x7f-\x9f]+$"),
    AfterValidator(str.lower),
]
Tags = Annotated[list[Tag], Field(max_length=10), AfterValidator(lambda tags: sorted(set(tags)))]
DueDate = Annotated[date, BeforeValidator(_only_iso)]
Priority = Literal["low", "normal", "high"]
TodoId = Annotated[int, Field(ge=1, le=2**31 - 1)]

STRICT = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """Every error but 422: one sentence that a person understands."""

    detail: str


class SignUp(BaseModel):
    model_config = STRICT
    email: Email
    password: Password
    name: Name = ""


class LogIn(BaseModel):
    model_config = STRICT
    email: Email
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class UserOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    email: str
    name: str


class NewTodo(BaseModel):
    model_config = STRICT
    title: Title
    due_date: DueDate | None = None
    priority: Priority = "normal"
    tags: Tags = []


@with_config(STRICT)
class TodoChanges(TypedDict, total=False):
    """What is not named stays as it is."""

    title: Title
    done: StrictBool
    due_date: DueDate | None
    priority: Priority
    tags: Tags


class TodoOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    title: str
    done: bool
    due_date: date | None
    priority: Priority
    tags: list[str]
    created_at: datetime
    updated_at: datetime


class TodoPage(BaseModel):
    items: list[TodoOut]
    total: int
    page: int
    page_size: int


class TagCount(BaseModel):
    tag: str
    count: int


class ChatQuestion(BaseModel):
    model_config = STRICT
    message: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=VISIBLE_TEXT)
    ]


class ChatMessageOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    role: Literal["user", "assistant"]
    text: str
    created_at: datetime


class ChatHistory(BaseModel):
    messages: list[ChatMessageOut]
    assistant: Literal["openai", "rules"]
