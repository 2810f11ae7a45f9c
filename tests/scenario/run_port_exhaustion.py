#!/usr/bin/env python3
"""A client that closes first runs out of ports, and says so; with tcp_tw_reuse it goes on."""
from lib.scenario import accounting, equal, main, valid

PORTS = 200
CONNECTIONS = 32
SECONDS = 4
# An ACK that was overtaken draws a RST, which would end a TIME_WAIT and free its port: rfc1337 forbids it.
RANGE = ("--port-range", "40000-40199", "--sysctl", "client:net.ipv4.tcp_rfc1337=1")
# The longest pause that a refused connection takes is 80 ms; twice that on a busy machine.
TRIES_PER_S = 6
# Of ports / tcp_tw_reuse_delay: below it since a connection that waits comes late; a little above
# it since the first PORTS were free.
LEAST, MOST = 0.55, 1.05


def show(trial, c):
    print("%-12s completed %d of %d, %s, recycled %d" % (
        trial["strategy"], c["completed"], c["attempted"], c["connect_errors"],
        trial["counters"]["client"]["TWRecycled"]))


def only_refused_for_want_of_ports(trial, c):
    for reason in trial["invalid_because"]:
        assert "EADDRNOTAVAIL" in reason or reason.endswith("samples missed"), reason
    equal(list(c["connect_errors"]), ["EADDRNOTAVAIL"], "connect errors by name")
    assert not trial["valid"], "a trial that ran out of ports counts as valid"
    equal(c["completed"] + c["connect_errors"]["EADDRNOTAVAIL"], c["attempted"], "ends")


def client_close_stops(trial):
    c = accounting(trial)
    show(trial, c)
    only_refused_for_want_of_ports(trial, c)
    equal(c["completed"], PORTS, "connections completed")
    equal(trial["time_wait"]["client"]["created"], PORTS, "TIME_WAIT made at the client")
    equal(trial["ports"], {"available": PORTS, "own": 0, "peak_in_use": PORTS, "held_share": 1,
                           "in_use_at_end": PORTS},
          "ports")
    late = [s["completed"] for s in trial["samples"] if s["t_s"] > SECONDS / 2]
    equal(set(late), {PORTS}, "connections completed, second half")
    # No connection is given up: each goes on trying until the end.
    tries = c["connect_errors"]["EADDRNOTAVAIL"]
    assert tries >= CONNECTIONS * TRIES_PER_S * (SECONDS - 1), \
        "only %d tries of %d connections in %d s" % (tries, CONNECTIONS, SECONDS)


def tw_reuse_goes_on(trial, delay_s, seconds):
    c = accounting(trial)
    show(trial, c)
    only_refused_for_want_of_ports(trial, c)
    # The wave that may begin as the trial ends counts or not.
    expected = PORTS * (1 + int(seconds / delay_s - 0.3))
    assert LEAST * expected <= c["completed"] <= MOST * PORTS * (seconds / delay_s + 1), \
        "%d connections in %s s, expected about %d" % (c["completed"], seconds, expected)
    equal(trial["counters"]["client"]["TWRecycled"], c["completed"] - PORTS, "TIME_WAIT recycled")
    equal(trial["time_wait"]["client"]["created"], c["completed"], "TIME_WAIT made")
    last = [s["completed"] for s in trial["samples"] if s["t_s"] > seconds - 1.5 * delay_s]
    assert last[-1] > last[0], "nothing was completed in the last %s s" % (1.5 * delay_s)


def tw_reuse_on_the_default_range(trial):
    c = accounting(trial)
    show(trial, c)
    valid(trial)
    equal(c["connect_errors"], {}, "connect errors on the default range")
    # Below half the ports none has to be taken twice.
    if c["completed"] > trial["ports"]["available"] / 2:
        assert trial["counters"]["client"]["TWRecycled"] > 0, "no TIME_WAIT was recycled"


def port_exhaustion(bench):
    load = ("--repeat", "1", "-c", str(CONNECTIONS))
    run = bench.run(*load, *RANGE, "-d", "%ds" % SECONDS, "-s", "client-close,tw-reuse")
    client_close_stops(run.trial("client-close"))
    tw_reuse_goes_on(run.trial("tw-reuse"), 1, SECONDS)
    run = bench.run(*load, *RANGE, "-d", "2s", "-s", "tw-reuse",
                    "--sysctl", "client:net.ipv4.tcp_tw_reuse_delay=500")
    tw_reuse_goes_on(run.trial("tw-reuse"), 0.5, 2)
    # From one address a fast machine might use up the range before the first TIME_WAIT is a second old.
    run = bench.run(*load, "-d", "2500ms", "-s", "tw-reuse", "--client-addresses", "2")
    tw_reuse_on_the_default_range(run.trial("tw-reuse"))


if __name__ == "__main__":
    main(port_exhaustion)
