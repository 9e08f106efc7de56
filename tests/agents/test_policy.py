from __future__ import annotations

from sessions_app.agents.policy import Need, Policy
from sessions_app.computers.results import Aim


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


def aim(words: str = "", form: str = "", *, payment: bool = False) -> Aim:
    return Aim("https://shop.example/", words, form, payment=payment)


def test_words_that_cost_money_are_known_and_others_are_left_alone() -> None:
    rules = Policy(spending=True)
    for words in (
        "Buy now",
        "Place order",
        "PAY €12",
        "Proceed to checkout",
        "Check out",
        "Jetzt kaufen",
        "Subscribe",
    ):
        assert rules.of_act(aim(words), "Click"), words
    for words in ("Next", "Add to basket", "Display", "Repay attention", "Facebook", "Bookmark", "Payload"):
        assert rules.of_act(aim(words), "Click") is None, words
    assert rules.of_act(aim("Next", payment=True), "Click")
    assert Policy(forms=True).of_act(aim("Buy now"), "Click") is None


def test_spending_is_never_covered_by_what_was_granted() -> None:
    granted = frozenset({Need("form", "shop.example")})
    rules = Policy(forms=True, spending=True, granted=granted)
    assert rules.of_act(aim("Send", "https://shop.example/x"), "Click") is None
    wanted = rules.of_act(aim("Pay", "https://shop.example/x"), "Click")
    assert wanted and wanted.needs == (Need("spending"),)
    elsewhere = rules.of_act(aim("Send", "https://evil.example/x"), "Click")
    assert elsewhere and elsewhere.needs == (Need("form", "evil.example"),)
