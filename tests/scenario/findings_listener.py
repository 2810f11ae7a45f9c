#!/usr/bin/env python3
"""A listener that is closed with connections in its queue, beside another one of the same port, and
what looks like it: a queue that the kernel hands on, one that is empty, resets of the client, connections that
the server dissolves."""
import ctypes
import errno
import json
import os
import signal
import socket
import struct
import sys
import threading

from lib import tcp
from lib.known_server import known_command, report_read, request_read, response
from lib.scenario import equal, main
from lib.wait import wait_for

CONNECTIONS = 40
RESET_AT_CLOSE = struct.pack("ii", 1, 0)
NAME = "reset-listener-closed"


def listener_make(port):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(("", port))
    return listener


def queued(listener):
    """How many connections wait in its queue."""
    holder = os.fstat(listener.fileno()).st_ino
    return next(row.unread for row in tcp.table() if row.holder == holder)


def answer(listener):
    connection, _ = listener.accept()
    with connection:
        try:
            request_read(connection)
            connection.sendall(response(10))
        except OSError:  # The client has reset it.
            pass


def restart(listeners, when, path):
    """Closes one of two listeners when all connections wait; "empty": after it has answered its own;
    "alone": there is no other; "again": so, and as many are answered before."""
    for _ in range(CONNECTIONS if when == "again" else 0):
        answer(listeners[0])
    wait_for(lambda: sum(queued(one) for one in listeners) == CONNECTIONS, "all to wait")
    with open(path, "w") as file:
        json.dump({"queued": queued(listeners[0])}, file)
    while when == "empty" and queued(listeners[0]):
        answer(listeners[0])
    listeners[0].close()
    while len(listeners) > 1:
        answer(listeners[1])


def dissolve(listener, path):
    """Has each connection reset (connect(2) to AF_UNSPEC), which no counter explains: its listener stays."""
    system = ctypes.CDLL(None)
    for _ in range(CONNECTIONS):
        connection, _ = listener.accept()
        with connection:
            request_read(connection)
            system.connect(connection.fileno(), struct.pack("H14x", socket.AF_UNSPEC), 16)
    with open(path, "w") as file:
        json.dump({"queued": queued(listener)}, file)


def serve(port, path, when):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    listeners = [listener_make(int(port)) for _ in range(1 if when in ("alone", "again", "dissolved") else 2)]
    for one in listeners:
        one.listen(CONNECTIONS)
    work = (dissolve, (listeners[0], path)) if when == "dissolved" else (restart, (listeners, when, path))
    threading.Thread(target=work[0], args=work[1], daemon=True).start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    os._exit(0)


def answer_await(connection):
    try:
        while connection.recv(4096):
            pass
    except ConnectionResetError:
        pass


def refuse(ports, host, port):
    """Connects from each of the ports: the SYN meets the TIME_WAIT of an earlier connection, whose
    answer, an ACK, the client's kernel resets; then the SYN goes out again, and is refused."""
    for own in ports:
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind(("", own))
            equal(one.connect_ex((host, int(port))), errno.ECONNREFUSED, "a connect afterwards")


def load(host, port, how):
    """All at once; with "early" the client resets all but one before it has an answer. With "again"
    as many were answered before, and their ports are tried once more when nothing listens."""
    ports = []
    for _ in range(CONNECTIONS if how == "again" else 0):
        with socket.create_connection((host, int(port))) as one:
            ports.append(one.getsockname()[1])
            one.sendall(b"GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n")
            answer_await(one)
    connections = [socket.create_connection((host, int(port))) for _ in range(CONNECTIONS)]
    for one in connections:
        one.sendall(b"GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n")
    if how == "early":
        for one in connections[1:]:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
            one.close()
        connections = connections[:1]
    for one in connections:
        answer_await(one)
        one.close()
    refuse(ports, host, port)


def play(bench, when, how="plain", options=()):
    path = os.path.join(bench.folder, "server.json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, when),
                    "--server-name", "it", "--loader-command",
                    known_command(__file__, "load", "{host}", "{port}", how), "--repeat", "1",
                    "-d", "100s", *options)
    trial = run.trial("it")
    found = {f["id"]: f for f in trial["findings"]}.get(NAME)
    print(when, how, report_read(path), found and found["text"], flush=True)
    return trial, report_read(path)["queued"], found


def findings_listener(bench):
    trial, lost, found = play(bench, "full")
    assert 0 < lost < CONNECTIONS, lost
    equal(trial["counters"]["server"]["OutRsts"], lost, "resets of the server")
    equal((found["resets"], found["opened"]), (lost, CONNECTIONS), "numbers of the finding")
    assert "set net.ipv4.tcp_migrate_req = 1" in found["text"], found["text"]

    _, lost, found = play(bench, "alone")
    equal((lost, found["resets"], found["listeners_at_once"]), (CONNECTIONS, CONNECTIONS, 1),
          "the only listener")
    assert "no other listener of its address was seen beside it" in found["text"], found["text"]

    trial, lost, found = play(bench, "again", "again")
    equal((trial["counters"]["client"]["OutRsts"], trial["counters"]["server"]["TCPChallengeACK"]),
          (CONNECTIONS, 0), "RSTs of the client, to TIME_WAITs")
    equal((lost, found["resets"], found["resets_most"]), (CONNECTIONS,) * 3,
          "beside SYNs that met a TIME_WAIT")

    migrates = ("--sysctl", "server:net.ipv4.tcp_migrate_req=1")
    trial, kept, found = play(bench, "full", options=migrates)
    equal(trial["counters"]["server"]["TCPMigrateReqSuccess"], kept, "migrated")
    equal((trial["counters"]["server"]["OutRsts"], found), (0, None), "resets, finding")

    trial, _, found = play(bench, "dissolved")
    equal((trial["counters"]["server"]["EstabResets"], trial["counters"]["server"]["OutRsts"], found),
          (CONNECTIONS, CONNECTIONS, None), "connections that the server has dissolved")

    equal(play(bench, "empty")[2], None, "finding of an empty queue")
    trial, _, found = play(bench, "empty", "early")
    equal(trial["counters"]["server"]["EstabResets"], CONNECTIONS - 1, "connections reset")
    equal(found, None, "finding of a client that resets")


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(*sys.argv[2:])
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(findings_listener)
