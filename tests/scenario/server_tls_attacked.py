#!/usr/bin/env python3
"""How teardown-server ends connections over TLS whose clients break off, send garbage or answer late:
server_tls_attacked.py TEARDOWN-SERVER"""
import contextlib
import re
import socket
import ssl
import subprocess

from lib import tls_client
from lib.served_tls import counts, serve
from lib.server_process import KEEP, pattern, run
from lib.tls_client import TlsClient, VERSIONS


def a_bad_record_behind_a_request_is_told():
    """Both come in one segment. No response can be encrypted then, but the alert goes out."""
    with serve() as server:
        for version in VERSIONS:
            for is_bad in (False, True):
                with TlsClient(server.port, version) as client:
                    client.object.write(tls_client.REQUEST % 100)
                    first = client.leaving.read()
                    client.object.write(tls_client.REQUEST % 100)
                    second = bytearray(client.leaving.read())
                    second[-1] ^= is_bad
                    client.socket.sendall(first + second)
                    try:
                        text, end = client.read_to_end()
                        assert (is_bad, end) == (False, "notified") and text.endswith(pattern(100)), (is_bad, end)
                    except ssl.SSLError as error:
                        assert is_bad and "BAD_RECORD_MAC" in error.reason.upper(), error
        counts(server, len(VERSIONS), "tls_alerts_total", direction="sent")


UPLOAD = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"


def upload(server, version, size, end):
    """Sends so many bytes of 1,000, which come back, and its own end. Returns how the server's stream ended."""
    with TlsClient(server.port, version) as client:
        client.send(UPLOAD + b"u" * size)
        text = client.read()
        if end != "nothing":
            client.notify()
        if end == "fin":
            client.socket.shutdown(socket.SHUT_WR)
        rest, ended = client.read_to_end()
        assert len((text + rest).split(b"\r\n\r\n", 1)[1]) == size, (text, rest)
        return ended


def no_close_notify_behind_a_part_of_a_response():
    """Whether a deadline, the client's close_notify or a FIN behind it has cut the upload, and so the response that
    sends it back."""
    with serve("--write-timeout", "300ms", "--keep-alive", "300ms") as server:
        for version in VERSIONS:
            for end in ("nothing", "notify", "fin"):
                ended = upload(server, version, 500, end)
                assert ended == "truncated", (version, end, ended)
            assert upload(server, version, 1000, "nothing") == "notified", version
        counts(server, len(VERSIONS), "tls_close_notify_total", direction="sent")


def no_reset_behind_close_notify():
    """Of a strategy that resets who says nothing: unless both have said that they are done."""
    with serve("--strategy", "client-reset", "--header-timeout", "300ms", "--keep-alive", "300ms") as server:
        for version in VERSIONS:
            with TlsClient(server.port, version) as client:
                assert client.read_to_end()[1] == "reset"
            with TlsClient(server.port, version) as client:
                client.notify()
                assert client.read() == b"" and not client.socket.recv(100)
        counts(server, 2 * len(VERSIONS), "connection_ends_total", end="timed_out")


def what_is_asked_of_a_server_that_waits(version, command, mark):
    """What openssl s_client says of a connection whose client does this twice behind the response."""
    with serve("--strategy", "half-close", "--idle", "1s") as server:
        client = subprocess.Popen(["openssl", "s_client", "-connect", "127.0.0.1:%d" % server.port, version],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0)
        said, wanted = b"", (pattern(100), mark, mark)
        client.stdin.write(tls_client.REQUEST % 100)
        for number, text in enumerate(wanted):
            while said.count(text) < max(1, number):
                more = client.stdout.read(65536)
                if not more:
                    break
                said += more
            with contextlib.suppress(BrokenPipeError):
                client.stdin.write(command if number < 2 else b"")
        said += client.stdout.read()
        client.stdin.close()
        return client.wait(tls_client.TIMEOUT_S), said.decode("latin-1")


def a_client_understands_the_end_of_a_server_that_waits():
    """What the server answers while it discards counts for the keys and numbers of its close_notify."""
    status, said = what_is_asked_of_a_server_that_waits("-tls1_3", b"K\n", b"KEYUPDATE")
    assert status == 0 and said.count("KEYUPDATE") == 2 and "closed" in said and "mac" not in said, said
    status, said = what_is_asked_of_a_server_that_waits("-tls1_2", b"R\n", b"RENEGOTIATING")
    assert "no renegotiation" in said and "mac" not in said, said


def answers(text):
    """The responses' status lines and the sizes of their bodies."""
    found = []
    while text:
        head, text = text.split(b"\r\n\r\n", 1)
        size = int(re.search(rb"Content-Length: (\d+)", head).group(1))
        found.append((int(head.split()[1]), len(text[:size])))
        text = text[size:]
    return found


def requests_before_close_notify_are_served():
    """All that came before it, though they come together and their responses fill the socket; as before a FIN."""
    for sizes in ((100, 200, 300), (3000000, 100), (100, 3000000, 2000000), (100,)):
        for rest, more in ((b"", []), (b"GET / HT", [400])):
            for version in VERSIONS:
                with serve(*KEEP) as server, TlsClient(server.port, version, 65536) as client:
                    for size in sizes:
                        client.object.write(tls_client.REQUEST % size)
                    if rest:
                        client.object.write(rest)
                    client.notify()
                    text, end = client.read_to_end()
                    seen = answers(text)
                    assert end == "notified" and [size for _, size in seen[:len(sizes)]] == list(sizes), (seen, end)
                    assert [status for status, _ in seen[len(sizes):]] == more, (rest, seen)
                    assert not client.socket.recv(100)


if __name__ == "__main__":
    run([a_bad_record_behind_a_request_is_told, no_close_notify_behind_a_part_of_a_response,
         no_reset_behind_close_notify, requests_before_close_notify_are_served, a_client_understands_the_end_of_a_server_that_waits])
