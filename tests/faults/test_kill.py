"""kill -9 of the whole server, at the worst moments. Nothing is lost, and nothing runs twice."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.agents.model_server.script import Body, Calls, Reply, Says
from tests.agents.model_server.server import serving
from tests.serving import Server, served

pytestmark = pytest.mark.sandbox

STATUS = "SELECT status FROM sessions_app_task ORDER BY id DESC LIMIT 1"
Run = Callable[[Callable[[Body], Reply]], Server]


@pytest.fixture
def scripted(tmp_path: Path) -> Iterator[Run]:
    """A server whose one agent thinks with a script."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def run(script: Callable[[Body], Reply]) -> Server:
            models = stack.enter_context(serving(script, models=[{"id": "scripted"}]))
            home = tmp_path
            return stack.enter_context(
                served(home, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=models.base_url)
            )

        yield run


def dispatch(server: Server, text: str) -> None:
    """Give the first agent work with the scripted model, as a program on this machine would."""
    printed = server.manage("dispatch", "site-builder", text, "--model", "openai:scripted")
    assert "/s/" in printed, printed


def kinds(server: Server) -> list[str]:
    return [kind for (kind,) in server.query("SELECT kind FROM sessions_app_event ORDER BY seq")]


def payloads(server: Server, kind: str) -> list[dict[str, Any]]:
    rows = server.query("SELECT payload FROM sessions_app_event WHERE kind = ? ORDER BY seq", kind)
    return [json.loads(payload) for (payload,) in rows]


def results(body: Body) -> list[str]:
    return [str(message["content"]) for message in body["messages"] if message["role"] == "tool"]


def is_(status: str) -> str:
    return f"SELECT 1 FROM sessions_app_task WHERE status = '{status}'"


def test_in_the_middle_of_a_command_it_goes_on_in_the_very_same_command(scripted: Run) -> None:
    command = "echo ran >> runs.txt; for i in $(seq 40); do echo line $i; sleep 0.1; done; wc -l < runs.txt"

    def script(body: Body) -> Reply:
        return Says("It is done.") if results(body) else Calls(("bash", {"command": command}))

    server = scripted(script)
    dispatch(server, "Run it.")
    server.wait_for("SELECT 1 FROM sessions_app_tail WHERE text LIKE '%line 5%'")
    server.kill()
    server.start()
    server.wait_for(is_("completed"))
    assert kinds(server).count("command_started") == 1
    (ended,) = payloads(server, "command_ended")
    assert ended["exit_code"] == 0
    assert ended["output"].endswith("line 40\n1\n"), "the command ran once"
    assert "recovered" in kinds(server)


def test_while_the_model_thinks_it_is_asked_again_and_earlier_calls_are_not_repeated(scripted: Run) -> None:
    thinking, may_answer = threading.Event(), threading.Event()

    def script(body: Body) -> Reply:
        if not results(body):
            return Calls(("bash", {"command": "echo ran >> runs.txt; cat runs.txt"}))
        thinking.set()
        may_answer.wait(30)
        return Says(f"It said {results(body)[0].count('ran')}.")

    server = scripted(script)
    dispatch(server, "Run it.")
    assert thinking.wait(60)
    server.kill()
    may_answer.set()
    server.start()
    server.wait_for(is_("completed"))
    assert kinds(server).count("command_started") == 1
    assert [said["text"] for said in payloads(server, "said")] == ["It said 1."]


def test_while_it_waits_for_input_the_question_is_still_there_and_its_answer_counts(scripted: Run) -> None:
    asked = ("ask_user", {"question": "Which city?"})

    def script(body: Body) -> Reply:
        return Says(f"Sunny in {results(body)[0]}.") if results(body) else Calls(asked)

    server = scripted(script)
    dispatch(server, "How is the weather?")
    server.wait_for(is_("waiting_for_input"))
    server.kill()
    server.start()
    assert server.query(STATUS) == [("waiting_for_input",)]
    printed = server.manage("dispatch", "site-builder", "Lisbon", "--session", "1")
    assert "/s/1/" in printed, printed
    server.wait_for(is_("completed"))
    assert [said["text"] for said in payloads(server, "said")] == ["Sunny in Lisbon."]


def test_a_deadline_that_passed_while_no_server_ran_is_kept_at_the_next_start(scripted: Run) -> None:
    asked = {"question": "Which city?", "deadline_minutes": 30, "default": "Lisbon"}

    def script(body: Body) -> Reply:
        city = results(body)[0].splitlines()[0] if results(body) else ""
        return Says(f"Sunny in {city}.") if city else Calls(("ask_user", asked))

    server = scripted(script)
    dispatch(server, "How is the weather?")
    server.wait_for(is_("waiting_for_input"))
    server.kill()
    with closing(sqlite3.connect(server.home / "dispatch.sqlite3", timeout=20)) as database, database:
        database.execute("UPDATE sessions_app_question SET deadline_at = asked_at")
    server.start()
    server.wait_for(is_("completed"))
    assert [said["text"] for said in payloads(server, "said")] == ["Sunny in Lisbon."]
    assert payloads(server, "answered")[0]["by_deadline"] is True


def test_the_transcript_has_no_gap_after_ten_kills(scripted: Run) -> None:
    def script(body: Body) -> Reply:
        done = len(results(body))
        return Says("Twenty.") if done == 20 else Calls(("bash", {"command": f"echo {done} >> log.txt"}))

    server = scripted(script)
    dispatch(server, "Count to twenty.")
    for _ in range(10):
        server.wait_for("SELECT 1 FROM sessions_app_event WHERE kind = 'command_started'")
        server.kill()
        server.start()
    server.wait_for(is_("completed"))
    numbers = [seq for (seq,) in server.query("SELECT seq FROM sessions_app_event ORDER BY seq")]
    assert numbers == list(range(1, len(numbers) + 1))
    assert kinds(server).count("command_started") == 20
    file = payloads(server, "file_edited")[-1]
    assert "+19" in file.get("diff", "")
