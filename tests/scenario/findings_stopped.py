#!/usr/bin/env python3
"""A server that is stopped (SIGSTOP) before it has closed, for a while or to the end; and what looks
like it: one that sleeps meanwhile, one that waits for the client to close, and one beside which a helper is
stopped that serves nobody. A helper that is stopped behind the server is not counted with it."""
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scales import SCALE, main_at_scales
from lib.scenario import equal, status_of
from lib.wait import wait_for

CONNECTIONS = 4
TIMEOUT_S = SCALE
# Within the client's patience, where it is said to be long, and beyond it.
LATE_S = 0.5 * SCALE
NEVER_S = 60
FINDINGS = {"server-stopped", "server-never-closes", "close-wait-leak"}
all_wait, goes_on = threading.Barrier(CONNECTIONS), threading.Event()


def stop_for(seconds):
    """Another process, which is not stopped, has this one go on. This thread may run a little longer
    than the one that meets the signal."""
    other = subprocess.Popen(["sh", "-c", "sleep %s; kill -CONT %d" % (seconds, os.getpid())])
    os.kill(os.getpid(), signal.SIGSTOP)
    other.wait()


def deal(server, connection, number):
    """Where the client closes first, its FIN is waited for. All connections are at the same point when
    the process is stopped."""
    how, who, late_s = server.words
    request_read(connection)
    connection.sendall(response(10))
    if who == "first":
        equal(connection.recv(1), b"", "what follows the request")
    all_wait.wait()
    if number == 0:
        # A server that never goes on is killed, and then reports nothing.
        with open(server.path + ".who", "w") as file, open("/proc/self/comm") as comm:
            # As the bench sees this process: this one's own number is of its namespace.
            json.dump([comm.read().strip(), int(os.readlink("/proc/self"))], file)
        began = time.monotonic()
        if how in ("stopped", "follower"):
            stop_for(late_s)
        if how == "sleeps":
            time.sleep(float(late_s))
        if how == "waits":
            try:
                connection.recv(1)
            except ConnectionResetError:
                pass
        server.report["late_s"] = time.monotonic() - began
        goes_on.set()
    goes_on.wait()
    server.count("closed")


class Server(KnownServer):
    """May have a helper, which stops itself before the load comes: "helper" has closed the listener, and
    "heir" has it, too. "follower" has closed it, and stops itself once the server is stopped."""

    def prepare(self, listener):
        how, server = self.words[0], int(os.readlink("/proc/self"))
        if how not in ("helper", "heir", "follower"):
            return
        helper = os.fork()
        if helper == 0:
            os.close(self.segments.end)  # Else the packets would be watched on.
            if how != "heir":
                listener.close()
            if how == "follower":
                wait_for(lambda: (status_of(server) or {}).get("state") == "T", "the server to be stopped")
            os.kill(os.getpid(), signal.SIGSTOP)
            os._exit(0)
        if how != "follower":
            os.waitpid(helper, os.WUNTRACED)
            self.report["stopped"] = helper


def load(host, port):
    """Closes first."""
    connections = [socket.create_connection((host, int(port))) for _ in range(CONNECTIONS)]
    for one in connections:
        one.sendall(b"GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n")
        one.recv(4096)
    for one in connections:
        one.close()


def play(bench, how, who, late_s, *options):
    path = os.path.join(bench.folder, "server.json")
    run = bench.run("--server-command",
                    known_command(__file__, "serve", "{port}", path, how, who, str(late_s)),
                    "--server-name", "it", "--repeat", "1", *options)
    trial = run.trial("it")
    found = {f["id"]: f for f in trial["findings"] if f["id"] in FINDINGS}
    print(how, who, trial["connections"], {name: f["text"] for name, f in found.items()}, flush=True)
    return path, found


def beside_helpers(bench):
    """The server answers, and closes, throughout."""
    for how in ("helper", "heir"):
        path, found = play(bench, how, "last", 0, "-n", str(CONNECTIONS), "-c", str(CONNECTIONS),
                           "-d", "100s", "--timeout", "60s")
        known = report_read(path)
        equal((known["closed"], known["stopped"] > 0), (CONNECTIONS, True), "closed beside a " + how)
        equal(found, {}, "findings beside a stopped " + how)


def is_named(finding, path):
    name, pid = report_read(path + ".who")
    equal((finding["process"], finding["pid"], finding["processes"]), (name, pid, 1), "who it was")
    assert "%s (pid %d)" % (name, pid) in finding["text"], finding["text"]


def findings_stopped(bench):
    builtin = ("-n", str(CONNECTIONS), "-c", str(CONNECTIONS), "-d", "100s")
    impatient = (*builtin, "--timeout", "%ds" % TIMEOUT_S)
    closes_first = ("-d", "100s", "--loader-command",
                    known_command(__file__, "load", "{host}", "{port}"))
    path, found = play(bench, "stopped", "last", LATE_S, *builtin, "--timeout", "60s")
    known = report_read(path)
    equal(list(found), ["server-stopped"], "findings of a server that is stopped for a while")
    stopped = found["server-stopped"]
    is_named(stopped, path)
    # Never more than there was: by the server's own clock.
    assert 0 < stopped["stopped_s"] <= known["late_s"], (stopped["stopped_s"], known["late_s"])
    equal((known["closed"], stopped["timed_out"]), (CONNECTIONS, 0), "closed late, and given up")
    assert ", and to the end" not in stopped["text"], stopped["text"]

    path, found = play(bench, "stopped", "last", NEVER_S, *impatient)
    equal(list(found), ["server-stopped"], "findings of a server that is stopped before its close")
    is_named(found["server-stopped"], path)
    equal(found["server-stopped"]["timed_out"], CONNECTIONS, "connections that were given up")

    # Of the two that are stopped, the helper has none of the connections.
    path, found = play(bench, "follower", "last", NEVER_S, *impatient)
    equal(list(found), ["server-stopped"], "findings of a server that is stopped, and then its helper")
    is_named(found["server-stopped"], path)

    path, found = play(bench, "stopped", "first", NEVER_S, *closes_first)
    equal(list(found), ["server-stopped"], "findings of a server that is stopped in CLOSE_WAIT")
    is_named(found["server-stopped"], path)
    assert ", and to the end" in found["server-stopped"]["text"], found["server-stopped"]["text"]

    for how in ("sleeps", "waits"):
        path, found = play(bench, how, "last", NEVER_S, *impatient)
        equal(list(found), ["server-never-closes"], "findings of a server that " + how)
        is_named(found["server-never-closes"], path)
    path, found = play(bench, "sleeps", "first", NEVER_S, *closes_first)
    equal(list(found), ["close-wait-leak"], "findings of a server that sleeps in CLOSE_WAIT")
    beside_helpers(bench)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        Server(deal).run()
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main_at_scales(findings_stopped)
