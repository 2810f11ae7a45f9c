#!/usr/bin/env python3
"""teardown trace says of each made capture what is true of it by construction:
trace_captures.py [--write] PATH-OF-THE-PROGRAM FOLDER

FOLDER holds the captures; --write writes them anew from the table (lib/made_captures.py). Where Wireshark is installed
it has to see as many streams and as many bytes."""
import collections
import functools
import json
import os
import subprocess
import sys

from lib import sharkd
from lib.made_captures import CAPTURES, made
from lib.server_process import run


def path(name):
    return os.path.join(sys.argv[2], name)


def teardown(*arguments, **more):
    return subprocess.run([sys.argv[1], "trace", *arguments], capture_output=True, text=True, timeout=60,
                          **more)


@functools.lru_cache(None)
def lines(name):
    done = teardown(path(name), "--json")
    assert done.returncode == 0, (name, done)
    return [json.loads(line) for line in done.stdout.splitlines()]


def the_captures_are_those_of_the_table():
    kept = sorted(os.listdir(sys.argv[2]))
    assert kept == sorted(CAPTURES), (kept, sorted(CAPTURES))
    assert len(kept) >= 20
    for name in kept:
        with open(path(name), "rb") as file:
            assert file.read() == made(name), "%s is another one today (--write)" % name


def each_connection_is_told_rightly():
    seen = set()
    for name, (_, _, truth) in CAPTURES.items():
        told = lines(name)
        assert len(told) == len(truth), (name, told)
        for number, (line, known) in enumerate(zip(told, truth)):
            assert line["connection"] == number, (name, line)
            for field, value in known.items():
                assert line[field] == value, (name, number, field, line[field], value)
            seen |= {line["ended"], line["reset_because"]}
    for word in ("open", "half-closed", "closed", "closed-crossed", "half-closed-then-reset", "closed-then-reset",
                 "reset", "refused", "unanswered", "not-a-connection", "no-listener", "listener-queue",
                 "old-connection", "unwanted-syn-ack", "keep-alive-race", "data-after-fin", "no-socket", "linger",
                 "unread-input-or-linger", "keep-alive-timeout", "mptcp-fastclose"):
        assert word in seen, "no capture shows %s" % word


def the_ends_are_client_and_server():
    for name, (options, _, _) in CAPTURES.items():
        for line in lines(name):
            server = "2001:db8::2:80" if options.get("v6") else "10.0.0.2:80"
            if line["guessed"]:
                continue
            assert line["server"] == server, (name, line)
            assert line["client"].startswith("2001:db8::1:" if options.get("v6") else "10.0.0.1:"), (name, line)


def wireshark_streams(shark, name):
    """{stream: {"client": bytes, "server": bytes}}, unique ones, by the sequence numbers that Wireshark shows."""
    streams = collections.defaultdict(lambda: {"client": set(), "server": set()})
    for words in shark.fields(path(name), "tcp.stream", "tcp.srcport", "tcp.seq_raw", "tcp.len", "tcp.flags"):
        stream, port, seq, length, flags = (int(word, 0) for word in words)
        side = streams[stream]["server" if port == 80 else "client"]
        if not flags & 4:
            side |= {(seq + (flags >> 1 & 1) + at) % 2**32 for at in range(length)}
    return {stream: {side: len(numbers) for side, numbers in sides.items()} for stream, sides in streams.items()}


def wireshark_sees_the_same():
    if not sharkd.is_here():
        print("  no Wireshark: not asked")
        return
    with sharkd.Sharkd() as shark:
        streams_of = {name: wireshark_streams(shark, name) for name in CAPTURES}
    for name, streams in streams_of.items():
        told = lines(name)
        assert sorted(streams) == list(range(len(told))), (name, streams)
        for line in told:
            if not line["guessed"]:
                assert line["bytes"] == streams[line["connection"]], (name, line, streams)


def write():
    for name in CAPTURES:
        with open(path(name), "wb") as file:
            file.write(made(name))


if __name__ == "__main__":
    if sys.argv[1] == "--write":
        sys.argv.pop(1)
        write()
    run([the_captures_are_those_of_the_table, each_connection_is_told_rightly, the_ends_are_client_and_server,
         wireshark_sees_the_same])
