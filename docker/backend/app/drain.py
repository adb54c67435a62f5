"""Tells running answers that the process has been asked to stop.

Uvicorn closes its socket on SIGTERM and waits for what runs, but says nothing to the application until that is over. So
its signal handler is wrapped.
"""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Drain:
    def __init__(self) -> None:
        self.begun = False
        self._listeners: set[Callable[[], None]] = set()

    def begin(self) -> None:
        self.begun = True
        for listener in list(self._listeners):
            listener()

    @contextmanager
    def tells(self, listener: Callable[[], None]) -> Iterator[None]:
        """Calls the listener when the drain begins, or at once if it has begun."""
        self._listeners.add(listener)
        try:
            if self.begun:
                listener()
            yield
        finally:
            self._listeners.discard(listener)

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Begins the drain on SIGTERM and SIGINT, before the handler that is there already."""
        if threading.current_thread() is not threading.main_thread():
            yield  # only the main thread may have signal handlers
            return
        loop = asyncio.get_running_loop()
        present = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

        def handle(number: int, frame) -> None:
            loop.call_soon_threadsafe(self.begin)
            if callable(handler := present[signal.Signals(number)]):
                handler(number, frame)

        for number in present:
            signal.signal(number, handle)
        try:
            yield
        finally:
            for number, handler in present.items():
                signal.signal(number, handler)
