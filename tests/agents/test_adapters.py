"""What goes over the wire to OpenAI's Responses API, and to servers that speak its older language."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sessions_app.agents.connections import Connection
from sessions_app.agents.endings import Answered
from sessions_app.agents.entries import Returned
from sessions_app.agents.loop import Work, advance
from sessions_app.agents.providers import Providers

from .conftest import QUICK, Worker
from .conversation import called
from .notebook import Notebook
from .openai_server import Body, Says, serving


async def test_other_servers_are_sent_nothing_but_what_they_know(notebook: Notebook, work_on: Worker) -> None:
    notebook.instruct("Hello.")
    with serving([Says("Hello.")]) as server:
        await work_on(server)
    assert set(server.requests[0]) == {
        "model",
        "messages",
        "stream",
        "stream_options",
        "tools",
        "tool_choice",
    }


async def test_openai_is_sent_effort_results_and_screenshots_and_keeps_nothing(notebook: Notebook) -> None:
    notebook.instruct("Look.")
    notebook.entries.append(called("open_page", "c1"))
    notebook.entries.append(Returned("c1", "Page: Boats", image=notebook.keep(b"shot")))
    with responses_server("A boat.") as (url, requests):
        there = Connection("openai", "openai", "OpenAI", url, "key")
        chosen = await Providers([there]).model("openai:gpt-5.1", effort="high")
        work = Work(chosen, notebook.memory(), notebook, "You are a test.", patience=QUICK)
        assert await advance(work) is None
        assert await advance(work) == Answered("A boat.")
    (request,) = requests
    assert request["reasoning"]["effort"] == "high"
    assert request["store"] is False
    assert request["instructions"] == "You are a test."
    output = next(item for item in request["input"] if item.get("type") == "function_call_output")
    assert output["call_id"] == "c1"
    assert "data:image/jpeg;base64,c2hvdA==" in json.dumps(request["input"])


@contextmanager
def responses_server(text: str) -> Iterator[tuple[str, list[Body]]]:
    """Answers each request to the Responses API with that text."""
    requests: list[Body] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Tests read what was asked from the list."""

        def do_POST(self) -> None:
            requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for number, event in enumerate(_events(text)):
                data = json.dumps({**event, "sequence_number": number})
                self.wfile.write(f"event: {event['type']}\ndata: {data}\n\n".encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1", requests
    finally:
        server.shutdown()
        server.server_close()


def _events(text: str) -> Iterator[dict[str, Any]]:
    response: Body = {
        **{
            "id": "resp_1",
            "object": "response",
            "created_at": 1,
            "model": "gpt-5.1",
            "status": "in_progress",
        },
        **{"output": [], "parallel_tool_calls": True, "tool_choice": "auto", "tools": []},
    }
    message: Body = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "status": "in_progress",
        "content": [],
    }
    part: Body = {"type": "output_text", "text": text, "annotations": []}
    place: Body = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    done: Body = {**message, "status": "completed", "content": [part]}
    yield {"type": "response.created", "response": response}
    yield {"type": "response.output_item.added", "output_index": 0, "item": message}
    yield {"type": "response.content_part.added", **place, "part": {**part, "text": ""}}
    yield {"type": "response.output_text.delta", **place, "delta": text, "logprobs": []}
    yield {"type": "response.output_text.done", **place, "text": text, "logprobs": []}
    yield {"type": "response.output_item.done", "output_index": 0, "item": done}
    yield {"type": "response.completed", "response": {**response, "status": "completed", "output": [done]}}
