"""What an agent might try, each a script that ends with 0 where it got what it wanted.

`{…}` stand for what the host has ready: a file, a folder, a process, servers, sockets, a secret in its own
environment. `outside`: the same script gets it on the host, as root, which shows that it can.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Attempt:
    name: str
    script: str
    outside: bool = True

    def __str__(self) -> str:
        return self.name


def _python(name: str, code: str, *, outside: bool = True) -> Attempt:
    """A Python script that ends with 0 unless it raises."""
    return Attempt(name, f"exec 2>/dev/null; python3 - <<'END'\n{code.strip()}\nEND", outside)


FILES = [
    Attempt("reads the passwords of the host", "grep -q root: /etc/shadow"),
    Attempt("lists the home of root", "ls -A /root | grep -q ."),
    Attempt("reads a file of the host", "grep -q MARK {file}"),
    Attempt("reads it by way of process 1", "grep -q MARK /proc/1/root{file}", outside=False),
    Attempt("reads it by a link", "ln -sfn {file} link-out; grep -q MARK link-out"),
    Attempt("reads the program of the dashboard", "grep -q django {project}/manage.py"),
    Attempt("sees other computers", "ls /var/lib/lightcone-dispatch/*", outside=False),
    Attempt("writes to the system", "touch /usr/.escape && rm /usr/.escape"),
    Attempt("writes to the settings", "touch /etc/.escape && rm /etc/.escape"),
    Attempt("writes to the accounts", ": >>/etc/passwd"),
    Attempt("writes beside the system", "touch /.escape && rm /.escape"),
    Attempt("writes to devices", "touch /dev/.escape && rm /dev/.escape"),
    Attempt("changes the code of its own computer", "touch /run/computer/x", outside=False),
]

SECRETS = [
    Attempt("has the environment of the host", "env | grep -q {secret}"),
    Attempt("finds it in another process", "cat /proc/[0-9]*/environ 2>/dev/null | grep -qa {secret}"),
]

PROCESSES = [
    Attempt("sees a process of the host", "grep -qa sleep-of-the-host /proc/{pid}/cmdline"),
    Attempt(
        "signals a process of the host", "grep -qa sleep-of-the-host /proc/{pid}/cmdline && kill -0 {pid}"
    ),
    Attempt("stops process 1", "kill -STOP 1 && grep -q 'State:.T' /proc/1/status", outside=False),
    Attempt("reads the memory of process 1", "exec 3</proc/1/mem", outside=False),
    Attempt("lists the descriptors of process 1", "ls /proc/1/fd | grep -q ."),
    Attempt("inherits a descriptor", "ls -l /proc/self/fd | grep -qE 'socket:|host|/var/lib'", outside=False),
    _python(
        "traces process 1",
        "import ctypes; libc = ctypes.CDLL(None); raise SystemExit(libc.ptrace(16, 1, 0, 0) != 0)",
        outside=False,
    ),
    _python(
        "copies from the memory of process 1",
        """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
here = ctypes.create_string_buffer(8)
vector = (ctypes.c_void_p * 2)(ctypes.addressof(here), 8)
libc.process_vm_readv(1, vector, 1, vector, 1, 0)
raise SystemExit(ctypes.get_errno() in (1, 38))
""",
        outside=False,
    ),
    Attempt(
        "writes the pattern of core dumps",
        "cat /proc/sys/kernel/core_pattern >/proc/sys/kernel/core_pattern",
        outside=False,
    ),
    Attempt("reads the memory of the kernel", "head -c1 /proc/kcore | grep -q .", outside=False),
    Attempt("asks for the keys of the system", "test -w /proc/sysrq-trigger", outside=False),
    Attempt("reads what the kernel says", "dmesg | grep -q .", outside=False),
]

POWERS = [
    Attempt("becomes root by su", "su -c true root </dev/null"),
    _python("becomes root by itself", "import os; os.setuid(0)"),
    Attempt(
        "becomes root by a program of its own",
        "cp /bin/bash own && chmod 4755 own && test $(./own -p -c 'id -u') = 0",
    ),
    _python("changes its root", "import os; os.chroot('/tmp')"),
    Attempt("makes a user namespace", "unshare --user true"),
    Attempt("makes a mount namespace", "unshare --user --map-root-user --mount true"),
    _python(
        "makes one by clone",
        "import ctypes; libc = ctypes.CDLL(None); raise SystemExit(libc.unshare(0x10000000) != 0)",
    ),
    Attempt("enters the namespaces of process 1", "nsenter --target 1 --mount true", outside=False),
    _python(
        "enters one by its file",
        "import os, ctypes; raise SystemExit(ctypes.CDLL(None).setns(os.open('/proc/1/ns/net', 0), 0) != 0)",
        outside=False,
    ),
    Attempt("mounts a file system", "mount -t tmpfs none /mnt", outside=False),
    Attempt("makes the system writable", "mount -o remount,rw /usr", outside=False),
    Attempt("takes the workspace away", "umount /workspace", outside=False),
    Attempt("makes a device", "mknod disk b 8 0", outside=False),
    Attempt("reads a disk", "head -c1 /dev/sda || head -c1 /dev/vda || head -c1 /dev/nvme0n1", outside=False),
    Attempt("takes precedence", "nice -n -5 true && test $(nice -n -5 nice) = -5"),
    _python(
        "takes a real-time turn",
        "import os; os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))",
        outside=False,
    ),
    _python(
        "raises its own limits",
        "import resource as r; h = r.getrlimit(6)[1] + 1; r.setrlimit(6, (h, h))  # processes",
        outside=False,
    ),
    Attempt("sets the clock", "date -s @$(date +%s)", outside=False),
]

_CALL = "import ctypes, platform; libc = ctypes.CDLL(None, use_errno=True); n = {0}[platform.machine()]; "
CALLS = [
    _python(
        f"calls {name}",
        _CALL.format({"x86_64": x86, "aarch64": arm})
        + f"libc.syscall(n{arguments}); raise SystemExit(ctypes.get_errno() in (1, 38))",
        outside=False,
    )
    for name, x86, arm, arguments in (
        ("the keyring", 250, 219, ", 0, -3, 1"),
        ("bpf", 321, 280, ", 0, 0, 0"),
        ("io_uring", 425, 425, ", 4, 0"),
        ("userfaultfd", 323, 282, ", 0"),
        ("perf", 298, 241, ", 0, 0, -1, -1, 0"),
        ("open_by_handle_at", 304, 265, ", -1, 0, 0"),
    )
]

_SOCKET = "import socket; socket.socket(socket.{0}, socket.{1})"
SOCKETS = [
    _python(
        "reaches a server of the host",
        "from socket import *; assert create_connection(('127.0.0.1', {port}), 2).recv(4) == b'MARK'",
    ),
    _python(
        "reaches it by another address",
        "from socket import *; assert create_connection(('127.0.0.2', {port}), 2).recv(4) == b'MARK'",
    ),
    _python(
        "reaches a socket in the file system",
        "import socket; s = socket.socket(socket.AF_UNIX); s.connect('{path}')",
    ),
    _python(
        "reaches a socket without a name",
        "import socket; s = socket.socket(socket.AF_UNIX); s.connect('\\0{abstract}')",
    ),
    _python(
        "sends to the world without the proxy",
        "from socket import *; socket(AF_INET, SOCK_DGRAM).connect(('198.51.100.1', 53))",
    ),
    _python("sees the network of the host", "import socket; assert len(socket.if_nameindex()) > 1"),
    *(
        _python(f"opens a socket of {family[3:].lower()}", _SOCKET.format(family, kind), outside=False)
        for family, kind in (
            ("AF_VSOCK", "SOCK_STREAM"),
            ("AF_PACKET", "SOCK_RAW"),
            ("AF_ALG", "SOCK_SEQPACKET"),
            ("AF_INET", "SOCK_RAW"),
        )
    ),
]

_SPELLINGS = (
    "127.0.0.1 127.1 2130706433 0x7f000001 0177.0.0.1 0.0.0.0 localhost [::1] [::ffff:127.0.0.1] [::] "
    "[64:ff9b::7f00:1] [2002:7f00:1::] user@127.0.0.1 example.org@127.0.0.1"
).split()
SPELLINGS = [
    Attempt(
        f"asks the proxy for {spelling}",
        f"curl -sS -m 5 --noproxy '' -x 127.0.0.1:3128 http://{spelling}:{{port}}/ 2>&1 | grep -q MARK",
        outside=False,
    )
    for spelling in _SPELLINGS
]

ALL = [*FILES, *SECRETS, *PROCESSES, *POWERS, *CALLS, *SOCKETS, *SPELLINGS]
