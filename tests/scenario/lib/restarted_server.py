"""A server that is restarted: restarted_server.py HOST PORT [reuseaddr] [reuseport] [slow] [until PID]: answers and closes,
the first FIN is its own. SIGTERM ends it behind the answer that it is about to give. With slow it accepts nothing for the first while that its queue fills; with until PID it ends PID
once it listens itself, as what replaces a server does."""
import os
import select
import signal
import socket
import sys
import time

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


def serve(connection):
    with connection:
        try:
            if connection.recv(65536):
                connection.sendall(ANSWER)
        except OSError:
            pass


def main():
    host, port, *words = sys.argv[1:]
    listener = socket.socket()
    if "reuseaddr" in words:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if "reuseport" in words:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    told, tell = socket.socketpair()
    tell.setblocking(False)
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.set_wakeup_fd(tell.fileno())
    listener.bind((host, int(port)))
    listener.listen(1024)
    if "until" in words:
        os.kill(int(words[words.index("until") + 1]), signal.SIGTERM)
    while told not in select.select([listener, told], [], [])[0]:
        connection = listener.accept()[0]
        if "slow" in words:
            time.sleep(0.02)
        serve(connection)


if __name__ == "__main__":
    main()
