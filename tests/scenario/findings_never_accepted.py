#!/usr/bin/env python3
"""Connections that no process accepts, for each reason that can be proven, and what looks like it:
a server that is slow, connections that TCP_DEFER_ACCEPT keeps back, and those that were accepted and
never closed. How many wait, the server reads from /proc/net/tcp in its own network."""
import json
import os
import resource
import signal
import socket
import sys
import time

from lib import tcp
from lib.known_server import known_command, report_read, request_read, response
from lib.scales import SCALE, main_at_scales
from lib.scenario import equal
from lib.table import between
from lib.wait import wait_for, wait_past

CONNECTIONS = 24
SERVED = 5
DESCRIPTORS, SPARE = 40, 4
EXHAUSTED_S, FULL_S = 3 * SCALE, SCALE
ACCEPT_S = 0.02 * SCALE
WELL_MS = 100
NAME, EXHAUSTED = "never-accepted", "descriptors-exhausted"
REQUEST = b"GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n"


class Server:
    """Its report tells the loader that all of its connections wait, and are known by number."""

    def __init__(self, port, path):
        self.port, self.path, self.kept = int(port), path, []

    def listen(self, option=None):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if option:
            listener.setsockopt(*option)
        listener.bind(("", self.port))
        listener.listen(128)
        return listener

    def tell(self, **known):
        with open(self.path + ".new", "w") as file:
            json.dump({"waiting": tcp.waiting(self.port), **known}, file)
        os.rename(self.path + ".new", self.path)

    def tell_when_waiting(self, number, **known):
        wait_for(lambda: tcp.waiting(self.port) == number, "%d to wait" % number)
        self.tell(**known)

    @staticmethod
    def answer(listener):
        connection, _ = listener.accept()
        with connection:
            if request_read(connection):
                connection.sendall(response(10))

    def stopped(self):
        """It accepts none, tells, and stops itself."""
        listener = self.listen()
        self.tell_when_waiting(CONNECTIONS)
        os.kill(os.getpid(), signal.SIGSTOP)
        listener.close()

    def left(self):
        """A child inherits the listener. Its parent serves some, and closes it."""
        listener = self.listen()
        if os.fork() == 0:
            while True:
                signal.pause()
        for _ in range(SERVED):
            self.answer(listener)
        listener.close()
        self.tell_when_waiting(CONNECTIONS - SERVED)
        while True:
            signal.pause()

    def handed(self, keeps=False):
        """Serves some, so that the load has begun; a child forked then inherits the listener, and its
        parent closes it."""
        listener = self.listen()
        for _ in range(SERVED):
            self.answer(listener)
        if os.fork() == 0:
            while True:
                signal.pause()
        if not keeps:
            listener.close()
        self.tell_when_waiting(CONNECTIONS - SERVED)
        while True:
            signal.pause()

    def shared(self):
        """The same, but its parent keeps the listener, and accepts no more."""
        self.handed(keeps=True)

    def taken_over(self):
        """The same, but the child goes on accepting, as one that replaces its parent does."""
        listener = self.listen()
        for _ in range(SERVED):
            self.answer(listener)
        if os.fork() == 0:
            self.tell_when_waiting(CONNECTIONS - SERVED)
            while True:
                self.answer(listener)
        listener.close()
        while True:
            signal.pause()

    def exhaust(self):
        """Accepts some, and has no descriptor left for the others; returns those that it has filled."""
        resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
        listener = self.listen()
        # What the report is written with; without it there is room for so many.
        spare = [os.dup(listener.fileno()) for _ in range(SPARE)]
        fillers = []
        while len(os.listdir("/proc/self/fd")) - 1 < DESCRIPTORS - SERVED:
            fillers.append(os.dup(listener.fileno()))
        self.kept = [listener.accept()[0] for _ in range(SERVED)]
        for fd in spare:
            os.close(fd)
        self.tell_when_waiting(CONNECTIONS - SERVED)
        return listener, fillers + [os.dup(listener.fileno()) for _ in range(SPARE)]

    def descriptors(self):
        """accept(2) says EMFILE; it tries again and again."""
        listener, _ = self.exhaust()
        while True:
            try:
                self.kept.append(listener.accept()[0])
            except OSError:
                time.sleep(0.05)

    def released(self):
        """For some time accept(2) says EMFILE."""
        listener, fillers = self.exhaust()
        wait_past(time.monotonic() + EXHAUSTED_S)
        for fd in fillers:
            os.close(fd)
        for connection in self.kept:
            connection.close()
        while True:
            self.answer(listener)

    def several(self):
        """Of two listeners, one is served."""
        served, other = self.listen(), self.listen()
        inode = os.fstat(other.fileno()).st_ino

        def queued():
            return next(row.unread for row in tcp.table() if row.holder == inode)
        accepted = 0
        while accepted + queued() < CONNECTIONS:
            served.settimeout(0.05)
            try:
                connection, _ = served.accept()
            except TimeoutError:
                continue
            self.kept.append(connection)
            accepted += 1
        for connection in self.kept:
            connection.settimeout(None)
            request_read(connection)
            connection.sendall(response(10))
            connection.close()
        self.tell_when_waiting(queued())
        while True:
            signal.pause()

    def slow(self):
        """All wait, and have been given up, before the first is accepted."""
        listener = self.listen()
        self.tell_when_waiting(CONNECTIONS)
        wait_for(lambda: not [row for row in tcp.table() if row.local == self.port
                              and row.state == tcp.ESTABLISHED], "the clients to give up")
        while True:
            self.answer(listener)

    def steady(self):
        """Each is accepted some time after the one before."""
        listener = self.listen()
        while True:
            time.sleep(ACCEPT_S)
            self.answer(listener)

    def deferred(self):
        """The clients say nothing: none comes to the queue."""
        listener = self.listen((socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 30))
        self.tell()
        while True:
            self.answer(listener)

    def leaked(self):
        """Each is accepted, and none closed. For some time no descriptor is left, and none wanted."""
        listener = self.listen()
        while len(self.kept) < CONNECTIONS:
            self.kept.append(listener.accept()[0])
        resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
        fillers = []
        try:
            while True:
                fillers.append(os.dup(listener.fileno()))
        except OSError:
            wait_past(time.monotonic() + FULL_S)
        for fd in fillers:
            os.close(fd)
        self.tell_when_waiting(0)
        while True:
            signal.pause()


def load(mode, host, port, path):
    connections = []
    for _ in range(CONNECTIONS):
        connections.append(socket.create_connection((host, int(port))))
        if mode != "deferred":
            connections[-1].sendall(REQUEST)
    wait_for(lambda: os.path.exists(path), "the server to tell")
    for connection in connections:
        if mode == "released":
            answer_await(connection)
        connection.close()


def answer_await(connection):
    try:
        while connection.recv(4096):
            pass
    except ConnectionResetError:  # It was closed, and its request not read.
        pass


def play(bench, mode):
    path = os.path.join(bench.folder, mode + ".json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, mode),
                    "--server-name", "it", "--loader-command",
                    known_command(__file__, "load", mode, "{host}", "{port}", path), "--repeat", "1",
                    "-d", "100s")
    trial, known = run.trial("it"), report_read(path)
    found = {f["id"]: f for f in trial["findings"]}
    well = bench.verb("report", run.path, "--explain", "checked").stdout
    print(mode, known, trial["accept_queue"], found.get(NAME, {}).get("text"), flush=True)
    equal("listen queue" in well, not {NAME, EXHAUSTED} & set(found) and
          trial["accept_queue"].get("wait_ms", 0) < WELL_MS, mode + ": well")
    return run, trial, found, known


def check(bench, mode, why, listeners=1):
    _, trial, found, known = play(bench, mode)
    assert known["waiting"] > 0, known
    never = found[NAME]
    equal((never["waiting"], never["opened"], never["why"], never["process"]),
          (known["waiting"], CONNECTIONS, why, "python3"), mode + ": numbers of the finding")
    equal((never["listeners"], never["listeners_waiting"]), (listeners, 1), mode + ": listeners")
    equal((trial["accept_queue"]["end"], trial["accept_queue"]["listeners_at_once"]),
          (known["waiting"], listeners), mode + ": accept_queue")
    assert never["oldest_s"] >= 1, never
    return never


def each_waits(bench):
    """As long as the client waits for its response, which is written at once."""
    path = os.path.join(bench.folder, "steady.json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, "steady"),
                    "--server-name", "it", "--repeat", "1", "-c", "16", "-n", "150", "-d", "100s",
                    "--timeout", "60s")
    trial = run.trial("it")
    response_ms = trial["latency_us"]["response"]["mean"] / 1e3
    print("steady", trial["accept_queue"], response_ms, flush=True)
    between(0.6 * response_ms, trial["accept_queue"]["wait_ms"], 1.2 * response_ms, "ms of waiting")
    assert "listen queue" not in run.stdout, run.stdout


def is_well(bench, result, change):
    """Whether the accept queue is told to be well of this result, changed."""
    changed = json.loads(json.dumps(result))
    for trial in changed["trials"]:
        change(trial)
    path = os.path.join(bench.folder, "changed.json")
    with open(path, "w") as file:
        json.dump(changed, file)
    outcome = bench.verb("report", path)
    equal(outcome.returncode, 0, outcome.stderr)
    return "listen queue" in outcome.stdout


def what_is_well(bench, result):
    def waits(trial):
        trial["accept_queue"]["end"] = 1

    def exhausted(trial):
        trial["findings"].append({"id": EXHAUSTED, "text": "there was none"})

    def of_before(trial):
        del trial["accept_queue"]

    def waits_long(trial):
        trial["accept_queue"]["wait_ms"] = 100

    def waits_a_little(trial):
        trial["accept_queue"]["wait_ms"] = 99

    def waits_open(trial):
        of_before(trial)
        trial["states"]["server"]["end"]["established_unaccepted"] = 1

    def waits_closed(trial):
        of_before(trial)
        trial["states"]["server"]["end"]["close_wait_unaccepted"] = 1

    for change, expected in ((lambda _: None, True), (of_before, True), (waits, False),
                             (waits_long, False), (waits_a_little, True), (exhausted, False),
                             (waits_open, False), (waits_closed, False)):
        equal(is_well(bench, result, change), expected, change.__name__)


def findings_never_accepted(bench):
    check(bench, "stopped", "stopped")
    never = check(bench, "left", "left")
    assert "python3 (pid %d) holds it still" % never["pid"] in never["text"], never["text"]
    never = check(bench, "handed", "left")
    assert "python3 (pid %d), which did not then, holds it and does not" % never["pid"] in \
        never["text"], never["text"]
    assert "close the listener in each process that is not to accept" in never["text"], never["text"]
    never = check(bench, "shared", "unknown")
    assert "close the listener" not in never["text"], never["text"]
    never = check(bench, "descriptors", "descriptors")
    assert "RLIMIT_NOFILE allows (%d)" % DESCRIPTORS in never["text"], never["text"]
    check(bench, "several", "one of several", 2)

    each_waits(bench)
    _, trial, found, _ = play(bench, "released")
    exhausted = found[EXHAUSTED]
    equal((exhausted["limit"], NAME in found), (DESCRIPTORS, False), "released")
    assert 3 <= exhausted["reached"] <= exhausted["looks"], exhausted
    print(exhausted["text"])

    for mode in ("slow", "taken_over", "deferred", "leaked"):
        run, trial, found, _ = play(bench, mode)
        assert not {NAME, EXHAUSTED} & set(found), found
        equal(trial["accept_queue"]["end"], 0, mode + ": what waits in the end")
        if mode == "slow":
            assert trial["accept_queue"]["peak"] == CONNECTIONS, trial["accept_queue"]
        equal("close-wait-leak" in found, mode == "leaked", mode + ": close-wait-leak")
        if mode == "deferred":
            what_is_well(bench, run.result)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        getattr(Server(sys.argv[2], sys.argv[3]), sys.argv[4])()
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main_at_scales(findings_never_accepted)
