from __future__ import annotations

import asyncio
import threading
import time

import pytest

from sessions_app.agents.model_thread import ModelThread


async def test_what_computes_for_long_does_not_hold_up_the_caller() -> None:
    async def compute() -> str:
        end = time.monotonic() + 0.3
        while time.monotonic() < end:
            pass
        return threading.current_thread().name

    computing = asyncio.create_task(ModelThread().run(compute()))
    longest, last = 0.0, time.monotonic()
    while not computing.done():
        await asyncio.sleep(0.005)
        now = time.monotonic()
        longest, last = max(longest, now - last), now
    assert await computing == "models"
    assert longest < 0.2


async def test_a_wait_that_is_cancelled_cancels_the_work() -> None:
    ended = threading.Event()

    async def wait() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    waiting = asyncio.create_task(ModelThread().run(wait()))
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await asyncio.to_thread(ended.wait, 5)


async def test_what_goes_wrong_over_there_is_raised_here() -> None:
    async def fail() -> None:
        raise KeyError("over there")

    with pytest.raises(KeyError, match="over there"):
        await ModelThread().run(fail())
