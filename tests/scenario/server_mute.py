#!/usr/bin/env python3
"""teardown-server's messages go nowhere: server_mute.py PATH-OF-THE-PROGRAM"""
import os
import signal
import socket
import subprocess
import sys

from lib.server_process import TIMEOUT_S, get, run
from lib.wait import wait_for


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def ask(port):
    """Returns the answer, or None while nobody listens."""
    try:
        with socket.create_connection(("127.0.0.1", port), TIMEOUT_S) as client:
            client.sendall(get("/", b"Connection: close\r\n"))
            return client.recv(65536)
    except ConnectionError:
        return None


def lives_without(stderr):
    port = free_port()
    process = subprocess.Popen([sys.argv[1], "--listen", "127.0.0.1:%d" % port], stderr=stderr)
    try:
        answer = wait_for(lambda: process.poll() is not None or ask(port), "an answer")
        assert process.poll() is None, process.returncode
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n"), answer
        process.send_signal(signal.SIGTERM)
        assert process.wait(TIMEOUT_S) == 0, process.returncode
    finally:
        process.kill()
        process.wait()


def a_full_disk_is_no_reason_to_end():
    with open("/dev/full", "w") as full:
        lives_without(full)


def a_reader_that_has_gone_is_no_reason_to_end():
    reader, writer = os.pipe()
    os.close(reader)
    lives_without(writer)
    os.close(writer)


if __name__ == "__main__":
    run([a_full_disk_is_no_reason_to_end, a_reader_that_has_gone_is_no_reason_to_end])
