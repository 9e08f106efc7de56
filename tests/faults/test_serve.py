from __future__ import annotations

import os
import socket
import urllib.request
from pathlib import Path

import pytest

from tests.serving import Server, served, wait_until


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


@pytest.mark.sandbox
def test_told_to_stop_in_a_command_it_queues_the_task_and_begins_nothing_more(server: Server) -> None:
    assert "/s/1/" in server.manage("dispatch", "researcher", "wait 20 seconds")
    server.wait_for("SELECT 1 FROM sessions_app_event WHERE kind = 'command_started'")
    assert server.stop() == 0
    assert server.query("SELECT status FROM sessions_app_task") == [("pending",)]
    assert server.query("SELECT count(*) FROM sessions_app_event WHERE kind = 'started'") == [(1,)]


def test_when_the_engine_cannot_start_the_server_says_so_and_ends(tmp_path: Path) -> None:
    in_the_way = tmp_path / "blobs" / ".unfinished-old"
    in_the_way.mkdir(parents=True)
    os.utime(in_the_way, (0, 0))
    with served(tmp_path) as server:
        wait_until(lambda: not server.running)
        assert server.stop() == 1
        assert "IsADirectoryError" in server.log()


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
