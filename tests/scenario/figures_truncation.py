#!/usr/bin/env python3
"""Responses that were cut off, known from the server that did it: whatever was to end the body,
and wherever the FIN or the RST came. What only looks like it is none."""
import os
import shutil
import socket
import struct
import sys
import time

from lib.known_server import KnownServer, known_command, report_read, request_read
from lib.scenario import accounting, equal, main, valid

RESET_AT_CLOSE = struct.pack("ii", 1, 0)
HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
OLD = b"HTTP/1.0 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
LENGTH = HEAD + b"Content-Length: 50\r\n\r\n"
CHUNK = b"14\r\n" + b"x" * 20 + b"\r\n"
TEXT = b"14\r\nfirst line\r\nsecond\r\n\r\n"
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
    (CHUNKED + TEXT, False, 20, 20, "chunked"),
    (CHUNKED + TEXT + LAST, False, 20, 20, None),
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
AB = "ab -q -n 100 -c 2"
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


def load(host, port, repeats):
    """A third party's: one connection after the other, each to its end."""
    for _ in range(int(repeats)):
        with socket.create_connection((host, int(port))) as one:
            one.sendall(b"GET / HTTP/1.1\r\nHost: it\r\n\r\n")
            try:
                while one.recv(4096):
                    pass
            except ConnectionResetError:
                pass


def third_party(bench, verb, *words, command):
    path = os.path.join(bench.folder, "server.json")
    trial = bench.run("--server-command", known_command(__file__, verb, "{port}", path, *words),
                      "--server-name", "it", "--repeat", "1", "-d", "100s", "-c", "1",
                      "--loader-command", command).trial("it")
    found = finding_of(trial)
    print(command, trial["cut_responses"], found and found["text"], flush=True)
    return trial["cut_responses"], found, report_read(path), trial


def of_third_parties(bench):
    """By packets, with a Content-Length or in chunks: the other rows of DEEDS look like these."""
    cuts, found, known, trial = third_party(
        bench, "every", command=known_command(__file__, "load", "{host}", "{port}",
                                              str(TIMES * len(DEEDS))))
    equal((known["by_length.fin"], known["by_length.reset"]), (TIMES, TIMES), "cut off")
    chunked = known["chunked.fin"], known["chunked.reset"]
    equal(chunked, (3 * TIMES, 3 * TIMES), "chunked")
    # Four rows have a length, two a status that has none, and nine are chunked.
    equal(cuts, {"seen": 15 * TIMES, "by_fin": TIMES + chunked[0], "by_reset": TIMES + chunked[1],
                 "chunked": sum(chunked), "promised_bytes": 2 * TIMES * 50,
                 "missing_bytes": 2 * TIMES * 41}, "by packets")
    equal((found["ended_by_fin"], found["reset"], found["before_last_chunk"]),
          (cuts["by_fin"], cuts["by_reset"], sum(chunked)), "of the finding")
    assert any("in the middle of a response" in reason for reason in trial["invalid_because"]), trial
    chunks_of_third_parties(bench)
    of_ab_and_wrk(bench)


def load_kept(host, port, repeats):
    """A third party's that asks again on the same connection, and reads until nothing comes."""
    for _ in range(int(repeats)):
        with socket.create_connection((host, int(port))) as one:
            answer = LAST
            while answer:
                one.sendall(b"GET / HTTP/1.1\r\nHost: it\r\n\r\n")
                answer = b""
                while not answer.endswith(LAST):
                    try:
                        more = one.recv(1 << 16)
                    except ConnectionResetError:
                        more = b""
                    answer += more
                    if not more:
                        answer = b""
                        break


KEPT = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
ASKED = 3


def deal_kept(server, connection, _):
    """Several whole ones on a connection, which announce no close; the last may be cut off, or a RST
    comes behind its last chunk, since the client's next words are unread."""
    mode = server.words[0]
    for number in range(1, ASKED + 1):
        request_read(connection)
        connection.sendall(KEPT + CHUNK)
        if number < ASKED or mode != "cut":
            connection.sendall(CHUNK * 5000 + LAST)
    if mode == "unread":
        # The next request is there, and is not read.
        connection.recv(1, socket.MSG_PEEK)
    server.count(mode)


def chunks_of_third_parties(bench):
    """On kept connections. Whole ones look like it, with a FIN behind them or a RST, and so does a load
    whose clients leave first."""
    times = 10
    for mode in ("cut", "whole", "unread"):
        cuts, found, known, trial = third_party(
            bench, "kept", mode, command=known_command(__file__, "load_kept", "{host}", "{port}",
                                                       str(times)))
        equal(known[mode], times, "served")
        cut = times if mode == "cut" else 0
        equal((cuts["by_fin"], cuts["by_reset"], cuts["chunked"]), (cut, 0, cut), mode)
        equal(found is not None, cut > 0, "whether it is found")
        equal(any("in the middle of a response" in reason for reason in trial["invalid_because"]),
              cut > 0, "whether it is said")


def of_ab_and_wrk(bench):
    if not shutil.which("ab") or not shutil.which("wrk"):
        print("without ab and wrk")
        return
    for asked in ("HEAD", "whole"):
        cuts, found, _, _ = third_party(bench, "ab", asked, command=AB + (" -i" if asked == "HEAD" else "") +
                                        " http://{host}:{port}/")
        equal((cuts["by_fin"] + cuts["by_reset"], found), (0, None), "cut off of " + asked)
    for command in (AB + " http://{host}:{port}/", "wrk -t 1 -c 2 -d 1s http://{host}:{port}/"):
        cuts, found, known, _ = third_party(bench, "ab", "cut", command=command)
        # At its end wrk leaves what it has open.
        assert known["cut"] - 3 <= cuts["by_fin"] == cuts["seen"] <= known["cut"], (cuts, known)
        equal(cuts["missing_bytes"], 41 * cuts["by_fin"], "missing")
        equal(found["ended_by_fin"], cuts["by_fin"], "of the finding")


def deal_ab(server, connection, _):
    """To HEAD, whole, or cut off; so slowly in the end that all are looked at."""
    request_read(connection)
    mode = server.words[0]
    connection.sendall(LENGTH + b"x" * {"HEAD": 0, "whole": 50, "cut": 9}[mode])
    server.count(mode)
    if server.report[mode] > 200:
        time.sleep(0.01)


def figures_truncation(bench):
    of_third_parties(bench)
    every_framing(bench)
    reset_while_it_sends(bench)
    large_ones(bench)


SERVERS = {"every": deal, "unsent": deal_unsent, "large": deal_large, "ab": deal_ab, "kept": deal_kept}

if __name__ == "__main__":
    if sys.argv[1] in SERVERS:
        KnownServer(SERVERS[sys.argv[1]]).run()
    elif sys.argv[1] == "load":
        load(*sys.argv[2:])
    elif sys.argv[1] == "load_kept":
        load_kept(*sys.argv[2:])
    else:
        main(figures_truncation)
