#!/usr/bin/env python3
"""What teardown-server counts, and where it says so: server_metrics.py PROGRAM"""
import os
import shutil
import socket
import subprocess
import sys

from lib.server_process import KEEP, TIMEOUT_S, Client, Server, get, metrics_parse, run

SANITIZED = "SANITIZED" in os.environ
SCRAPE = get("/metrics", b"Connection: close\r\n")


def ends(samples):
    return {key.split('"')[1]: value for key, value in samples.items()
            if key.startswith("connection_ends_total{")}


def they_have_an_address_of_their_own():
    with Server(*KEEP) as server:
        assert server.metrics_port != server.port
        assert server.ask(SCRAPE).status == 404
        assert server.ask(SCRAPE, server.metrics_port).status == 200
        # Nor are those who read them counted.
        server.counted(connections_opened_total=1)
    with Server("--metrics", "data", *KEEP) as server:
        assert server.ask(SCRAPE).status == 200
        assert server.metrics()["connections_opened_total"] == 2


def promtool_accepts_them():
    promtool = shutil.which("promtool")
    if not promtool:
        print("# no promtool here")
        return
    for strategy in ("graceful", "reset"):
        with Server("--strategy", strategy, "--threads", "2") as server:
            server.ask(get())
            checked = subprocess.run([promtool, "check", "metrics"], input=server.metrics_text(),
                                     capture_output=True, text=True, timeout=TIMEOUT_S)
            assert checked.returncode == 0, checked.stderr
            assert checked.stdout + checked.stderr == "", checked.stderr


def an_address_in_use_is_refused():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = "127.0.0.1:%d" % other.getsockname()[1]
        for metrics, status, text in ((address, 1, "in use"), ("nowhere", 2, "--metrics nowhere")):
            refused = subprocess.run(
                [sys.argv[1], "--listen", "127.0.0.1:0", "--metrics", metrics],
                capture_output=True, text=True, timeout=TIMEOUT_S)
            assert refused.returncode == status and text in refused.stderr, refused.stderr
            assert refused.stderr.count("\n") == 1, refused.stderr


def every_end_is_counted_once():
    with Server("--idle", "300ms", "--drain", "1s", "--threads", "2") as server:
        for _ in range(7):
            with server.connect() as client:
                client.send(get())
                client.response()
        late = [server.connect() for _ in range(3)]
        for client in late:
            client.send(get())
            client.response()
        server.counted(timed_out=3)
        reset = server.connect()
        reset.send(get("/bytes/100000000"))
        assert reset.more()
        reset.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        reset.socket.close()
        samples = server.counted(failed=1, closed=7)
        counted = ends(samples)
        assert counted["closed"] == 7 and counted["reset"] == 0 and counted["abandoned"] == 0
        assert sum(counted.values()) == samples["connections_closed_total"] == 11, samples
        for client in late:
            client.socket.close()
    with Server("--strategy", "reset-after-ack") as server:
        for _ in range(5):
            with server.connect() as client:
                client.send(get())
                try:
                    while client.more():
                        pass
                except ConnectionResetError:
                    pass
        server.counted(reset=5, connection_resets_total=5)


def lingering_is_shown_now_and_at_most():
    with Server() as server:
        clients = [server.connect() for _ in range(12)]
        for client in clients:
            client.send(get())
            client.response()
        server.counted(half_closed=12)
        for client in clients:
            client.socket.close()
        server.counted(half_closed=0, lingering_peak=12)


def time_wait_is_that_of_the_kernel():
    def gauge():
        with open("/proc/net/sockstat") as file:
            return int(file.read().split(" tw ")[1].split()[0])
    with Server() as server:
        for _ in range(5):
            low = gauge()
            shown = server.metrics()["time_wait_sockets"]
            high = gauge()
            if min(low, high) - 2 <= shown <= max(low, high) + 2:
                return
        raise AssertionError((low, shown, high))


def the_allocator_is_shown_where_it_is_jemalloc():
    with Server() as server:
        samples = server.metrics()
        shown = [key for key in samples if key.startswith("allocator_")]
        if SANITIZED:
            assert not shown, shown
            return
        assert len(shown) == 3, samples
        assert 0 < samples["allocator_allocated_bytes"] <= samples["allocator_active_bytes"] \
            <= samples["allocator_resident_bytes"] < 64 << 20, samples


def slow_readers_do_not_disturb_the_others():
    with Server(*KEEP) as server, server.connect() as client:
        port = server.metrics_port
        slow = [Client(port) for _ in range(40)]
        for other in slow:
            other.send(SCRAPE[:-4])
        for _ in range(500):
            client.send(get())
            client.response()
        server.counted(exchanges_total=500)
        # They are closed although they asked for nothing.
        for other in slow:
            try:
                while other.more():
                    pass
            except ConnectionResetError:
                pass
        for other in slow:
            other.socket.close()


def what_is_read_is_a_text_of_its_own_each_time():
    with Server(*KEEP) as server, Client(server.metrics_port) as client:
        client.send(get("/metrics"))
        response = client.response()
        assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        metrics_parse(response.body.decode())
        assert response.closes and client.ended()


if __name__ == "__main__":
    run([value for value in list(globals().values())
         if callable(value) and getattr(value, "__module__", "") == "__main__"
         and value is not ends])
