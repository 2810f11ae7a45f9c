#!/usr/bin/env python3
"""Bodies, expectations, limits and half-closed clients, for several strategies:
server_http_bodies.py PATH-OF-THE-PROGRAM"""
import os
import time

from lib.server_process import KEEP, Server, get, pattern, run

# Those whose server end delivers everything to a client that reads.
STRATEGIES = ("graceful", "server-close", "keep-alive", "half-close", "client-close",
              "adaptive-drain", "fin-on-data")
CHUNKED = b"Transfer-Encoding: chunked\r\n"
EXPECT = b"Expect: 100-continue\r\n"
CONTINUE = b"HTTP/1.1 100 Continue"


def _length(size):
    return b"Content-Length: %d\r\n" % size


def any_method_on_any_path_is_answered_with_its_body():
    body = os.urandom(3000000)
    for strategy in STRATEGIES:
        with Server("--strategy", strategy, *KEEP) as server, server.connect() as client:
            for method, path in ((b"GET", "/bytes/5"), (b"DELETE", "/x"), (b"OPTIONS", "*"),
                                 (b"any-thing", "/metrics"), (b"PATCH", "http://x/y?z")):
                sender = client.send_beside(get(path, _length(len(body)), method) + body)
                assert client.response().body == body, (strategy, method)
                sender.join()
            client.send(get("/", _length(5), b"HEAD") + b"hello" + get())
            assert client.response(head_only=True).headers["content-length"] == "5"
            assert client.response().body == pattern(128)


def a_client_that_waits_is_told_to_go_on():
    with Server(*KEEP) as server, server.connect() as client:
        for fields, body in ((_length(5), b"hello"), (CHUNKED, b"5\r\nhello\r\n0\r\n\r\n")):
            client.send(get("/", EXPECT + fields, b"POST"))
            assert client.until(b"\r\n\r\n") == CONTINUE
            client.send(body)
            assert client.response().body == b"hello"
        # One that does not wait is not.
        client.send(get("/", EXPECT + _length(5), b"POST") + b"hello")
        assert client.response().body == b"hello"


def a_client_that_waits_for_a_refusal_is_not():
    refusals = ((EXPECT + _length(1001), 413), (b"Expect: x\r\n" + _length(1), 417),
                (EXPECT + b"Transfer-Encoding: gzip, chunked\r\n", 501),
                (EXPECT + _length(1) + CHUNKED, 400), (EXPECT + b"A : b\r\n", 400))
    with Server("--max-body", "1000") as server:
        for fields, status in refusals:
            with server.connect() as client:
                client.send(get("/", fields, b"POST"))
                response = client.response()
                assert (response.status, response.closes) == (status, True), fields
                assert client.ended()


def a_body_over_the_limit_is_refused():
    with Server("--max-body", "1000", *KEEP) as server:
        for body in (bytes(1000), b""):
            assert server.ask(get("/", _length(len(body)), b"PUT") + body).body == body
        for head, body in ((_length(1001), b""), (CHUNKED, b"3e9\r\n"),
                           (CHUNKED, b"3e8\r\n" + bytes(1000) + b"\r\n1\r\n")):
            assert server.ask(get("/", head, b"PUT") + body).status == 413, (head, body[:9])


def one_that_outgrows_it_later_breaks_the_response():
    with Server("--max-body", "1000") as server, server.connect() as client:
        client.send(get("/", CHUNKED, b"PUT") + b"3\r\nabc\r\n")
        assert client.until(b"\r\n\r\n") and client.exactly(8) == b"3\r\nabc\r\n"
        client.send(b"3e6\r\n")
        assert client.ended()  # without the last chunk


def limits_are_options():
    options = ("--max-head", "300", "--max-target", "40", "--max-fields", "3")
    with Server(*options) as server:
        for request, status in (
                (get("/" + "a" * 39), 404), (get("/" + "a" * 40), 414),
                (get("/", b"A: b\r\n" * 2), 200), (get("/", b"A: b\r\n" * 3), 431),
                (get("/", b"A: %s\r\n" % (b"b" * 200)), 200),
                (get("/", b"A: %s\r\n" % (b"b" * 300)), 431)):
            assert server.ask(request).status == status, request


def pipelined_requests_beyond_the_depth_wait():
    sizes = [(i * 7919) % 3000 for i in range(1500)]
    for depth in ("1", "3", "1000"):
        with Server("--pipeline", depth, *KEEP) as server:
            with server.connect(receive_buffer=4096) as client:
                sender = client.send_beside(b"".join(get("/bytes/%d" % n) for n in sizes))
                server.waits_for(client)
                for size in sizes:
                    assert client.response().body == pattern(size)
                sender.join()


def a_client_that_half_closes_is_answered_in_full():
    chunk = b"5\r\nhello\r\n0\r\n\r\n"
    for strategy in STRATEGIES:
        with Server("--strategy", strategy, *KEEP) as server:
            with server.connect(receive_buffer=4096) as client:
                client.send(get("/bytes/3000000") + get("/", CHUNKED, b"PUT") + chunk
                            + get("/bytes/100") * 50 + get("/bytes/1500000"))
                client.half_close()
                server.waits_for(client)
                assert client.response().body == pattern(3000000), strategy
                assert client.response().body == b"hello", strategy
                for _ in range(50):
                    assert client.response().body == pattern(100), strategy
                assert client.response().body == pattern(1500000), strategy
                assert client.ended(), strategy
            # The FIN comes behind the body's last bytes, before all of it is sent back.
            with server.connect(receive_buffer=4096) as client:
                body = os.urandom(1000000)
                request = get("/", _length(len(body)), b"PUT") + body
                sender = client.send_beside(request, half_close=True)
                assert client.response().body == body, strategy
                assert client.ended(), strategy
                sender.join()


def a_request_cut_short_by_a_fin_is_wrong():
    for strategy in STRATEGIES:
        with Server("--strategy", strategy, *KEEP) as server:
            for part in (b"G", b"GET / HT", get()[:-1], get("/", _length(5), b"PUT"),
                         get("/", CHUNKED, b"PUT") + b"5"):
                with server.connect() as client:
                    client.send(part)
                    client.half_close()
                    response = client.response()
                    assert (response.status, response.closes) == (400, True), (strategy, part)
                    assert client.ended()
            with server.connect() as client:
                client.half_close()
                assert client.ended()


def a_slow_request_is_refused_when_its_time_is_over():
    for strategy in STRATEGIES:
        with Server("--strategy", strategy, "--header-timeout", "300ms", *KEEP) as server:
            with server.connect() as client:
                client.socket.settimeout(0.02)
                began = time.monotonic()
                for byte in get("/" + "a" * 1000):
                    client.send(bytes((byte,)))
                    try:
                        if client.more():
                            break
                    except TimeoutError:
                        pass
                client.socket.settimeout(20)
                response = client.response()
                assert (response.status, response.closes) == (408, True), strategy
                assert time.monotonic() - began > 0.25
                client.half_close()
                assert client.ended()


def a_refusal_reaches_a_client_that_still_sends_64_megabytes():
    rest = bytes(64 << 20)
    refusals = ((b"wrong\r\n\r\n", 400), (get("/", b"A : b\r\n"), 400),
                (get("/", _length(len(rest)), b"PUT"), 413), (get("/" + "a" * 9000), 414),
                (get("/", b"Expect: x\r\n" + _length(1 << 20), b"PUT"), 417),
                (get("/", b"A: b\r\n" * 200), 431), (get("/", b"A: " + b"b" * 20000), 431),
                (get("/", b"Transfer-Encoding: gzip, chunked\r\n", b"PUT"), 501),
                (get(version=b"2.0"), 505))
    with Server("--max-body", "1M") as server:
        for request, status in refusals:
            with server.connect(receive_buffer=4096) as client:
                sender = client.send_beside(request + rest)
                server.waits_for(client)
                response = client.response()
                assert (response.status, response.closes) == (status, True), request[:80]
                assert "date" in response.headers and len(response.body) > 10
                sender.join()
                assert client.sent_all and client.ended(), status


if __name__ == "__main__":
    run([value for name, value in list(globals().items()) if not name.startswith("_")
         and callable(value) and getattr(value, "__module__", "") == "__main__"])
