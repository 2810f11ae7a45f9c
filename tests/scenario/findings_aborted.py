#!/usr/bin/env python3
"""A server whose kernel gives connections up (TCP_USER_TIMEOUT), known from its own ETIMEDOUT, of a client that
does not read. What only looks like it: a client that reads late, but in time, and one that does not read, and
leaves while the server still waits."""
import errno
import os
import socket
import sys
import time

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal, main
from lib.wait import wait_for

CONNECTIONS = 8
BODY = 4 << 20
NAME = "aborted-on-timeout"
SHORT_MS, LONG_MS = 300, 60000


def deal(server, connection, _):
    """A response that no buffers hold. What is given up is told to the loader by a line in a file."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(server.words[0]))
    if request_read(connection) is None:
        return
    try:
        connection.sendall(response(BODY))
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)
    except OSError as error:
        server.count(errno.errorcode[error.errno])
        with open(server.path + ".ended", "a") as file:
            file.write("x")


def ended(path):
    return os.path.getsize(path) if os.path.exists(path) else 0


def load(host, port, path, how):
    """"gives-up": resets while the server waits; "late": reads, a little behind."""
    held = []
    for _ in range(CONNECTIONS):
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        one.connect((host, int(port)))
        one.sendall(b"GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n")
        one.recv(1)
        held.append(one)
    if how == "reads-not":
        wait_for(lambda: ended(path + ".ended") == CONNECTIONS, "the server to give all up")
    elif how == "late":
        for one in held:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        time.sleep(0.1)
        for one in held:
            while one.recv(1 << 20):
                pass


def play(bench, name, timeout_ms, *options):
    path = os.path.join(bench.folder, name + ".json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path, str(timeout_ms)),
                    "--server-name", "it", "--repeat", "1", "-c", "1", *(
                        option.replace("PATH", path) for option in options))
    trial = run.trial("it")
    found = {finding["id"]: finding for finding in trial["findings"]}
    print(name, trial["invalid_because"], report_read(path), {key: found[key]["text"] for key in found}, flush=True)
    return trial, report_read(path), found


def third_party(bench, name, timeout_ms, how):
    return play(bench, name, timeout_ms, "-d", "100s", "--loader-command",
                known_command(__file__, "load", "{host}", "{port}", "PATH", how))


def findings_aborted(bench):
    trial, known, found = third_party(bench, "reads-not", SHORT_MS, "reads-not")
    equal(known["ETIMEDOUT"], CONNECTIONS, "what the server was told")
    finding = found[NAME]
    equal((finding["aborted"], finding["opened"]), (CONNECTIONS, CONNECTIONS), "given up")
    assert finding["zero_windows"] >= CONNECTIONS and "did not read" in finding["text"], finding
    assert "loader-hides-server-policy" not in found, found
    reason = "%d connections were given up by the server's kernel (TCPAbortOnTimeout)" % CONNECTIONS
    assert reason in trial["invalid_because"], trial["invalid_because"]

    trial, known, found = third_party(bench, "gives-up", LONG_MS, "gives-up")
    equal((NAME in found, known.get("ETIMEDOUT", 0)), (False, 0), "of a client that gives up")
    trial, known, found = third_party(bench, "late", LONG_MS, "late")
    equal((NAME in found, known.get("ETIMEDOUT", 0)), (False, 0), "of a client that reads late")
    assert not any("TCPAbortOnTimeout" in reason for reason in trial["invalid_because"]), trial["invalid_because"]


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        KnownServer(deal).run()
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(findings_aborted)
