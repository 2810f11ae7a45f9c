#!/usr/bin/env python3
"""What is capped, from outside: descriptors, connections, lingering: server_bounds.py PROGRAM"""
import re
import resource
import subprocess
import sys
import time

from lib import tcp
from lib.server_process import KEEP, TIMEOUT_S, Server, get, metrics_parse, run
from lib.wait import wait_for

DATA = ("--metrics", "data")
CLOSE = get("/", b"Connection: close\r\n")
CAPS = r"at most connections=(\d+) lingering=(\d+)\n"


def limited(soft, hard):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def refused(status, said, *arguments, **popen):
    process = subprocess.run([sys.argv[1], "--listen", "127.0.0.1:0", *arguments],
                             capture_output=True, text=True, timeout=TIMEOUT_S, **popen)
    assert process.returncode == status, (process.returncode, process.stderr)
    assert process.stderr.count("\n") == 1 and said in process.stderr, process.stderr


def metrics_of(client):
    """Over a connection that is there: a new one would need a descriptor."""
    client.send(get("/metrics"))
    return metrics_parse(client.response().body.decode())


def descriptors_leave(server, count):
    """Takes from the server all descriptors but `count` more than it has."""
    most = server.descriptors() + count
    hard = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)[1]
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (most, hard))


def is_reset(client):
    """Bytes for an evicted connection draw a RST."""
    def answer():
        state, unacknowledged = tcp.info(client.socket)
        return state == tcp.CLOSE or not unacknowledged
    try:
        client.send(b"x")
    except (BrokenPipeError, ConnectionResetError):
        return True
    wait_for(answer, "the kernel's answer to a byte")
    return tcp.info(client.socket)[0] == tcp.CLOSE


def the_limit_is_raised_and_said():
    with Server(preexec_fn=limited(64, 1000)) as server:
        limits = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
        assert limits == (1000, 1000), limits
        said = re.search(CAPS, "".join(server.start))
        connections, lingering = map(int, said.groups())
        assert 900 < connections < 1000 and lingering == connections // 2, said.group()


def a_cap_that_cannot_be_kept_is_refused():
    refused(3, "hard limit is 100", "--max-connections", "200", preexec_fn=limited(100, 100))
    refused(3, "hard limit is 20", preexec_fn=limited(20, 20))
    refused(2, "--max-connections 1", "--max-connections", "1", "--threads", "2")
    refused(2, "--max-lingering 3", "--max-lingering", "3", "--threads", "4")


def as_many_as_descriptors_allow_are_served():
    """The cap that is derived leaves the program what it needs: accept(2) never lacks one."""
    for threads in (1, 8):
        limit = 100
        with Server("--threads", str(threads), *DATA, *KEEP,
                    preexec_fn=limited(limit, limit)) as server:
            most = int(re.search(CAPS, "".join(server.start)).group(1))
            at_rest = server.descriptors_at_rest()
            clients = [server.connect() for _ in range(2 * most)]
            for client in clients:
                client.send(get())
            wait_for(lambda: server.descriptors() - at_rest >= most // 2, "connections")
            served = 0
            for client in clients:
                assert server.descriptors() - at_rest <= most
                assert client.response().status == 200
                served += 1
                if served == len(clients):
                    samples = metrics_of(client)
                client.socket.close()
            assert not [name for name in samples if "accept_errors" in name], samples
            assert samples["connections_opened_total"] == 2 * most + 1, samples


def many_clients_pass_through_few_connections():
    with Server("--max-connections", "10", "--max-lingering", "5", "--threads", "2") as server:
        before = server.descriptors_at_rest()
        clients = [server.connect() for _ in range(60)]
        for client in clients:
            client.send(CLOSE)
        for client in clients:
            assert client.response().status == 200
        assert server.descriptors() <= before + 10
        for client in clients:
            client.socket.close()
        wait_for(lambda: server.descriptors() == before, "descriptors as before")


def lingering_connections_are_capped():
    with Server("--max-lingering", "100", "--idle", "1h", "--grace", "1h") as server:
        clients = [server.connect() for _ in range(300)]
        for client in clients:
            client.send(CLOSE)
            client.response()
        server.counted(half_closed=100, evicted=200)
        for client in clients:
            client.socket.close()


def without_descriptors_accepting_pauses():
    start = time.monotonic()
    with Server("--no-defer-accept", "--threads", "4", *DATA, *KEEP) as server:
        served = server.connect()
        metrics_of(served)
        descriptors_leave(server, 20)
        clients = [server.connect() for _ in range(60)]
        wait_for(lambda: metrics_of(served)["accept_pauses_total"] > 0, "a pause")
        errors = 'accept_errors_total{errno="EMFILE"}'
        begun, before = time.monotonic(), metrics_of(served)[errors]
        tries = wait_for(lambda: max(0, metrics_of(served)[errors] - before - 9), "more tries") + 9
        took = time.monotonic() - begun
        assert tries <= 10 * took + 4, (tries, took)
        for client in clients[:40]:
            client.socket.close()
        for client in clients[40:]:
            client.send(get())
        for client in clients[40:]:
            client.response()
        for client in clients:
            client.socket.close()
        said = server.finish().count("accepting pauses")
        # Once a second at most.
        assert 1 <= said <= 2 + time.monotonic() - start, said


def without_descriptors_the_oldest_lingering_goes():
    with Server("--idle", "1h", "--grace", "1h", *DATA) as server:
        lingering = [server.connect() for _ in range(10)]
        for client in lingering:
            client.send(CLOSE)
            client.response()
        wait_for(lambda: server.descriptors() >= 10, "ten descriptors")
        descriptors_leave(server, 0)
        for i in range(5):
            with server.connect() as client:
                client.send(get("/metrics", b"Connection: close\r\n"))
                response = client.response()
        samples = metrics_parse(response.body.decode())
        # Each newcomer takes the place of one; that of a newcomer who has left is free again.
        assert 1 <= samples['connection_ends_total{end="evicted"}'] <= 5, samples
        assert samples["accept_pauses_total"] == 0, samples
        assert is_reset(lingering[0]) and not is_reset(lingering[-1])
        for client in lingering:
            client.socket.close()


def a_response_is_as_large_as_is_allowed():
    for most, arguments in ((1 << 30, ()), (1000, ("--max-response", "1000"))):
        with Server(*arguments, *KEEP) as server, server.connect() as client:
            client.send(get("/bytes/%d" % most, method=b"HEAD"))
            response = client.response(head_only=True)
            assert (response.status, response.headers["content-length"]) == (200, str(most))
            client.send(get("/bytes/%d" % (most + 1)))
            response = client.response()
            assert response.status == 404 and not response.closes
    refused(2, "--response-bytes 1001: is more than --max-response 1000",
            "--response-bytes", "1001", "--max-response", "1000")
    with Server("--response-bytes", "1000", "--max-response", "1000") as server:
        assert len(server.ask(get()).body) == 1000


if __name__ == "__main__":
    run([a_response_is_as_large_as_is_allowed, the_limit_is_raised_and_said, a_cap_that_cannot_be_kept_is_refused,
         as_many_as_descriptors_allow_are_served,
         many_clients_pass_through_few_connections, lingering_connections_are_capped,
         without_descriptors_accepting_pauses, without_descriptors_the_oldest_lingering_goes])
