#!/usr/bin/env python3
"""The ladders at the top of strategies' files whose way depends on the client, or on the kernel: each way is taken here,
by a client of this test's own, and is what is drawn: strategy_ways.py TEARDOWN SERVER STRATEGIES

The client acknowledges the server's FIN and closes later, so that FIN_WAIT_2, which is drawn, is met."""
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile

from lib import loopback
from lib import strategy_ladder as ladders
from lib import tcp
from lib.recorder import Recorder
from lib.server_process import Server

TEARDOWN, SERVER, STRATEGIES = sys.argv[1:4]
REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
# Behind a request: the server reads 64 KiB at once, and leaves the rest with the kernel, which has room for it.
MORE, READ_AT_ONCE, ROOM = b"x" * 100000, 65536, "4096 1048576 4194304"
KERNEL = {4: "FIN-WAIT-1", 5: "FIN-WAIT-2", 6: "TIME-WAIT", 9: "LAST-ACK", 11: "CLOSING"}
# Of tw-cap, by its table.
CAP = 1000


def end_read(client):
    """All that comes; returns whether the connection was reset."""
    try:
        while client.recv(65536):
            pass
        return False
    except ConnectionResetError:
        return True


def states_now(local, remote):
    """That in which the kernel has this end of a connection, while it closes."""
    return [KERNEL[row.state] for row in tcp.table() if (row.local, row.remote) == (local, remote) and row.state in KERNEL]


class Played:
    """One connection of a strategy with a client: the ladder that it made, and the states meanwhile."""

    def __init__(self, strategy, client, *options, before=None):
        self.kernel = {"client": [], "server": []}
        with Server("--strategy", strategy, *options, program=SERVER) as server:
            if before:
                before(server.port)
            with Recorder(server.port) as recorder, socket.create_connection(("127.0.0.1", server.port)) as connection:
                self.recorder, self.pid = recorder, server.pid
                self.ports = server.port, connection.getsockname()[1]
                client(self, connection)
                self.look()
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "capture.pcap")
            recorder.write(path)
            self.text = subprocess.run([TEARDOWN, "trace", path, "--connection", "0", "--unfold"], text=True, check=True,
                                       capture_output=True, timeout=60,
                                       env=dict(os.environ, COLUMNS="200", LC_ALL="C.UTF-8")).stdout
        self.met = ladders.happened(self.text)

    def look(self):
        self.kernel["server"] += states_now(*self.ports)

    def until(self, look, what):
        self.recorder.wait(look, what)
        self.look()

    def is_drawn(self, lines, closes=True):
        wrong = ladders.difference(ladders.drawn(lines, closes), self.met, self.kernel, at_once=False)
        assert not wrong, "%s\n%s" % (wrong, self.text)


def polite(played, client, request=REQUEST):
    """Reads to the end, and closes once the server knows that it has."""
    client.sendall(request)
    assert not end_read(client)
    played.until(lambda: played.recorder.is_acknowledged("server"), "the ACK of the server's FIN")
    client.shutdown(socket.SHUT_WR)
    played.until(lambda: played.recorder.is_acknowledged("client") or played.recorder.is_reset("server"),
                 "the ACK of the client's FIN")


def never_closes(played, client):
    client.sendall(REQUEST)
    end_read(client)
    played.until(lambda: played.recorder.is_reset("server"), "a RST of the server")


def stays_silent(played, client):
    """After half a body."""
    client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n" + b"x" * 50)
    assert end_read(client)
    played.until(lambda: played.recorder.is_reset("server"), "a RST of the server")


def more_send(played, client):
    """The server finds all of it when it reads."""
    os.kill(played.pid, signal.SIGSTOP)
    client.sendall(REQUEST + MORE)
    local, remote = played.ports
    played.until(lambda: any(row.unread > READ_AT_ONCE for row in tcp.table() if (row.local, row.remote) == (local, remote)),
                 "what is unread")
    os.kill(played.pid, signal.SIGCONT)


def sends_more(played, client):
    more_send(played, client)
    polite(played, client, b"")


def sends_more_to_one_that_closes(played, client):
    more_send(played, client)
    end_read(client)
    played.until(lambda: played.recorder.is_reset("server"), "a RST of the server")


def lines_of(name):
    return ladders.lines_of(STRATEGIES, name)


def each_that_waits_for_the_client():
    for name in ("server-close", "graceful", "keep-alive", "fin-on-data", "delayed-close", "short-fin-wait2", "linger-block"):
        played = Played(name, polite)
        played.is_drawn(lines_of(name))
        # It is met, whether it is drawn or not: the comparison is of a server that has been there.
        assert played.met.states["server"][-3:] == ["FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT"], played.text


def a_client_that_never_closes():
    Played("fin-then-reset", never_closes).is_drawn(lines_of("fin-then-reset"), closes=False)


def adaptive_drain_drains_what_is_unread():
    lines = lines_of("adaptive-drain")
    with open("/proc/sys/net/ipv4/tcp_rmem", "w") as file:
        file.write(ROOM)
    [plain, other] = [at for at, line in enumerate(lines) if "FIN - |" in line]
    assert "else shutdown" in lines[other] and "close(2), as server-close" in lines[plain], lines
    Played("adaptive-drain", polite).is_drawn(lines[:other] + lines[other + 1:])
    Played("adaptive-drain", sends_more).is_drawn(lines[:plain] + lines[plain + 1:])
    # Its other way is one: server-close resets that client.
    assert ("server", "RST") in Played("server-close", sends_more_to_one_that_closes).met.steps


def reset_on_timeout_resets_the_silent():
    lines = lines_of("reset-on-timeout")
    between = next(at for at, line in enumerate(lines) if line.strip("* ") == "|" + " " * 38 + "|")
    well, silent = Played("reset-on-timeout", polite), Played("reset-on-timeout", stays_silent, "--write-timeout", "300ms")
    # It is drawn up to where it goes on as server-close does.
    assert "as server-close" in lines[between - 1]
    well.is_drawn(lines_of("server-close"))
    silent.is_drawn(lines[between:])


def cap_reach(port):
    """As many connections as leave the most TIME_WAITs that the cap allows."""
    def left():
        with open("/proc/self/net/sockstat") as file:
            return CAP - int(re.search(r" tw (\d+)", file.read()).group(1))

    while left() > 0:
        for _ in range(left()):
            with socket.create_connection(("127.0.0.1", port)) as client:
                client.sendall(REQUEST)
                end_read(client)


def tw_cap_forgets_beyond_it():
    lines = lines_of("tw-cap")
    with open("/proc/sys/net/ipv4/tcp_max_tw_buckets", "w") as file:
        file.write(str(CAP))
    Played("tw-cap", polite).is_drawn(lines_of("server-close"))
    beyond = Played("tw-cap", polite, before=cap_reach)
    beyond.is_drawn(lines)
    assert not {"FIN-WAIT-2", "TIME-WAIT"} & set(beyond.kernel["server"]), beyond.kernel
    # The cap makes the difference: below it server-close is drawn, which this is not.
    assert ladders.difference(ladders.drawn(lines_of("server-close")), beyond.met, beyond.kernel, at_once=False)


if __name__ == "__main__":
    loopback.enter()
    each_that_waits_for_the_client()
    a_client_that_never_closes()
    adaptive_drain_drains_what_is_unread()
    reset_on_timeout_resets_the_silent()
    tw_cap_forgets_beyond_it()
    print("ok")
