from __future__ import annotations

import asyncio

import pytest

from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerSpec
from sessions_app.models.event_kinds import PAYLOAD_LIMIT_BYTES, fitted, size_of
from tests.agents.notebook import Notebook

from .conftest import Caller

pytestmark = pytest.mark.sandbox


async def test_a_command_is_a_step_with_its_output_and_its_ending(call: Caller, notebook: Notebook) -> None:
    result = await call("bash", command="echo out; echo err >&2; exit 3")
    assert "out" in result.text
    assert "err" in result.text
    assert "Exit code 3" in result.text
    assert not result.failed
    assert notebook.kinds == ["command_started", "command_ended"]
    started, ended = (event.payload for event in notebook.events)
    assert started["command"] == "echo out; echo err >&2; exit 3"
    assert (ended["exit_code"], ended["reason"], ended["output_bytes"]) == (3, "exited", 8)
    assert "output_blob" not in ended


async def test_the_output_is_seen_while_the_command_runs(call: Caller, notebook: Notebook) -> None:
    running = asyncio.create_task(call("bash", command="echo one; sleep 30"))
    await asyncio.wait_for(notebook.heard.wait(), 10)
    assert notebook.lives == ["one\n"]
    assert not running.done()
    running.cancel()


async def test_a_long_output_keeps_its_ends_in_sight_and_the_whole_in_a_blob(
    call: Caller, notebook: Notebook
) -> None:
    result = await call("bash", command="echo first; seq 100000 300000; echo last")
    ended = notebook.events[-1].payload
    for text in (result.text, str(ended["output"])):
        assert text.startswith("first")
        assert "last" in text
        assert "bytes are left out here" in text
    assert len(result.text.encode()) <= 16 * 1024
    assert len(str(ended["output"]).encode()) <= 4 * 1024
    whole = notebook.blobs[str(ended["output_blob"])]
    assert whole.startswith(b"first\n100000\n100001\n")
    assert whole.endswith(b"299999\n300000\nlast\n")
    assert 1_000_000 < len(whole) < 1_200_000
    assert ended["output_bytes"] == 200_001 * 7 + 11
    assert max(len(live.encode()) for live in notebook.lives) <= 16 * 1024


async def test_what_a_command_changed_is_told_with_it(call: Caller, notebook: Notebook) -> None:
    await call("write_file", path="kept.txt", text="one\ntwo\n")
    await call("write_file", path="gone.txt", text="one\n")
    notebook.events.clear()
    result = await call("bash", command="echo new > made.txt; sed -i s/two/three/ kept.txt; rm gone.txt")
    changes = {str(event.payload["path"]): event for event in notebook.events[2:]}
    assert {path: (event.kind, event.payload["change"]) for path, event in changes.items()} == {
        "made.txt": ("file_written", "added"),
        "kept.txt": ("file_edited", "modified"),
        "gone.txt": ("file_written", "deleted"),
    }
    assert "+three" in str(changes["kept.txt"].payload["diff"])
    assert {event.payload["by"] for event in changes.values()} == {"command"}
    assert "modified kept.txt" in result.text


async def test_a_commit_is_a_step(call: Caller, notebook: Notebook) -> None:
    await call(
        "bash",
        command="git init -qb main site && cd site && echo a > a.txt && git add a.txt && "
        "git -c user.name=A -c user.email=a@b.c commit -qm 'Add a.'",
    )
    (commit,) = (event.payload for event in notebook.events if event.kind == "committed")
    assert (commit["subject"], commit["branch"], commit["repository"], commit["added"]) == (
        "Add a.",
        "main",
        "site",
        1,
    )
    assert commit["files"] == [{"path": "a.txt", "added": 1, "removed": 0}]


async def test_a_commit_of_files_with_endless_names_is_a_step_like_any(
    call: Caller, notebook: Notebook
) -> None:
    deep = "d" * 200 + "/" + '"' * 200
    await call(
        "bash",
        command=f"git init -q . && mkdir -p '{deep}' && cd '{deep}' && touch $(seq 20) && git add -A && "
        "git -c user.name=A -c user.email=a@b.c commit -qm 'Add them.'",
    )
    (commit,) = (event.payload for event in notebook.events if event.kind == "committed")
    assert "1" in str(commit["files"])
    assert size_of(fitted(commit)) <= PAYLOAD_LIMIT_BYTES


async def test_a_command_that_takes_too_long_is_ended(call: Caller, notebook: Notebook) -> None:
    result = await call("bash", command="echo begun; sleep 60", timeout_seconds=1)
    assert "its time was up" in result.text
    assert "begun" in result.text
    assert notebook.events[-1].payload["reason"] == "timed_out"


async def test_a_worker_that_died_is_followed_by_one_that_takes_up_the_command(
    call: Caller, notebook: Notebook
) -> None:
    command = "echo ran >> ran.txt; echo begun; sleep 2; echo ended"
    first = asyncio.create_task(call("bash", call_id="c1", command=command))
    await asyncio.wait_for(notebook.heard.wait(), 10)
    first.cancel()
    result = await call("bash", call_id="c1", command=command)
    assert "begun\nended\n" in result.text
    assert (await call("bash", command="cat ran.txt")).text.count("ran") == 1
    assert notebook.kinds.count("command_started") == 2


async def test_a_command_lost_with_its_computer_is_not_run_again(
    call: Caller, notebook: Notebook, computers: LocalComputers
) -> None:
    assert notebook.machine is not None
    command = "echo ran >> ran.txt; echo begun; sleep 60"
    running = asyncio.create_task(call("bash", call_id="c1", command=command))
    await asyncio.wait_for(notebook.heard.wait(), 10)
    await computers.stop(notebook.machine.computer_id)
    lost = await running
    assert lost.failed
    assert "The computer was restarted while this command ran." in lost.text
    assert "begun" in lost.text
    assert notebook.events[-1].payload["reason"] == "lost"

    notebook.machine = await computers.open(notebook.machine.computer_id, ComputerSpec())
    again = await call("bash", call_id="c1", command=command)
    assert "was not run again" in " ".join(again.text.split())
    assert "ran" in (await call("bash", command="cat ran.txt")).text
    assert (await call("bash", command="wc -l < ran.txt")).text.startswith("1\n")
    await notebook.machine.disconnect()
