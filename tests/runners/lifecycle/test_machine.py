"""People, workers, kills and delays in any order: whatever happens, what always holds holds.

Twenty-five short stories, the same ones each time. For many long ones that are new each time:

    .venv/bin/python -m pytest tests/runners/lifecycle --hypothesis-profile thorough --timeout 0
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from sessions_app import dispatch
from sessions_app.artifacts.store import BlobStore
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerSpec
from sessions_app.models import OVER, Agent, Attempt, Fenced, Role, Session, Space, Status, Task
from sessions_app.models.approval import Decision
from sessions_app.runners import due, rescue
from sessions_app.runners.workbench import Workbench
from tests.conftest import person

from .thinking import PATTERN, Command, Killed, OneThinker, Thinker, World
from .truths import Truths
from .wishes import wants
from .worker import Worker

MOST_SESSIONS = 3
PLACES = st.integers(0, MOST_SESSIONS - 1)
PEOPLE = st.sampled_from(["alice", "bob"])
WORKERS = st.sampled_from(["one", "other"])
WISHES = "say say answer answer answer answer resume resume pause stop mark_done edit withdraw steer".split()
WISHES += ["go_back"]
DECISIONS = st.sampled_from([Decision.ONCE, Decision.SESSION, Decision.REFUSE])
CALLS = st.lists(st.sampled_from(["work", "work", "drop", "ask", "nonsense"]), min_size=1, max_size=3)
ANSWERS = st.one_of(CALLS, CALLS, CALLS, st.just(["Done."]), st.just(["Shall I go on?"]))
DEATHS = st.sampled_from(["", "", "", "", "thinking", "begun", "ran"])
TURNS = st.lists(st.tuples(ANSWERS, DEATHS), min_size=1, max_size=5)


class Lifecycle(RuleBasedStateMachine):
    """Two people and two workers on up to three sessions of one agent, and what may befall them."""

    def __init__(self) -> None:
        super().__init__()
        self._before = transaction.savepoint()
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        space = Space.objects.create(name="Harbour")
        self.people = {"alice": person("alice", space, Role.ADMIN), "bob": person("bob", space, Role.MEMBER)}
        self.agent = Agent.objects.create(
            space=space,
            slug="a",
            name="A",
            model="demo",
            max_steps=12,
            ask_before={"shell_patterns": [PATTERN]},
        )
        self.world = Command.world = World()
        self.thinker = Thinker(self.world)
        store = BlobStore(folder / "blobs")
        computers = LocalComputers(folder / "computers")
        self.bench = Workbench(computers, ComputerSpec(), store, OneThinker.with_(self.thinker))
        self.truths: list[Truths] = []
        self.sessions: list[Session] = []
        self.workers: dict[str, Worker] = {}

    def teardown(self) -> None:
        transaction.savepoint_rollback(self._before)
        self._folder.cleanup()

    def task(self, place: int) -> Task:
        """The latest task of one of the sessions, as it is now."""
        session = self.sessions[place % len(self.sessions)]
        return Task.objects.select_related("session__agent").filter(session=session).latest("number")

    @initialize(who=PEOPLE)
    def gives_the_first_work(self, who: str) -> None:
        self.gives_work(who)

    @rule(who=PEOPLE)
    def gives_work(self, who: str) -> None:
        if len(self.sessions) < MOST_SESSIONS:
            session = dispatch.begin(self.agent, "Do it.", by=self.people[who])
            self.sessions.append(session)
            self.truths.append(Truths(session, self.bench.store))

    @rule(place=PLACES, who=PEOPLE, wish=st.sampled_from(WISHES), decision=DECISIONS)
    def somebody_wants(self, place: int, who: str, wish: str, decision: Decision) -> None:
        wants(wish, self.task(place), by=self.people[who], decision=decision)

    @rule(place=PLACES, name=WORKERS, turns=TURNS)
    def works(self, place: int, name: str, turns: list[tuple[list[str], str]]) -> None:
        """Takes what is pending where it holds nothing, and some turns, until it ends, dies or is fenced."""
        if name not in self.workers and (worker := Worker.claiming(self.task(place), name, self.bench)):
            self.workers[name] = worker
        for says, dies_when in turns:
            self.thinker.says, self.world.dies_when = says, dies_when
            if name in self.workers and not self.goes_on(self.workers[name]):
                del self.workers[name]

    def goes_on(self, worker: Worker) -> bool:
        try:
            return not worker.turn()
        except (Killed, Fenced):
            return False

    @rule(name=WORKERS, how=st.sampled_from(["renews", "parks", "breaks", "dies"]))
    def leaves(self, name: str, how: str) -> None:
        worker = self.workers.get(name)
        if worker is None:
            return
        if how == "renews":
            task, fence = worker.holding.task, worker.holding.attempt.fence
            held = Task.objects.filter(pk=task.pk, fence=fence, status=Status.IN_PROGRESS).exists()
            assert worker.renew() == held
            return
        del self.workers[name]
        with suppress(Fenced):
            if how == "parks":
                worker.park()
            elif how == "breaks":
                worker.break_down()

    @rule(place=PLACES, what=st.sampled_from(["silence", "silence", "server", "computer", "time"]))
    def befalls(self, place: int, what: str) -> None:
        """A lease runs out, whether its worker is dead or wakes later. All is started again. Time is up."""
        if what == "silence":
            past = timezone.now() - timedelta(seconds=1)
            Attempt.objects.filter(task=self.task(place), ended_at=None).update(leased_until=past)
            rescue.recover_silent()
        elif what == "server":
            self.workers.clear()
            rescue.recover_all()
        elif what == "time":
            lives = Task.objects.filter(pk=self.task(place).pk).exclude(status__in=sorted(OVER))
            lives.update(expires_at=timezone.now())
            due.fall_due()
        else:
            self.world.restart()

    # What always holds

    @invariant()
    def all_is_true(self) -> None:
        for truth in self.truths:
            truth.check()
        assert set(self.world.ran.values()) <= {1}, "a command ran twice"


USUAL = settings(
    max_examples=25,
    stateful_step_count=40,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.usefixtures("db")
@pytest.mark.timeout(600)
def test_whatever_happens_what_always_holds_holds() -> None:
    thorough = settings.get_current_profile_name() == "thorough"
    run_state_machine_as_test(Lifecycle, settings=settings() if thorough else USUAL)
