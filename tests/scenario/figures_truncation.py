#!/usr/bin/env python3
"""Responses that were cut off, known from the server that did it: whatever was to end the body,
and wherever the FIN or the RST came. What only looks like it is none."""
import os
import socket
import struct
import sys

from lib.known_server import KnownServer, known_command, report_read, request_read
from lib.scenario import accounting, equal, main, valid

RESET_AT_CLOSE = struct.pack("ii", 1, 0)
HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
OLD = b"HTTP/1.0 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
LENGTH = HEAD + b"Content-Length: 50\r\n\r\n"
CHUNK = b"14\r\n" + b"x" * 20 + b"\r\n"
LAST = b"0\r\n\r\n"

# What is sent, whether a RST follows instead of a FIN, the bytes of body that it announced and that
# it held, and what was to end the response that was cut off (None: it is whole).
DEEDS = [
    (LENGTH + b"x" * 50, False, 50, 50, None),
    (LENGTH + b"x" * 50, True, 50, 50, None),
    (LENGTH + b"x" * 9, False, 50, 9, "by_length"),
    (LENGTH + b"x" * 9, True, 50, 9, "by_length"),
    (CHUNKED + 3 * CHUNK + LAST, False, 60, 60, None),
    (CHUNKED + 3 * CHUNK + LAST, True, 60, 60, None),
    (CHUNKED + 3 * CHUNK, False, 60, 60, "chunked"),
    (CHUNKED + 3 * CHUNK, True, 60, 60, "chunked"),
    (CHUNKED + CHUNK + b"14\r\nxxx", True, 40, 23, "chunked"),
    (CHUNKED + CHUNK + b"1", True, 20, 20, "chunked"),
    (CHUNKED + CHUNK + b"0\r\n", False, 20, 20, "chunked"),
    (OLD + b"\r\n" + b"x" * 31, False, 31, 31, None),
    (OLD + b"\r\n" + b"x" * 31, True, 31, 31, "by_close"),
    (HEAD + b"\r\n" + b"x" * 33, False, 33, 33, None),
    (HEAD + b"\r\n" + b"x" * 33, True, 33, 33, "by_close"),
    (HEAD + b"Content-Len", False, 0, 0, "in_head"),
    (HEAD + b"Content-Len", True, 0, 0, "in_head"),
    (b"HTTP/1.1 204 Nothing\r\nConnection: close\r\n\r\n", False, 0, 0, None),
    (b"HTTP/1.1 204 Nothing\r\nConnection: close\r\n\r\n", True, 0, 0, None),
    # Nothing was said, so nothing was cut off.
    (b"", False, 0, 0, "unanswered"),
    (b"", True, 0, 0, "unanswered"),
]
TIMES = 2
LARGE, LARGE_TIMES = 1 << 20, 20


def deal(server, connection, number):
    request_read(connection)
    sent, by_reset, promised, received, framing = DEEDS[number % len(DEEDS)]
    connection.sendall(sent)
    server.count("promised", promised)
    server.count("received", received)
    server.count("%s.%s" % (framing, "reset" if by_reset else "fin"))
    if by_reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)


def deal_unsent(_, connection, __):
    """The client is still sending when the RST comes, so that send(2) tells it, and recv(2) then
    says end of stream."""
    request_read(connection)
    connection.sendall(OLD + b"\r\n" + b"x" * 37)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)


def deal_large(server, connection, _):
    """One that is chunked, and does not fit into what the client's socket takes at once."""
    mode = server.words[0]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 << 20)
    if mode != "unread":
        request_read(connection)
    if mode == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    connection.sendall(CHUNKED + chunk * (LARGE // 65536) + LAST)


def finding_of(trial):
    found = [f for f in trial["findings"] if f["id"] == "response-truncated"]
    return found[0] if found else None


def serve(bench, verb, connections, *words, options=()):
    path = os.path.join(bench.folder, "server.json")
    run = bench.run("--server-command", known_command(__file__, verb, "{port}", path, *words),
                    "--server-name", "it", "--repeat", "1", "-n", str(connections), "-d", "100s",
                    "-c", "1", "--timeout", "60s", *options)
    return run.trial("it"), report_read(path)


def every_framing(bench):
    trial, known = serve(bench, "every", TIMES * len(DEEDS))
    connections = accounting(trial)
    print(known, trial["truncated"], trial["bytes"])
    fin, reset = ({name: known.get("%s.%s" % (name, how), 0) for name in
                   ("None", "by_length", "chunked", "by_close", "in_head", "unanswered")}
                  for how in ("fin", "reset"))
    equal(trial["truncated"], {name: fin[name] + reset[name] for name in
                               ("by_length", "chunked", "by_close", "in_head")}, "truncated")
    equal((connections["completed"], connections["timed_out"]),
          (fin["None"] + reset["None"], 0), "completed, timed out")
    equal((connections["short"], connections["reset"]),
          (sum(fin.values()) - fin["None"], sum(reset.values()) - reset["None"]), "short, reset")
    equal(trial["bytes"], {"promised": known["promised"], "received": known["received"]}, "bytes")
    found = finding_of(trial)
    equal((found["short"], found["reset"]),
          (connections["short"] - fin["unanswered"], connections["reset"] - reset["unanswered"]),
          "numbers of the finding")
    assert "at least %d of %d bytes" % (known["promised"] - known["received"], known["promised"]) \
        in found["text"], found["text"]


def reset_while_it_sends(bench):
    trial, _ = serve(bench, "unsent", 5, options=("--request-bytes", "8M"))
    print(trial["connections"], trial["truncated"], trial["bytes"])
    equal((trial["truncated"]["by_close"], trial["connections"]["reset"]), (5, 5), "cut off")
    equal(trial["bytes"], {"promised": 5 * 37, "received": 5 * 37}, "bytes")


def large_ones(bench):
    # The client's socket holds 4 KB, so that most is still to be sent when the server closes.
    small = ("--sysctl", "client:net.ipv4.tcp_rmem=4096 4096 4096")
    for mode in ("reset", "unread", "plain"):
        trial, _ = serve(bench, "large", LARGE_TIMES, mode, options=small)
        connections, amount, found = accounting(trial), trial["bytes"], finding_of(trial)
        print(mode, connections, amount, trial["truncated"], found and found["text"])
        assert amount["received"] <= amount["promised"], amount
        lost = LARGE_TIMES - connections["completed"]
        equal(trial["truncated"]["chunked"], lost, "truncated")
        equal(found is not None, lost > 0, "whether it is found")
        if mode == "plain":
            equal(lost, 0, "lost")
            valid(trial)
            equal(amount, dict.fromkeys(("promised", "received"), LARGE * LARGE_TIMES), "bytes")
        else:
            assert lost > 0, "none was cut off"
            equal(found["reset"], lost, "cut off by a reset")


def figures_truncation(bench):
    every_framing(bench)
    reset_while_it_sends(bench)
    large_ones(bench)


SERVERS = {"every": deal, "unsent": deal_unsent, "large": deal_large}

if __name__ == "__main__":
    if sys.argv[1] in SERVERS:
        KnownServer(SERVERS[sys.argv[1]]).run()
    else:
        main(figures_truncation)
