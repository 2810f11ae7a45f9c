#!/usr/bin/env python3
"""teardown-server speaks HTTP/1.1: server_http.py PATH-OF-THE-PROGRAM"""
import os
import socket

from lib.server_process import KEEP, Server, get, pattern, run


def fixed_text_has_the_size_asked_for():
    for argument, size in ((None, 128), ("0", 0), ("1", 1), ("2k", 2000), ("100k", 100000)):
        with Server(*(["--response-bytes", argument] if argument else [])) as server:
            with server.connect() as client:
                client.send(get())
                response = client.response()
                assert response.status == 200 and response.body == pattern(size)
                assert response.closes and "date" in response.headers
                assert client.ended()


def bytes_are_exact():
    with Server(*KEEP) as server, server.connect() as client:
        for size in (0, 1, 63, 64, 65, 16383, 16384, 16385, 65536, 1000000):
            client.send(get("/bytes/%d" % size))
            assert client.response().body == pattern(size), size


def a_slow_reader_gets_five_megabytes():
    with Server() as server, server.connect(receive_buffer=4096) as client:
        client.send(get("/bytes/5000000"))
        head = client.until(b"\r\n\r\n")
        assert b"Content-Length: 5000000" in head
        body = b""
        while len(body) < 5000000:
            server.waits_for(client)
            body += client.exactly(min(400000, 5000000 - len(body)))
        assert body == pattern(5000000) and client.ended()


def unknown_paths_are_not_found():
    with Server(*KEEP) as server, server.connect() as client:
        for path in ("/x", "/bytes", "/bytes/", "/bytes/1x", "/bytes/-1", "/bytes/" + "9" * 20,
                     "/bytes/" + "9" * 40, "//", "/" + "a" * 5000):
            client.send(get(path))
            response = client.response()
            assert response.status == 404 and not response.closes, path


def targets_in_absolute_form_and_with_a_query():
    with Server(*KEEP) as server, server.connect() as client:
        for path, size in (("/bytes/7?a=/b", 7), ("http://host:80/bytes/9", 9),
                           ("http://host", 128), ("http://host?q", 128), ("/?x", 128)):
            client.send(get(path))
            assert client.response().body == pattern(size), path


def bodies_are_echoed_with_their_length():
    with Server(*KEEP) as server, server.connect() as client:
        for size in (0, 1, 1000, 70000, 3000000):
            body = os.urandom(size)
            head = get("/any", b"Content-Length: %d\r\n" % size, b"PUT")
            sender = client.send_beside(head + body)
            response = client.response()
            sender.join()
            assert response.headers["content-length"] == str(size)
            assert response.body == body, size


def chunked_bodies_are_echoed_in_chunks():
    with Server(*KEEP) as server, server.connect() as client:
        for size, step in ((0, 1), (1, 1), (5000, 1), (300000, 7), (3000000, 100001)):
            body = os.urandom(size)
            chunks = b"".join(b"%x;ext=1\r\n%s\r\n" % (len(body[i:i + step]), body[i:i + step])
                              for i in range(0, size, step))
            head = get("/", b"Transfer-Encoding: chunked\r\n", b"POST")
            sender = client.send_beside(head + chunks + b"0\r\nTrailer: x\r\n\r\n")
            response = client.response()
            sender.join()
            assert response.headers["transfer-encoding"] == "chunked"
            assert response.body == body, (size, step)


def pipelined_requests_are_answered_in_order():
    with Server(*KEEP) as server, server.connect() as client:
        client.send(b"".join(get("/bytes/%d" % i) for i in range(50)))
        for i in range(50):
            assert client.response().body == pattern(i)


def pipelined_requests_wait_for_a_slow_reader():
    with Server(*KEEP) as server, server.connect(receive_buffer=4096) as client:
        sizes = [(i * 7919) % 60000 for i in range(400)]
        requests = b"".join(get("/bytes/%d" % size) for size in sizes)
        requests += get("/", b"Content-Length: 90000\r\n", b"POST") + pattern(90000)
        sender = client.send_beside(requests)
        server.waits_for(client)
        for size in sizes:
            assert client.response().body == pattern(size)
        assert client.response().body == pattern(90000)
        sender.join()


def the_last_of_many_is_announced():
    with Server("--requests-per-connection", "3") as server, server.connect() as client:
        client.send(get() * 5)
        assert [client.response().closes for _ in range(3)] == [False, False, True]
        assert client.ended()


def requests_split_at_every_byte_are_answered_alike():
    requests = (get("/bytes/10", b"Connection: close\r\n"),
                get("http://h/bytes/3", b"Connection: close\r\n"),
                get("/", b"Connection: close\r\nContent-Length: 5\r\n", b"POST") + b"hello",
                get("/", b"Connection: close\r\nTransfer-Encoding: chunked\r\n", b"POST")
                + b"5;a=b\r\nhello\r\n0\r\nT: x\r\n\r\n",
                b"\r\nBAD REQUEST\r\n\r\n")
    with Server(*KEEP) as server:
        for request in requests:
            whole = server.ask(request).without_date()
            for at in range(1, len(request)):
                with server.connect() as client:
                    client.send(request[:at])
                    client.is_read()
                    client.send(request[at:])
                    # A chunk that is split is answered as two.
                    assert client.response().without_date() == whole, (request, at)
                    assert client.ended()


def a_byte_at_a_time():
    with Server(*KEEP) as server, server.connect() as client:
        for byte in get("/bytes/77") * 3:
            client.send(bytes((byte,)))
        for _ in range(3):
            assert client.response().body == pattern(77)


def head_has_no_body():
    with Server(*KEEP) as server, server.connect() as client:
        for path, status, length in (("/", 200, "128"), ("/bytes/1000000", 200, "1000000"),
                                     ("/nothing", 404, "14")):
            client.send(get(path, method=b"HEAD"))
            response = client.response(head_only=True)
            assert response.status == status and response.headers["content-length"] == length
        client.send(get("/", b"Content-Length: 4\r\n", b"HEAD") + b"body" + get("/bytes/3"))
        assert client.response(head_only=True).headers["content-length"] == "4"
        assert client.response().body == pattern(3)


def version_1_0_closes_unless_asked():
    with Server(*KEEP) as server:
        with server.connect() as client:
            client.send(get(version=b"1.0"))
            assert client.response().closes and client.ended()
        with server.connect() as client:
            for _ in range(3):
                client.send(get("/", b"Connection: keep-alive\r\n", version=b"1.0"))
                assert client.response().headers["connection"] == "keep-alive"


def connection_close_is_answered_alike():
    with Server(*KEEP) as server, server.connect() as client:
        client.send(get() + get("/bytes/2", b"Connection: close\r\n") + get("/bytes/3"))
        assert not client.response().closes
        response = client.response()
        assert response.closes and response.body == pattern(2) and client.ended()


def wrong_requests_are_refused():
    long_head = b"GET / HTTP/1.1\r\n" + b"a: %s\r\n" % (b"b" * 1000) * 17 + b"\r\n"
    requests = (
        (b"nonsense\r\n\r\n", 400), (b"GET / HTTP/1.1\r\nNo colon\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (get("/", b"Content-Length: x\r\n"), 400), (get("/", b"Content-Length: -1\r\n"), 400),
        (get("/", b"Content-Length: 1\r\nContent-Length: 2\r\n"), 400),
        (get("/", b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), 400),
        (get("/", b"Transfer-Encoding: chunked\r\n") + b"x\r\n", 400),
        (get("/", b"Transfer-Encoding: chunked\r\n", version=b"1.0") + b"0\r\n\r\n", 400),
        (get("/", version=b"2.0"), 505), (get("host:1", method=b"CONNECT"), 501),
        (get("/" + "a" * 8191), 404), (get("/" + "a" * 8192), 414),
        (long_head, 431), (b"\r\n" * 9000, 431))
    with Server() as server:
        for request, status in requests:
            with server.connect() as client:
                sender = client.send_beside(request)
                response = client.response()
                sender.join()
                assert (response.status, response.closes) == (status, True), request[:80]
                assert client.ended()


def a_head_of_the_largest_size_is_taken():
    with Server() as server:
        request = b"GET /bytes/5 HTTP/1.1\r\nHost: x\r\na: %s\r\n\r\n"
        fill = 16384 - len(request % b"")
        assert server.ask(request % (b"b" * fill)).status == 200
        assert server.ask(request % (b"b" * (fill + 1))).status == 431
        # Exactly as large, and a body follows.
        request = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\na: %s\r\n\r\n"
        fill = 16384 - len(request % b"")
        assert server.ask(request % (b"b" * fill) + b"abc").body == b"abc"


def a_refusal_reaches_a_client_that_still_sends():
    with Server() as server, server.connect() as client:
        sender = client.send_beside(b"wrong\r\n\r\n" + bytes(16 << 20))
        server.waits_for(client)
        assert client.response().status == 400 and client.ended()
        sender.join()


def trailers_and_chunk_extensions_are_bounded():
    head = get("/", b"Transfer-Encoding: chunked\r\n", b"POST")
    with Server() as server:
        for endless in (b"0\r\n" + b"a: b\r\n" * 10000, b"1;" + b"a" * 60000):
            with server.connect() as client:
                sender = client.send_beside(head + endless)
                assert client.response().status == 431 and client.ended()
                sender.join()


def a_body_that_turns_wrong_ends_the_response_short():
    with Server() as server, server.connect() as client:
        client.send(get("/", b"Transfer-Encoding: chunked\r\n", b"POST") + b"3\r\nabc\r\n")
        assert client.until(b"\r\n\r\n") and client.exactly(8) == b"3\r\nabc\r\n"
        client.send(b"wrong\r\n")
        assert client.ended()


def a_client_that_half_closes_is_answered_in_full():
    for strategy in ("graceful", "server-close", "client-close"):
        with Server("--strategy", strategy, *KEEP) as server:
            with server.connect(receive_buffer=4096) as client:
                client.send(get("/bytes/100") + get("/bytes/2000000"))
                client.half_close()
                server.waits_for(client)
                assert client.response().body == pattern(100)
                assert client.response().body == pattern(2000000)
                assert client.ended()


def a_fin_in_the_middle_of_a_request_ends_it():
    with Server(*KEEP) as server:
        for part in (b"GET / HT", get("/", b"Content-Length: 9\r\n", b"POST") + b"abc", b""):
            with server.connect() as client:
                client.send(part)
                client.half_close()
                while client.more():
                    pass


def metrics_count():
    with Server(*KEEP) as server:
        for _ in range(5):
            with server.connect() as client:
                client.send(get() * 3)
                for _ in range(3):
                    client.response()
        samples = server.counted(connections_opened_total=5, connections_closed_total=5, open=0,
                                 exchanges_total=15)
        assert samples["received_bytes_total"] >= 15 * len(get())
        assert samples["sent_bytes_total"] >= 15 * 128
        assert samples['connection_ends_total{end="closed"}'] == 5
        assert samples['connection_ends_total{end="reset"}'] == 0


def every_strategy_answers():
    for strategy in ("graceful", "server-close", "reset", "client-close", "tw-reuse",
                     "keep-alive"):
        with Server("--strategy", strategy, "--threads", "2") as server:
            for _ in range(20):
                assert server.ask(get()).body == pattern(128)


def ipv6_serves_both_families():
    probe = socket.socket(socket.AF_INET6)
    try:
        probe.bind(("::", 0))
    except OSError:
        print("# no IPv6 here")
        return
    port = probe.getsockname()[1]
    probe.close()
    with Server("--listen", "[::]:%d" % port, expect=r"listening on \[::\]:%d " % port) as server:
        assert server.ask(get()).status == 200
        with socket.create_connection(("::1", port)) as other:
            other.sendall(get())
            assert other.recv(100).startswith(b"HTTP/1.1 200 OK")


if __name__ == "__main__":
    run([value for value in list(globals().values())
         if callable(value) and getattr(value, "__module__", "") == "__main__"])
