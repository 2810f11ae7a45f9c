#!/usr/bin/env python3
"""Opens keep-alive connections, makes one exchange on each, and leaves them idle while a command
runs, or for half a second: idle.py HOST PORT CONNECTIONS [COMMAND…]"""
import resource
import socket
import subprocess
import sys
import time

BODY_BYTES = 128
IDLE_S = 0.5


def exchange(connection, request):
    connection.sendall(request)
    answer = b""
    while b"\r\n\r\n" not in answer or len(answer.split(b"\r\n\r\n", 1)[1]) < BODY_BYTES:
        more = connection.recv(4096)
        if not more:
            sys.exit("idle: the server closed: %r" % answer)
        answer += more


def main():
    host, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    request = b"GET / HTTP/1.1\r\nHost: %s\r\n\r\n" % host.encode()
    connections = []
    for _ in range(count):
        connection = socket.create_connection((host, port), timeout=5)
        exchange(connection, request)
        connections.append(connection)
    if sys.argv[4:]:
        sys.exit(subprocess.run(sys.argv[4:]).returncode)
    time.sleep(IDLE_S)


if __name__ == "__main__":
    main()
