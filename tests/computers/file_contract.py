"""What every kind of computer keeps of its promise about files. See `contract`."""

from __future__ import annotations

import pytest

from sessions_app.computers.base import WRITE_LIMIT_BYTES, Computer
from sessions_app.computers.errors import EditRefused, FileMissing, FileTooLarge, PathRefused

from .shell import new_call, run


class FileContract:
    async def test_a_file_is_written_with_its_folders_and_read_back(self, computer: Computer) -> None:
        await computer.write_file(new_call(), "deep/er/note.txt", b"\x00any bytes\xff")
        assert await computer.read_file("/workspace/deep/er/note.txt") == b"\x00any bytes\xff"
        assert (await run(computer, "stat -c %s /workspace/deep/er/note.txt")).stdout == "11\n"

    async def test_the_same_call_writes_once(self, computer: Computer) -> None:
        call_id = new_call()
        await computer.write_file(call_id, "twice.txt", b"first")
        await run(computer, "cd /workspace && rm twice.txt")
        await computer.write_file(call_id, "twice.txt", b"first")
        with pytest.raises(FileMissing):
            await computer.read_file("twice.txt")

    async def test_an_edit_replaces_what_stands_there_once(self, computer: Computer) -> None:
        await computer.write_file(new_call(), "poem.txt", b"roses are red\nviolets are blue\n")
        call_id = new_call()
        assert await computer.edit_file(call_id, "poem.txt", "roses", "lilies") == 1
        assert await computer.edit_file(call_id, "poem.txt", "roses", "lilies") == 1
        assert await computer.edit_file(new_call(), "poem.txt", "are", "were", everywhere=True) == 2
        assert await computer.read_file("poem.txt") == b"lilies were red\nviolets were blue\n"

    @pytest.mark.parametrize("old", ["", "tulips", "are"])
    async def test_an_edit_that_is_not_clear_is_refused(self, computer: Computer, old: str) -> None:
        await computer.write_file(new_call(), "unclear.txt", b"they are, and we are\n")
        with pytest.raises(EditRefused):
            await computer.edit_file(new_call(), "unclear.txt", old, "x")
        assert await computer.read_file("unclear.txt") == b"they are, and we are\n"

    async def test_only_text_is_edited(self, computer: Computer) -> None:
        await computer.write_file(new_call(), "picture.bin", b"\xff\xfe\x00")
        with pytest.raises(EditRefused):
            await computer.edit_file(new_call(), "picture.bin", "a", "b")

    @pytest.mark.parametrize("path", ["../x", "../../etc/passwd", "/etc/passwd", "a\0b", "", "/workspacex/y"])
    async def test_a_path_out_of_the_workspace_is_refused(self, computer: Computer, path: str) -> None:
        for reading in (computer.read_file(path), computer.write_file(new_call(), path, b"x")):
            with pytest.raises(PathRefused):
                await reading
        with pytest.raises(PathRefused):
            computer.open_file(path)
        with pytest.raises(PathRefused):
            await computer.find_files(path)

    async def test_links_out_and_pipes_are_refused(self, computer: Computer) -> None:
        await run(computer, "cd /workspace && ln -sf /etc/passwd out && ln -sfn /etc up && mkfifo pipe")
        for path in ("out", "up/passwd", "pipe", "."):
            with pytest.raises(PathRefused):
                await computer.read_file(path)
            with pytest.raises(PathRefused):
                await computer.write_file(new_call(), path, b"x")

    async def test_a_link_within_the_workspace_is_followed(self, computer: Computer) -> None:
        await run(
            computer, "cd /workspace && mkdir -p within && echo here > within/a && ln -sf within/a link"
        )
        assert await computer.read_file("link") == b"here\n"

    async def test_a_missing_file_is_missing(self, computer: Computer) -> None:
        for asking in (
            computer.read_file("nowhere/at/all"),
            computer.edit_file(new_call(), "nowhere", "a", "b"),
            computer.find_files("nowhere"),
        ):
            with pytest.raises(FileMissing):
                await asking

    async def test_a_file_past_the_limit_is_too_large(self, computer: Computer) -> None:
        await computer.write_file(new_call(), "ten.txt", b"0123456789")
        assert await computer.read_file("ten.txt", limit_bytes=10) == b"0123456789"
        with pytest.raises(FileTooLarge):
            await computer.read_file("ten.txt", limit_bytes=9)
        with pytest.raises(FileTooLarge):
            await computer.write_file(new_call(), "huge", bytes(WRITE_LIMIT_BYTES + 1))
        await computer.write_file(new_call(), "large", bytes(WRITE_LIMIT_BYTES))
        assert len(await computer.read_file("large")) == WRITE_LIMIT_BYTES

    async def test_files_are_found_sorted_and_hidden_ones_left_out(self, computer: Computer) -> None:
        await run(
            computer,
            "mkdir -p /workspace/site/{b,.git,node_modules} && cd /workspace/site && echo 1 > z"
            " && echo 22 > b/a && touch .hidden .git/x node_modules/y && ln -sf z link && mkfifo pipe",
        )
        found = [(file.path, file.size_bytes) for file in await computer.find_files("site")]
        assert found == [("b/a", 3), ("z", 2)]
        assert [file.path for file in await computer.find_files("site/b/a")] == ["a"]
        with pytest.raises(FileTooLarge):
            await computer.find_files("site", limit_files=1)

    async def test_an_opened_file_is_read_by_the_host(self, computer: Computer) -> None:
        await computer.write_file(new_call(), "result.txt", b"42")
        with computer.open_file("result.txt") as file:
            assert file.read() == b"42"
