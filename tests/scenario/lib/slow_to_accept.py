"""A server that takes none before its kernel has dropped one for want of room in the queue: PORT BACKLOG"""
import contextlib
import os
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
from lib.losses import counters  # noqa: E402
from lib.wait import wait_for  # noqa: E402

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("0.0.0.0", int(sys.argv[1])))
s.listen(int(sys.argv[2]))
wait_for(lambda: counters()["ListenDrops"] > 0, "a connection that finds no room")
while True:
    c = s.accept()[0]
    with contextlib.suppress(OSError):  # The client has given up.
        c.recv(4096)
        c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
    c.close()
