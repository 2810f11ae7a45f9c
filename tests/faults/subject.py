"""A teardown-server of which one system call fails, and those who use it meanwhile."""
import collections
import contextlib
import os
import re
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import time

TIMEOUT_S = 60
LIMITS = ("--idle", "200ms", "--grace", "500ms", "--keep-alive", "500ms",
          "--header-timeout", "500ms", "--write-timeout", "500ms", "--drain", "1s")
ROUNDS = 4
# Memory errors are seen, leaks are not: LeakSanitizer is a tracer itself.
ENVIRONMENT = dict(os.environ, ASAN_OPTIONS="detect_leaks=0:abort_on_error=1",
                   UBSAN_OPTIONS="halt_on_error=1:abort_on_error=1")
GET = b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n"


TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
TLS.check_hostname, TLS.verify_mode = False, ssl.CERT_NONE


class NotReached(Exception):
    """The call was not made so often."""


def can_trace():
    if not shutil.which("strace"):
        return False
    tried = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True)
    return tried.returncode == 0


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(look, what):
    due = time.monotonic() + TIMEOUT_S
    while not look():
        assert time.monotonic() < due, "still waiting for " + (what() if callable(what) else what)
        time.sleep(0.005)


@contextlib.contextmanager
def socket_made(tls):
    """Over TLS the handshake follows the connect by itself."""
    with socket.socket() as one:
        one.settimeout(TIMEOUT_S)
        if not tls:
            yield one
            return
        with tls.wrap_socket(one) as wrapped:
            yield wrapped


def exchange(port, request, tls=None, receive_buffer=None, half_close=False):
    """Sends, then reads to the end, whatever that is. Nobody is kept waiting."""
    with socket_made(tls) as client:
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        answer = b""
        try:
            client.connect(("127.0.0.1", port))
            client.sendall(request)
            if half_close:
                client.shutdown(socket.SHUT_WR)
            while data := client.recv(65536):
                answer += data
        except socket.timeout:
            raise AssertionError("kept waiting by the server for %d s" % TIMEOUT_S)
        except OSError:
            pass
        return answer


def reset(port, request, tls=None):
    """Sends, and is gone."""
    with socket_made(tls) as client:
        try:
            client.connect(("127.0.0.1", port))
            client.sendall(request)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass


def traffic(port, tls=None):
    """Clients of many kinds; over TLS, those that do not speak it, too, and one that stops in its hello."""
    exchange(port, GET % b"/", tls)
    exchange(port, GET % b"/" * 3, tls)
    exchange(port, GET % b"/bytes/1000000", tls, receive_buffer=4096)
    exchange(port, b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                   b"5\r\nhello\r\n0\r\n\r\n", tls)
    exchange(port, b"nonsense\r\n\r\n" + b"x" * 100000, tls)
    exchange(port, GET % b"/metrics", tls, half_close=True)
    reset(port, GET % b"/bytes/1000000", tls)
    if tls:
        exchange(port, GET % b"/")
        exchange(port, b"\x16\x03\x01\x02\x00\x01", half_close=True)


def is_served(port, tls=None):
    return exchange(port, GET % b"/", tls).startswith(b"HTTP/1.1 200 OK\r\n")


def has_tls(program):
    """Whether the server was built with it; a certificate that is not there is refused only then."""
    said = subprocess.run([program, "--tls", "--tls-cert", "/nowhere", "--tls-key", "/nowhere"],
                          capture_output=True, text=True)
    return "built without TLS" not in said.stderr


def census(program, tls):
    """What a server calls, by how often: from main() until it serves; before main(); in service."""
    with tempfile.NamedTemporaryFile("r") as trace:
        port = free_port()
        server = subprocess.Popen(
            ["strace", "-D", "-f", "-o", trace.name, program, "--listen", "127.0.0.1:%d" % port,
             "--no-sandbox", *LIMITS, "--strategy", "adaptive-drain", *(["--tls"] if tls else [])],
            stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
        wait_for(lambda: is_served(port, tls), "the server")
        for _ in range(ROUNDS):
            traffic(port, tls)
        server.terminate()
        assert server.wait() == 0, server.stderr.read()
        server.stderr.close()
        wait_for(lambda: "exited with 0" in open(trace.name).read().splitlines()[-1], "the trace")
        lines = trace.read().splitlines()
    main = next(i for i, line in enumerate(lines) if "rt_sigaction(SIGPIPE" in line)
    serving = next(i for i, line in enumerate(lines) if " accept4(" in line)
    return _count(lines[main:serving]), _count(lines[:main]), _count(lines[serving:])


def _count(lines):
    """A call that was interrupted in the trace has its beginning there."""
    calls = (re.match(r"\d+ +([a-z]\w+)\(", line) for line in lines)
    return collections.Counter(found.group(1) for found in calls if found)


# In /proc/net/tcp.
LISTEN = "0A"
ACCEPTABLE = ("01", "08")  # ESTABLISHED and CLOSE_WAIT; without an inode: not accepted yet


def table(name):
    """The sockets of /proc/net, a row of words each."""
    with open("/proc/net/" + name) as file:
        return [line.split() for line in file][1:]


class Subject:
    def __init__(self, program, fault):
        self.fault, self.port, self.tls = fault, free_port(), TLS if fault.is_tls else None
        self.folder = tempfile.TemporaryDirectory()
        self.trace = os.path.join(self.folder.name, "trace")
        self.strace = None
        # A sandbox would not let strace's injection through.
        command = [program, "--listen", "127.0.0.1:%d" % self.port, "--no-sandbox", *LIMITS,
                   "--strategy", fault.strategy, *(["--tls"] if fault.is_tls else [])]
        if fault.stage == "start":
            command = ["strace", "-D", *self._injection(), *command]
        self.stderr = open(os.path.join(self.folder.name, "stderr"), "w+")
        self.process = subprocess.Popen(command, stderr=self.stderr, env=ENVIRONMENT)

    def _injection(self):
        return ("-f", "-o", self.trace, "-e", "trace=" + self.fault.call,
                "-e", "inject=" + self.fault.injection())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.strace:
            self.strace.wait()
        self.stderr.close()
        self.folder.cleanup()

    def said(self):
        self.stderr.seek(0)
        return self.stderr.read()

    def injected(self):
        return os.path.exists(self.trace) and "(INJECTED)" in open(self.trace).read()

    def descriptors(self):
        """What each leads to, by number."""
        found = {}
        for number in os.listdir("/proc/%d/fd" % self.process.pid):
            with contextlib.suppress(FileNotFoundError):  # It has just been closed.
                found[number] = os.readlink("/proc/%d/fd/%s" % (self.process.pid, number))
        return found

    def is_quiet(self):
        """No connection has a descriptor, or waits to be accepted and may get one: whatever else
        the port has is the kernel's alone. What a RST has ended is in no table, and may have one."""
        rows = table("tcp")
        listed = {row[9] for row in rows} | {row[6] for row in table("unix")}
        held = {target[len("socket:["):-1] for target in self.descriptors().values() if target.startswith("socket:[")}
        return held <= listed and not any(
            int(row[1].split(":")[1], 16) == self.port and row[3] != LISTEN
            and (row[9] != "0" or row[3] in ACCEPTABLE) for row in rows)

    def attach(self):
        """From here on calls are counted, and fail."""
        log = os.path.join(self.folder.name, "strace")
        with open(log, "w") as file:
            self.strace = subprocess.Popen(
                ["strace", *self._injection(), "-p", str(self.process.pid)], stderr=file)
        wait_for(lambda: "attached" in open(log).read(), "strace")

    def live(self):
        wait_for(lambda: self.process.poll() is not None or is_served(self.port, self.tls), "the server")
        if self.process.poll() is not None:
            return self.refused()
        if self.fault.stage == "service":
            wait_for(self.is_quiet, "the start's last connection to go")
            before = self.descriptors()
            self.attach()
        else:
            before = None
        for _ in range(ROUNDS if before else 1):
            traffic(self.port, self.tls)
        wait_for(lambda: is_served(self.port, self.tls), "service to be back")
        if before:
            wait_for(lambda: self.descriptors() == before,
                     lambda: "descriptors %s to be as before, %s" % (self.descriptors(), before))
        self.process.send_signal(signal.SIGTERM)
        self.ended()
        if self.strace:
            self.strace.wait()
        if not self.injected():
            raise NotReached

    def refused(self):
        """It did not start: it said why in one line."""
        said = self.said()
        # This host cannot: what it lacks is named.
        expected = 3 if " of address space are needed " in said else 1
        assert self.process.returncode == expected, "exit status %d\n%s" % (self.process.returncode, said)
        assert re.fullmatch(r"teardown-server: .+\n", said), "not one line: " + said

    def ended(self):
        status = self.process.wait(TIMEOUT_S)
        said = self.said()
        assert status == 0, "exit status %d\n%s" % (status, said)
        counted = re.search(r"connections: opened=(\d+) closed=(\d+) left=0", said)
        # Where the line itself could not be written there is none.
        assert counted or self.fault.call == "write", said
        assert not counted or counted.group(1) == counted.group(2), said
