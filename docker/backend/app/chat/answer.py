"""Answers one message as a stream, whichever assistant there is, and whatever happens on the way."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from anyio import CancelScope
from anyio.to_thread import run_sync
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from prometheus_client import Counter
from starlette.datastructures import State

from app.chat import history, rules
from app.chat.language_model import AssistantError, LanguageModel
from app.chat.tools import Tools
from app.database import DatabaseUnavailable

logger = logging.getLogger(__name__)

ANSWERS = Counter("chat_answers_total", "Answers of the assistant.", ["assistant", "outcome"])
PING_SECONDS = 15


@dataclass(frozen=True)
class Question:
    user_id: int
    text: str
    #: (role, text) of the messages before it.
    earlier: list[tuple[str, str]]
    today: date


async def answer(state: State, question: Question) -> AsyncIterator[bytes]:
    """The events of one answer. When the client goes away, what runs is stopped."""
    events: asyncio.Queue[bytes | None] = asyncio.Queue()
    running = asyncio.create_task(_Answer(state, question, events).run())
    try:
        while True:
            try:
                event = await asyncio.wait_for(events.get(), PING_SECONDS)
            except TimeoutError:
                event = KEEPALIVE_COMMENT  # so that no proxy takes a long silence for a dead stream
            if event is None:
                return
            yield event
    finally:
        running.cancel()


class _Answer:
    def __init__(self, state: State, question: Question, events: asyncio.Queue[bytes | None]) -> None:
        self._state = state
        self._question = question
        self._events = events
        self._text = ""
        self._assistant = "openai" if state.settings.openai_api_key else "rules"

    async def run(self) -> None:
        outcome = "error"
        try:
            async with asyncio.timeout(self._state.settings.answer_seconds) as deadline:
                with self._state.drain.tells(lambda: _shorten(deadline, self._state.settings.drain_seconds)):
                    await (self._ask_language_model() if self._assistant == "openai" else self._apply_rules())
                    self._emit("done", message_id=await self._save())
                    self._text = ""
                    outcome = "done"
        except TimeoutError:
            detail = "The server is restarting." if self._state.drain.begun else "The assistant took too long."
            self._emit("error", detail=f"{detail} Ask again in a moment.")
        except AssistantError as error:
            self._emit("error", detail=str(error))
        except DatabaseUnavailable:
            self._emit("error", detail="The database cannot be reached. Try again in a moment.")
        except asyncio.CancelledError:
            outcome = "cancelled"
            raise
        except Exception:
            logger.exception("An answer failed")
            self._emit("error", detail="Something went wrong on our side. Try again in a moment.")
        finally:
            ANSWERS.labels(self._assistant, outcome).inc()
            with CancelScope(shield=True):
                await self._save_rest()
            self._events.put_nowait(None)

    async def _apply_rules(self) -> None:
        question = self._question

        def apply() -> rules.Reply:
            with self._state.database.session() as session:
                return rules.reply(session, question.user_id, question.text, question.today)

        reply = await run_sync(apply)
        self._say(reply.text)
        if reply.changed:
            self._emit("todos", changed=True)

    async def _ask_language_model(self) -> None:
        question = self._question
        tools = Tools(self._state.database, question.user_id, question.today)
        model = LanguageModel(self._state.http, self._state.settings, tools)
        async for event in model.answer(question.text, question.earlier, question.today):
            if isinstance(event, str):
                self._say(event)
            else:
                self._emit("todos", changed=True)
        if not self._text.strip():
            raise AssistantError("The assistant gave no answer. Ask again, perhaps in other words.")

    def _say(self, piece: str) -> None:
        self._text += piece
        self._emit("text", text=piece)

    def _emit(self, event: str, **data: Any) -> None:
        # Escaped to ASCII: there are clients that end a line at U+2028 and the like.
        self._events.put_nowait(format_sse_event(event=event, data_str=json.dumps(data)))

    async def _save(self) -> int:
        text = self._text.replace("\x00", "")

        def save() -> int:
            with self._state.database.session() as session:
                return history.save(session, self._question.user_id, "assistant", text)

        return await run_sync(save)

    async def _save_rest(self) -> None:
        """What was said before an answer broke off stays in the history, as the user has read it."""
        if self._text:
            with suppress(DatabaseUnavailable):  # which the user has been told already
                await self._save()


def _shorten(deadline: asyncio.Timeout, seconds: float) -> None:
    latest = asyncio.get_running_loop().time() + seconds
    deadline.reschedule(min(latest, deadline.when() or latest))
