"""A sandbox that does not come up is explained, with the line that mends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sessions_app.computers.local import diagnosis
from sessions_app.computers.local.diagnosis import explain

NO_MAP = "bwrap: setting up uid map: Permission denied"


def test_bubblewrap_that_is_not_installed_is_named() -> None:
    reason, cure = explain("[Errno 2] No such file or directory: 'bwrap'")
    assert "bubblewrap" in reason
    assert cure == "apt-get install bubblewrap"


def test_apparmor_on_ubuntu_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    switch = tmp_path / "apparmor_restrict_unprivileged_userns"
    switch.write_text("1\n")
    monkeypatch.setattr(diagnosis, "APPARMOR_SWITCH", switch)
    reason, cure = explain(NO_MAP)
    assert "AppArmor" in reason
    assert "/etc/apparmor.d/bwrap" in cure


def test_a_container_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("container", "podman")
    for complaint in (NO_MAP, "bwrap: Can't mount proc on /newroot/proc: Operation not permitted"):
        reason, cure = explain(complaint)
        assert "container" in reason
        assert "--security-opt" in cure


def test_namespaces_that_are_switched_off_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = tmp_path / "max_user_namespaces"
    limit.write_text("0\n")
    monkeypatch.setattr(diagnosis, "APPARMOR_SWITCH", tmp_path / "none")
    monkeypatch.setattr(diagnosis, "USER_NAMESPACES", limit)
    monkeypatch.setattr(diagnosis, "in_container", lambda: False)
    assert explain("bwrap: Creating new namespace failed: nesting depth or /proc/sys/user/max_*")[
        1
    ].startswith("sysctl user.max_user_namespaces")


def test_what_is_not_known_is_told_as_it_was_said() -> None:
    assert explain("bwrap: something\n  else")[0].endswith("bwrap: something else")
