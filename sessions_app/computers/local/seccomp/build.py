"""Write the system-call filters that lie beside this file. Run it after a change: `python build.py`.

Needs pyseccomp and libseccomp, which nothing needs afterwards. Two filters for each processor:

    computer   what everything in a computer runs under; the browser may still make its own user namespace
    strict     what terminal commands run under besides: no user namespaces at all

Both are lists of what is refused, on top of namespaces without any privilege.
"""

from __future__ import annotations

import errno
import socket
import sys
from pathlib import Path

import pyseccomp  # type: ignore[import-not-found, import-untyped, unused-ignore]

REFUSED = """
    keyctl add_key request_key
    bpf perf_event_open userfaultfd kexec_load kexec_file_load
    open_by_handle_at name_to_handle_at
    mount umount2 pivot_root move_mount open_tree fsopen fsconfig fsmount fspick mount_setattr
    swapon swapoff reboot init_module finit_module delete_module syslog acct quotactl quotactl_fd
    io_uring_setup io_uring_enter io_uring_register
    lookup_dcookie vhangup nfsservctl uselib modify_ldt fanotify_init
    clock_settime settimeofday adjtimex clock_adjtime process_madvise
""".split()
NAMESPACES = ["setns", "unshare"]
CLONE_NEWUSER = 0x10000000
TERMINAL_INJECTION = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK)
PROCESSORS = {"x86_64": pyseccomp.Arch.X86_64, "aarch64": pyseccomp.Arch.AARCH64}


def build(architecture: int, *, strict: bool) -> pyseccomp.SyscallFilter:
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    if architecture != pyseccomp.system_arch():
        rules.add_arch(architecture)
        rules.remove_arch(pyseccomp.system_arch())
    for name in REFUSED + (NAMESPACES if strict else []):
        refuse(rules, name)
    if strict:
        masked = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, CLONE_NEWUSER, CLONE_NEWUSER)
        rules.add_rule(pyseccomp.ERRNO(errno.EPERM), "clone", masked)
        # clone3 hides its flags behind a pointer: ENOSYS makes the C library fall back to clone.
        rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    for request in TERMINAL_INJECTION:
        masked = pyseccomp.Arg(1, pyseccomp.MASKED_EQ, 0xFFFFFFFF, request)
        rules.add_rule(pyseccomp.ERRNO(errno.EPERM), "ioctl", masked)
    refuse_families(rules)
    return rules


def refuse(rules: pyseccomp.SyscallFilter, name: str) -> None:
    try:
        rules.add_rule(pyseccomp.ERRNO(errno.EPERM), name)
    except (OSError, ValueError) as error:
        print(f"{name}: not a system call here ({error})", file=sys.stderr)


def refuse_families(rules: pyseccomp.SyscallFilter) -> None:
    """Network namespaces do not cover AF_VSOCK, so every family but the four is refused."""
    refused = pyseccomp.ERRNO(errno.EAFNOSUPPORT)
    last = max(FAMILIES)
    for family in range(last):
        if family not in FAMILIES:
            rules.add_rule(refused, "socket", pyseccomp.Arg(0, pyseccomp.EQ, family))
    rules.add_rule(refused, "socket", pyseccomp.Arg(0, pyseccomp.GT, last))


def main() -> None:
    folder = Path(__file__).parent
    for processor, architecture in PROCESSORS.items():
        for name, strict in (("computer", False), ("strict", True)):
            with open(folder / f"{name}-{processor}.bpf", "wb") as file:
                build(architecture, strict=strict).export_bpf(file)


if __name__ == "__main__":
    main()
