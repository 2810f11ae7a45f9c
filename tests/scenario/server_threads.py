#!/usr/bin/env python3
"""teardown-server with four threads, under load: server_threads.py PATH-OF-THE-PROGRAM

In a build with -Db_sanitize=thread the exit status tells of data races."""
import socket
import struct
import threading
import traceback

from lib.server_process import Server, get, pattern, run
from lib.wait import wait_for

ROUNDS = 400
CLIENTS = 8
LINGER_RESET = struct.pack("ii", 1, 0)


def well_behaved(server):
    body = server.ask(get("/bytes/5000", b"Connection: close\r\n")).body
    assert body == pattern(5000)


def resetting(server):
    with server.connect(receive_buffer=4096) as client:
        client.send(get("/bytes/1000000"))
        client.until(b"\r\n\r\n")
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_RESET)


def half_closing(server):
    with server.connect() as client:
        client.send(get("/bytes/100000"))
        client.half_close()
        assert client.response().body == pattern(100000) and client.ended()


def counting(server):
    # The first of all may come before any connection.
    wait_for(lambda: server.metrics()["connections_opened_total"], "a connection")


KINDS = (well_behaved, resetting, half_closing, counting)


class Load:
    """Clients of each kind, over and over, until the block ends."""

    def __init__(self, server):
        self.server, self.going, self.wrong, self.met = server, True, [], 0
        self.threads = [threading.Thread(target=self._run, args=(KINDS[i % len(KINDS)],))
                        for i in range(CLIENTS)]

    def _run(self, kind):
        try:
            while self.going:
                kind(self.server)
                self.met += 1
        # The server is going: nobody is promised an answer any more.
        except (OSError, AssertionError):
            if self.going:
                self.wrong.append(traceback.format_exc())

    def __enter__(self):
        well_behaved(self.server)
        for thread in self.threads:
            thread.start()
        return self

    def goes_on(self, rounds):
        """Until its clients have been through so many rounds more."""
        enough = self.met + rounds
        wait_for(lambda: self.met >= enough or self.wrong, "%d rounds" % rounds)

    def __exit__(self, *_):
        self.going = False
        for thread in self.threads:
            thread.join()
        assert not self.wrong, "\n".join(self.wrong)
        assert self.met > CLIENTS, self.met


def threads_serve_and_count_side_by_side():
    for strategy in ("graceful", "server-close"):
        with Server("--threads", "4", "--strategy", strategy) as server, \
                Load(server) as load:
            load.goes_on(2 * ROUNDS)


def threads_end_under_load():
    with Server("--threads", "4", "--drain", "300ms") as server, Load(server) as load:
        load.goes_on(ROUNDS)
        load.going = False
        server.signal()


def threads_end_at_once_under_load():
    with Server("--threads", "4", "--drain", "60s") as server, Load(server) as load:
        load.goes_on(ROUNDS)
        load.going = False
        server.signal()
        server.signal()


if __name__ == "__main__":
    run([threads_serve_and_count_side_by_side, threads_end_under_load,
         threads_end_at_once_under_load])
