"""A person looks at the files of a computer, and puts some there, whatever its agent made of them."""

from __future__ import annotations

import io
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from sessions_app.computers.client import files
from sessions_app.computers.client.files import Workspace
from sessions_app.computers.errors import ComputerError, FileMissing, FileTooLarge, PathRefused
from sessions_app.computers.local.places import Places

HOSTILE = ["line\nbreak", "\u202egnp.exe", "<script>alert(1)<", "a" * 255, " ", "-rf", "ü" * 100]


@pytest.fixture
def computer_id() -> str:
    return uuid.uuid4().hex


@pytest.fixture
def folder(tmp_path: Path, computer_id: str) -> Iterator[Path]:
    """The workspace of a computer that sleeps, as its agent left it."""
    places = Places(tmp_path)
    place = places.of(computer_id)
    places.prepare(place)
    yield place.workspace
    places.discard(place)


@pytest.fixture
def workspace(tmp_path: Path, computer_id: str, folder: Path) -> Workspace:
    return Workspace(tmp_path, computer_id)


def names(workspace: Workspace, path: str = "", *, hidden: bool = False) -> list[str]:
    return [entry.name for entry in workspace.folder(path, hidden=hidden).entries]


def test_folders_come_first_and_hidden_files_when_they_are_asked_for(
    workspace: Workspace, folder: Path
) -> None:
    for name in ("b.txt", "A.txt", ".env"):
        (folder / name).write_text("x")
    (folder / "src" / "deep").mkdir(parents=True)
    assert names(workspace) == ["src", "A.txt", "b.txt"]
    assert workspace.folder().hidden == 1
    assert names(workspace, hidden=True) == ["src", ".env", "A.txt", "b.txt"]
    listed = workspace.folder("src/./deep/..")
    assert (listed.path, listed.entries[0].path) == ("src", "src/deep")


def test_before_its_first_start_a_computer_has_no_files(tmp_path: Path) -> None:
    assert Workspace(tmp_path, uuid.uuid4().hex).folder().entries == []


def test_of_a_very_full_folder_the_first_500_are_listed(workspace: Workspace, folder: Path) -> None:
    for number in range(505):
        (folder / f"{number:03}").touch()
    assert (len(workspace.folder().entries), workspace.folder().more) == (500, 5)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_taken_as_it_is(workspace: Workspace, folder: Path, name: str) -> None:
    (folder / name).write_text("inside")
    (entry,) = workspace.folder().entries
    assert (entry.name, entry.path) == (name, name)
    with workspace.open(entry.path) as opened:
        assert opened.read() == b"inside"


def test_what_has_a_name_that_is_no_text_is_seen_and_cannot_be_asked_for(
    workspace: Workspace, folder: Path
) -> None:
    (folder / os.fsdecode(b"caf\xe9")).touch()
    (entry,) = workspace.folder().entries
    assert (entry.name, entry.path) == ("caf\ufffd", "")


def test_links_are_seen_as_links_and_lead_nowhere(workspace: Workspace, folder: Path) -> None:
    (folder / "passwd").symlink_to("/etc/passwd")
    (folder / "etc").symlink_to("/etc")
    (folder / "up").symlink_to("../../..")
    assert {(one.kind, one.aim) for one in workspace.folder().entries} == {
        ("link", "/etc/passwd"),
        ("link", "/etc"),
        ("link", "../../.."),
    }
    for path in ("passwd", "etc/passwd", "up", "../run", "/etc/passwd", "etc", "a\0b"):
        with pytest.raises((PathRefused, FileMissing)):
            workspace.open(path)
    for path in ("etc", "up", "..", "/etc"):
        with pytest.raises(ComputerError):
            workspace.folder(path)
        with pytest.raises(ComputerError):
            workspace.below(path)
        with pytest.raises(ComputerError):
            workspace.put(path, "planted", io.BytesIO(b"x"))


def test_what_is_no_file_is_seen_and_not_waited_for(workspace: Workspace, folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    assert [one.kind for one in workspace.folder().entries] == ["other"]
    with pytest.raises(PathRefused):
        workspace.open("pipe")


def test_a_file_that_is_put_there_belongs_to_the_computer(workspace: Workspace, folder: Path) -> None:
    (folder / "data").mkdir()
    assert workspace.put("data", "orders.csv", io.BytesIO(b"1,2")) == "data/orders.csv"
    put = folder / "data" / "orders.csv"
    assert put.read_bytes() == b"1,2"
    assert (put.stat().st_uid, put.stat().st_mode & 0o7777) == (folder.stat().st_uid, 0o644)


def test_a_name_that_is_taken_gets_a_number_also_where_a_link_has_it(
    workspace: Workspace, folder: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    (folder / "a.csv").symlink_to(outside)
    assert [workspace.put("", "a.csv", io.BytesIO(b"x")) for _ in range(2)] == ["a-2.csv", "a-3.csv"]
    assert workspace.put("", ".profile", io.BytesIO(b"x")) == ".profile"
    assert not outside.exists()


def test_of_a_file_that_is_too_large_nothing_is_left(
    workspace: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PUT_LIMIT_BYTES", 2**20)
    with pytest.raises(FileTooLarge, match="larger than 1 MB"):
        workspace.put("", "big", io.BytesIO(bytes(2**20 + 1)))
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\0b"])
def test_a_name_that_is_none_is_refused(workspace: Workspace, folder: Path, name: str) -> None:
    with pytest.raises(PathRefused):
        workspace.put("", name, io.BytesIO(b"x"))
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_too_large_for_an_archive_is_refused(
    workspace: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a").write_bytes(bytes(100))
    assert [one.path for one in workspace.below("")] == ["a"]
    monkeypatch.setattr(files, "ZIP_BYTES", 99)
    with pytest.raises(FileTooLarge, match="smaller folder"):
        workspace.below("")


def test_a_file_that_grows_while_it_is_read_ends_where_it_did(workspace: Workspace, folder: Path) -> None:
    (folder / "log").write_bytes(b"one")
    opened = workspace.open("log")
    (folder / "log").write_bytes(b"one and two")
    assert b"".join(files.pieces(opened, limit_bytes=3)) == b"one"
    assert opened.closed
