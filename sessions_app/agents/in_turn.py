from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_turn = threading.Lock()
Given = ParamSpec("Given")
Answer = TypeVar("Answer")


async def in_turn(function: Callable[Given, Answer], *args: Given.args, **kwargs: Given.kwargs) -> Answer:
    """Run in a thread something that may import a provider's library; never two at once.

    These libraries import each other in circles: of two threads that import different parts of them at once,
    one sees a half-made module and fails (seen at the start of a server).
    """

    def run() -> Answer:
        with _turn:
            return function(*args, **kwargs)

    return await asyncio.to_thread(run)
