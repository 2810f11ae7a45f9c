#!/usr/bin/env python3
"""The address of /metrics answers /metrics alone, and whoever is slow there keeps nobody else from
it: server_metrics_port.py PATH-OF-THE-PROGRAM"""
import contextlib
import threading

from lib.server_process import KEEP, Client, Server, get, run

PLACES = 16
SCRAPE = get("/metrics", b"Connection: close\r\n")
CONTINUE = b"Expect: 100-continue\r\n"
LENGTH, CHUNKED = b"Content-Length: 1073741824\r\n", b"Transfer-Encoding: chunked\r\n"


def answers_and_ends(server, request, status):
    """One answer, before a body comes, and then the end."""
    with Client(server.metrics_port) as client:
        client.send(request)
        response = client.response(head_only=request.startswith(b"HEAD"))
        assert response.status == status and response.closes, (request, response.head)
        assert client.ended(), request
        return response


def get_and_head_of_metrics_are_all():
    with Server(*KEEP) as server:
        for request in (get("/metrics"), get("/metrics?x"), get("/metrics", version=b"1.0"),
                        get("http://x/metrics"), get("/metrics", b"Content-Length: 0\r\n")):
            answer = answers_and_ends(server, request, 200)
            assert b"teardown_server_connections" in answer.body, request
        answers_and_ends(server, get("/metrics", method=b"HEAD"), 200)
        for path in ("/", "/bytes/10", "/bytes/1000000000", "/metrics/", "/metric", "/Metrics"):
            for method in (b"GET", b"HEAD"):
                answers_and_ends(server, get(path, method=method), 404)
        for method in (b"POST", b"PUT", b"DELETE", b"PATCH", b"OPTIONS"):
            for path in ("/metrics", "/bytes/10"):
                answer = answers_and_ends(server, get(path, method=method), 405)
                assert answer.headers["allow"] == "GET, HEAD"
        answers_and_ends(server, get("*", method=b"OPTIONS"), 405)
        answers_and_ends(server, get("/metrics", method=b"BREW"), 501)


def no_body_is_waited_for_nor_sent_back():
    with Server(*KEEP) as server:
        for method, status in ((b"GET", 413), (b"HEAD", 413), (b"POST", 405), (b"PUT", 405)):
            for framing in (LENGTH, CHUNKED, b"Content-Length: 1\r\n", CONTINUE + LENGTH,
                            CONTINUE + CHUNKED):
                request = get("/metrics", framing, method)
                answers_and_ends(server, request, status)
                if method != b"HEAD":
                    body = answers_and_ends(server, request + b"5\r\nhello\r\n", status).body
                    assert b"hello" not in body


# What a client begins with, and what it goes on with.
SLOW = {
    "silent behind half a head": (SCRAPE[:-2], b""),
    "a head without an end": (SCRAPE[:-2], b"a: b\r\n"),
    "empty lines": (b"\r\n", b"\r\n"),
    "a body": (get("/", LENGTH, b"POST"), b"x" * 1250),
    "a body of a GET": (get("/metrics", LENGTH), b"x" * 1250),
    "chunks": (get("/metrics", CHUNKED, b"PUT"), b"4e2\r\n" + b"x" * 1250 + b"\r\n"),
    "no end after the answer": (get("/metrics"), b""),
    "more requests after the answer": (get("/metrics"), get("/metrics")),
    "a large response": (get("/bytes/100000000"), b""),
}


class Slow:
    """More clients than there are places, each of which comes again when it is ended."""

    def __init__(self, server, begins, goes_on):
        self.port, self.begins, self.goes_on = server.metrics_port, begins, goes_on
        self.over, self.turns = threading.Event(), 0
        self.clients = [self.client() for _ in range(2 * PLACES)]
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def client(self):
        client = Client(self.port, 4096)
        with contextlib.suppress(OSError):
            client.send(self.begins)
        return client

    def run(self):
        while not self.over.wait(0.02):
            for i, client in enumerate(self.clients):
                try:
                    client.send(self.goes_on)
                except OSError:
                    client.socket.close()
                    self.clients[i] = self.client()
            self.turns += 1

    def finish(self):
        self.over.set()
        self.thread.join()
        for client in self.clients:
            client.socket.close()


def slow_clients_keep_no_scrape():
    for what, (begins, goes_on) in SLOW.items():
        print("#", what, flush=True)
        with Server(*KEEP) as server:
            slow = Slow(server, begins, goes_on)
            try:
                scrapes = 0
                while scrapes < 30 or slow.turns < 20:
                    server.metrics()
                    scrapes += 1
            finally:
                slow.finish()


def the_data_port_is_as_it_was():
    with Server("--metrics", "data", *KEEP) as server, server.connect() as client:
        client.send(get("/", b"Content-Length: 5\r\n", b"POST") + b"hello")
        assert client.response().body == b"hello"
        client.send(get("/metrics"))
        assert client.response().status == 200
        client.send(get("/bytes/10"))
        assert client.response().body == b"0123456789"


if __name__ == "__main__":
    run([get_and_head_of_metrics_are_all, no_body_is_waited_for_nor_sent_back,
         slow_clients_keep_no_scrape, the_data_port_is_as_it_was])
