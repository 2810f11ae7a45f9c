#!/usr/bin/env python3
"""A server whose close(2) waits for its clients, since it sets SO_LINGER with a time; and those that
close as late, and do not wait in close(2): one that sleeps before, one that is stopped, one that
waits in read(2) behind shutdown(2)."""
import os
import signal
import socket
import struct
import subprocess
import sys
import time

from lib.known_server import KnownServer, known_command, report_read, request_read, response
from lib.scenario import equal, main

CONNECTIONS = 6
# More than both buffers hold: the client reads none of it, so the FIN is not sent.
BODY = 16 << 20
LINGER_S = 4
LATE_S = 1
NAME = "close-blocks"


def all_send(connection):
    """As much as the socket takes."""
    connection.setblocking(False)
    left = response(BODY)
    try:
        while left:
            left = left[connection.send(left):]
    except BlockingIOError:
        pass


def stop_for_a_while():
    """Another process, which is not stopped, has this one go on."""
    subprocess.Popen(["sh", "-c", "sleep %s; kill -CONT %d" % (LATE_S, os.getpid())])
    os.kill(os.getpid(), signal.SIGSTOP)


def deal(server, connection, number):
    how = server.words[0]
    request_read(connection)
    all_send(connection)
    connection.setblocking(how != "non-blocking")
    if how in ("blocking", "non-blocking"):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, LINGER_S))
    if how == "sleeps":
        time.sleep(LATE_S)
    if how == "stopped" and number == 0:
        stop_for_a_while()
    if how == "reads":
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(LATE_S)
        try:
            connection.recv(1)
        except TimeoutError:
            pass
    began = time.monotonic()
    connection.close()
    server.add("close_s", time.monotonic() - began)
    # As the bench sees this process: this one's own number is of its namespace.
    server.report["pid"] = int(os.readlink("/proc/self"))
    with open("/proc/self/comm") as file:
        server.report["name"] = file.read().strip()


def load(host, port, path):
    """Reads nothing until the server has closed every connection."""
    connections = []
    for _ in range(CONNECTIONS):
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.connect((host, int(port)))
        one.sendall(b"GET / HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n")
        connections.append(one)
    while len(os.listdir(path)) < CONNECTIONS:
        time.sleep(0.01)
    for one in connections:
        one.close()


class Server(KnownServer):
    """Tells the load what it has closed by one file each."""

    def _serve(self, connection, number):
        super()._serve(connection, number)
        open(os.path.join(self.words[1], str(number)), "w").close()


def serve(bench, how):
    path = os.path.join(bench.folder, "server.json")
    closed = os.path.join(bench.folder, how)
    os.mkdir(closed)
    run = bench.run("--server-command",
                    known_command(__file__, "serve", "{port}", path, how, closed),
                    "--server-name", "it", "--loader-command",
                    known_command(__file__, "load", "{host}", "{port}", closed),
                    "--repeat", "1", "-d", "100s")
    trial = run.trial("it")
    found = {f["id"]: f for f in trial["findings"]}.get(NAME)
    known = report_read(path)
    print(how, known, trial["close_watch"], found and found["text"], flush=True)
    equal(len(known["close_s"]), CONNECTIONS, "connections that the server closed")
    assert trial["close_watch"]["looks"] > 0, "nobody looked at the server's threads"
    return known, trial["close_watch"], found


def blocks(bench, how):
    known, watch, found = serve(bench, how)
    longest_s = max(known["close_s"])
    assert min(known["close_s"]) >= LINGER_S / 2, known
    equal((found["blocked"], found["at_once"]), (CONNECTIONS, CONNECTIONS), "closes that blocked")
    equal(watch["blocked"], CONNECTIONS, "the same in the file")
    # Never more than there was: by the server's own clock.
    assert LINGER_S / 4 <= found["longest_s"] <= longest_s, (found["longest_s"], longest_s)
    assert CONNECTIONS < found["threads"], found
    equal((found["process"], found["pid"]), (known["name"], known["pid"]), "who blocked")
    assert "%s (pid %d)" % (known["name"], known["pid"]) in found["text"], found["text"]


def does_not_block(bench, how):
    known, watch, found = serve(bench, how)
    equal((watch["blocked"], watch["longest_ms"], found), (0, 0, None), how)


def findings_close_blocks(bench):
    blocks(bench, "blocking")
    blocks(bench, "non-blocking")
    for how in ("sleeps", "stopped", "reads"):
        does_not_block(bench, how)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        Server(deal).run()
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    else:
        main(findings_close_blocks)
