#!/usr/bin/env python3
"""A server that is a client, too: what it, or what listens beside it, does not close, and who holds that;
and what looks like it: a pool that both ends keep, connections that are closed a moment later, and
those of the load. Of two listeners beside the load's that drop what comes: the load lost nothing."""
import os
import socket
import sys
import threading

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal, main, valid
from lib.wait import wait_for
from lib.watcher import UPSTREAM

CONNECTIONS = 20
FINDINGS = {"close-wait-leak", "upstream-close-wait-leak"}
BESIDE = []  # What a server that drops holds.
PLACE = "127.0.0.1:%d" % UPSTREAM


def own_pid():
    """As the bench sees this process: its own number is of its namespace."""
    return int(os.readlink("/proc/self"))


def upstream_run(listener, closes):
    """One connection after the other is answered, and closed or kept."""
    kept = []
    while True:
        connection, _ = listener.accept()
        connection.recv(1)
        connection.sendall(b"x")
        if closes:
            connection.close()
        kept.append(connection)


class Server(KnownServer):
    """Its upstream is a process of its own, which holds nothing of this one."""

    def run(self):
        self.mode, self.kept = self.words[0], []
        upstream = socket.create_server(("127.0.0.1", UPSTREAM), backlog=64)
        read, write = os.pipe()
        if os.fork() == 0:
            os.write(write, b"%d" % own_pid())
            upstream_run(upstream, closes=self.mode not in ("accepted", "pool"))
        upstream.close()
        self.report["upstream"], self.report["server"] = int(os.read(read, 20)), own_pid()
        super().run()


def listen_drops():
    with open("/proc/self/net/netstat") as file:
        names, values = [line.split() for line in file if line.startswith("TcpExt:")]
    return int(values[names.index("ListenDrops")])


def drops_make():
    """Two listeners have room for one connection each, and more come. Of how many segments that were
    dropped: a SYN is sent again."""
    before = listen_drops()
    for i in range(2):
        with socket.create_server(("127.0.0.1", UPSTREAM + 1 + i), backlog=0) as full:
            BESIDE.append(full.dup())
            BESIDE.append(socket.create_connection(full.getsockname()))
            met = listen_drops()
            refused = socket.socket()
            refused.setblocking(False)
            refused.connect_ex(full.getsockname())
            wait_for(lambda met=met: listen_drops() > met, "a SYN to be dropped")
            refused.close()
    return listen_drops() - before


def deal(server, connection, number):
    request_read(connection)
    if server.mode == "drops":
        if number == 0:
            server.report["dropped"] = drops_make()
        connection.sendall(response(10))
        return
    upstream = socket.create_connection(("127.0.0.1", UPSTREAM))
    upstream.sendall(b"q")
    equal(upstream.recv(1), b"x", "what the upstream says")
    if server.mode != "pool" and server.mode != "accepted":
        equal(upstream.recv(1), b"", "what follows that")
    if server.mode in ("opened", "pool"):
        server.kept.append(upstream)
    else:
        upstream.close()
    connection.sendall(response(10))
    if server.mode == "the load's":
        equal(connection.recv(1), b"", "what follows the request")
        threading.Event().wait()


def load(host, port):
    """Closes first."""
    for _ in range(CONNECTIONS):
        with socket.create_connection((host, int(port))) as one:
            one.sendall(b"GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n")
            one.recv(4096)


def play(bench, mode):
    path = os.path.join(bench.folder, "server.json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, mode),
                    "--server-name", "it", "--repeat", "1", "-d", "100s",
                    "--loader-command", known_command(__file__, "load", "{host}", "{port}"))
    trial, report = run.trial("it"), report_read(path)
    equal(report.get("errors"), None, "errors of the server")
    return trial, report


def serve(bench, mode):
    trial, report = play(bench, mode)
    found = {f["id"]: f for f in trial["findings"] if f["id"] in FINDINGS}
    print(mode, {name: f["text"] for name, f in found.items()}, flush=True)
    others = trial["other_connections"]["server"]
    equal(others["opened"], CONNECTIONS, "connections to the upstream")
    equal(others["still_open"], 0 if mode in ("late", "the load's") else CONNECTIONS, "still open")
    return found, report, trial


def is_told(bench, mode, where, holder, costs):
    found, report, trial = serve(bench, mode)
    equal(list(found), ["upstream-close-wait-leak"], "findings")
    leak = found["upstream-close-wait-leak"]
    equal((leak["held"], leak[where], leak["pid"], leak["processes"]),
          (CONNECTIONS, PLACE, report[holder], 1), "what it tells")
    # A trial settles for two seconds where something is not closed.
    assert 1 <= leak["oldest_s"], leak
    assert "(pid %d) holds the sockets in CLOSE_WAIT" % report[holder] in leak["text"], leak["text"]
    assert "each costs %s;" % costs in leak["text"], leak["text"]
    valid(trial)


def drops_elsewhere(bench):
    trial, report = play(bench, "drops")
    found = {f["id"]: f for f in trial["findings"]}.get("listen-overflow")
    print("drops", report["dropped"], trial["invalid_because"], found and found["text"])
    valid(trial)
    assert report["dropped"] >= 2, report
    equal((found["drops"], found["other_listeners"]), (report["dropped"], 1), "drops, other listeners")
    assert "which is not the load's, and 1 other," in found["text"], found


def findings_upstream(bench):
    is_told(bench, "opened", "to", "server", "a descriptor and a port")
    is_told(bench, "accepted", "at", "upstream", "a descriptor")
    equal(serve(bench, "pool")[0], {}, "findings of a pool that both ends keep")
    equal(serve(bench, "late")[0], {}, "findings of a server that closes when it has read the FIN")
    equal(list(serve(bench, "the load's")[0]), ["close-wait-leak"], "findings of the load's own")
    drops_elsewhere(bench)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        Server(deal).run()
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(findings_upstream)
