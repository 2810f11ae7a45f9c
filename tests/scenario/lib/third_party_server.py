#!/usr/bin/env python3
"""A small server that stands for those of third parties: third_party_server.py PORT [MODE[:N]]…

late:N    on every Nth connection closes after its client has, and on the others its FIN goes with the response
chunked   answers in chunks, without Content-Length
endless   answers without any length: the end of stream ends it
daemon    forks twice, in a session of its own, as daemons do
dies:N    exits with status 3 as connection N has been accepted
forks     as the first connection comes, has a child serve, which first takes 50 ms of CPU time
stubborn  ignores SIGTERM and SIGINT
resets    resets each connection when it has been accepted
"""
import itertools
import os
import select
import signal
import socket
import struct
import sys
import threading
import time

FORKS_CPU_S = 0.05
# Of all threads; next() is one step of the interpreter.
ACCEPTED = itertools.count(1)
BODY = b"ok, closed by others\n"
HEADS = {
    "chunked": b"Transfer-Encoding: chunked\r\n",
    "endless": b"",
    "": b"Content-Length: %d\r\n" % len(BODY),
}


def response(mode, last):
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY) if mode == "chunked" else BODY
    close = b"Connection: close\r\n" if last else b""
    return b"HTTP/1.1 200 OK\r\n" + HEADS[mode] + close + b"\r\n" + body


def serve(connection, mode, late, early):
    """Last of all a response that the connection closes behind: late, early, or as it comes."""
    last = False
    while not last:
        request = b""
        while b"\r\n\r\n" not in request:
            more = connection.recv(4096)
            if not more:
                return
            request += more
        last = b"Connection: close" in request or mode == "endless" or late
        connection.sendall(response(mode, last), socket.MSG_MORE if last and early else 0)
    if late:
        connection.recv(1)


def work(listener, mode, every, resets, dies):
    count = 0
    while True:
        connection, _ = listener.accept()
        count += 1
        if next(ACCEPTED) == dies:
            os._exit(3)
        if resets:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
            continue
        try:
            serve(connection, mode, every and count % every == 0, every and count % every != 0)
        except OSError:
            pass
        connection.close()


def main():
    modes = dict((word + ":0").split(":")[:2] for word in sys.argv[2:])
    if "daemon" in modes:
        if os.fork():
            sys.exit(0)
        os.setsid()
        if os.fork():
            os._exit(0)
    if "stubborn" in modes:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    listener = socket.create_server(("", int(sys.argv[1])), backlog=1024)
    if "forks" in modes:
        select.select([listener], [], [])
        if os.fork():
            os.wait()
            sys.exit(0)
        while time.process_time() < FORKS_CPU_S:
            pass
    mode = next((mode for mode in modes if mode in HEADS), "")
    for _ in range(16):
        threading.Thread(target=work, daemon=True,
                         args=(listener, mode, int(modes.get("late", 0)),
                               "resets" in modes, int(modes.get("dies", 0)))).start()
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
