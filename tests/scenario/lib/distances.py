"""The table of docs/choosing.md: what each way of closing costs, and loses, over how far a path. Counts alone, which do
not depend on how fast the machine is. tests/golden/distances.py records what it is made of."""
import json
import pathlib
import re

KEPT = pathlib.Path(__file__).resolve().parents[2] / "data" / "distances.json"
PATHS = {"0": ("--network", "wire"), "2 ms": ("--rtt", "2ms"), "50 ms": ("--rtt", "50ms"),
         "50 ms, 1 % lost": ("--rtt", "50ms", "--loss", "1%")}
# Not keep-alive, whose connections have a hundred exchanges, nor what blocks the event loop.
STRATEGIES = ("graceful", "adaptive-drain", "server-close", "reset-on-timeout", "fin-on-data", "delayed-close",
              "short-fin-wait2", "tw-cap", "simultaneous", "client-close", "half-close", "wide-ports", "bind-reuse",
              "tw-reuse", "tw-reuse-fast", "reset-after-ack", "fin-then-reset", "reset", "client-reset")
SIZES = {"small": ("-n", "500"), "large": ("-n", "200", "--response-bytes", "64k")}
COMMON = ("-r", "1", "-c", "20", "--timeout", "60s")
BLOCK = re.compile(r"(<!-- distances -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def counts(trial):
    """Of a trial of a result file."""
    connections, tap = trial["connections"], trial["first_closer"]["packet_tap"]
    lost = connections["attempted"] - connections["completed"]
    return {"connections": connections["attempted"], "unclosed": connections["unclosed"],
            "cut": lost - connections["unclosed"],
            "lost_bytes": 1 - trial["bytes"]["received"] / trial["bytes"]["promised"],
            "segments": trial["segments_per_connection"], "crossed": tap["both"],
            "left_open": trial["still_open"]["connections"]}


def percent(share):
    return "%.1f %%" % (100 * share) if share < 0.095 else "%.0f %%" % (100 * share)


def cell(small, large):
    """Segments a connection, and what else happened."""
    told = ["%.1f" % small["segments"]]
    if small["crossed"]:
        told.append("FINs crossed in %s" % percent(small["crossed"] / small["connections"]))
    if small["cut"]:
        told.append("%s cut" % percent(small["cut"] / small["connections"]))
    if large["cut"]:
        told.append("of 64 kB %s of the bytes lost" % percent(large["lost_bytes"]))
    if small["unclosed"] + large["unclosed"]:
        told.append("%d left open at the client" % (small["unclosed"] + large["unclosed"]))
    if small["left_open"] + large["left_open"]:
        told.append("%d left open at the server" % (small["left_open"] + large["left_open"]))
    return "; ".join(told)


def table():
    kept = json.loads(KEPT.read_text())
    lines = ["| strategy | %s |" % " | ".join(PATHS), "|---" * (1 + len(PATHS)) + "|"]
    for strategy in STRATEGIES:
        cells = [cell(kept["small"][path][strategy], kept["large"][path][strategy]) for path in PATHS]
        lines.append("| %s | %s |" % (strategy, " | ".join(cells)))
    return "\n".join(lines) + "\n"


def filled(page):
    return BLOCK.sub(lambda block: block[1] + table() + block[3], page)
