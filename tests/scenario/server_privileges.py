#!/usr/bin/env python3
"""What teardown-server may do while it serves: server_privileges.py PROGRAM SOURCE-TREE COMPILER…"""
import contextlib
import ctypes
import errno
import os
import pwd
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import threading

from lib.public_folder import program_for_all
from lib.server_process import KEEP, TIMEOUT_S, Server, get, pattern, run

PROGRAM, SOURCE, COMPILER = sys.argv[1], sys.argv[2], sys.argv[3:]
SANITIZED = "SANITIZED" in os.environ
IS_ROOT = os.geteuid() == 0
OTHER_UID = 54321
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2
# asm-generic/unistd.h, of x86-64 as well
LANDLOCK_CREATE, LANDLOCK_RESTRICT, UNUSED_CALL = 444, 446, 600
PLUGIN = """#include <teardown/hooks.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
static int misbehave(int fd)
{
	%s;
	return 0;
}
const struct td_strategy td_strategy = {TD_STRATEGY_HEADER, .name = "evil",
	.summary = "Made by a test.", .first_closer = TD_SERVER, .holder = TD_SERVER,
	.announces_close = true, .server = {.configure = misbehave,
	.exchange_done = td_half_close_after_last}, .client = {.exchange_done = td_wait_after_last}};
"""


def refused(*arguments, program=PROGRAM, **popen):
    process = subprocess.run([program, "--listen", "127.0.0.1:0", *arguments], capture_output=True,
                             text=True, timeout=TIMEOUT_S, **popen)
    assert process.stderr.count("\n") == 1, process.stderr
    return process.returncode, process.stderr


def status_of(pid, thread=None):
    """Fields of /proc/PID/status."""
    path = "/proc/%d/task/%s/status" % (pid, thread or pid)
    with open(path) as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file)


def threads_of(pid):
    return os.listdir("/proc/%d/task" % pid)


def of_a_real_root():
    with open("/proc/self/uid_map") as file:
        return IS_ROOT and file.read().split() == ["0", "0", "4294967295"]


def said(server, text):
    return any(text in line for line in server.start)


def privileged_port():
    for port in range(900, 1000):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise AssertionError("no port is free")


def the_host_s_root_is_told():
    with Server() as server:
        assert said(server, "runs as the host's root") == of_a_real_root(), server.start
    if of_a_real_root() and shutil.which("unshare"):
        namespace = ["unshare", "--user", "--map-root-user", PROGRAM]
        if subprocess.run([*namespace[:-1], "true"], capture_output=True).returncode == 0:
            with Server(program=namespace) as server:
                assert not said(server, "runs as the host's root"), server.start


def every_thread_is_of(server, uid, gid):
    for thread in threads_of(server.pid):
        status = status_of(server.pid, thread)
        assert status["Uid"].split() == [str(uid)] * 4, status["Uid"]
        assert status["Gid"].split() == [str(gid)] * 4, status["Gid"]
        assert status["Groups"].strip() == "", status["Groups"]
        for capabilities in ("CapPrm", "CapEff", "CapAmb"):
            assert int(status[capabilities], 16) == 0, status


def it_becomes_another_user():
    if not of_a_real_root():
        print("# not as root")
        return
    nobody = pwd.getpwnam("nobody")
    # The user must be able to execute the program again, for a reload.
    with program_for_all(PROGRAM) as program:
        for user, uid, gid in (("nobody", nobody.pw_uid, nobody.pw_gid),
                               (str(nobody.pw_uid), nobody.pw_uid, nobody.pw_gid),
                               (str(OTHER_UID), OTHER_UID, OTHER_UID)):
            # The port is root's to bind.
            with Server("--user", user, "--threads", "2", "--listen",
                        "127.0.0.1:%d" % privileged_port(), program=program) as server:
                for turn in range(2):
                    every_thread_is_of(server, uid, gid)
                    assert not said(server, "runs as the host's root")
                    assert server.ask(get()).body == pattern(128)
                    if turn == 0:
                        server.reload()


@contextlib.contextmanager
def program_below(mode):
    """A copy of the program two folders below one of this mode, and that one."""
    with program_for_all(PROGRAM) as program:
        closed = os.path.join(os.path.dirname(program), "closed")
        os.makedirs(os.path.join(closed, "inner"))
        copy = shutil.move(program, os.path.join(closed, "inner"))
        os.chmod(closed, mode)
        yield copy, closed


def a_user_that_cannot_execute_the_program_is_told():
    """A reload executes the program again, as the user that the server has become."""
    if not of_a_real_root():
        print("# not as root")
        return
    warning = "a reload would fail denied_by=%s error=EACCES user=nobody program=%s"
    with program_below(0o700) as (program, closed):
        with Server("--user", "nobody", program=program) as server:
            assert said(server, warning % (closed, program)), server.start
            assert server.ask(get()).status == 200
            # The warning is right.
            server.signal(signal.SIGHUP)
            server.until("reload failed status=127")
        with Server(program=program) as server:
            assert not said(server, "a reload would fail"), server.start
            server.reload()
    with program_below(0o755) as (program, closed):
        with Server("--user", "nobody", program=program) as server:
            assert not said(server, "a reload would fail"), server.start
            server.reload()
        os.chmod(program, 0o644 | stat.S_IXUSR)
        with Server("--user", "nobody", program=program) as server:
            assert said(server, warning % (program, program)), server.start


def a_user_that_cannot_be_is_refused():
    for user, status, text in (("no-such-user", 2, "there is no such user"),
                               ("root", 2, "is the superuser"), ("0", 2, "is the superuser"),
                               ("4294967295", 2, "there is no such user"),
                               ("-1", 2, "there is no such user")):
        found = refused("--user", user)
        assert found[0] == status and text in found[1], found
    if of_a_real_root():
        with program_for_all(PROGRAM) as program:
            found = refused("--user", "nobody", program=program, user=OTHER_UID, group=OTHER_UID,
                            extra_groups=[])
    else:
        found = refused("--user", "nobody")
    assert found[0] == 3 and "cannot become this user" in found[1], found


def groups_that_cannot_be_left_are_refused():
    if not of_a_real_root():
        print("# not as root")
        return
    nobody = pwd.getpwnam("nobody")
    identity = {"user": nobody.pw_uid, "group": nobody.pw_gid}
    with program_for_all(PROGRAM) as program:
        for groups in ([0], [nobody.pw_gid, 4], [OTHER_UID, OTHER_UID + 1, 0]):
            found = refused("--user", "nobody", program=program, extra_groups=groups, **identity)
            assert found[0] == 3 and "cannot become this user" in found[1], (groups, found)
        for groups in ([], [nobody.pw_gid]):
            with Server("--user", "nobody", program=program, extra_groups=groups,
                        **identity) as server:
                assert server.ask(get()).status == 200


def every_thread_is_confined():
    for arguments, expected in (([], not SANITIZED), (["--no-sandbox"], False)):
        with Server("--threads", "4", *arguments) as server:
            for turn in range(2):
                # The fifth answers /metrics.
                assert len(threads_of(server.pid)) == 5
                for thread in threads_of(server.pid):
                    status = status_of(server.pid, thread)
                    assert status["NoNewPrivs"] == "1"
                    assert status["Seccomp"] == ("2" if expected else "0"), status["Seccomp"]
                    # Reloads do not pile up.
                    assert status.get("Seccomp_filters", str(int(expected))) == str(int(expected))
                if turn == 0:
                    server.reload()
            reason = "option" if arguments else "sanitizer"
            assert said(server, "sandbox seccomp=on" if expected else "reason=" + reason)


def forbid(call, error):
    """Has a filter of this process's own answer a system call with an errno, as a container's may."""
    def rule(code, yes, no, value):
        return struct.pack("HBBI", code, yes, no, value)
    rules = ctypes.create_string_buffer(
        rule(0x20, 0, 0, 0) + rule(0x15, 0, 1, call)  # BPF_LD | BPF_ABS: the number; BPF_JEQ
        + rule(0x06, 0, 0, 0x00050000 | error) + rule(0x06, 0, 0, 0x7fff0000))  # RET_ERRNO, RET_ALLOW
    program = struct.pack("@HP", 4, ctypes.addressof(rules))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    assert libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program) == 0, ctypes.get_errno()


def a_sandbox_that_is_refused_is_said():
    """Not one that the kernel lacks: that is `unavailable`."""
    if SANITIZED:
        print("# not in a sanitizer build")
        return
    for call, error, landlock in ((LANDLOCK_CREATE, errno.EPERM, "EPERM"),
                                  (LANDLOCK_CREATE, errno.EACCES, "EACCES"),
                                  (LANDLOCK_RESTRICT, errno.EPERM, "EPERM"),
                                  (LANDLOCK_CREATE, errno.ENOSYS, "unavailable"),
                                  (LANDLOCK_CREATE, errno.EOPNOTSUPP, "unavailable"),
                                  (UNUSED_CALL, errno.EPERM, "")):
        with Server(preexec_fn=lambda: forbid(call, error)) as server:
            assert said(server, "sandbox seccomp=on landlock=" + landlock), server.start
            assert said(server, "not confined as far as") == landlock.startswith("E"), server.start
            assert server.ask(get()).status == 200


def one_thread_is_all_there_is():
    with Server("--threads", "1", "--metrics", "data") as server:
        assert len(threads_of(server.pid)) == 1


def it_serves_confined():
    with Server("--threads", "4", "--strategy", "graceful", *KEEP) as server:
        failures = []

        def ask():
            try:
                with server.connect() as client:
                    for size in (0, 100, 70000, 2000000):
                        client.send(get("/bytes/%d" % size))
                        assert client.response().body == pattern(size)
                    client.send(get("/", b"Content-Length: 200000\r\n", b"POST"))
                    sender = client.send_beside(pattern(200000))
                    assert client.response().body == pattern(200000)
                    sender.join()
                    client.send(b"wrong\r\n\r\n")
                    assert client.response().status == 400
                server.metrics()
            except Exception as error:
                failures.append(repr(error))
        for turn in range(3):
            threads = [threading.Thread(target=ask) for _ in range(16)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            server.reload()
        assert not failures, failures[:3]


def every_strategy_serves_confined():
    for strategy in ("server-close", "reset", "reset-after-ack", "reset-on-timeout", "fin-on-data",
                     "keep-alive", "linger-block", "fin-then-reset"):
        with Server("--strategy", strategy, "--idle", "200ms") as server:
            for _ in range(3):
                assert server.ask(get()).body == pattern(128), strategy


class Evil:
    """A plug-in that does one thing when a connection comes."""

    def __init__(self, code):
        self.folder = tempfile.mkdtemp(prefix="teardown-privileges-")
        source, self.plugin = self.folder + "/evil.c", self.folder + "/evil.so"
        with open(source, "w") as file:
            file.write(PLUGIN % code)
        subprocess.run([*COMPILER, "-D_GNU_SOURCE", "-shared", "-fPIC", "-I", SOURCE + "/include",
                        "-o", self.plugin, source], check=True, timeout=TIMEOUT_S)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def ends(self, *arguments, **popen):
        """How the server ends that has it, after a connection; and what it said."""
        process = subprocess.Popen([PROGRAM, "--listen", "127.0.0.1:0", "--strategy", self.plugin,
                                    *arguments], stderr=subprocess.PIPE, text=True, **popen)
        line = process.stderr.readline()
        port = int(line.split(" strategy=")[0].rsplit(":", 1)[1])
        subprocess.run([sys.executable, "-c", "import socket,sys\n"
                        "s = socket.create_connection(('127.0.0.1', %d))\n"
                        "s.sendall(b'GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n')\n"
                        "s.settimeout(20)\n"
                        "try: s.recv(1000)\n"
                        "except OSError: pass" % port], check=True, timeout=TIMEOUT_S * 2)
        process.send_signal(signal.SIGTERM)
        text = process.stderr.read()
        return process.wait(TIMEOUT_S), text


def what_it_never_does_ends_it():
    if SANITIZED:
        print("# not in a sanitizer build")
        return
    for code in ("socket(AF_INET, SOCK_STREAM, 0)", "if (fork() == 0) _exit(0)",
                 'execl("/bin/true", "true", (char *)0)', "kill(1, 0)",
                 "mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, "
                 "-1, 0)", "if (setuid(1)) return 0", "signal(SIGSYS, SIG_IGN)"):
        with Evil(code) as evil:
            status, text = evil.ends()
            assert status == 1 and "teardown-server: sandbox denied syscall=" in text, (code, text)
            status, text = evil.ends("--no-sandbox")
            assert status == 0 and "denied" not in text, (code, text)


def what_it_never_does_is_said_where_signals_were_blocked():
    """By whoever started the server: the kernel ends a program at once whose SIGSYS is blocked."""
    if SANITIZED:
        print("# not in a sanitizer build")
        return
    with Evil("socket(AF_INET, SOCK_STREAM, 0)") as evil:
        status, text = evil.ends(preexec_fn=lambda: signal.pthread_sigmask(
            signal.SIG_SETMASK, signal.valid_signals()))
        assert status == 1 and "teardown-server: sandbox denied syscall=" in text, text


def it_reads_no_file():
    if SANITIZED:
        print("# not in a sanitizer build")
        return
    with Evil("_exit(open(\"/etc/passwd\", O_RDONLY) == -1 ? 42 : 43)") as evil:
        assert evil.ends()[0] == 42
        assert evil.ends("--no-sandbox")[0] == 43


def it_is_not_confined_under_a_tracer():
    strace = shutil.which("strace")
    if not strace or SANITIZED:
        print("# no strace, or a sanitizer build")
        return
    with Server(program=[strace, "-f", "-o", "/dev/null", PROGRAM]) as server:
        # The signal is for the server, not for strace.
        children = "/proc/%d/task/%d/children" % (server.pid, server.pid)
        with open(children) as file:
            server.pid = int(file.read().split()[0])
        assert said(server, "reason=traced"), server.start
        assert server.ask(get()).status == 200


def the_binary_is_hardened():
    readelf = shutil.which("readelf")
    if not readelf:
        print("# no readelf")
        return

    def read(*options):
        return subprocess.run([readelf, "-W", *options, PROGRAM], capture_output=True, text=True,
                              check=True, timeout=TIMEOUT_S).stdout
    assert "DYN (Position-Independent Executable file)" in read("-h")
    dynamic, segments, symbols = read("-d"), read("-l"), read("--dyn-syms")
    assert "BIND_NOW" in dynamic or " NOW" in dynamic, dynamic
    assert "GNU_RELRO" in segments
    stack = [line for line in segments.splitlines() if "GNU_STACK" in line]
    assert stack and "RWE" not in stack[0], stack
    assert "__stack_chk_fail" in symbols
    if not SANITIZED:
        assert "_chk@" in symbols.replace("__stack_chk_fail", ""), symbols


def the_units_are_well_formed():
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        print("# no systemd-analyze")
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in ("teardown-server.service", "teardown-server.socket"):
            with open(os.path.join(SOURCE, "examples/systemd", name)) as file:
                text = file.read().replace("/usr/bin/teardown-server", PROGRAM)
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)
        units = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
        checked = subprocess.run([analyze, "verify", "--man=no", *units], capture_output=True,
                                 text=True, timeout=TIMEOUT_S * 2)
        ours = [line for line in checked.stderr.splitlines() if "teardown-server" in line]
        assert checked.returncode == 0 and not ours, checked.stderr


if __name__ == "__main__":
    run([value for value in list(globals().values())
         if callable(value) and getattr(value, "__module__", "") == "__main__"
         and value not in (refused, status_of, threads_of, of_a_real_root, said, every_thread_is_of,
                           privileged_port, program_below, forbid, Evil)])
