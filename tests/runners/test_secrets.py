"""A secret on its way through a whole run: what the command and the page get, and what anybody can read."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from sessions_app.computers.local.provider import LocalComputers
from sessions_app.models import Event, Question, Secret, Session, Status, Tail, Task, User
from sessions_app.models.secret import give
from tests.agents.model_server.script import Calls, Says
from tests.runners.conftest import Engine, comes_to, until
from tests.runners.test_drive import write_in_computer

pytestmark = pytest.mark.sandbox
Dispatched = Callable[..., Awaitable[Session]]
TOKEN = "ghp_a/b+c 0123456789"
ASK = ("ask_user", {"question": "A token, please.", "kind": "secret", "secret_name": "GITHUB_TOKEN"}, "ask")
PRINTS = """
echo "plain $GITHUB_TOKEN"; printf %s "$GITHUB_TOKEN" | base64; echo "$GITHUB_TOKEN" >&2
python3 -c 'import os, json, urllib.parse as u; t = os.environ["GITHUB_TOKEN"]; print([t], u.quote(t, ""))'
mkdir -p "$GITHUB_TOKEN"; echo "key = $GITHUB_TOKEN" > config.ini
"""
COMMITS = """
git init -q work && cd work && git config user.name a && git config user.email a@example.org
echo "$GITHUB_TOKEN" > t && git add t && git commit -qm "Use $GITHUB_TOKEN"; cd ..
"""
LONG = (
    "for i in $(seq 3000); do echo a line; done; head -c 4000 /dev/zero | tr '\\0' x; echo \"$GITHUB_TOKEN\""
)


async def give_it(session: Session, by: User) -> None:
    await comes_to(session, Status.WAITING_FOR_INPUT)
    asked = await Question.objects.select_related("session", "task").aget(session=session, closed_at=None)
    await sync_to_async(give)(asked, TOKEN, by=by)


def readable(session: Session, blobs: Path) -> str:
    """All that is stored in the clear."""
    texts: list[Any] = [*Event.objects.filter(session=session).values_list("payload", flat=True)]
    texts += Question.objects.filter(session=session).values_list("text", "answer")
    texts += Task.objects.filter(session=session).values_list("doing", "failure")
    texts += Tail.objects.filter(session=session).values_list("text", flat=True)
    kept = [path.read_bytes() for path in blobs.rglob("*") if path.is_file()]
    return repr(texts) + b"".join(kept).decode(errors="replace")


async def test_commands_have_a_secret_and_nobody_reads_it(
    engine: Engine, dispatched: Dispatched, alice: User, tmp_path: Path
) -> None:
    script = [
        Calls(ASK),
        Calls(("bash", {"command": PRINTS}, "one"), ("bash", {"command": COMMITS}, "two")),
        Calls(("bash", {"command": LONG}, "three"), ("read_file", {"path": "config.ini"}, "four")),
        Calls(("bash", {"command": f"echo {TOKEN}"}, "five"), text=f"It was {TOKEN}."),
        Says(f"I used {TOKEN}. Shall I print {TOKEN}?"),
    ]
    async with engine(script) as running:
        session = await dispatched()
        await give_it(session, alice)
        await until(lambda: session.questions.open().filter(call_id="").exists())
        requests = running.server.requests  # type: ignore[attr-defined]
    told = {m["tool_call_id"]: m["content"] for m in requests[-1]["messages"] if m["role"] == "tool"}
    assert told["ask"].startswith("$GITHUB_TOKEN is set for your commands")
    assert "plain ‹secret GITHUB_TOKEN›\n‹secret GITHUB_TOKEN›" in told["one"]
    assert "config.ini" in told["one"]
    assert "commit" in told["two"] and "“Use ‹secret GITHUB_TOKEN›”" in told["two"]
    assert told["three"].splitlines()[-2].endswith("x‹secret GITHUB_TOKEN›")
    assert "key = ‹secret GITHUB_TOKEN›" in told["four"]
    seen = await sync_to_async(readable)(session, tmp_path / "blobs") + repr(requests)
    assert "‹secret GITHUB_TOKEN›" in seen
    for form in (TOKEN, base64.b64encode(TOKEN.encode()).decode().rstrip("="), "ghp_a%2Fb"):
        assert form not in seen


async def test_a_removed_secret_is_gone_from_the_next_command(
    engine: Engine, dispatched: Dispatched, alice: User, computers: LocalComputers
) -> None:
    wait = 'until test -e go; do sleep 0.1; done; export GITHUB_TOKEN; echo "[${#GITHUB_TOKEN}]"'
    script = [
        Calls(ASK),
        Calls(("bash", {"command": wait})),
        Calls(("bash", {"command": 'echo "[$GITHUB_TOKEN]"; grep -rs ghp_ /run/user'})),
        Says("Done."),
    ]
    async with engine(script):
        session = await dispatched()
        await give_it(session, alice)
        await until(session.events.filter(kind="command_started").exists)
        secret = await Secret.objects.select_related("session").aget(session=session)
        await sync_to_async(secret.remove)(by=alice)
        await write_in_computer(session, computers, "go")
        await comes_to(session, Status.COMPLETED)
    outputs = [e.payload["output"] async for e in session.events.filter(kind="command_ended").order_by("seq")]
    assert outputs == ["[20]\n", "[]\n"]


async def test_a_page_is_typed_a_secret_that_its_picture_and_words_do_not_show(
    engine: Engine, dispatched: Dispatched, alice: User, tmp_path: Path
) -> None:
    page = "<title>In</title><form><label>Key <input name=key></label></form>"
    serve = f"echo '{page}' > index.html; (python3 -m http.server 8000 >server.log 2>&1 &); sleep 1"
    typed = {"action": "type", "name": "Key", "secret": "GITHUB_TOKEN", "submit": True}
    script = [
        Calls(ASK),
        Calls(("bash", {"command": serve}), ("open_page", {"url": "http://localhost:8000/"})),
        Calls(("act_on_page", typed, "typed"), ("act_on_page", typed | {"secret": "OTHER"}, "other")),
        Calls(("bash", {"command": "grep -c 'key=ghp_.*89 HTTP' server.log"}, "arrived")),
        Says("Done."),
    ]
    async with engine(script) as running:
        session = await dispatched()
        await give_it(session, alice)
        await comes_to(session, Status.COMPLETED, seconds=60)
        requests = running.server.requests  # type: ignore[attr-defined]
    told = {m["tool_call_id"]: str(m["content"]) for m in requests[-1]["messages"] if m["role"] == "tool"}
    assert told["arrived"].startswith("1\n"), "the page got it"
    assert "key=‹secret GITHUB_TOKEN›" in told["typed"], "its address names it"
    assert "There is no secret OTHER" in told["other"]
    acted = [e.payload["action"] async for e in session.events.filter(kind="page_acted")]
    assert acted == ["typed the secret GITHUB_TOKEN into “Key” and pressed Enter"]
    assert "0123456789" not in await sync_to_async(readable)(session, tmp_path / "blobs")
