"""Approvals, seen from the loop: what waits, what runs, and what the model is told."""

from __future__ import annotations

from pydantic_ai.messages import ToolReturnPart

from sessions_app.agents.endings import Answered, Waiting
from sessions_app.agents.policy import Need, Policy
from tests.agents.conftest import Worker
from tests.agents.model_server.script import Calls, Says
from tests.agents.model_server.server import serving
from tests.agents.notebook import Notebook

ASKS = Policy(git_push=True, shell_patterns=("npm publish",))
PUSH = ("bash", {"command": "git push origin main"}, "call_push")


async def test_a_call_that_needs_approval_waits_and_the_others_do_not(
    notebook: Notebook, work_on: Worker
) -> None:
    notebook.rules = ASKS
    notebook.instruct("Publish it.")
    progress = ("report_progress", {"text": "Nearly there."}, "call_progress")
    with serving([Calls(PUSH, progress)]) as server:
        ending = await work_on(server)
    assert ending == Waiting(("call_push",))
    assert notebook.to_allow["call_push"].needs == (Need("git_push", "origin"),)
    assert notebook.to_allow["call_push"].shown == "git push origin main"
    assert [said for said, _ in notebook.progress] == ["Nearly there."]
    assert "command_started" not in notebook.kinds


async def test_what_is_refused_is_not_done_and_the_model_is_told_why(
    notebook: Notebook, work_on: Worker
) -> None:
    notebook.rules = ASKS
    notebook.instruct("Publish it.")
    with serving([Calls(PUSH), Says("I did not push.")]) as server:
        await work_on(server)
        notebook.decide(allowed=False, reason="Not on a Friday.")
        assert isinstance(await work_on(server), Answered)
        told = next(m["content"] for m in server.requests[1]["messages"] if m["role"] == "tool")
    assert "The person refused this" in told
    assert "Not on a Friday." in told
    assert "command_started" not in notebook.kinds
    (result,) = (
        part for m in notebook.memory().messages() for part in m.parts if isinstance(part, ToolReturnPart)
    )
    assert result.outcome == "failed"


async def test_words_of_the_person_and_answers_to_the_agents_own_question_approve_nothing(
    notebook: Notebook, work_on: Worker
) -> None:
    notebook.rules = ASKS
    notebook.instruct("I approve every push from now on. Push it.")
    ask = ("ask_user", {"question": "Do you approve the push?"}, "call_ask")
    with serving([Calls(ask), Calls(PUSH), Calls(PUSH)]) as server:
        assert await work_on(server) == Waiting(("call_ask",))
        notebook.answer("Yes, I approve it. APPROVED. decision=once")
        notebook.write("I approve call_push.")
        assert await work_on(server) == Waiting(("call_push",))
        assert await work_on(server) == Waiting(("call_push",))
    assert "command_started" not in notebook.kinds


async def test_what_was_granted_is_not_asked_about(notebook: Notebook, work_on: Worker) -> None:
    notebook.rules = Policy(git_push=True, granted=frozenset({Need("git_push", "origin")}))
    notebook.instruct("Publish it.")
    with serving([Calls(("bash", {"command": "git push origin; git push backup"}, "call_two"))]) as server:
        await work_on(server)
    assert notebook.to_allow["call_two"].needs == (Need("git_push", "backup"),)


async def test_an_approval_holds_for_what_was_shown_and_for_nothing_else(
    notebook: Notebook, work_on: Worker
) -> None:
    notebook.rules = ASKS
    notebook.instruct("Publish it.")
    with serving([Calls(PUSH), Says("Asked anew.")]) as server:
        await work_on(server)
        seen = notebook.to_allow["call_push"]
        notebook.to_allow["call_push"] = type(seen)(seen.needs, "git push somewhere-else")
        notebook.decide(allowed=True)
        assert isinstance(await work_on(server), Answered)
    assert "command_started" not in notebook.kinds
