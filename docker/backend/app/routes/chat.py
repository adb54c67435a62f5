"""The chat: its history, and answers as a stream of server-sent events."""

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from sqlalchemy import delete

from app.auth import CurrentUser
from app.chat import history
from app.chat.answer import Question, answer
from app.clock import UsersToday
from app.models import ChatMessage, NumberedList
from app.routes.problems import problems
from app.schemas import ChatHistory, ChatMessageOut, ChatQuestion

router = APIRouter(prefix="/api/chat", tags=["chat"])

STREAM = {
    200: {
        "description": "Events `text` {text}, `todos` {changed}, and last `done` {message_id} or `error` {detail}",
        "content": {
            "text/event-stream": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "event": {"enum": ["text", "todos", "done", "error"]},
                        "data": {"type": "string", "contentMediaType": "application/json"},
                    },
                    "required": ["event", "data"],
                }
            }
        },
    }
}


@router.get("", responses=problems(401, 503))
def read(request: Request, user: CurrentUser) -> ChatHistory:
    with request.app.state.database.session() as session:
        messages = [ChatMessageOut.model_validate(message) for message in history.read(session, user.id)]
    return ChatHistory(messages=messages, assistant="openai" if request.app.state.settings.openai_api_key else "rules")


@router.delete("", status_code=204, responses=problems(401, 403, 413, 415, 503))
def clear(request: Request, user: CurrentUser) -> None:
    with request.app.state.database.session() as session:
        session.execute(delete(ChatMessage).where(ChatMessage.user_id == user.id))
        session.execute(delete(NumberedList).where(NumberedList.user_id == user.id))


@router.post("", response_class=StreamingResponse, responses=STREAM | problems(400, 401, 403, 413, 415, 503))
def ask(question: ChatQuestion, request: Request, user: CurrentUser, today: UsersToday) -> StreamingResponse:
    with request.app.state.database.session() as session:
        earlier = [(message.role, message.text) for message in history.read(session, user.id)]
        history.save(session, user.id, "user", question.message)
    stream = answer(request.app.state, Question(user.id, question.message, earlier, today))
    # X-Accel-Buffering: a proxy such as nginx must pass each event on at once.
    return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
