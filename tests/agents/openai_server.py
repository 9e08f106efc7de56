"""A model server on this machine that answers from a script, in OpenAI's wire format over real HTTP.

    with serving([Calls(("bash", {"command": "ls"})), Says("Two files.")]) as server:
        ...  # openai_base_url = server.base_url; what it was asked is in server.requests

A script may also be a function of the request's body. It speaks `/v1/chat/completions` with streaming,
`/v1/models`, and Ollama's `/api/tags` and `/api/show`.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True)
class Says:
    """An answer in words, in pieces `pause_seconds` apart."""

    text: str
    thinks: str = ""
    finish: str = "stop"
    pause_seconds: float = 0.0
    usage: Body | None = None  # what the server says that it took

    def chunks(self) -> Iterator[Body]:
        for name, text in (("reasoning_content", self.thinks), ("content", self.text)):
            for piece in re.findall(r" *[^ ]+| +", text):
                yield {name: piece}
                time.sleep(self.pause_seconds)


@dataclass(frozen=True, init=False)
class Calls:
    """An answer that calls tools: (name, arguments[, call id]). Text arguments are sent as they are."""

    calls: tuple[tuple[Any, ...], ...]
    text: str = ""
    thinks: str = ""
    finish: str = "tool_calls"
    usage: Body | None = None

    def __init__(
        self,
        *calls: tuple[Any, ...],
        text: str = "",
        thinks: str = "",
        finish: str = "",
        usage: Body | None = None,
    ) -> None:
        object.__setattr__(self, "calls", calls)
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "thinks", thinks)
        object.__setattr__(self, "finish", finish or Calls.finish)
        object.__setattr__(self, "usage", usage)

    def chunks(self) -> Iterator[Body]:
        if self.thinks:
            yield {"reasoning_content": self.thinks}
        if self.text:
            yield {"content": self.text}
        for index, (name, arguments, *call_id) in enumerate(self.calls):
            text = arguments if isinstance(arguments, str) else json.dumps(arguments)
            head = {"index": index, "id": call_id[0] if call_id else f"call_{index}", "type": "function"}
            yield {"tool_calls": [{**head, "function": {"name": name, "arguments": ""}}]}
            half = len(text) // 2
            for piece in (text[:half], text[half:]):
                yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}


@dataclass(frozen=True)
class Fails:
    """No answer but a status, with the error in OpenAI's shape."""

    status: int
    message: str = "Something is wrong."
    headers: Mapping[str, str] = field(default_factory=dict)
    code: str | None = None


@dataclass(frozen=True)
class BreaksOff:
    """An answer whose connection is cut, `pause_seconds` after these words."""

    text: str
    pause_seconds: float = 0.0
    thinks: str = ""


Reply = Says | Calls | Fails | BreaksOff
Script = Sequence[Reply] | Callable[[Body], Reply]


class ModelServer(ThreadingHTTPServer):
    """`requests` are the bodies it was asked with, `keys` the API keys; a script that is over answers 500."""

    daemon_threads = True

    def __init__(
        self, script: Script, *, models: Sequence[Body] = (), ollama: Mapping[str, Body] | None = None
    ):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[Body] = []
        self.keys: list[str] = []
        self.models = models
        self.ollama = ollama or {}
        self._script = script
        self._lock = threading.Lock()
        self._connections: list[socket.socket] = []

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.append(request)
        super().process_request(request, client_address)

    def hang_up(self) -> None:
        """End kept-alive connections: a later server may get this port, and must not be mistaken for us."""
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away before the answer's end is no error of the server."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def reply_to(self, body: Body) -> Reply:
        with self._lock:
            self.requests.append(body)
            if callable(self._script):
                return self._script(body)
            place = len(self.requests) - 1
            return self._script[place] if place < len(self._script) else Fails(500, "The script is over.")


@contextmanager
def serving(
    script: Script = (), *, models: Sequence[Body] = (), ollama: Mapping[str, Body] | None = None
) -> Iterator[ModelServer]:
    server = ModelServer(script, models=models, ollama=ollama)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.hang_up()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Tests read what was asked from `requests`."""

    def do_GET(self) -> None:
        self.server.keys.append(self.headers.get("Authorization", ""))
        if self.path == "/v1/models" and self.server.models:
            return self._json(200, {"object": "list", "data": list(self.server.models)})
        if self.path == "/api/tags" and self.server.ollama:
            return self._json(200, {"models": [{"name": name} for name in self.server.ollama]})
        return self._json(404, {"error": {"message": "There is nothing here."}})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/api/show":
            shown = self.server.ollama.get(body["model"])
            return self._json(200 if shown is not None else 404, shown or {"error": "model not found"})
        self.server.keys.append(self.headers.get("Authorization", ""))
        reply = self.server.reply_to(body)
        if isinstance(reply, Fails):
            error = {"message": reply.message, "code": reply.code, "type": None}
            return self._json(reply.status, {"error": error}, headers=reply.headers)
        return self._stream(body["model"], reply)

    def _json(self, status: int, answer: Body, *, headers: Mapping[str, str] | None = None) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, model: str, reply: Says | Calls | BreaksOff) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if isinstance(reply, BreaksOff):
            if reply.thinks:
                self._chunk(model, {"reasoning_content": reply.thinks}, None)
            self._chunk(model, {"content": reply.text}, None)
            time.sleep(reply.pause_seconds)
            self.close_connection = True
            return
        for delta in reply.chunks():
            self._chunk(model, delta, None)
        self._chunk(model, {}, reply.finish)
        if reply.usage:
            self._usage(model, reply.usage)
        self._event("[DONE]")
        self.wfile.write(b"0\r\n\r\n")

    def _chunk(self, model: str, delta: Body, finish: str | None) -> None:
        choice = {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}
        answer = {
            "id": "r",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": model,
            "choices": [choice],
        }
        self._event(json.dumps(answer))

    def _usage(self, model: str, usage: Body) -> None:
        head = {"id": "r", "object": "chat.completion.chunk", "created": 1, "model": model, "choices": []}
        self._event(json.dumps({**head, "usage": usage}))

    def _event(self, data: str) -> None:
        event = f"data: {data}\n\n".encode()
        self.wfile.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")
        self.wfile.flush()
