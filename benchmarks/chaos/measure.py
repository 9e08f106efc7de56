"""kill -9 of the whole server, again and again at any moment, while many sessions run real commands.

    .venv/bin/python -m benchmarks.chaos.measure [--kills 200] [--seed 1]

The server is `manage.py serve`, the model a scripted server over HTTP, each computer a real sandbox that goes
on while the server is dead. Each command leaves a line in a file of its computer, so the file tells what ran,
whatever the transcript says. Exits with 1 when something was lost, ran twice, or did not end. 200 kills take
about a quarter of an hour.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.agents.model_server.script import Body, Calls, Reply, Says
from tests.agents.model_server.server import serving
from tests.serving import Server, served

from .verdict import Verdict, recoveries

KILLS_FOR_A_SESSION = 4
COMMANDS = 6  # of each session: about as many as there is time for between the kills
AT_ONCE = 8
ALIVE_SECONDS = (0.2, 4.0)  # after each start, until the next kill
COMMAND_SECONDS = (0.1, 2.5)
DISPATCHED = """
from sessions_app.models import Agent, conversation
Agent.objects.update(model="openai:scripted", effort="")
agent = Agent.objects.select_related("created_by", "space").order_by("pk").first()
for number in range({sessions}):
    conversation.open_session(agent, f"Do the work of session {{number}}.", by=agent.created_by)
"""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    sessions = max(3, arguments.kills // KILLS_FOR_A_SESSION)
    script = Script(random.Random(arguments.seed + 1))
    with serving(script.reply, models=[{"id": "scripted"}]) as models, tempfile.TemporaryDirectory() as home:
        environment = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": models.base_url}
        with served(Path(home), LIGHTCONE_SESSIONS_AT_ONCE=str(AT_ONCE), **environment) as server:
            printed = server.manage("shell", "--verbosity", "0", "-c", DISPATCHED.format(sessions=sessions))
            if "Error" in printed:
                sys.exit(printed)
            killed_at = soaked(server, arguments.kills, chance)
            ended = wait_for_the_end(server, seconds=300 + 10 * sessions)
            verdict = Verdict.on(server, sessions=sessions, commands=COMMANDS)
            gaps = recoveries(server, killed_at)
    print(f"{len(killed_at)} kills, {sessions} sessions, {sessions * COMMANDS} commands. {verdict}")
    if gaps:
        middle = sorted(gaps)[len(gaps) // 2]
        print(f"From a kill until a session went on: median {middle:.1f} s, longest {max(gaps):.1f} s.")
    if not ended:
        print("Not every session came to its end in time.")
    return 0 if ended and verdict.is_good else 1


class Script:
    """What the model says: so many commands, each of which leaves its number in a file, then the file."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def reply(self, body: Body) -> Reply:
        done = sum(message["role"] == "tool" for message in body["messages"])
        time.sleep(self._chance.uniform(0, 0.3))
        if done > COMMANDS:
            return Says("It is done.")
        if done == COMMANDS:
            return Calls(("bash", {"command": "cat runs.txt"}))
        seconds = self._chance.uniform(*COMMAND_SECONDS)
        return Calls(("bash", {"command": f"echo run {done} >> runs.txt; sleep {seconds:.2f}; echo over"}))


def soaked(server: Server, kills: int, chance: random.Random) -> list[float]:
    """Kill it so often, at moments by chance, and start it again each time. When each kill was."""
    killed_at: list[float] = []
    while len(killed_at) < kills and not all_over(server):
        time.sleep(chance.uniform(*ALIVE_SECONDS))
        server.kill()
        killed_at.append(time.time())
        server.start()
        if len(killed_at) % 10 == 0:
            over, whole = counted(server)
            print(f"{len(killed_at)} kills, {over} of {whole} sessions at their end", flush=True)
    return killed_at


def wait_for_the_end(server: Server, *, seconds: float) -> bool:
    ends = time.monotonic() + seconds
    while not all_over(server) and time.monotonic() < ends:
        time.sleep(1)
    return all_over(server)


def all_over(server: Server) -> bool:
    over, whole = counted(server)
    return over == whole


def counted(server: Server) -> tuple[int, int]:
    """How many tasks are over, and how many there are."""
    ((over, whole),) = server.query("SELECT sum(ended_at IS NOT NULL), count(*) FROM sessions_app_task")
    return int(over), int(whole)


if __name__ == "__main__":
    sys.exit(main())
