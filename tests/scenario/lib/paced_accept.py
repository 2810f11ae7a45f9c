"""A server that accepts so many connections a second, and no more: paced_accept.py HOST PORT RATE."""
import socket
import sys
import time

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
# What it may make up for where the machine did not let it run.
BEHIND_S = 0.05


def main():
    host, port, rate = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(4096)
    due = time.monotonic()
    while True:
        connection, _ = listener.accept()
        with connection:
            try:
                connection.recv(65536)
                connection.sendall(ANSWER)
            except OSError:
                pass
        now = time.monotonic()
        due = max(due + 1 / rate, now - BEHIND_S)
        if due > now:
            time.sleep(due - now)


main()
