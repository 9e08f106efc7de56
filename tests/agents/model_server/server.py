"""A model server on this machine that answers from a script, over real HTTP, in four languages.

    with serving([Calls(("bash", {"command": "ls"})), Says("Two files.")]) as server:
        ...  # Connection(…, base_url=server.base_url); what it was asked is in server.requests

It answers in the language that it is asked in: OpenAI's two, Anthropic's and Google's, each streamed. It
lists its models as each of them does, and as Ollama. A script may also be a function of the request's body.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from . import chat, gemini, messages, responses
from .script import Body, BreaksOff, Fails, Reply, Script

_LANGUAGES: dict[str, ModuleType] = {
    "/v1/chat/completions": chat,
    "/v1/responses": responses,
    "/v1/messages": messages,
}
_GEMINI = re.compile(r"/v1beta/models/(.+):streamGenerateContent")
_KEY_HEADERS = ("Authorization", "x-api-key", "x-goog-api-key")


class ModelServer(ThreadingHTTPServer):
    """`requests` are the bodies it was asked with, `keys` the API keys; a script that is over answers 500.

    `lists` is how it fails to list its models, when it does.
    """

    daemon_threads = True

    def __init__(
        self,
        script: Script,
        *,
        models: Sequence[Body] = (),
        ollama: Mapping[str, Body] | None = None,
        lists: Fails | None = None,
    ):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[Body] = []
        self.keys: list[str] = []
        self.models = models
        self.lists = lists
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
        """Where OpenAI's libraries look; Anthropic's, Google's and Ollama's begin at `url`."""
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
    script: Script = (),
    *,
    models: Sequence[Body] = (),
    ollama: Mapping[str, Body] | None = None,
    lists: Fails | None = None,
) -> Iterator[ModelServer]:
    server = ModelServer(script, models=models, ollama=ollama, lists=lists)
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
        self._note_key()
        path, models = urlsplit(self.path).path, list(self.server.models)
        if self.server.lists is not None:
            language = gemini if path.startswith("/v1beta") else chat
            return self._json(self.server.lists.status, language.error(self.server.lists))
        if path == "/v1/models" and models:
            return self._json(200, {"object": "list", "data": models})
        if path == "/v1beta/models" and models:
            return self._json(200, {"models": models})
        if path == "/api/tags" and self.server.ollama:
            return self._json(200, {"models": [{"name": name} for name in self.server.ollama]})
        return self._json(404, {"error": {"message": "There is nothing here."}})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        path = urlsplit(self.path).path
        if path == "/api/show":
            shown = self.server.ollama.get(body["model"])
            return self._json(200 if shown is not None else 404, shown or {"error": "model not found"})
        self._note_key()
        at_google = _GEMINI.fullmatch(path)
        language = gemini if at_google else _LANGUAGES[path]
        reply = self.server.reply_to(body)
        if isinstance(reply, Fails):
            return self._json(reply.status, language.error(reply), headers=reply.headers)
        return self._stream(language, at_google[1] if at_google else body["model"], reply)

    def _note_key(self) -> None:
        keys = (self.headers.get(name, "") for name in _KEY_HEADERS)
        self.server.keys.append(next(filter(None, keys), ""))

    def _json(self, status: int, answer: Body, *, headers: Mapping[str, str] | None = None) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, language: ModuleType, model: str, reply: Reply) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if isinstance(reply, BreaksOff):
            self._events(language.beginning(model, reply))
            time.sleep(reply.pause_seconds)
            if reply.error is None:
                self.close_connection = True
                return
            self._events(iter([language.error_within(reply.error)]))
            self.wfile.write(b"0\r\n\r\n")
            return
        self._events(language.events(model, reply))
        self.wfile.write(b"0\r\n\r\n")

    def _events(self, events: Iterator[Body | str]) -> None:
        for number, data in enumerate(events):
            lines = f"data: {data}\n\n"
            if isinstance(data, dict):
                lines = f"data: {json.dumps({**data, 'sequence_number': number})}\n\n"
                if kind := data.get("type"):
                    lines = f"event: {kind}\n{lines}"
            event = lines.encode()
            self.wfile.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")
            self.wfile.flush()
