#!/usr/bin/env python3
"""A full accept queue where tcp_abort_on_overflow is set: the kernel resets the connection whose handshake
ends then. TCP_DEFER_ACCEPT holds 24 handshakes until their first byte; the backlog is lowered to 4 before
that, so that five enter the queue and 19 do not. What looks like it: the same without the setting, a process
that resets as many (SO_LINGER), and one that resets those that had entered."""
import os
import socket
import struct
import sys

from lib import tcp
from lib.known_server import known_command, report_read, request_read, response
from lib.scenario import equal, main
from lib.steps import Steps
from lib.wait import wait_for

OPENED, BACKLOG = 24, 4
# The kernel queues one more than the backlog (sk_acceptq_is_full, include/net/sock.h).
ENTER = BACKLOG + 1
LOST = OPENED - ENTER
DEFER_S = 600
RESET_AT_CLOSE = struct.pack("ii", 1, 0)
REQUEST = b"GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n"
SETTING = "server:net.ipv4.tcp_abort_on_overflow=%d"


def overflows():
    with open("/proc/self/net/netstat") as file:
        rows = [line.split() for line in file if line.startswith("TcpExt:")]
    return int(rows[1][rows[0].index("ListenOverflows")])


def answer(connection, resets):
    with connection:
        request_read(connection)
        if resets:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
        else:
            connection.sendall(response(10))


def serve(port, folder, mode):
    """Modes: "full", "full and resets", "resets" (as many as a full queue would, which it has not got)."""
    steps, listener = Steps(folder), socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("", int(port)))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, DEFER_S)
    listener.listen(128)
    steps.await_step("opened")
    if mode != "resets":
        listener.listen(BACKLOG)
    steps.tell("narrowed")
    if mode != "resets":
        wait_for(lambda: tcp.waiting(int(port)) == ENTER and overflows() >= LOST, "the queue to be full")
    number = 0
    while True:
        answer(listener.accept()[0], mode == "full and resets" or mode == "resets" and number < LOST)
        number += 1


def ends_of(connections):
    """How each connection ended for the client: whole responses, resets."""
    whole = resets = 0
    for one in connections:
        data = b""
        try:
            while more := one.recv(4096):
                data += more
            whole += data.endswith(b"x" * 10)
        except ConnectionResetError:
            resets += 1
        one.close()
    return {"whole": whole, "resets": resets}


def load(host, port, folder):
    steps = Steps(folder)
    connections = [socket.create_connection((host, int(port))) for _ in range(OPENED)]
    steps.tell("opened")
    steps.await_step("narrowed")
    for one in connections:
        one.sendall(REQUEST)
    steps.tell("client", ends_of(connections))


def play(bench, mode, setting):
    folder = os.path.join(bench.folder, "%s-%d" % (mode.replace(" ", "-"), setting))
    os.mkdir(folder)
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", folder, mode),
                    "--server-name", "it", "--loader-command",
                    known_command(__file__, "load", "{host}", "{port}", folder), "--repeat", "1", "-d", "100s",
                    "--sysctl", SETTING % setting)
    trial = run.trial("it")
    found = {f["id"]: f for f in trial["findings"]}
    client = report_read(os.path.join(folder, "client"))
    print(mode, setting, client, trial["counters"]["server"]["ListenOverflows"],
          {name: f["text"] for name, f in found.items()}, flush=True)
    return client, trial, found


def findings_abort_on_overflow(bench):
    for mode, whole in (("full", ENTER), ("full and resets", 0)):
        client, trial, found = play(bench, mode, 1)
        equal(client, {"whole": whole, "resets": OPENED - whole}, "what the client saw")
        overflow = found["listen-overflow"]
        equal((overflow["reset"], overflow["overflows"]), (LOST, LOST), "of " + mode)
        assert "the kernel reset %d connections when the ACK of the handshake came (tcp_abort_on_overflow = 1)" \
            % LOST in overflow["text"], overflow["text"]
        assert "with tcp_abort_on_overflow = 0 a handshake waits for room" in overflow["text"], overflow["text"]
        equal("listener-absent" in found, False, "a listener that is there")

    client, trial, found = play(bench, "full", 0)
    equal(client, {"whole": OPENED, "resets": 0}, "without the setting")
    overflow = found["listen-overflow"]
    assert "reset" not in overflow and "reset" not in overflow["text"], overflow
    assert overflow["acks_dropped"] >= LOST, overflow

    client, trial, found = play(bench, "resets", 1)
    equal(client, {"whole": ENTER, "resets": LOST}, "a process that resets")
    equal(("listen-overflow" in found, found["reset-unanswered"]["chosen"]), (False, LOST), "whose resets")


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(*sys.argv[2:])
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(findings_abort_on_overflow)
