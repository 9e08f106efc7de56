"""Each question is answered once a call id: whoever asks it again, gets the first answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

KEPT = 100


class Remembered:
    def __init__(self) -> None:
        self._answers: dict[tuple[Callable[..., Any], str], asyncio.Task[Any]] = {}

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        async def once(*, call_id: str, **given: Any) -> Any:
            question = function, call_id
            if question not in self._answers:
                self._answers[question] = asyncio.get_running_loop().create_task(function(**given))
                self._forget_old()
            return await asyncio.shield(self._answers[question])

        return once

    def _forget_old(self) -> None:
        for question in list(self._answers)[:-KEPT]:
            if self._answers[question].done():
                del self._answers[question]
