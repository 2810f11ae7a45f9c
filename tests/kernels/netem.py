#!/usr/bin/env python3
"""The wire beside netem: the same datagrams over `teardown run --network wire` and over a pair of links on which tc(8)
has set the same impairment. Needs root, tc and a kernel with netem: netem.py TEARDOWN [FILE]. Prints, and writes to FILE,
a line an impairment. Fails where what was lost, sent twice or not delayed is not what was asked for, and where the times
of the two are not alike.

It is started by `teardown run` as well: as the server (netem.py serve PORT TC…), which tells each datagram's arrival, and
as the loader (netem.py probe HOST PORT FILE TC…). Both ends read the same clock, so that each way is timed by itself."""
import json
import math
import os
import shlex
import socket
import struct
import sys
import threading
import time

# Few datagrams and long delays: an emulated processor takes milliseconds for each of them.
COUNT, GAP_S, QUIET_S, SECONDS_MAX = 1000, 0.004, 5, 300
AT_ONCE_MS = 100
RATIO_MOST = 1.25  # of the wire's times and netem's
STAMP = struct.Struct("!Iqq")  # number, when it was sent, when it arrived
# what it is called: what the wire is told, what tc is told at each end
IMPAIRMENTS = {
    "200 ms": (["--rtt", "400ms"], "delay 200ms"),
    "200 ms, 80 ms less or more": (["--rtt", "400ms", "--jitter", "80ms"], "delay 200ms 80ms"),
    "200 ms, 5 % lost": (["--rtt", "400ms", "--loss", "5%"], "delay 200ms loss 5%"),
    "200 ms, 5 % twice": (["--rtt", "400ms", "--duplicate", "5%"], "delay 200ms duplicate 5%"),
    "200 ms, 10 % not delayed": (["--rtt", "400ms", "--reorder", "10%"], "delay 200ms reorder 10%"),
}
# The share that is to be lost, sent twice or not delayed: nothing, unless it stands here.
SHARES = {"200 ms, 5 % lost": ("lost", 0.05), "200 ms, 5 % twice": ("twice", 0.05),
          "200 ms, 10 % not delayed": ("at once", 0.10)}
DEVIATIONS = 4.5  # of the binomial distribution; seven in a million are further out


def impair(words):
    """With tc, on the link of this namespace."""
    if words:
        link = next(name for _, name in socket.if_nameindex() if name != "lo")
        command = ["tc", "qdisc", "replace", "dev", link, "root", "netem", "limit", "100000", *words]
        if os.system(shlex.join(command)) != 0:
            sys.exit("tc failed")


def serve(port, *words):
    # It has to listen soon, and accepts once all is as it is to be.
    listener = socket.create_server(("", int(port)))
    impair(words)
    probes = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    probes.bind(("", int(port)))

    def answer():
        while True:
            data, peer = probes.recvfrom(100)
            number, sent, _ = STAMP.unpack(data)
            probes.sendto(STAMP.pack(number, sent, time.monotonic_ns()), peer)

    threading.Thread(target=answer, daemon=True).start()
    while True:
        listener.accept()[0].close()


def probe(host, port, path, *words):
    """Writes (number, way there in ns, way back in ns) of each datagram that came back."""
    impair(words)
    with socket.create_connection((host, int(port))) as ready:
        ready.recv(1)
    probes = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    probes.connect((host, int(port)))
    probes.settimeout(QUIET_S)
    came = []

    def receive():
        while True:
            try:
                number, sent, arrived = STAMP.unpack(probes.recv(100))
            except TimeoutError:
                return
            came.append((number, arrived - sent, time.monotonic_ns() - arrived))

    receiver = threading.Thread(target=receive)
    receiver.start()
    for number in range(COUNT):
        probes.send(STAMP.pack(number, time.monotonic_ns(), 0))
        time.sleep(GAP_S)
    receiver.join()
    with open(path, "w") as file:
        json.dump(came, file)


def measured(teardown, options, words):
    # Not at the top: a server has five seconds to listen, and an emulated processor takes long to import.
    import subprocess
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        path, me = os.path.join(folder, "came"), os.path.abspath(__file__)
        run = subprocess.run(
            [teardown, "run", "-q", "-o", os.path.join(folder, "result.json"), "-r", "1", "-d", "%ds" % SECONDS_MAX, *options,
             "--server-command", "%s -S %s serve {port} %s" % (sys.executable, me, words),
             "--loader-command", "%s -S %s probe {host} {port} %s %s" % (sys.executable, me, path, words)],
            capture_output=True, text=True, timeout=600)
        if not os.path.exists(path):
            sys.exit("no datagram was counted: exit status %d, %s" % (run.returncode, run.stderr))
        with open(path) as file:
            return json.load(file)


def figures(came):
    """Times are of one way, either of the two. What was overtaken is what came back behind a later datagram."""
    first = {}
    for number, there, back in came:
        first.setdefault(number, (there, back))
    ways = sorted(way / 1e6 for pair in first.values() for way in pair)
    highest, overtaken = -1, 0
    for number, _, _ in came:
        overtaken += number < highest
        highest = max(highest, number)
    return {"sent": COUNT, "median_ms": ways[len(ways) // 2], "p5_ms": ways[len(ways) // 20],
            "p95_ms": ways[-len(ways) // 20], "lost": COUNT - len(first), "twice": len(came) - len(first),
            "at once": sum(way < AT_ONCE_MS for way in ways), "overtaken": overtaken}


def expected(name, share):
    """How many of COUNT, and the deviation: a datagram is met on either way."""
    meets = {"lost": 1 - (1 - share) ** 2, "twice": 2 * share, "at once": 2 * share}[name]
    return COUNT * meets, math.sqrt(COUNT * 2 * share * (1 - share))


def judged(title, kind, seen):
    wrong = []
    for name in ("lost", "twice", "at once"):
        share = SHARES[title][1] if title in SHARES and SHARES[title][0] == name else 0
        mean, deviation = expected(name, share)
        if abs(seen[name] - mean) > DEVIATIONS * deviation:
            wrong.append("%s, %s: %d %s, about %.0f were to be" % (title, kind, seen[name], name, mean))
    return wrong


def unlike(title, wire, netem):
    """An emulated processor adds to both: the ratio is judged, of medians, and where times are to differ of the ends, too."""
    names = ("p5_ms", "median_ms", "p95_ms") if "less or more" in title else ("median_ms",)
    return ["%s: %s of the wire is %.1f, of netem %.1f" % (title, name, wire[name], netem[name])
            for name in names if not 1 / RATIO_MOST < wire[name] / netem[name] < RATIO_MOST]


def line(cells):
    return "| %s |" % " | ".join(cells)


def main(teardown, path=None):
    if os.system("modprobe sch_netem") != 0:
        print("this kernel has no netem")
        sys.exit(77)
    heads = ["each way", "by", "p5 ms", "median ms", "p95 ms", "lost", "twice", "at once", "overtaken"]
    lines, wrong = [line(heads), "|---" * len(heads) + "|"], []
    for title, (options, words) in IMPAIRMENTS.items():
        both = {}
        for kind, some in (("wire", (options, "")), ("netem", ([], words))):
            both[kind] = seen = figures(measured(teardown, *some))
            lines.append(line([title, kind, *("%.2f" % seen[name] for name in ("p5_ms", "median_ms", "p95_ms")),
                               *(str(seen[name]) for name in ("lost", "twice", "at once", "overtaken"))]))
            print(lines[-1], flush=True)
            wrong += judged(title, kind, seen)
        wrong += unlike(title, **both)
    if path:
        with open(path, "w") as file:
            file.write("\n".join(lines) + "\n")
    print("\n".join(wrong) or "ok")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    {"serve": serve, "probe": probe}.get(sys.argv[1], lambda *rest: main(*sys.argv[1:]))(*sys.argv[2:])
