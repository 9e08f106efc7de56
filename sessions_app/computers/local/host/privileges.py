"""Giving up root for good, and hiding from others of the same user."""

from __future__ import annotations

import ctypes
import os
import resource

PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 4, 24, 38
PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
LAST_CAPABILITY = 63

_libc = ctypes.CDLL(None, use_errno=True)


def give_up_root(user_id: int) -> None:
    """Be this user, with its own group and nothing else. Raises OSError for an id that the kernel refuses."""
    for capability in range(LAST_CAPABILITY + 1):
        _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)  # says EINVAL past the last one that exists
    os.setgroups([])
    os.setresgid(user_id, user_id, user_id)
    os.setresuid(user_id, user_id, user_id)


def settle() -> None:
    """No new privileges, no core dumps, no tracing; as many open files as this user may have."""
    if _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs was refused")
    _libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    # bubblewrap refuses to run with capabilities, which a service that binds port 80 hands down.
    _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65536), most))
    os.umask(0o077)
