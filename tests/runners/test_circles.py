from __future__ import annotations

from collections.abc import Awaitable, Callable

from asgiref.sync import sync_to_async

from sessions_app import dispatch
from sessions_app.models import Question, Session, Status, User
from tests.agents.model_server.script import Body, Calls, Reply, Says
from tests.runners.conftest import Engine, comes_to, until

Dispatched = Callable[..., Awaitable[Session]]
LOOK = ("report_progress", {"text": "Is the train here?"})
WRONG = ("bash", '{"command": "ls"')


def script(call: tuple[str, object]) -> Callable[[Body], Reply]:
    """The same call until a person has said something about it."""
    return lambda body: Says("I looked elsewhere.") if "elsewhere" in str(body["messages"]) else Calls(call)


async def test_an_agent_that_goes_round_in_circles_asks_and_goes_on_with_what_it_is_told(
    engine: Engine, dispatched: Dispatched, bob: User
) -> None:
    async with engine(script(LOOK)) as running:
        session = await dispatched("Wait for the train.")
        await comes_to(session, Status.WAITING_FOR_INPUT)
        assert len(running.server.requests) == 5  # type: ignore[attr-defined]
        assert not running._drives, "a task that waits holds no worker"
    question = await Question.objects.select_related("session", "task__session").aget(session=session)
    assert "made 5 times in a row" in question.text and question.kind == "choose_one"
    async with engine(script(LOOK)):
        await sync_to_async(dispatch.answer)(question, [], "Look elsewhere.", by=bob)
        await comes_to(session, Status.COMPLETED)
    assert await session.questions.acount() == 1


async def test_so_does_one_whose_calls_cannot_be_used(
    engine: Engine, dispatched: Dispatched, bob: User
) -> None:
    async with engine(script(WRONG)):
        session = await dispatched("List the files.")
        await comes_to(session, Status.WAITING_FOR_INPUT)
        question = await Question.objects.select_related("session", "task__session").aget(session=session)
        assert question.text.startswith("5 calls in a row could not be used.")
        await sync_to_async(dispatch.answer)(question, [0], "Or elsewhere.", by=bob)
        await until(session.tasks.filter(status=Status.COMPLETED).exists)
