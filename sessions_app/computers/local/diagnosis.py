"""Why a sandbox does not hold on this machine, in words, and the one line that mends it."""

from __future__ import annotations

import os
from pathlib import Path

# Ubuntu 23.10 and newer: a program needs an AppArmor profile to make a user namespace.
APPARMOR_SWITCH = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
USER_NAMESPACES = Path("/proc/sys/user/max_user_namespaces")
APPARMOR_CURE = (
    "printf 'abi <abi/4.0>,\\ninclude <tunables/global>\\nprofile bwrap /usr/bin/bwrap flags=(unconfined) "
    "{\\n  userns,\\n}\\n' | sudo tee /etc/apparmor.d/bwrap && sudo apparmor_parser -r /etc/apparmor.d/bwrap"
)
CONTAINER_CURE = "docker run --security-opt seccomp=unconfined --security-opt systempaths=unconfined …"


def explain(complaint: str) -> tuple[str, str]:
    """The reason and its cure, which is empty when none is known."""
    said = " ".join(complaint.split())[-500:]
    if "No such file or directory: 'bwrap'" in said:
        return "Computers need bubblewrap, which is not installed.", "apt-get install bubblewrap"
    if _says_namespaces_are_off(said):
        return _why_no_namespaces(said)
    if "Can't mount proc" in said:
        return f"This container does not let a sandbox have its own /proc: {said}", CONTAINER_CURE
    return f"The sandbox does not hold on this machine: {said}", ""


def _says_namespaces_are_off(said: str) -> bool:
    signs = ("setting up uid map", "No permissions to create", "Creating new namespace failed", "RTM_NEWADDR")
    return any(sign in said for sign in signs)


def _why_no_namespaces(said: str) -> tuple[str, str]:
    if _number(APPARMOR_SWITCH) == 1:
        return f"AppArmor keeps bubblewrap from making user namespaces: {said}", APPARMOR_CURE
    if in_container():
        return f"This container does not allow user namespaces: {said}", CONTAINER_CURE
    if _number(USER_NAMESPACES) == 0:
        return "User namespaces are switched off on this machine.", "sysctl user.max_user_namespaces=15000"
    return f"The kernel does not allow user namespaces: {said}", "sysctl kernel.unprivileged_userns_clone=1"


def in_container() -> bool:
    return os.path.exists("/.dockerenv") or os.path.exists("/run/.containerenv") or "container" in os.environ


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None
