"""The bubblewrap command line of one computer. Nothing of the host is visible but /usr and a few settings."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

USER_ID = 1000  # inside; outside it is the user that the host process runs as
CODE = "/run/computer"
PROXY = "http://127.0.0.1:3128"
DIRECT = "localhost,127.0.0.1,::1"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
SHARED_MEMORY_MB = 256
RUNTIME_MB = 64
TEMPORARY_MB = 1024

ENVIRONMENT = {
    "HOME": "/home/agent",
    "USER": "agent",
    "LOGNAME": "agent",
    "SHELL": "/bin/bash",
    "LANG": "C.UTF-8",
    "TERM": "dumb",
    "PATH": "/home/agent/.local/bin:/usr/local/bin:/usr/bin:/bin",
    "TMPDIR": "/tmp",
    "XDG_RUNTIME_DIR": "/run/user",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "DEBIAN_FRONTEND": "noninteractive",
    "PYTHONUNBUFFERED": "1",
    "PIP_BREAK_SYSTEM_PACKAGES": "1",  # there is nothing to break: /usr cannot be written
    "SSL_CERT_FILE": CERTIFICATES,
    "PIP_CERT": CERTIFICATES,
    "NODE_USE_ENV_PROXY": "1",
    **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), PROXY),
    **dict.fromkeys(("no_proxy", "NO_PROXY"), DIRECT),
}

ON_DESKTOP = {"DISPLAY": ":1", "BROWSER": f"/bin/bash {CODE}/local/daemon/look/browser.sh"}

SETTINGS = """
    alternatives ssl/certs ssl/openssl.cnf ca-certificates.conf fonts ld.so.cache ld.so.conf ld.so.conf.d
    localtime timezone mime.types mailcap xdg inputrc bash.bashrc profile terminfo magic protocols services
    debian_version os-release python3 perl dpkg/origins
""".split()

GIT_SETTINGS = """[user]
\tname = Agent
\temail = agent@computer
[init]
\tdefaultBranch = main
[core]
\tlogAllRefUpdates = true
"""

SYNTHETIC = {
    "passwd": "root:x:0:0:root:/root:/usr/sbin/nologin\n"
    f"agent:x:{USER_ID}:{USER_ID}:Agent:/home/agent:/bin/bash\n"
    "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n",
    "group": f"root:x:0:\nagent:x:{USER_ID}:\nnogroup:x:65534:\n",
    "hosts": "127.0.0.1 localhost computer\n::1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    "machine-id": f"{1:032x}\n",
    "gitconfig": GIT_SETTINGS,
}


@dataclass
class Sandbox:
    """A command line, and the descriptors that bubblewrap must inherit."""

    argv: list[str]
    descriptors: list[int] = field(default_factory=list)

    def close(self) -> None:
        for descriptor in self.descriptors:
            os.close(descriptor)


@dataclass(frozen=True)
class Folders:
    workspace: str
    home: str
    code: str


def sandbox(
    folders: Folders,
    command: Sequence[str],
    *,
    variables: dict[str, str],
    system_call_filter: Path,
    memory_mb: int,
) -> Sandbox:
    """Raises OSError when the filter cannot be read: without it nothing starts."""
    built = Sandbox(["bwrap", *_namespaces()])
    for name, value in {**ENVIRONMENT, **variables}.items():
        built.argv += ["--setenv", name, value]
    built.argv += _system()
    _add_settings(built)
    built.argv += _writable(folders, memory_mb)
    # The agent is process 1's peer: bubblewrap's own init would be traceable, and runs without the filter.
    built.argv += ["--as-pid-1", "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/workspace"]
    filter_descriptor = os.open(system_call_filter, os.O_RDONLY)
    built.descriptors.append(filter_descriptor)
    built.argv += ["--seccomp", str(filter_descriptor), "--", *command]
    return built


def _namespaces() -> Iterator[str]:
    yield from ("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net")
    yield from (
        "--unshare-cgroup-try",
        "--uid",
        str(USER_ID),
        "--gid",
        str(USER_ID),
        "--hostname",
        "computer",
    )
    yield from ("--die-with-parent", "--new-session", "--clearenv")


def _system() -> Iterator[str]:
    yield from ("--ro-bind", "/usr", "/usr")
    for name in ("bin", "sbin", "lib", "lib64", "lib32"):
        path = f"/{name}"
        if os.path.islink(path):
            yield from ("--symlink", os.readlink(path), path)
        elif os.path.isdir(path):
            yield from ("--ro-bind", path, path)
    yield from ("--proc", "/proc", "--dev", "/dev")
    yield from ("--dir", "/var", "--symlink", "/tmp", "/var/tmp")
    yield from ("--ro-bind-try", "/var/cache/fontconfig", "/var/cache/fontconfig")


def _add_settings(built: Sandbox) -> None:
    built.argv += ["--dir", "/etc"]
    for name in SETTINGS:
        built.argv += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    for name, text in SYNTHETIC.items():
        descriptor, end = os.pipe()
        os.write(end, text.encode())
        os.close(end)
        built.descriptors.append(descriptor)
        built.argv += ["--perms", "0444", "--ro-bind-data", str(descriptor), f"/etc/{name}"]


def _writable(folders: Folders, memory_mb: int) -> Iterator[str]:
    temporary_mb = min(TEMPORARY_MB, memory_mb // 2)
    for path, mode, size_mb in (
        ("/tmp", "1777", temporary_mb),
        ("/dev/shm", "1777", min(SHARED_MEMORY_MB, temporary_mb)),
        ("/run/user", "0700", RUNTIME_MB),
    ):
        yield from ("--perms", mode, "--size", str(size_mb * 1024 * 1024), "--tmpfs", path)
    yield from ("--ro-bind", folders.code, CODE)
    yield from ("--bind", folders.workspace, "/workspace", "--bind", folders.home, "/home/agent")
