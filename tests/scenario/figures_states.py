#!/usr/bin/env python3
"""Sockets in every state that a connection can be left in, and orphans in FIN_WAIT_2 that become no
TIME_WAIT: a server and a loader whose connections end as the test says. What there is in which
state, the server also reads from /proc/net/tcp in its own network, and writes it down."""
import collections
import json
import os
import socket
import struct
import sys
import threading
import time

from lib import tcp
from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal, main, valid
from lib.table import WIDE, between, table_of
from lib.wait import wait_for

# How a connection ends, and how many do. The server closes all but "kept" when it has answered.
KEPT = 20
LATE, DATA, RESET, PLAIN = 12, 9, 6, 15
ORPHANS = {"late": LATE, "data": DATA, "reset": RESET, "plain": PLAIN}
UNACCEPTED = 5
NEVER_CLOSED = 20
# include/net/tcp_states.h
FIN_WAIT_2, TIME_WAIT = 5, 6
TCP_LINGER2, LINGER_S = 8, 1
LOOK_S = 0.02
RESET_AT_CLOSE = struct.pack("ii", 1, 0)
CLOSE_NOTIFY = b"\x15\x03\x03\x00\x1a" + 26 * b"x"


class Watcher(KnownServer):
    """Looks at its port's sockets again and again; what it sees last is always in a file."""

    def __init__(self, accepts):
        super().__init__(self.serve)
        self.accepts = accepts
        self.peak = collections.Counter()

    def look(self):
        rows = [row for row in tcp.table() if row.local == self.port and row.state != tcp.LISTEN]
        now = collections.Counter("%d %s" % (row.state, "held" if row.holder else "not held")
                                  for row in rows)
        self.peak |= now
        with self.lock:
            self.report["now"], self.report["peak"] = dict(now), dict(self.peak)
            with open(self.path + ".new", "w") as file:
                json.dump(now, file)
        os.rename(self.path + ".new", self.path + ".now")

    def watch(self):
        while True:
            self.look()
            time.sleep(LOOK_S)

    def prepare(self, listener):
        self.look()
        threading.Thread(target=self.watch, daemon=True).start()

    def _accept(self):
        if self.accepts:
            super()._accept()

    def serve(self, _, connection, number):
        kind = request_read(connection).split()[1].decode()[1:]
        if kind == "late":
            connection.setsockopt(socket.IPPROTO_TCP, TCP_LINGER2, LINGER_S)
        connection.sendall(response(10))
        if kind == "kept":
            connection.recv(1)
            threading.Event().wait()


def seen(path, state, holder):
    with open(path + ".now") as file:
        return json.load(file).get("%d %s" % (state, holder), 0)


def begin(address, kind):
    """A connection that has had its response; the server has closed it, unless it is kept."""
    connection = socket.create_connection(address)
    path = "" if kind == "never" else kind  # teardown-server has no such page.
    connection.sendall(b"GET /%s HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n" % path.encode())
    if kind == "kept":
        received = b""
        while not received.endswith(b"\r\n\r\n" + 10 * b"x"):
            received += connection.recv(4096)
    else:
        while connection.recv(4096):
            pass
    return connection


def load_orphans(address, path):
    open_ones = [(kind, begin(address, kind)) for kind, count in ORPHANS.items() if kind != "late"
                 for _ in range(count)]
    wait_for(lambda: seen(path, FIN_WAIT_2, "not held") == DATA + RESET + PLAIN,
             "the server's sockets to be in FIN_WAIT_2")
    for kind, connection in open_ones:
        if kind == "data":
            connection.sendall(CLOSE_NOTIFY)
        if kind == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
        connection.close()
    wait_for(lambda: seen(path, FIN_WAIT_2, "not held") == 0, "none to be in FIN_WAIT_2")
    late = [begin(address, "late") for _ in range(LATE)]
    wait_for(lambda: seen(path, FIN_WAIT_2, "not held") == LATE, "FIN_WAIT_2 of the late ones")
    equal(seen(path, TIME_WAIT, "not held"), PLAIN, "TIME_WAIT, by /proc/net/tcp")
    wait_for(lambda: seen(path, FIN_WAIT_2, "not held") == 0, "FIN_WAIT_2 to expire")
    for connection in late:
        connection.close()


def load_never_closing(address, seconds):
    held = [begin(address, "never") for _ in range(NEVER_CLOSED)]
    time.sleep(float(seconds))
    for connection in held:
        connection.close()


def load(kind, host, port, word):
    address = (host, int(port))
    if kind == "orphans":
        load_orphans(address, word)
    elif kind == "kept":
        for _ in range(KEPT):
            begin(address, "kept").close()
    elif kind == "unaccepted":
        for _ in range(UNACCEPTED):
            socket.create_connection(address).close()
    else:
        load_never_closing(address, word)


def play(bench, kind, accepts="accepts"):
    path = os.path.join(bench.folder, kind + ".json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, accepts),
                    "--server-name", "it", "--loader-command",
                    known_command(__file__, "load", kind, "{host}", "{port}", path), "--repeat",
                    "1", "-d", "100s", "--wide", environment=WIDE)
    return run, run.trial("it"), report_read(path)


def check_nothing_made(trial):
    for end in ("server", "client"):
        equal((trial["time_wait"][end]["created"], trial["time_wait"][end]["peak"]), (0, 0),
              "TIME_WAIT of the " + end)


def orphans(bench):
    run, trial, known = play(bench, "orphans")
    valid(trial)
    made, waits = trial["time_wait"]["server"], trial["fin_wait2"]["server"]
    equal(known["now"], {"%d not held" % TIME_WAIT: PLAIN}, "the server's sockets at the end")
    equal((made["created"], made["created_by"], made["end"]), (PLAIN, "packets", PLAIN),
          "TIME_WAIT made at the server")
    between(PLAIN - 1, made["peak"], PLAIN, "TIME_WAIT peak of the server")
    equal((waits["unfinished"], waits["expired"], waits["killed"]),
          (LATE + DATA + RESET, LATE, DATA + RESET), "orphans in FIN_WAIT_2")
    # The census looks less often than the server does.
    between(0, waits["peak"], known["peak"]["%d not held" % FIN_WAIT_2], "FIN_WAIT_2 peak")
    equal(trial["time_wait"]["client"]["created"], 0, "TIME_WAIT made at the client")
    equal(trial["still_open"]["connections"], 0, "still open")
    cells = table_of(run.stdout, "it")
    equal(cells["TIME_WAIT at server: made, /conn"].split()[0], str(PLAIN), "the table's TIME_WAIT")
    equal(cells["FIN_WAIT_2 unfinished srv/client"], "%d/0" % (LATE + DATA + RESET), "a cell")
    assert "still open at the end" not in cells, cells
    said = "at the server %d sockets waited in FIN_WAIT_2, closed, and never got the client's " \
        "FIN: %d expired, %d were killed by data or a reset" % (LATE + DATA + RESET, LATE, DATA + RESET)
    assert said in run.stdout, run.stdout


def kept(bench):
    run, trial, known = play(bench, "kept")
    equal(known["now"], {"%d held" % tcp.CLOSE_WAIT: KEPT}, "the server's sockets at the end")
    check_nothing_made(trial)
    equal(trial["states"]["server"]["end"], {"close_wait_owned": KEPT}, "states of the server")
    equal(trial["states"]["client"]["end"], {"fin_wait_2_orphaned": KEPT, "orphaned": KEPT},
          "states of the client")
    equal(trial["still_open"]["connections"], KEPT, "still open")
    assert trial["still_open"]["server_close_wait_ms"] > 0, trial["still_open"]
    reasons = "; ".join(trial["invalid_because"])
    assert "%d connections are still open: at the server %d in CLOSE_WAIT, which its process has " \
        "not closed after the client's FIN (the oldest for " % (KEPT, KEPT) in reasons, reasons
    assert "at the client %d in FIN_WAIT_2, closed, waiting for the server's FIN" % KEPT \
        in reasons, reasons
    assert "ended without" not in reasons, reasons
    cells = table_of(run.stdout, "it")
    equal(cells["still open at the end"], str(KEPT), "a cell")
    equal(cells["CLOSE_WAIT not closed srv/client"], "%d/0" % KEPT, "a cell")


def unaccepted(bench):
    _, trial, known = play(bench, "unaccepted", "mute")
    equal(known["now"], {"%d not held" % tcp.CLOSE_WAIT: UNACCEPTED},
          "the server's sockets at the end")
    check_nothing_made(trial)
    equal(trial["states"]["server"]["end"], {"close_wait_unaccepted": UNACCEPTED},
          "states of the server")
    reasons = "; ".join(trial["invalid_because"])
    assert "at the server %d in CLOSE_WAIT, which were never accepted" % UNACCEPTED in reasons, \
        reasons


def never_closing(bench, strategy, hold_s):
    """A client that keeps its connections for so long, of teardown-server's."""
    return bench.run("-s", strategy, "--loader-command",
                     known_command(__file__, "load", "never", "{host}", "{port}", str(hold_s)),
                     "--repeat", "1", "-d", "100s", "--wide", environment=WIDE).trial(strategy)


def strategies(bench):
    # Its orphans in FIN_WAIT_2 live for 5 s: nothing but time would show that they are gone.
    trial = never_closing(bench, "short-fin-wait2", 7)
    check_nothing_made(trial)
    waits = trial["fin_wait2"]["server"]
    equal((waits["unfinished"], waits["expired"], waits["killed"]),
          (NEVER_CLOSED, NEVER_CLOSED, 0), "orphans in FIN_WAIT_2")
    equal(trial["holder"]["measured"], "none", "holder")
    assert "holder is none, declared server" in trial["invalid_because"], trial["invalid_because"]
    # The same for a shorter time: the FINs come, and each orphan becomes a TIME_WAIT.
    trial = never_closing(bench, "short-fin-wait2", 1)
    valid(trial)
    equal(trial["time_wait"]["server"]["created"], NEVER_CLOSED, "TIME_WAIT made")
    equal(trial["time_wait"]["server"]["created_by"], "counters", "known by")
    equal(trial["fin_wait2"]["server"]["unfinished"], 0, "orphans that never got a FIN")
    equal(trial["holder"]["measured"], "server", "holder")


def figures_states(bench):
    for check in (orphans, kept, unaccepted, strategies):
        check(bench)
        print("ok", check.__name__, flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        Watcher(accepts=sys.argv[4] == "accepts").run()
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(figures_states)
