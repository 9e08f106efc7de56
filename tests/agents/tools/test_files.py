from __future__ import annotations

import pytest

from tests.agents.notebook import Notebook

from .conftest import Caller

pytestmark = pytest.mark.sandbox


async def test_a_file_is_written_with_its_diff(call: Caller, notebook: Notebook) -> None:
    result = await call("write_file", path="notes/plan.md", text="one\ntwo\n")
    assert result.text == "Wrote notes/plan.md (8 bytes)."
    (event,) = notebook.events
    assert (event.kind, event.payload["path"], event.payload["added"]) == ("file_written", "notes/plan.md", 2)
    assert "+two" in str(event.payload["diff"])


async def test_a_file_is_edited_with_its_diff(call: Caller, notebook: Notebook) -> None:
    await call("write_file", path="plan.md", text="one\ntwo\ntwo\n")
    result = await call("edit_file", path="/workspace/plan.md", old="two", new="three", everywhere=True)
    assert result.text == "Edited /workspace/plan.md in 2 places."
    event = notebook.events[-1]
    assert (event.kind, event.payload["by"], event.payload["added"]) == ("file_edited", "edit_file", 2)
    assert "-two\n" in str(event.payload["diff"])


async def test_a_large_diff_lies_in_a_blob(call: Caller, notebook: Notebook) -> None:
    await call("write_file", path="long.txt", text="a line of text\n" * 1000)
    (event,) = notebook.events
    assert "diff" not in event.payload
    assert notebook.blobs[str(event.payload["diff_blob"])].count(b"+a line of text") == 1000


async def test_an_edit_that_is_ambiguous_is_refused_in_words(call: Caller, notebook: Notebook) -> None:
    await call("write_file", path="plan.md", text="two\ntwo\n")
    result = await call("edit_file", path="plan.md", old="two", new="three")
    assert result.failed
    assert notebook.kinds[-1] == "tool_failed"
    assert notebook.events[-1].payload["text"] == result.text


async def test_lines_of_a_file_are_read_as_they_stand(call: Caller, notebook: Notebook) -> None:
    await call("write_file", path="numbers.txt", text="".join(f"{number}\n" for number in range(1, 1001)))
    result = await call("read_file", path="numbers.txt", first_line=10, lines=2)
    assert result.text == "[numbers.txt, lines 10 to 11 of 1000]\n10\n11\n"
    event = notebook.events[-1]
    assert (event.kind, event.payload["first_line"], event.payload["lines"]) == ("file_read", 10, 2)
    assert event.payload["excerpt"] == "10\n11\n"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("missing.txt", "missing.txt"),
        ("../../etc/passwd", ""),
        ("/etc/passwd", ""),
        ("plain", "no text file"),
    ],
)
async def test_what_cannot_be_read_is_said(call: Caller, notebook: Notebook, path: str, words: str) -> None:
    await call("bash", command="head -c 100 /dev/zero > plain")
    result = await call("read_file", path=path)
    assert result.failed
    assert words in result.text
    assert "root:" not in result.text
    assert notebook.kinds[-1] == "tool_failed"


async def test_a_deliverable_is_saved_and_named(call: Caller, notebook: Notebook) -> None:
    await call("write_file", path="report.md", text="All is well.\n")
    result = await call("save_artifact", path="report.md", title="The report")
    assert result.text == "Saved “The report” as version 1, 13 bytes."
    assert notebook.kinds[-1] == "artifact_saved"
    assert notebook.events[-1].payload["name"] == "The report"


async def test_a_deliverable_that_is_not_there_is_said(call: Caller, notebook: Notebook) -> None:
    assert (await call("save_artifact", path="nothing.md")).failed
    await call("bash", command="mkdir empty")
    result = await call("save_artifact", path="empty")
    assert (result.text, result.failed) == ("empty holds no files.", True)
    assert notebook.artifacts == []
