#!/usr/bin/env python3
"""One connection of each client behaviour in real packets (trace --strategy NAME --clients NAME): the ladder at the top
of its file is what happens, and the kernel's states are those that follow from the segments.
trace_clients.py TEARDOWN CLIENTS"""
import concurrent.futures
import os
import re
import sys
import tempfile

from lib import strategy_ladder as ladders
from lib.playing import by_kernel, refused, skip_unless_the_host_can, teardown

CLIENTS = sys.argv[2]
WHOLE, BEGINS = True, False
# Of each: the strategy and options that its drawing is of, and whether it is drawn to its end: else the strategy says
# how it goes on, or the end of the load.
CASES = {
    "plain": (("server-close",), BEGINS),
    "half-close": (("graceful",), WHOLE),
    "write-first": (("graceful",), BEGINS),
    "think": (("server-close",), BEGINS),
    "pipeline": (("client-close",), BEGINS),
    "http10": (("server-close",), WHOLE),
    "slow-reader": (("client-close", "--response-bytes", "20000", "--rtt", "20ms"), BEGINS),
    "slow-writer": (("client-close",), BEGINS),
    "late": (("client-close",), BEGINS),
    "close-first": (("client-close",), WHOLE),
    "unread-alert": (("client-close",), BEGINS),
    "upload": (("client-close",), BEGINS),
    "reset": (("client-close",), WHOLE),
    "early-reset": (("client-close", "--response-bytes", "1M"), BEGINS),
    "probe": (("server-close",), WHOLE),
    "idle": (("server-close",), WHOLE),
    "stalled": (("client-close", "--response-bytes", "3M"), BEGINS),
    "never-close": (("server-close",), BEGINS),
    "vanish": (("client-close",), WHOLE),
}


def add(steps, end, kind):
    if steps[-1:] != [(end, kind)]:
        steps.append((end, kind))


def kind_of(label):
    """What an arrow of a comment stands for; None: nothing that is compared."""
    for word, kind in (("RST", "RST"), ("FIN", "FIN"), ("window 0", "window 0"), ("ACK", None), ("SYN", None)):
        if word in label:
            return kind
    return "data"


def drawn(lines):
    """[(end, kind)] of the arrows, up to one that crosses another, or that the strategy decides."""
    steps = []
    for line in lines:
        arrow = re.match(r" \*     \| (.{36}) \|", line)
        assert arrow, line
        text = arrow.group(1).strip()
        if "X" in text or "\\" in text or ", or RST" in text:
            break
        if text.startswith("<") or text.endswith(">"):
            kind = kind_of(text.strip("<>- "))
            if kind:
                add(steps, "server" if text.startswith("<") else "client", kind)
    return steps


def happened(text):
    """The same of a ladder that was printed with --unfold."""
    steps, end = [], None
    for line in text.splitlines():
        row = ladders.ROW.match(line)
        if row:
            end = "server" if row.group(3) == "◀" else "client"
            if int(row.group(7)):
                add(steps, end, "data")
            for flag in ("FIN", "RST"):
                if flag in row.group(4):
                    add(steps, end, flag)
        elif "(ZeroWindow)" in line:
            add(steps, end, "window 0")
    return steps


def difference(said, met, is_whole):
    wanted = met if is_whole else met[:len(said)]
    return None if said and said == wanted else "drawn: %s; met: %s" % (said, met)


def played(name):
    arguments, _ = CASES[name]
    named = "pipeline=3" if name == "pipeline" else name
    with tempfile.TemporaryDirectory() as folder:
        cut = os.path.join(folder, "cut.pcapng")
        done = teardown("trace", "--strategy", *arguments, "--clients", named, "--unfold", "--cut", cut)
        assert done.returncode == 0, (name, done)
        if name == "http10":
            assert teardown("trace", cut, "--find", "GET / HTTP/1.0\r\n").returncode == 0
    return done.stdout


def sizes(text, arrow):
    """Bytes of data of each segment that has some, in one direction."""
    rows = filter(None, map(ladders.ROW.match, text.splitlines()))
    return [int(row.group(7)) for row in rows if row.group(3) == arrow and int(row.group(7))]


def particulars_are_met(texts):
    [request], [three] = sizes(texts["plain"], "─"), sizes(texts["pipeline"], "─")
    assert 3 * request <= three < 4 * request, (request, three)
    slow = sizes(texts["slow-writer"], "─")
    # What waits for an acknowledgement goes together.
    assert slow[0] == 10 and len(slow) > 1 and sum(slow) == request, slow
    assert sizes(texts["late"], "─") == [request, 2], sizes(texts["late"], "─")
    assert sizes(texts["think"], "─") == [request, request], sizes(texts["think"], "─")
    # The server's FIN is acknowledged, and that is all for ten round trips.
    [closed] = re.findall(r"^ +([\d.]+) .*─ \[FIN, ACK\] .*▶", texts["never-close"], re.M)
    assert float(closed) >= 1900, texts["never-close"]
    assert "CLOSE-WAIT" in by_kernel(texts["never-close"])["client"], texts["never-close"]
    assert "FIN-WAIT-2" in by_kernel(texts["never-close"])["server"], texts["never-close"]
    # Its request is refused by a server that reads on, and by one that does not.
    assert "reset by" not in texts["write-first"], texts["write-first"]
    closed = teardown("trace", "--strategy", "server-close", "--clients", "write-first").stdout
    assert "reset by the server: data was" in closed, closed
    assert by_kernel(texts["vanish"])["client"][-1] == "CLOSED", texts["vanish"]


def each_is_what_its_file_draws():
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        texts = dict(zip(CASES, pool.map(played, CASES)))
    steps = {name: drawn(ladders.lines_of(CLIENTS, name)) for name in CASES}
    for name, (_, is_whole) in CASES.items():
        met = happened(texts[name])
        print("  %s: %s" % (name, met))
        wrong = difference(steps[name], met, is_whole)
        assert not wrong, "%s: %s\n%s" % (name, wrong, texts[name])
        # The reader of comments is no stub: a step less, or another's drawing, is told.
        for at, (_, kind) in enumerate(steps[name]):
            if kind != "data" and at + 1 < len(steps[name]) + is_whole:
                assert difference(steps[name][:at] + steps[name][at + 1:], met, is_whole), (name, at)
    assert difference(steps["half-close"], happened(texts["http10"]), WHOLE)
    assert difference(steps["reset"], happened(texts["half-close"]), WHOLE)
    particulars_are_met(texts)


def each_behaviour_is_played():
    with open(os.path.join(CLIENTS, "registry.c")) as file:
        named = [one.replace("_", "-") for one in re.findall(r"X\((\w+)\)", file.read())]
    assert set(named) == set(CASES), named


def nonsense_is_refused():
    refused(((("--strategy", "graceful", "--clients", "half-clos"), "did you mean half-close?"),
             (("--strategy", "graceful", "--clients", "late,reset"), "one client is played"),
             (("--strategy", "graceful", "--clients", "late:50%"), "one client is played"),
             (("--strategy", "graceful", "--clients", ""), "is empty"),
             (("--strategy", "graceful", "--clients", "late=2"), "takes no number"),
             (("--clients", "late", "file.pcap"), "--clients needs --strategy")))


if __name__ == "__main__":
    skip_unless_the_host_can()
    each_behaviour_is_played()
    nonsense_is_refused()
    each_is_what_its_file_draws()
    print("ok")
