from __future__ import annotations

import os
import socket
import urllib.request
from pathlib import Path

import pytest

from tests.serving import Server, served


@pytest.fixture
def server(tmp_path: Path):  # type: ignore[no-untyped-def]
    with served(tmp_path) as running:
        yield running


def test_a_second_server_on_the_same_folder_is_refused_with_a_sentence(server: Server) -> None:
    printed = server.manage("serve")
    assert f"Process {server.pid} already serves {server.home}" in printed
    assert "Traceback" not in printed


def test_told_to_stop_it_leaves_quietly_even_with_a_page_open(server: Server) -> None:
    host, _, port = server.origin.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as page:
        page.sendall(
            b"GET /ws/ HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            b"Origin: http://localhost\r\n\r\n"
        )
        assert page.recv(100)
        assert server.stop() == 0
    assert "Traceback" not in server.log()


def test_a_taken_port_gives_way_to_the_next_free_one(server: Server, tmp_path: Path) -> None:
    other_home = tmp_path / "other"
    other_home.mkdir()
    port = server.origin.rpartition(":")[2]
    with served(other_home, LIGHTCONE_PORT=port) as other:
        assert other.origin != server.origin
        assert urllib.request.urlopen(f"{other.origin}/login/").status == 200


def test_what_it_keeps_is_for_its_owner_only(server: Server) -> None:
    for name in ("secret.key", "dispatch.sqlite3"):
        assert os.stat(server.home / name).st_mode & 0o077 == 0, name


def test_the_link_signs_in_once(server: Server) -> None:
    again = server.manage("signin")
    assert "/signin/" in again and again.strip() != server.link
