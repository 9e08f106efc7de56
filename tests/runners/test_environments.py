"""A computer is saved under a name, and new sessions begin with it."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async

from sessions_app.computers.local.provider import LocalComputers
from sessions_app.models import Agent, Environment, EnvironmentState, Status, User
from sessions_app.models.environment import save_from
from tests.agents.model_server.script import Calls, Says
from tests.runners.conftest import Engine, comes_to, until
from tests.runners.test_drive import Dispatched, told

pytestmark = pytest.mark.sandbox
INSTALL = "mkdir -p ~/.local/bin; echo 'echo tool' > ~/.local/bin/t; chmod +x ~/.local/bin/t"
SET_UP = Calls(("bash", {"command": f"echo kept > kept.txt; {INSTALL}"}))
LOOK = Calls(("bash", {"command": "cat kept.txt; t; echo changed > kept.txt"}))


async def test_new_sessions_begin_with_what_was_saved_and_leave_it_as_it_is(
    engine: Engine, scripted: Agent, dispatched: Dispatched, computers: LocalComputers, alice: User
) -> None:
    script = [SET_UP, Says("Set up."), LOOK, Says("Seen."), LOOK, Says("Seen again.")]
    async with engine(script) as running:
        first = await dispatched()
        await comes_to(first, Status.COMPLETED)
        saved = await sync_to_async(save_from)(first, "Tools", by=alice)
        await until(Environment.objects.filter(pk=saved.pk, state=EnvironmentState.READY).exists)
        scripted.environment = saved
        await scripted.asave()
        for _ in range(2):
            session = await dispatched()
            await comes_to(session, Status.COMPLETED)
            last = running.server.requests[-1]  # type: ignore[attr-defined]
            assert "kept\ntool\n" in told(last, "tool")[-1]
        await Environment.objects.filter(pk=saved.pk).aupdate(state=EnvironmentState.DELETING)
        await until(lambda: not Environment.objects.exists())
    assert saved.uuid.hex not in {place.computer_id for place in computers.places.all()}
