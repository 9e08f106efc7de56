from __future__ import annotations

from sessions_app.agents.policy import Policy


def test_a_pattern_is_found_however_it_is_spaced_and_quoted() -> None:
    rules = Policy(shell_patterns=("npm publish", "rm -rf */workspace"))
    for command in ("cd x && npm   publish", "npm 'pub'lish", "np\\m publish", "rm -rf -- /workspace/a"):
        assert rules.of_command(command), command
    for command in ("npm run publish", "rm -r /workspace", "echo npm"):
        assert rules.of_command(command) is None, command
    assert Policy(shell_patterns=("*",)).of_command("ls")
    assert Policy().of_command("git push; npm publish") is None


def test_no_pattern_and_no_command_is_too_long_to_be_read() -> None:
    rules = Policy(shell_patterns=("*a" * 100,) * 50)
    assert rules.of_command("b" * 100_000) is None
    assert rules.of_command("a" * 99) is None
