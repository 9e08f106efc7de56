"""Which addresses a computer may reach, in every spelling that was ever used to get round such a list."""

from __future__ import annotations

import socket

import pytest

from sessions_app.computers.local.host.policy import Policy, endpoint

PUBLIC = [
    "93.184.215.14",
    "8.8.8.8",
    "1.1.1.1",
    "2606:4700:4700::1111",
    "2001:4860:4860::8888",
    "::ffff:8.8.8.8",
]

PRIVATE = """
    127.0.0.1 127.8.9.1 0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1
    169.254.169.254 100.64.0.1 192.0.0.1 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1
    239.255.255.255 240.0.0.1 255.255.255.255 168.63.129.16
    :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254
    64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b:1::1 2002:7f00:1:: 2002:0a00:0001::1 2001:0:7f00:1::
    fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 100::1 2001:db8::1 2001:2::1 3fff::1 5f00::1
""".split()


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_reached(address: str) -> None:
    assert Policy().refusal_of_address("example.org", 443, address) is None


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_refused(address: str) -> None:
    assert Policy().refusal_of_address("example.org", 443, address) is not None
    assert Policy().refusal_of_address(address, 443, address) is not None


def test_what_is_no_address_is_refused() -> None:
    for text in ("", "localhost", "127.1", "0x7f000001", "2130706433"):
        assert Policy().refusal_of_address(text, 80, text) is not None


def test_an_address_of_this_machine_is_refused_though_public() -> None:
    """Bound here for the test: an address that only this machine has stands for its public ones."""
    own = {str(address[4][0]) for address in socket.getaddrinfo(socket.gethostname(), 80)}
    for address in own:
        assert Policy().refusal_of_address("example.org", 80, address) is not None


def test_a_private_address_that_is_allowed_is_allowed_at_its_port_and_by_its_number_only() -> None:
    policy = Policy(allow_private=["10.1.2.3:8123", "[fd00::5]:9000"])
    assert policy.refusal_of_address("10.1.2.3", 8123, "10.1.2.3") is None
    assert policy.refusal_of_address("fd00::5", 9000, "fd00::5") is None
    assert policy.refusal_of_address("10.1.2.3", 8124, "10.1.2.3") is not None
    assert policy.refusal_of_address("10.1.2.4", 8123, "10.1.2.4") is not None
    assert policy.refusal_of_address("rebound.example.org", 8123, "10.1.2.3") is not None


def test_loopback_that_is_allowed_is_opened_inside() -> None:
    policy = Policy(allow_private=["127.0.0.1:8123", "[::1]:8124", "10.0.0.1:80"])
    assert policy.forwards() == [("127.0.0.1", 8123), ("::1", 8124)]


@pytest.mark.parametrize(
    "text", ["", "127.0.0.1", "localhost:80", "127.0.0.1:0", "127.0.0.1:70000", "10.0.0.0/8:80"]
)
def test_only_a_literal_and_a_port_can_be_allowed(text: str) -> None:
    with pytest.raises(ValueError):
        endpoint(text)


@pytest.mark.parametrize("host", ["evil.example", "EVIL.example.", "a.b.evil.example", "other.test"])
def test_a_denied_name_is_denied_with_all_below_it(host: str) -> None:
    assert Policy(deny_hosts=["evil.example", "*.test"]).refusal_of_host(host, 443) is not None


@pytest.mark.parametrize("host", ["example", "notevil.example", "evil.example.org"])
def test_a_name_that_only_looks_alike_is_not_denied(host: str) -> None:
    assert Policy(deny_hosts=["evil.example"]).refusal_of_host(host, 443) is None


def test_a_denied_address_is_denied_by_any_name() -> None:
    policy = Policy(deny_hosts=["8.8.8.8"])
    for address in ("8.8.8.8", "::ffff:8.8.8.8", "64:ff9b::808:808"):
        assert policy.refusal_of_address("dns.example", 443, address) is not None, address
    assert policy.refusal_of_address("dns.example", 443, "::ffff:8.8.4.4") is None


def test_mail_is_not_sent_from_here() -> None:
    assert [port for port in (25, 80, 443, 465, 587) if Policy().refusal_of_host("mail.example", port)] == [
        25,
        465,
        587,
    ]


def test_with_the_network_off_nothing_is_reached() -> None:
    policy = Policy(mode="none", allow_private=["127.0.0.1:8123"])
    assert policy.refusal_of_host("example.org", 443) is not None
    assert policy.refusal_of_host("127.0.0.1", 8123) is not None
    assert policy.forwards() == []


LISTED = Policy(allow_hosts=["pypi.org", "*.Example.org.", "10.1.2.3", "::1"])


@pytest.mark.parametrize(
    "host", ["pypi.org", "PyPI.org.", "a.example.org", "a.b.example.org", "10.1.2.3", "0:0::1"]
)
def test_a_listed_host_is_reached(host: str) -> None:
    assert LISTED.refusal_of_host(host, 443) is None


@pytest.mark.parametrize(
    "host",
    [
        "example.org",  # the star stands for what is below it
        "evil-example.org",
        "notpypi.org",
        "files.pypi.org",
        "pypi.org.evil.example",
        "pypi.org@evil.example",
        "10.1.2.30",
        "167838211",
        "010.001.002.003",
        "",
        "*",
        ".example.org.evil",
    ],
)
def test_where_hosts_are_listed_every_other_is_refused(host: str) -> None:
    assert LISTED.refusal_of_host(host, 443) is not None
    assert Policy(allow_hosts=[]).refusal_of_host(host, 443) is not None


def test_a_listed_host_is_still_judged_by_its_address() -> None:
    assert LISTED.refusal_of_address("pypi.org", 443, "127.0.0.1") is not None
    assert LISTED.refusal_of_address("10.1.2.3", 443, "10.1.2.3") is not None
