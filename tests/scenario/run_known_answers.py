#!/usr/bin/env python3
"""Six ways to close, whose cost is known exactly: who is left with TIME_WAIT, and how often. With FEW in the environment
each is played so often as a very slow machine can, too."""
import os

from lib.scenario import accounting, equal, main, valid

CONNECTIONS = 32
EXCHANGES = 100
LOAD = ("-n", str(CONNECTIONS), "--timeout", "60s") if "FEW" in os.environ else ("-d", "1s")

# strategy: first closer, holder
CLAIMS = {
    "server-close": ("server", "server"),
    "graceful": ("server", "server"),
    "client-close": ("client", "client"),
    "tw-reuse": ("client", "client"),
    "reset": ("server", "none"),
    "keep-alive": ("server", "server"),
}


def answer(trial, first_closer, holder):
    name, c = trial["strategy"], accounting(trial)
    made = {end: trial["time_wait"][end]["created"] for end in ("server", "client")}
    # Connections that were reset. RSTs may be a few more: an ACK that crosses one is answered with
    # a second one. Of a client's segments none but these come without need: SYN, ACK, and request.
    resets = trial["counters"]["server"]["TCPAbortOnData"]
    client = trial["counters"]["client"]
    crossing = client["OutSegs"] + client["RetransSegs"] - 3 * c["completed"]
    sent = sum(trial["counters"][end]["OutRsts"] for end in ("server", "client"))
    print("%-12s completed %d, TIME_WAIT server %d client %d, resets %d (%d RSTs), exchanges %d, by %s" % (
        name, c["completed"], made["server"], made["client"], resets, sent, trial["exchanges"],
        trial["first_closer"]["measured"]))
    valid(trial)
    equal(c["completed"], c["attempted"], name + ": completed of attempted")
    assert c["completed"] >= CONNECTIONS, "%s: only %d connections" % (name, c["completed"])
    for end in ("server", "client"):
        equal(made[end], c["completed"] if holder == end else 0, name + ": TIME_WAIT at " + end)
    equal(resets, c["completed"] if holder == "none" else 0, name + ": resets")
    equal(c["resets_seen"], resets, name + ": resets that the client met")
    # An ACK that was overtaken meets a socket that is gone, and draws one, now and then.
    if holder != "none":
        assert sent <= 0.05 * c["completed"], "%s: %d RSTs" % (name, sent)
    else:
        assert resets <= sent <= resets + crossing, "%s: %d RSTs for %d resets, %d ACKs" % (name, sent, resets, crossing)
    equal(trial["first_closer"]["measured"], first_closer, name + ": first closer")
    equal(trial["holder"]["measured"], holder, name + ": holder")
    exchanges = EXCHANGES if name == "keep-alive" else 1
    equal(trial["exchanges"], exchanges * c["completed"], name + ": exchanges")


def known_answers(bench):
    # A fast machine needs more ports than one address has.
    run = bench.run("--strategies", ",".join(CLAIMS), "--repeat", "1", *LOAD,
                    "-c", str(CONNECTIONS), "--client-addresses", "4")
    for name, claim in CLAIMS.items():
        answer(run.trial(name), *claim)


if __name__ == "__main__":
    main(known_answers)
