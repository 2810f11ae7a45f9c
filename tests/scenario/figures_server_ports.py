#!/usr/bin/env python3
"""A server that connects on, and closes those connections first: how long its ports last is told from a
short run, and a longer one has to bear it out: the server says itself after how many connections
connect() had no port. Where the upstream closes first, or TIME_WAIT is reused, it has enough."""
import errno
import os
import socket
import sys
import threading

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal, main, valid
from lib.table import near

UPSTREAM = 9000
LOW, PORTS, RESERVED = 40000, 300, 20
FEW, MANY = 60, 340
# A FIN that a busy machine sends again may have a RST kill a TIME_WAIT: rfc1337 forbids it.
SETTINGS = ("net.ipv4.tcp_rfc1337=1",
            "net.ipv4.ip_local_port_range=%d %d" % (LOW, LOW + PORTS - 1),
            "net.ipv4.ip_local_reserved_ports=%d-%d" % (LOW + 10, LOW + 9 + RESERVED))


class Server(KnownServer):
    """Its upstream is a thread of its own; the last word is which of the two closes first."""

    def prepare(self, listener):
        self.upstream = socket.create_server(("127.0.0.1", UPSTREAM), backlog=1024)
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self):
        while True:
            connection, _ = self.upstream.accept()
            if self.words[0] == "server":
                connection.recv(1)
            connection.close()


def deal(server, connection, _):
    request_read(connection)
    on = socket.socket()
    try:
        on.connect(("127.0.0.1", UPSTREAM))
        server.count("connected on")
        if server.words[0] == "upstream":
            on.recv(1)
    except OSError as error:
        assert error.errno == errno.EADDRNOTAVAIL, error
        server.count("refused")
        server.report.setdefault("connected on before the first refusal",
                                 server.report["connected on"])
    on.close()
    connection.sendall(response(10))


def play(bench, first, connections, *settings):
    path = os.path.join(bench.folder, "server.json")
    options = [word for setting in (*SETTINGS, *settings)
               for word in ("--sysctl", "server:" + setting)]
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, first),
                    "--server-name", "it", "-c", "1", "-n", str(connections), "--repeat", "1",
                    "-d", "100s", *options)
    trial, known = run.trial("it"), report_read(path)
    valid(trial)
    others = trial["other_connections"]["server"]
    lines = [line for line in run.stdout.splitlines() if line.startswith("runway: ")]
    print(first, connections, settings, others, lines, flush=True)
    equal(others["opened"], known["connected on"], "connections that led on")
    return trial, others.get("runway"), lines, known


def figures_server_ports(bench):
    trial, runway, lines, known = play(bench, "server", FEW)
    equal((known["connected on"], known.get("refused")), (FEW, None), "the short run")
    equal(runway["to"], "127.0.0.1:%d" % UPSTREAM, "where they led")
    near(runway["rate_per_s"], trial["rate_per_s"], 0, 1e-6, "one for each of the load's")
    # The life of a TIME_WAIT is 60 s and up to one tick of the kernel's wheel.
    assert (PORTS - RESERVED) / 65 < runway["lasts_per_s"] <= (PORTS - RESERVED) / 60, runway
    near(runway["slow_from_per_s"], runway["lasts_per_s"] / 2, 0, 1e-6, "the slow half")
    assert len(lines) == 1 and lines[0].startswith(
        "runway: it: the server's connections to 127.0.0.1:%d at " % UPSTREAM), lines
    assert "hold all %d ports after" % (PORTS - RESERVED) in lines[0], lines

    _, _, _, known = play(bench, "server", MANY)
    equal(known["connected on before the first refusal"], runway["ports"],
          "connections until connect() had no port")
    near(runway["held_after_s"] * runway["rate_per_s"], runway["ports"], 0, 1e-6, "the forecast")

    trial, runway, lines, known = play(bench, "upstream", MANY)
    equal((known.get("refused"), runway, lines), (None, None, []), "the upstream closes first")

    # Over loopback 2 is on. Before Linux 6.14 the delay is a second.
    if not os.path.exists("/proc/sys/net/ipv4/tcp_tw_reuse_delay"):
        return
    reuse = ("net.ipv4.tcp_tw_reuse=2", "net.ipv4.tcp_tw_reuse_delay=1")
    trial, runway, lines, known = play(bench, "server", MANY, *reuse)
    equal((known.get("refused"), runway.get("held_after_s")), (None, None), "reuse")
    assert runway["lasts_per_s"] > 1000 * (PORTS - RESERVED) / 2, runway
    assert "never hold all" in lines[0], lines


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        Server(deal).run()
    else:
        main(figures_server_ports)
