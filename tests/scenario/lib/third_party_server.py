#!/usr/bin/env python3
"""A small server that stands for those of third parties: third_party_server.py PORT [MODE[:N]]…

late:N    closes 5 ms late on every Nth connection
chunked   answers in chunks, without Content-Length
endless   answers without any length: the end of stream ends it
daemon    forks twice, in a session of its own, as daemons do
dies:N    exits with status 3 after N milliseconds
stubborn  ignores SIGTERM and SIGINT
resets    resets each connection when it has been accepted
"""
import os
import signal
import socket
import struct
import sys
import threading
import time

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


def serve(connection, mode, late):
    last = False
    while not last:
        request = b""
        while b"\r\n\r\n" not in request:
            more = connection.recv(4096)
            if not more:
                return
            request += more
        last = b"Connection: close" in request or mode == "endless" or late
        connection.sendall(response(mode, last))
    if late:
        time.sleep(0.005)


def work(listener, mode, every, resets):
    count = 0
    while True:
        connection, _ = listener.accept()
        count += 1
        if resets:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
            continue
        try:
            serve(connection, mode, every and count % every == 0)
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
    mode = next((mode for mode in modes if mode in HEADS), "")
    for _ in range(16):
        threading.Thread(target=work, daemon=True,
                         args=(listener, mode, int(modes.get("late", 0)),
                               "resets" in modes)).start()
    if "dies" in modes:
        time.sleep(int(modes["dies"]) / 1000)
        os._exit(3)
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
