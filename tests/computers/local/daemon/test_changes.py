"""What an agent changed, as its person will read it."""

from __future__ import annotations

import pytest

from sessions_app.computers.base import Computer
from sessions_app.computers.results import FileChange
from tests.computers.shell import new_call, run

pytestmark = pytest.mark.sandbox


async def changed(computer: Computer) -> dict[str, FileChange]:
    return {change.path: change for change in (await computer.changes(new_call())).files}


async def test_each_look_tells_what_changed_since_the_last(computer: Computer) -> None:
    await run(
        computer, "mkdir -p /workspace/look && cd /workspace/look && seq 1 100 > numbers && echo bye > old"
    )
    first = await changed(computer)
    assert (first["look/numbers"].kind, first["look/numbers"].added) == ("added", 100)
    await run(computer, "cd /workspace/look && sed -i s/^50$/fifty/ numbers && rm old")
    second = await changed(computer)
    assert set(second) == {"look/numbers", "look/old"}
    assert second["look/old"].kind == "deleted"
    assert (second["look/numbers"].added, second["look/numbers"].removed) == (1, 1)
    assert second["look/numbers"].diff == (
        "--- a/look/numbers\n+++ b/look/numbers\n@@ -47,7 +47,7 @@\n"
        " 47\n 48\n 49\n-50\n+fifty\n 51\n 52\n 53\n"
    )
    assert await changed(computer) == {}


async def test_the_same_call_sees_the_same_answer(computer: Computer) -> None:
    call_id = new_call()
    await computer.write_file(new_call(), "same.txt", b"one\n")
    first = await computer.changes(call_id)
    await computer.write_file(new_call(), "same.txt", b"two\n")
    assert await computer.changes(call_id) == first
    assert set(await changed(computer)) == {"same.txt"}


async def test_a_file_that_was_only_touched_has_not_changed(computer: Computer) -> None:
    await computer.write_file(new_call(), "touched.txt", b"as ever\n")
    await changed(computer)
    await run(computer, "touch /workspace/touched.txt")
    assert await changed(computer) == {}


async def test_binary_and_large_files_have_no_diff(computer: Computer) -> None:
    await run(computer, "cd /workspace && head -c 5000 /dev/zero > zeros.bin && seq 1 99999 > large.txt")
    found = await changed(computer)
    assert (found["zeros.bin"].binary, found["zeros.bin"].diff) == (True, "")
    assert (found["zeros.bin"].size_bytes, found["large.txt"].diff) == (5000, "")


async def test_a_long_diff_is_cut(computer: Computer) -> None:
    await run(computer, "seq 1 20000 > /workspace/long.txt")
    change = (await changed(computer))["long.txt"]
    assert change.added == 20_000
    assert len(change.diff) <= 64 * 1024
    assert change.diff.endswith("left out.\n")


async def test_what_tools_leave_behind_is_not_work(computer: Computer) -> None:
    folders = "node_modules .venv __pycache__ .pytest_cache .cache"
    await run(
        computer,
        f"cd /workspace && mkdir -p p && cd p && for d in {folders}; do mkdir -p $d; touch $d/x; done",
    )
    await run(computer, "echo kept > /workspace/p/.gitignore")
    assert set(await changed(computer)) == {"p/.gitignore"}


async def test_of_many_changes_the_first_fifty_are_told(computer: Computer) -> None:
    await changed(computer)
    await run(computer, "mkdir -p /workspace/many && cd /workspace/many && touch $(seq -w 1 73)")
    changes = await computer.changes(new_call())
    assert (len(changes.files), changes.more_files) == (50, 23)


async def test_commits_are_noticed_with_branch_and_files(computer: Computer) -> None:
    await run(
        computer,
        "mkdir /workspace/repo && cd $_ && git init -q && echo a > a && git add . && git commit -qm One"
        " && git checkout -qb side && printf 'a\\nb\\n' > a && git commit -qam 'Two: more'"
        " && git checkout -q main"
        " && git reset -q --hard HEAD && cd /workspace && git clone -q repo copy",
    )
    commits = (await computer.changes(new_call())).commits
    assert [(commit.subject, commit.branch, commit.repository) for commit in commits] == [
        ("One", "main", "repo"),
        ("Two: more", "side", "repo"),
    ]
    assert [(file.path, file.added, file.removed) for file in commits[1].files] == [("a", 1, 0)]
    head = await run(computer, "git -C /workspace/repo log -1 --format='%H %an %ae'")
    assert head.stdout == f"{commits[0].sha} Agent agent@computer\n"
    assert (await computer.changes(new_call())).commits == []


async def test_a_hostile_repository_runs_nothing_and_hides_nothing(computer: Computer) -> None:
    await run(
        computer,
        "mkdir /workspace/trap && cd $_ && git init -q && echo x > x && git add . && git commit -qm Trap"
        " && git config core.fsmonitor 'touch /workspace/sprung'"
        " && git config core.pager 'touch /workspace/sprung'",
    )
    commits = (await computer.changes(new_call())).commits
    assert [commit.subject for commit in commits] == ["Trap"]
    assert (await run(computer, "ls /workspace/sprung")).exit_code != 0
