"""The messages of a chat that are kept."""

from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models import ChatMessage

KEPT = 50


def read(session: Session, user_id: int) -> list[ChatMessage]:
    newest_first = select(ChatMessage).where(ChatMessage.user_id == user_id).order_by(ChatMessage.id.desc()).limit(KEPT)
    return list(session.scalars(newest_first))[::-1]


def save(session: Session, user_id: int, role: Literal["user", "assistant"], text: str) -> int:
    """Returns the new message's id."""
    message = ChatMessage(user_id=user_id, role=role, text=text)
    session.add(message)
    session.flush()
    kept = [kept.id for kept in read(session, user_id)]
    session.execute(delete(ChatMessage).where(ChatMessage.user_id == user_id, ChatMessage.id.not_in(kept)))
    return message.id
