#!/usr/bin/env python3
"""What a negative TCP_LINGER2 of the server does, by when it closes: behind the ACK of its FIN, before that,
or behind the client's FIN; and a positive one. What the kernel does is the claim that each run rests on."""
import os
import socket
import struct
import sys

from lib import tcp
from lib.known_server import known_command, request_read, response
from lib.scenario import equal, main
from lib.steps import Steps
from lib.wait import wait_for

CONNECTIONS = 12
FIN_WAIT2 = 5  # include/net/tcp_states.h
REQUEST = b"GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n"
NAME = "reset-without-fin-wait"


def deal(connection, mode):
    request_read(connection)
    linger2 = 60 if mode == "positive" else -1
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_LINGER2, struct.pack("i", linger2))
    connection.sendall(response(10))
    if mode != "at once":
        connection.shutdown(socket.SHUT_WR)
    if mode == "drained":
        equal(connection.recv(1), b"", "what the client sends")
    elif mode != "at once":
        wait_for(lambda: tcp.info(connection)[0] == FIN_WAIT2, "the ACK of the FIN")
    connection.close()


def serve(port, folder, mode):
    steps, listener = Steps(folder), socket.create_server(("", int(port)), backlog=64)
    for number in range(CONNECTIONS + 1):
        deal(listener.accept()[0], mode)
        steps.tell("closed-%d" % number)


def load(host, port, folder, mode):
    steps = Steps(folder)
    for number in range(CONNECTIONS):
        with socket.create_connection((host, int(port))) as one:
            one.sendall(REQUEST)
            while one.recv(4096):
                pass
            if mode == "drained":
                continue
            steps.await_step("closed-%d" % number)
            if mode != "positive":
                wait_for(lambda: tcp.info(one)[0] == tcp.CLOSE, "the RST")  # noqa: B023


def play(bench, mode):
    folder = os.path.join(bench.folder, mode.replace(" ", "-"))
    os.mkdir(folder)
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", folder, mode),
                    "--server-name", "it", "--loader-command",
                    known_command(__file__, "load", "{host}", "{port}", folder, mode), "--repeat", "1", "-d", "100s")
    trial = run.trial("it")
    counters = trial["counters"]["server"]
    counts = [counters[name] for name in ("TCPAbortOnLinger", "TCPAbortOnData", "OutRsts", "TW")]
    found = {f["id"]: f for f in trial["findings"]}
    print(mode, counts, {name: f["text"] for name, f in found.items()}, flush=True)
    return counts, found


def findings_linger2(bench):
    counts, found = play(bench, "acknowledged")
    equal(counts, [CONNECTIONS, 0, CONNECTIONS, 0], "what the kernel counts behind the ACK")
    equal((found[NAME]["resets"], found[NAME]["opened"]), (CONNECTIONS, CONNECTIONS), "numbers")
    assert "TCP_LINGER2 was negative" in found[NAME]["text"], found[NAME]["text"]
    equal({"reset-behind-fin", "reset-chosen"} & set(found), set(), "of another cause")

    counts, found = play(bench, "at once")
    equal((counts[0], counts[1], counts[3]), (0, CONNECTIONS, 0), "what the kernel counts before the ACK")
    equal({NAME, "reset-behind-fin", "reset-chosen", "keep-alive-race"} & set(found), set(), "of what has two causes")

    for mode in ("drained", "positive"):
        counts, found = play(bench, mode)
        equal((counts, NAME in found), ([0, 0, 0, CONNECTIONS], False), mode)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(*sys.argv[2:])
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(findings_linger2)
