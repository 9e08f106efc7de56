from __future__ import annotations

from asgiref.sync import sync_to_async

from sessions_app import dispatch
from sessions_app.models import Agent, Status, User
from tests.agents.model_server.script import Body, Calls, Fails, Reply, Says
from tests.runners.conftest import Engine, comes_to
from tests.runners.test_drive import Dispatched

ASK = ("ask_user", {"question": "Which?"})


async def test_a_task_is_thought_about_at_the_temperature_that_its_agent_had(
    engine: Engine, dispatched: Dispatched, scripted: Agent, alice: User
) -> None:
    scripted.temperature = 0.7
    await scripted.asave(update_fields=["temperature"])
    async with engine(lambda _: Says("Done.")) as running:
        task = await comes_to(await dispatched(), Status.COMPLETED)
        server = running.server  # type: ignore[attr-defined]
    assert task.temperature == server.requests[0]["temperature"] == 0.7


async def test_a_temperature_that_is_refused_is_told_once_in_a_task(
    engine: Engine, dispatched: Dispatched, alice: User
) -> None:
    answers: list[Reply] = [Calls(ASK), Says("Done."), Says("Done again.")]

    def script(request: Body) -> Reply:
        return Fails(400, "No temperature, please.") if "temperature" in request else answers.pop(0)

    async with engine(script):
        session = await dispatched()
        await comes_to(session, Status.WAITING_FOR_INPUT)
        await sync_to_async(dispatch.say)(session, "This one.", by=alice)
        first = await comes_to(session, Status.COMPLETED)
        await sync_to_async(dispatch.say)(session, "Again.", by=alice)
        second = await comes_to(session, Status.COMPLETED)
    told = [event async for event in session.events.filter(kind="adjusted").order_by("seq")]
    assert [event.task_id for event in told] == [first.pk, second.pk]
    assert {event.payload["text"] for event in told} == {"This model takes no temperature. It was left out."}
