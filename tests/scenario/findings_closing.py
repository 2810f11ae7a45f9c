#!/usr/bin/env python3
"""Ends that do not close: a server that leaves its connections in CLOSE_WAIT, a client that leaves
the server's in FIN_WAIT_2; and those that only close late, or never accept."""
import os
import socket
import sys
import threading
import time

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scales import SCALE, main_at_scales
from lib.scenario import equal

CONNECTIONS = 20
FINDINGS = {"close-wait-leak", "client-never-closes", "client-closes-late"}
LATE_S = 0.5 * SCALE
# A census of a busy machine is late, too.
DIES_S = 2 * SCALE
with open("/proc/self/comm") as own:
    NAME = own.read().strip()
# short-fin-wait2 lets an orphan wait for 5 s.
BEYOND_S = 7


class Server(KnownServer):
    def _accept(self):
        if self.words[0] != "mute":
            super()._accept()


def deal(server, connection, _):
    """The client closes first. The last word is when the server does."""
    request_read(connection)
    connection.sendall(response(10))
    equal(connection.recv(1), b"", "what follows the request")
    server.count("closed by the client")
    # As the bench sees this process: this one's own number is of its namespace.
    server.report["pid"] = int(os.readlink("/proc/self"))
    if server.words[0] == "never":
        threading.Event().wait()
    if server.words[0] == "late":
        time.sleep(LATE_S)


def load(host, port, how, seconds):
    """Closes first, before an answer, or that many seconds after the server, and may stay behind
    that, or die in place of it."""
    connections = [socket.create_connection((host, int(port))) for _ in range(CONNECTIONS)]
    for one in connections:
        if how == "unanswered":
            continue
        one.sendall(b"GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n")
        received = one.recv(4096)
        while how in ("last", "stays", "dies") and received:
            received = one.recv(4096)
    time.sleep(float(seconds))
    if how == "dies":
        os._exit(0)
    for one in connections:
        one.close()
    if how == "stays":
        time.sleep(2 * LATE_S)


def findings_of(trial, what):
    found = {f["id"]: f for f in trial["findings"] if f["id"] in FINDINGS}
    print(what, {name: f["text"] for name, f in found.items()}, flush=True)
    return found


def loader(how, seconds="0"):
    return ("--loader-command", known_command(__file__, "load", "{host}", "{port}", how, seconds),
            "--repeat", "1", "-d", "100s")


def serve(bench, when, how):
    path = os.path.join(bench.folder, "server.json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, when),
                    "--server-name", "it", *loader(how))
    report = report_read(path)
    equal(report.get("closed by the client", 0), 0 if when == "mute" else CONNECTIONS,
          "connections that the client closed")
    return findings_of(run.trial("it"), when), report.get("pid"), run.trial("it")


def holds(found, name, key):
    equal(list(found), [name], "findings")
    equal((found[name][key], found[name]["opened"]), (CONNECTIONS, CONNECTIONS), "its numbers")


def leaves(bench, seconds, how="last"):
    run = bench.run("-s", "short-fin-wait2", *loader(how, str(seconds)))
    trial = run.trial("short-fin-wait2")
    return findings_of(trial, "closes after %s s" % seconds), trial["third_party"]["ran_s"]


def findings_closing(bench):
    found, pid, trial = serve(bench, "never", "first")
    holds(found, "close-wait-leak", "held")
    leak = found["close-wait-leak"]
    equal((leak["process"], leak["pid"], leak["processes"]), (NAME, pid, 1), "who leaks")
    who = "%s (pid %d)" % (NAME, pid)
    assert "closed: %s holds them in CLOSE_WAIT" % who in leak["text"], leak["text"]
    assert ", held by " + who in "; ".join(trial["invalid_because"]), trial["invalid_because"]

    equal(serve(bench, "late", "first")[0], {}, "findings of a server that closes late")
    found, _, trial = serve(bench, "mute", "unanswered")
    equal(found, {}, "findings of a server that never accepts")
    assert "held by" not in "; ".join(trial["invalid_because"]), trial["invalid_because"]

    holds(leaves(bench, BEYOND_S)[0], "client-never-closes", "expired")
    holds(leaves(bench, DIES_S, "dies")[0], "client-never-closes", "held")
    late, ran_s = leaves(bench, LATE_S, "stays")
    holds(late, "client-closes-late", "late")
    # It closes LATE_S behind the server's last FIN, and then stays for twice as long.
    assert LATE_S <= late["client-closes-late"]["longest_s"], late
    assert late["client-closes-late"]["longest_s"] <= ran_s - 2 * LATE_S, (late, ran_s)
    equal(leaves(bench, 0, "stays")[0], {}, "findings of a client that closes at once")


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        Server(deal).run()
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main_at_scales(findings_closing)
