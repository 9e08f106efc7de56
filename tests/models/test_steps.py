from __future__ import annotations

from typing import Any

import pytest

from sessions_app.models import Event
from sessions_app.models.steps import Step


@pytest.mark.parametrize(
    ("ended", "is_bad"),
    [
        ({"exit_code": 0, "reason": "exited"}, False),
        ({"exit_code": 1, "reason": "exited"}, True),
        ({"exit_code": -15, "reason": "timed_out"}, True),
        ({"exit_code": None, "reason": "lost"}, True),
        ({"exit_code": -9, "reason": "stopped"}, False),
    ],
)
def test_a_command_went_wrong_unless_it_ended_well_or_a_person_stopped_it(
    ended: dict[str, Any], is_bad: bool
) -> None:
    opener, closing = Event(kind="command_started"), Event(kind="command_ended", payload=ended)
    assert Step(opener, [closing]).is_bad == is_bad


def test_a_command_under_way_did_not_go_wrong() -> None:
    assert not Step(Event(kind="command_started")).is_bad
