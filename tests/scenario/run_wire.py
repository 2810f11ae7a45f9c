#!/usr/bin/env python3
"""Runs over a wire: what it delays, loses and holds back is what was asked for, and what TCP makes of it shows."""
import math

from lib.scenario import accounting, equal, main, valid

SIGMAS = 5


def one(bench, *options):
    run = bench.run("--repeat", "1", "-c", "8", *options)
    run.played()
    trial = run.trials[0]
    accounting(trial)
    return trial, run


def a_delay_is_in_every_round_trip(bench):
    trial, run = one(bench, "-s", "graceful", "--rtt", "20ms", "-n", "100")
    valid(trial)
    latency, wire = trial["latency_us"], trial["wire"]
    print({kind: latency[kind]["p50"] for kind in latency}, wire)
    # The handshake is one round trip, the exchange another.
    assert latency["connect"]["p50"] >= 20e3 and latency["total"]["p50"] >= 40e3, latency
    equal((wire["lost"], wire["duplicated"], wire["failed"]), (0, 0, 0), "the wire's losses")
    # SYN, SYN-ACK, request, response, two FINs: at least these went over it for each connection.
    assert wire["frames"] >= 6 * 100 and wire["bytes"] >= 60 * wire["frames"] - 1000, wire
    network = run.result["network"]
    equal((network["kind"], network["wire"]["delay_ms"], network["wire"]["loss"]), ("wire", 10.0, 0.0), "network")
    assert network["wire"]["capacity_bits_per_s"] > 0 and network["wire"]["capacity_frames_per_s"] > 0, network
    assert "The ends are joined by a wire: 20 ms round trip." in run.stdout, run.stdout
    assert "wire: carries up to" in run.stderr, run.stderr


def a_pair_of_links_has_no_wire(bench):
    trial, run = one(bench, "-s", "graceful", "-n", "100")
    valid(trial)
    assert "wire" not in trial and "wire" not in run.result["network"], trial
    equal(run.result["network"]["kind"], "veth-pair", "network")
    assert "wire" not in run.stdout.split("repeat:")[0] and "wire:" not in run.stderr, run.said()


def what_is_lost_is_sent_again(bench):
    trial, _ = one(bench, "-s", "graceful", "--rtt", "2ms", "--loss", "3%", "-n", "200", "--response-bytes", "20k",
                   "--timeout", "60s")
    valid(trial)
    wire, counters = trial["wire"], trial["counters"]
    print(wire, counters["client"]["RetransSegs"], counters["server"]["RetransSegs"])
    spread = SIGMAS * math.sqrt(wire["frames"] * 0.03 * 0.97)
    assert abs(wire["lost"] - 0.03 * wire["frames"]) <= spread, wire
    assert counters["server"]["RetransSegs"] > 0, counters
    equal(wire["failed"], 0, "frames that the wire failed to carry")
    equal(trial["connections"]["completed"], 200, "connections")
    equal(trial["bytes"]["received"], trial["bytes"]["promised"], "bytes of responses")


def a_rate_is_not_exceeded(bench):
    trial, _ = one(bench, "-s", "graceful", "--link-rate", "20Mbit", "-n", "20", "--response-bytes", "100k")
    # Their bodies alone take so long.
    print(trial["duration_s"], trial["wire"])
    assert trial["duration_s"] >= 20 * 100e3 * 8 / 20e6, trial["duration_s"]
    equal(trial["connections"]["completed"], 20, "connections")


def fins_that_cross_leave_two_time_waits(bench):
    """The server waits until its response has arrived, and closes when the client does. Where an end is later by
    more than half a round trip the FINs do not cross. Right behind the response they never do."""
    trial, _ = one(bench, "-s", "simultaneous", "--rtt", "200ms", "-n", "24")
    tap, made = trial["first_closer"]["packet_tap"], trial["time_wait"]
    print(tap, made)
    equal(tap["server"] + tap["client"] + tap["both"], 24, "connections, by who closed first")
    assert tap["both"] > 12, tap
    equal((made["server"]["created"], made["client"]["created"]), (tap["server"] + tap["both"], tap["client"] + tap["both"]),
          "TIME_WAITs of server and client")
    trial, _ = one(bench, "-s", "graceful", "--rtt", "200ms", "-n", "8")
    equal(trial["first_closer"]["packet_tap"]["server"], 8, "connections that the server closed first")


def a_server_that_is_told_to_end_waits_for_the_arrival(bench):
    """Half a round trip behind the response it would close: told in between, it does not close at once. Where it is
    told earlier or later, on a slow machine, the same comes of it."""
    for options in (("--at", "700ms=TERM"), ("--at", "1100ms=HUP", "--tls")):
        trial, _ = one(bench, "-s", "simultaneous", "--rtt", "400ms", "-n", "8", *options)
        tap = trial["first_closer"]["packet_tap"]
        print(tap, trial["events"])
        equal(trial["connections"]["completed"], 8, "connections")
        equal((tap["connections"], tap["by_reset"]), (8, 0), "connections that were seen, and reset")
        assert tap["both"] > 4, tap


def what_cannot_be_asked_is_refused(bench):
    for options, because in ((("--network", "veth", "--rtt", "1ms"), "--rtt is an option of the wire"),
                             (("--loss", "2"), "must be a share of the frames"),
                             (("--network", "tun"), "must be veth, wire, shared or isolated")):
        run = bench.finish(bench.start(*options))
        equal(run.status, 2, run.said())
        assert because in run.stderr, run.said()


def wires(bench):
    a_delay_is_in_every_round_trip(bench)
    a_pair_of_links_has_no_wire(bench)
    what_is_lost_is_sent_again(bench)
    a_rate_is_not_exceeded(bench)
    fins_that_cross_leave_two_time_waits(bench)
    a_server_that_is_told_to_end_waits_for_the_arrival(bench)
    what_cannot_be_asked_is_refused(bench)


if __name__ == "__main__":
    main(wires)
