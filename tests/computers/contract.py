"""What every kind of computer keeps of its promise: a kind runs these with its own `computers` fixture."""

from __future__ import annotations

import asyncio
import uuid
from itertools import pairwise

import pytest

from sessions_app.computers.base import (
    OUTPUT_HEAD_BYTES,
    OUTPUT_TAIL_BYTES,
    Computer,
    Computers,
)
from sessions_app.computers.errors import ComputerLost
from sessions_app.computers.results import ComputerSpec

from .shell import followed, new_call, result_of, run


class CommandContract:
    async def test_a_command_tells_its_output_and_how_it_ended(self, computer: Computer) -> None:
        ran = await run(computer, "echo good; echo bad >&2; exit 3")
        assert (ran.stdout, ran.stderr, ran.exit_code) == ("good\n", "bad\n", 3)
        assert ran.ended.reason == "exited"
        assert ran.ended.output_bytes == len("good\nbad\n")

    async def test_output_comes_while_the_command_runs(self, computer: Computer) -> None:
        await computer.start_command(call_id := new_call(), "echo first; read -t 20 < <(sleep 20)")
        first = await anext(aiter(computer.follow(call_id)))
        assert getattr(first, "data", None) == b"first\n"
        await computer.stop_command(call_id)
        assert (await result_of(computer, call_id)).ended.reason == "stopped"

    async def test_a_command_reads_what_it_is_given(self, computer: Computer) -> None:
        assert (await run(computer, "tr a-z A-Z", stdin=b"quiet" * 50_000)).stdout == "QUIET" * 50_000

    async def test_a_command_may_be_longer_than_an_argument(self, computer: Computer) -> None:
        assert (await run(computer, f"echo {'x' * 300_000} | wc -c")).stdout.strip() == "300001"

    async def test_folder_exports_and_functions_carry_over(self, computer: Computer) -> None:
        await run(computer, "mkdir -p /workspace/here && cd /workspace/here && export MOOD='fine day'")
        await run(computer, "greet() { echo hi $1; }")
        assert (await run(computer, 'pwd; echo "$MOOD"; greet you')).stdout == (
            "/workspace/here\nfine day\nhi you\n"
        )
        await run(computer, "cd /workspace; unset MOOD")
        assert (await run(computer, 'echo "[$MOOD]"')).stdout == "[]\n"

    async def test_a_variable_of_one_command_is_not_there_in_the_next(self, computer: Computer) -> None:
        own = {"TOKEN": 'it\'s\n$(none) "of" yours', "SALT": "pepper"}
        await run(computer, "export TOKEN=mine KEPT=yes")
        assert (await run(computer, 'printf %s "$TOKEN"; printenv SALT', env=own)).stdout == (
            own["TOKEN"] + "pepper\n"
        )
        assert (await run(computer, 'echo "[$TOKEN] [$SALT] [$KEPT]"')).stdout == "[] [] [yes]\n"

    async def test_nor_when_it_was_exported_again_or_made_readonly(self, computer: Computer) -> None:
        own = {"TOKEN": "pepper-4711"}
        for keeping in ("export TOKEN=$TOKEN", "readonly TOKEN", "declare -gx TOKEN", "IFS=:; exit 3"):
            assert (await run(computer, f"{keeping}; true", env=own)).ended.reason == "exited"
            left = await run(computer, 'echo "[$TOKEN]"; grep -rs 4711 /run/user; true')
            assert (keeping, left.stdout) == (keeping, "[]\n")

    async def test_the_same_call_runs_once(self, computer: Computer) -> None:
        call_id = new_call()
        for _ in range(3):
            await computer.start_command(call_id, "echo once >> count.txt; cat count.txt")
        assert (await result_of(computer, call_id)).stdout == "once\n"

    async def test_two_workers_see_the_same_command(
        self, computers: Computers, computer: Computer, spec: ComputerSpec
    ) -> None:
        await computer.start_command(call_id := new_call(), "echo before; sleep 0.5; echo after")
        other = await computers.open(computer.computer_id, spec)
        assert other.boot_id == computer.boot_id
        assert (await result_of(other, call_id)).stdout == "before\nafter\n"
        pieces, _ = await followed(other, call_id, offset=len("before\n"))
        assert b"".join(piece.data for piece in pieces) == b"after\n"
        await other.disconnect()

    async def test_a_command_past_its_time_is_ended_with_its_children(self, computer: Computer) -> None:
        ran = await run(computer, "setsid sleep 61 & trap '' TERM; sleep 60", timeout_seconds=0.3)
        assert ran.ended.reason == "timed_out"
        assert ran.exit_code == -9
        assert (await run(computer, "pgrep -x sleep")).stdout == ""

    async def test_a_stopped_command_ends_with_its_children(self, computer: Computer) -> None:
        await computer.start_command(call_id := new_call(), "setsid sleep 62 & sleep 62")
        await asyncio.sleep(0.2)
        await computer.stop_command(call_id)
        await computer.stop_command(new_call())
        assert (await result_of(computer, call_id)).ended.reason == "stopped"
        assert (await run(computer, "pgrep -x sleep")).stdout == ""

    async def test_a_server_outlives_its_command(self, computer: Computer) -> None:
        ran = await run(computer, "cd /tmp && python3 -m http.server 8765 & echo started")
        assert ran.ended.reason == "exited"
        assert "started\n" in ran.stdout
        assert ran.ended.duration_seconds < 5
        fetched = await run(
            computer, "curl -sS --retry 20 --retry-connrefused --retry-delay 1 localhost:8765"
        )
        assert "Directory listing" in fetched.stdout
        await run(computer, "pkill -f http.server")

    async def test_of_much_output_the_beginning_and_the_end_are_kept(self, computer: Computer) -> None:
        await computer.start_command(call_id := new_call(), "seq 1 1000000")
        await asyncio.sleep(2)
        pieces, ended = await followed(computer, call_id)
        gaps = [
            (left.offset + len(left.data), right.offset)
            for left, right in pairwise(pieces)
            if left.offset + len(left.data) != right.offset
        ]
        assert [start for start, _ in gaps] == [OUTPUT_HEAD_BYTES]
        assert ended.output_bytes == sum(len(str(number)) + 1 for number in range(1, 1_000_001))
        assert ended.output_bytes - gaps[0][1] >= OUTPUT_TAIL_BYTES
        assert pieces[-1].data.endswith(b"1000000\n")

    async def test_an_unknown_call_is_no_command(self, computer: Computer) -> None:
        with pytest.raises(KeyError):
            await followed(computer, new_call())


class LifeContract:
    async def test_files_stay_and_commands_do_not(
        self, computers: Computers, own_id: str, spec: ComputerSpec
    ) -> None:
        first = await computers.open(own_id, spec)
        await first.write_file(new_call(), "kept.txt", b"kept")
        await first.start_command(call_id := new_call(), "touch /home/agent/mark; sleep 60")
        await asyncio.sleep(0.3)
        assert own_id in await computers.running()
        await computers.stop(own_id)
        assert own_id not in await computers.running()
        with pytest.raises(ComputerLost):
            await followed(first, call_id)
        assert first.lost
        second = await computers.open(own_id, spec)
        assert second.boot_id != first.boot_id
        assert await second.read_file("kept.txt") == b"kept"
        assert (await run(second, "ls /home/agent; pgrep -c sleep")).stdout == "mark\n0\n"
        await first.disconnect()
        await second.disconnect()

    async def test_what_waits_hears_of_the_end(
        self, computers: Computers, own_id: str, spec: ComputerSpec
    ) -> None:
        computer = await computers.open(own_id, spec)
        await computer.start_command(call_id := new_call(), "sleep 60")
        waiting = asyncio.create_task(followed(computer, call_id))
        await asyncio.sleep(0.2)
        await computers.stop(own_id)
        with pytest.raises(ComputerLost, match="switched off"):
            await waiting
        await computer.disconnect()

    async def test_a_discarded_computer_starts_empty(
        self, computers: Computers, own_id: str, spec: ComputerSpec
    ) -> None:
        computer = await computers.open(own_id, spec)
        await run(computer, "cd /workspace && mkdir -p closed/deep && chmod 0 closed && touch gone")
        await computer.disconnect()
        await computers.discard(own_id)
        await computers.discard(own_id)
        again = await computers.open(own_id, spec)
        assert (await run(again, "ls -A /workspace /home/agent | grep -v :")).stdout.strip() == ""
        await again.disconnect()

    async def test_stopping_what_never_ran_is_no_error(self, computers: Computers) -> None:
        await computers.stop(uuid.uuid4().hex)
        await computers.discard(uuid.uuid4().hex)

    async def test_the_probe_leaves_nothing_running(self, computers: Computers) -> None:
        before = await computers.running()
        assert (await computers.probe()).ok
        assert await computers.running() == before
