#!/usr/bin/env python3
"""A server answers the corpus of tests/unit/server/http/http1_corpus.c over sockets, with any
strategy:
server_http_corpus.py PATH-OF-THE-PROGRAM PATH-OF-UNIT-HTTP1 PATH-OF-TEARDOWN"""
import errno
import re
import subprocess
import sys

from lib.server_process import Server, run

LIMITS = ("--max-head", "400", "--max-target", "64", "--max-fields", "8", "--max-body", "100",
          "--response-bytes", "3", "--max-response", "9")
def strategies():
    text = subprocess.run([sys.argv[3], "list"], check=True, stdout=subprocess.PIPE).stdout
    names = re.findall(r"^([a-z0-9-]+): ", text.decode(), re.M)
    assert len(names) > 15, names
    return names


def corpus():
    text = subprocess.run([sys.argv[2], "print"], check=True, stdout=subprocess.PIPE).stdout
    rows = []
    for line in text.decode().splitlines():
        request, expected = line.split(" ", 1)
        rows.append((bytes.fromhex(request), expected))
    assert len(rows) > 250, len(rows)
    return rows


def more(client):
    """What has arrived stays readable behind a reset, which some strategies end with."""
    try:
        return client.more()
    except ConnectionResetError:
        return False


def half_close(client):
    try:
        client.half_close()
    except OSError as error:
        assert error.errno == errno.ENOTCONN


def answers(client, method):
    """All that the server says, as the corpus writes it."""
    said = ""
    while client.held or more(client):
        response = client.response(head_only=method == b"HEAD")
        if response.status == 100:
            continue
        assert "date" in response.headers
        said += "%d%s" % (response.status, "" if response.closes else "+")
        if response.status == 200:
            said += "[%s]" % response.body.decode()
    return said


def check(server, request, expected, pieces):
    with server.connect() as client:
        for piece in pieces:
            client.send(piece)
            if len(pieces) > 1:
                client.is_read()
        half_close(client)
        said = answers(client, request.split(b" ")[0])
    # A FIN in the middle of a request makes it a wrong one.
    expected = expected.replace("...", "400")
    assert said == expected, (request, pieces, said, expected)


def server_start(strategy):
    """None where this host lacks a setting that the strategy needs: the server says so."""
    try:
        return Server("--strategy", strategy, "--requests-per-connection", "1M", *LIMITS)
    except AssertionError as error:
        assert " needs net.ipv4." in str(error), error
        print("# skipped:", error)
        return None


def every_request_is_answered_as_at_unit_level():
    rows = corpus()
    for strategy in strategies():
        started = server_start(strategy)
        if started:
            with started as server:
                for request, expected in rows:
                    check(server, request, expected, [request])


def so_it_is_in_two_pieces():
    with Server("--requests-per-connection", "1M", *LIMITS) as server:
        for number, (request, expected) in enumerate(corpus()):
            # Within the head: behind it a part of the response may be on its way.
            head = request.find(b"\r\n\r\n") % len(request)
            if head > 0:
                at = 1 + number * 7 % head
                check(server, request, expected, [request[:at], request[at:]])


if __name__ == "__main__":
    run([every_request_is_answered_as_at_unit_level, so_it_is_in_two_pieces])
