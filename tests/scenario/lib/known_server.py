"""A server that knows the answers: it stands for a third party's, does what a test says, and writes
down what it did, by its own count and its own clocks. A test is its own server:

    if sys.argv[1] == "serve":
        KnownServer(handle).run()

which is started as known_command(__file__, "serve", "{port}", report, words…).

The bench runs it inside the server's network, so that it can watch the packets there itself."""
import json
import os
import shlex
import signal
import socket
import sys
import threading
import time

from lib.segments import Segments

BACKLOG = 1024


def known_command(script, verb, *words):
    """A value of --server-command or --loader-command: this script, with its verb."""
    return " ".join(shlex.quote(word) for word in
                    (sys.executable, os.path.abspath(script), verb, *words))


def report_read(path):
    with open(path) as file:
        return json.load(file)


def request_read(connection):
    """The request's head, or None at the end of the stream."""
    request = b""
    while b"\r\n\r\n" not in request:
        more = connection.recv(4096)
        if not more:
            return None
        request += more
    return request


def response(body, promised=None, closes=True):
    """A response with that many bytes of body, whose head may promise more of them."""
    head = "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n%s\r\n" % (
        body if promised is None else promised, "Connection: close\r\n" if closes else "")
    return head.encode() + b"x" * body


def status_number(name, process="self"):
    """A row of a process's status. Its numbers of processes are those of /proc, which os.getppid() is not where the
    bench has a process namespace of its own."""
    with open("/proc/%s/status" % process) as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name + ":"))


def memory_bytes(name, process="self"):
    """VmRSS, VmHWM."""
    return status_number(name, process) * 1024


class KnownServer:
    """Calls handle(server, connection, number) on a thread for each connection, numbers from 0, and
    closes the connection behind it; at SIGTERM writes its report."""

    def __init__(self, handle, backlog=BACKLOG, address=""):
        self.backlog, self.address = backlog, address
        self.port, self.path, self.words = int(sys.argv[2]), sys.argv[3], sys.argv[4:]
        self.handle = handle
        self.lock = threading.Lock()
        self.report = {}
        self.segments = Segments(self.port)
        self.listener = None
        self.threads = []

    def add(self, name, value):
        """One more item of a list in the report."""
        with self.lock:
            self.report.setdefault(name, []).append(value)

    def count(self, name, more=1):
        with self.lock:
            self.report[name] = self.report.get(name, 0) + more
            return self.report[name]

    def _serve(self, connection, number):
        with connection:
            try:
                self.handle(self, connection, number)
            except OSError as error:  # The loader hung up.
                self.add("errors", str(error))

    def _accept(self):
        number = 0
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return  # The handler has closed the listener.
            thread = threading.Thread(target=self._serve, args=(connection, number), daemon=True)
            self.threads.append(thread)
            thread.start()
            number += 1

    def prepare(self, listener):
        """Before it listens; a test may say more."""

    def all_ended(self):
        """Before the report; a test whose handlers end by themselves may wait for them."""

    def run(self):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
        self.segments.start()
        self.listener = socket.socket(socket.AF_INET6 if ":" in self.address else socket.AF_INET)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((self.address, self.port))
        self.prepare(self.listener)
        # The bench reads its own starting values once there is a listener.
        self.report["rss_before"] = memory_bytes("VmRSS")
        cpu_before = time.process_time()
        self.listener.listen(self.backlog)
        threading.Thread(target=self._accept, daemon=True).start()
        signal.sigwait({signal.SIGTERM, signal.SIGINT})
        self.all_ended()
        self.report["whole_cpu_s"] = time.process_time()
        self.report["cpu_s"] = self.report["whole_cpu_s"] - cpu_before
        self.report["rss_peak"] = memory_bytes("VmHWM")
        self.report["segments"] = self.segments.finish()
        with self.lock, open(self.path, "w") as file:
            json.dump(self.report, file)
        os._exit(0)
