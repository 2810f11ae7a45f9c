#!/usr/bin/env python3
"""Findings of real trials: findings_run.py PATH-OF-TEARDOWN"""

import os
import sys

from lib.bench import finding, run, scenarios

# Half of the default range is 14,116 ports: 900 connections beyond it, some seconds.
BEYOND_HALF = ("--total", "15000", "--repeat", "1", "--strategies", "client-close")

# An ACK that was overtaken draws a RST, which would end a TIME_WAIT and free its port: rfc1337 forbids it.
PORTS = ("--port-range", "40000-40999", "--sysctl", "client:net.ipv4.tcp_rfc1337=1")
# Tries more connections than there are ports, however long that takes.
MORE_THAN_PORTS = (*PORTS, "--total", "1100", "--duration", "100s", "--repeat", "1", "--connections", "16")

SLOW_UPSTREAM = os.path.join(os.path.dirname(__file__), "lib", "slow_upstream.py")
SLOW_TO_ACCEPT = os.path.join(os.path.dirname(__file__), "lib", "slow_to_accept.py")


def the_parity_cliff_is_named_on_the_default_range():
    result, text = run(*BEYOND_HALF)
    trial = result["trials"][0]
    cliff = finding(trial, "port-parity-cliff")
    assert trial["source_port"] == "kernel" and cliff, trial["samples"]
    assert cliff["ports_available"] == 28232
    assert cliff["connect_us_p50_after"] >= 8 * cliff["connect_us_p50_before"], cliff
    assert 14116 <= cliff["ports_held"] <= 15000, cliff
    # The sample that it names is there, and shows it.
    sample = min(trial["samples"], key=lambda s: abs(s["t_s"] - cliff["t_s"]))
    assert abs(sample["t_s"] - cliff["t_s"]) < 1e-6
    assert sample["connect_us_p50"] > cliff["connect_us_p50_before"], sample
    assert "port-parity-cliff: all trials: connect() took" in text


def the_parity_cliff_is_gone_with_source_port_range():
    result, text = run(*BEYOND_HALF, "--source-port", "range")
    trial = result["trials"][0]
    assert trial["source_port"] == "range"
    assert trial["connections"]["completed"] == 15000
    assert trial["ports"]["peak_in_use"] > 14500
    assert not finding(trial, "port-parity-cliff"), trial["findings"]
    assert "port-parity-cliff" not in text


def few_ports_are_exhausted():
    result, text = run("--strategies", "client-close", *MORE_THAN_PORTS)
    # What ran out is not well; the rest is.
    well = next(line for line in text.splitlines() if line.startswith("checked and well: "))
    assert "ports (" not in well and "listen queue" in well, well
    trial = result["trials"][0]
    exhausted = finding(trial, "ports-exhausted")
    assert not trial["valid"] and exhausted, trial["findings"]
    assert exhausted["refused"] == trial["connections"]["connect_errors"]["EADDRNOTAVAIL"]
    assert exhausted["ports_available"] == 1000 and exhausted["opened"] == 1000, exhausted
    assert 0 < exhausted["t_s"] <= trial["duration_s"] and exhausted["tuple"].endswith(":8080"), exhausted


def the_runway_is_what_happens():
    """What a second of 200/s forecasts, six seconds show. No connection begins before it is due, and a busy machine
    begins some late."""
    rate = 200
    steady = ("--strategies", "client-close,server-close", *PORTS, "--rate", str(rate),
              "--warmup", "0s", "--repeat", "1", "--duration")
    short, text = run(*steady, "1s")
    runways = {trial["strategy"]: trial.get("runway") for trial in short["trials"]}
    runway = runways["client-close"]
    assert runways["server-close"] is None, runways
    assert runway["ports"] == 1000 and abs(runway["held_after_s"] * runway["rate_per_s"] - 1000) < 1e-3, runway
    client, = [trial for trial in short["trials"] if trial["strategy"] == "client-close"]
    assert abs(runway["rate_per_s"] - client["rate_per_s"]) < 1e-6, (runway, client["rate_per_s"])
    # What began late may be counted in the window, and what is due then began before it.
    assert client["rate_per_s"] * client["duration_s"] <= rate * client["duration_s"] + 1, client["rate_per_s"]
    life_s = short["host"]["time_wait_life"]["most_s"]
    assert abs(runway["lasts_per_s"] - 1000 / life_s) < 1e-6, runway
    assert abs(runway["slow_from_per_s"] - 500 / life_s) < 1e-6, runway
    assert text.count("runway: client-close at ") == 1 and "server-close at" not in text, text
    longer, _ = run(*steady, "6s")
    trial, = [trial for trial in longer["trials"] if finding(trial, "ports-exhausted")]
    exhausted = finding(trial, "ports-exhausted")
    assert exhausted["opened"] == runway["ports"], (exhausted, runway)
    # A busy machine takes few samples: the ports ran out between the one that shows it and the one before.
    before_s = max(sample["t_s"] for sample in trial["samples"] if sample["t_s"] < exhausted["t_s"])
    latest_s = max(one["latency_us"]["start"]["max"] for one in (client, trial)) / 1e6
    print("forecast: all are held after %.2f s; shown: %.2f to %.2f s; the latest start: %.3f s" % (
        runway["held_after_s"], before_s, exhausted["t_s"], latest_s))
    assert exhausted["t_s"] >= (1000 - 1) / rate, (exhausted, rate)
    if latest_s < 0.05:
        assert before_s - 0.5 < runway["held_after_s"] < exhausted["t_s"] + 0.5, (before_s, exhausted, runway)


def reserved_ports_are_not_there():
    name = "net.ipv4.ip_local_reserved_ports"
    result, _ = run("--strategies", "client-close", *MORE_THAN_PORTS,
                    "--sysctl", f"client:{name}=40000-40599,41000-41999")
    exhausted = finding(result["trials"][0], "ports-exhausted")
    assert exhausted["ports_available"] == exhausted["opened"] == 400, exhausted
    assert exhausted["held_by"] == "TIME_WAIT", exhausted
    assert "ip_local_reserved_ports keeps 600 more back" in exhausted["text"], exhausted


def nothing_is_reused_without_timestamps():
    for end in "server", "client":
        result, _ = run("--strategies", "client-close", *MORE_THAN_PORTS,
                        "--sysctl", "client:net.ipv4.tcp_tw_reuse=1",
                        "--sysctl", f"{end}:net.ipv4.tcp_timestamps=0")
        exhausted = finding(result["trials"][0], "ports-exhausted")
        assert exhausted["opened"] == 1000 and exhausted["held_by"] == "TIME_WAIT", exhausted
        assert exhausted["text"].endswith(f"which are off at the {end}"), exhausted
        assert not finding(result["trials"][0], "reuse-too-young")
        nothing = finding(result["trials"][0], "setting-without-effect")
        assert f"tcp_timestamps are off at the {end}" in nothing["text"], nothing


def settings_that_do_nothing_are_told():
    result, _ = run("--strategies", "client-close,server-close", "--total", "200", "--repeat", "1",
                    "--sysctl", "client:net.ipv4.tcp_fin_timeout=10")
    told = {trial["strategy"]: finding(trial, "setting-without-effect") for trial in result["trials"]}
    assert told["client-close"]["setting"] == "net.ipv4.tcp_fin_timeout", told
    # The client has no TIME_WAIT there.
    assert told["server-close"] is None, told


def young_ports_are_not_reused():
    """Since Linux 6.14 the delay can be so long that the first are too young for the last on a slow machine, too."""
    delay_ms, options = 1000, ()
    if os.path.exists("/proc/sys/net/ipv4/tcp_tw_reuse_delay"):
        delay_ms, options = 50000, ("--sysctl", "client:net.ipv4.tcp_tw_reuse_delay=50000")
    result, _ = run("--strategies", "tw-reuse", *MORE_THAN_PORTS, *options)
    young = finding(result["trials"][0], "reuse-too-young")
    assert young and young["recycled_before"] == 0 and young["delay_ms"] == delay_ms, young
    assert not finding(result["trials"][0], "ports-exhausted")


def a_client_that_resets_hides_the_servers_policy():
    result, text = run("--strategies", "graceful", "--client-close", "reset", "--total", "500",
                       "--repeat", "1")
    trial = result["trials"][0]
    hidden = finding(trial, "loader-hides-server-policy")
    assert trial["client_close"] == "reset" and hidden, trial["findings"]
    assert hidden["holder_declared"] == "server" and hidden["holder_measured"] == "none"
    assert hidden["resets"] == trial["counters"]["client"]["OutRsts"]
    assert "--client-close reset" in text


def the_cap_of_time_waits_is_named():
    result, _ = run("--strategies", "server-close", "--total", "500", "--repeat", "1",
                    "--sysctl", "server:net.ipv4.tcp_max_tw_buckets=20")
    cap = finding(result["trials"][0], "tw-cap-reached")
    assert cap and cap["cap"] == 20 and cap["end"] == "server" and cap["skipped"] > 0, cap


def resets_of_skipped_ones_are_those_that_were_sent():
    """graceful keeps its socket until the client's FIN is there: only one that is sent again, on a machine that
    stood still, meets a skipped one. server-close leaves an orphan in FIN_WAIT_2, which is skipped where the ACK
    of its FIN comes before the client's FIN, and that FIN then gets a RST (net/ipv4/tcp_input.c,
    tcp_rcv_state_process); where both are one segment, it gets none. Which it is, is the client's timing."""
    result, _ = run("--strategies", "graceful,server-close", "--total", "500", "--repeat", "1",
                    "--sysctl", "server:net.ipv4.tcp_max_tw_buckets=20")
    for trial in result["trials"]:
        found, sent = finding(trial, "tw-cap-reached"), trial["counters"]["server"]["OutRsts"]
        assert found["resets"] == sent, (found, sent)
        assert ("RST" in found["text"]) == (sent > 0), found
        if trial["strategy"] == "graceful":
            assert sent <= trial["counters"]["client"]["RetransSegs"], (found, trial["counters"])


def assert_drops_are_the_listeners(found):
    """ListenDrops counts each segment once. The listener's own count was seen to be up to twice that on a
    busy machine, where ACKs find the queue full: they are dropped at two places that both count
    (net/ipv4/tcp_ipv4.c, tcp_v4_syn_recv_sock and tcp_v4_rcv)."""
    assert 0 < found["drops"] <= found["listener_drops"] <= 2 * found["drops"], found


def the_limit_of_the_accept_queue_is_named():
    for backlog, somaxconn, limit in (4, 4096, "the backlog of its listen(2) limits to 4 "), \
                                     (4096, 4, "which net.core.somaxconn = 4 limits"):
        result, text = run("--server-command", f"{sys.executable} {SLOW_TO_ACCEPT} {{port}} {backlog}",
                        "--connections", "64", "--total", "64",
                        "--repeat", "1", "--timeout", "4s", "--duration", "4s",
                        "--sysctl", f"server:net.core.somaxconn={somaxconn}")
        found = finding(result["trials"][0], "listen-overflow")
        assert found and limit in found["text"], (found, result["trials"][0]["counters"])
        assert "ports (" in text and "listen queue (" not in text, text
        assert found["backlog"] == 4 and found["somaxconn"] == somaxconn, found
        # There is no other listener.
        assert found["listener"].startswith("0.0.0.0:") and found["other_listeners"] == 0, found
        assert_drops_are_the_listeners(found)


def another_listener_overflows():
    """The load's takes all of its connections; that of the server's own upstream, none."""
    backlog = 4
    result, text = run("--server-command", f"{sys.executable} {SLOW_UPSTREAM} {{port}} {backlog}",
                       "--connections", "4", "--total", "32", "--repeat", "1", "--duration", "60s")
    found = finding(result["trials"][0], "listen-overflow")
    assert found and found["listener"] == "127.0.0.1:9000", (found, result["trials"][0]["counters"])
    assert found["backlog"] == backlog and found["other_listeners"] == 0, found
    assert_drops_are_the_listeners(found)
    assert "127.0.0.1:9000, which is not the load's, was full" in found["text"], found
    # The load's own listener was whole.
    reasons = result["trials"][0]["invalid_because"]
    assert not any("Listen" in reason or "accept queue" in reason for reason in reasons), reasons


def congestion_control_is_named():
    name = "net.ipv4.tcp_congestion_control"
    result, text = run("--strategies", "reset,server-close", "--total", "100", "--repeat", "1",
                       "--sysctl", f"server:{name}=reno", "--sysctl", f"client:{name}=reno")
    for trial in result["trials"]:
        found = finding(trial, "congestion-control")
        assert found and found["server"] == found["client"] == "reno", found
    # What all trials share is said once.
    assert text.count("congestion-control:") == 1 and "congestion-control: all trials: " in text


scenarios((
    the_parity_cliff_is_named_on_the_default_range,
    the_parity_cliff_is_gone_with_source_port_range,
    few_ports_are_exhausted,
    the_runway_is_what_happens,
    reserved_ports_are_not_there,
    nothing_is_reused_without_timestamps,
    settings_that_do_nothing_are_told,
    young_ports_are_not_reused,
    a_client_that_resets_hides_the_servers_policy,
    the_cap_of_time_waits_is_named,
    resets_of_skipped_ones_are_those_that_were_sent,
    the_limit_of_the_accept_queue_is_named,
    another_listener_overflows,
    congestion_control_is_named,
))
