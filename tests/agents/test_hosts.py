from __future__ import annotations

import pytest

from sessions_app.agents.hosts import host_of, is_listed, is_own, plain
from sessions_app.computers.local.host.policy import Policy

LISTED = ("pypi.org", "*.example.org", "10.1.2.3", "::1")
HOSTS = """pypi.org files.pypi.org notpypi.org example.org a.example.org a.b.example.org evil-example.org
    10.1.2.3 10.1.2.30 ::1 ::2""".split()


@pytest.mark.parametrize("host", HOSTS)
def test_who_asks_and_who_refuses_mean_the_same_hosts(host: str) -> None:
    """One of them runs beside the computer, from a copy that cannot import the other."""
    assert is_listed(host, LISTED) == Policy(allow_hosts=LISTED).lists(host)


def test_no_letter_passes_for_another() -> None:
    assert host_of("https://GitHub.COM./x") == "github.com"
    assert host_of("https://gіthub.com/x").startswith("xn--")  # with a Cyrillic letter
    assert host_of("https://github.com@evil.example/x") == "evil.example"
    assert host_of("http://[::ffff:127.0.0.1]:80/") == "::ffff:7f00:1"
    for text in ("https:///x", "nonsense", "http://[", "http://a b/", "http://" + "x" * 300):
        assert host_of(text) == "", text
    for text in ("", "*", "*.org", "a/b", "a..b", "-a.org", "a_b.org?"):
        assert plain(text) == "", text
    for text in ("::1%eth0", "::ffff:8.8.8.8%, which is pypi.org"):
        assert plain(text) == "", "a zone can say anything"


def test_the_computer_itself_is_nobody_elses_host() -> None:
    assert all(is_own(host) for host in ("localhost", "app.localhost", "127.0.0.1", "127.8.9.1", "::1"))
    assert not any(is_own(host) for host in ("localhost.evil.example", "10.0.0.1", "evil.example"))
