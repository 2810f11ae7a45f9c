#!/usr/bin/env python3
"""Ports that a third-party loader runs out of, although it says nothing that is understood: findings_loader_ports.py
TEARDOWN. The loader's own count, which the bench shows and does not read, is what the finding is held against."""
import os
import re
import sys
import tempfile

from lib.bench import finding, run, scenarios

PORTS = 40
# An ACK that was overtaken draws a RST, which would end a TIME_WAIT and free its port: rfc1337 forbids it.
RANGE = ("--port-range", "40000-%d" % (40000 + PORTS - 1), "--sysctl", "client:net.ipv4.tcp_rfc1337=1")

# Closes when the client has closed.
SERVER = """
import select, socket, sys
listener = socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=512)
poll, kept = select.epoll(), {}
poll.register(listener, select.EPOLLIN)
while True:
    for number, _ in poll.poll():
        if number == listener.fileno():
            one = listener.accept()[0]
            kept[one.fileno()] = one
            poll.register(one, select.EPOLLIN)
        else:
            # While another process reads /proc/PID/fd, one that was closed may still be told of (fget_task, fs/file.c).
            one = kept.pop(number, None)
            one and one.close()
"""
# Opens so many connections, and tries for so long to open more than there are ports: on a machine that stands still for
# a while, until one has failed, or more are open than any case asks for.
LOADER = """
import socket, sys, time
host, port, seconds, most, how = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
own, begun = int(sys.argv[6]), 0
kept, opened, failed, began, spans = [], 0, 0, time.monotonic(), []
while time.monotonic() < began + seconds or (
        opened < min(most, 60) and not failed and time.monotonic() < began + seconds + 4):
    if opened < most:
        one = socket.socket()
        if own and how != "plain":
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            if own:
                begun += 1
                one.bind(("", 50000 + begun % own))
            before = time.monotonic()
            one.connect((host, port))
            opened = opened + 1
            spans.append((before, time.monotonic()))
            kept.append(one)
        except OSError as error:
            failed += 1
            print(error if how == "print" else "?", file=sys.stderr) if failed == 1 else None
            one.close()
        if how in ("close", "plain"):
            one = kept.clear()
    time.sleep(.002)
print("opened %d, failed %d, from the first to the last %.6f to %.6f s" % (
    opened, failed, spans[-1][0] - spans[0][1], spans[-1][1] - spans[0][0]))
"""


def load(most, how="keep", *options, own=0):
    """A run, from so many ports of its own where it binds; returns its trial and what the loader counted: opened, failed,
    and between which bounds the time from its first SYN to its last one is."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("server.py", SERVER), ("loader.py", LOADER)):
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)
        result, text = run(
            "-r", "1", "-d", "2s", *RANGE, *options,
            "--server-command", "%s %s/server.py {host} {port}" % (sys.executable, folder),
            "--loader-command", "%s %s/loader.py {host} {port} {duration_s} %s %s %d" % (sys.executable, folder, most, how, own))
    print(text)
    trial = dict(result["trials"][0], printed=text)
    said = re.search(r"opened (\d+), failed (\d+), from the first to the last (-?[\d.]+) to ([\d.]+) s", trial["third_party"]["output"])
    return trial, int(said[1]), int(said[2]), (float(said[3]), float(said[4]))


def unproven(trial):
    assert not finding(trial, "ports-exhausted"), trial["findings"]
    assert not [because for because in trial["invalid_because"] if "ports" in because], trial["invalid_because"]


def freed(trial):
    """An ACK that is overtaken meets no socket at the server any more, and the RST that it draws ends a
    TIME_WAIT (RFC 1337): its port is free. So many at the most."""
    return trial["counters"]["server"]["OutRsts"]


def exhausted(how, by, words):
    trial, opened, failed, (least_s, most_s) = load(9999, how)
    found = finding(trial, "ports-exhausted")
    assert PORTS <= opened <= PORTS + freed(trial) and failed > 0, (opened, failed)
    assert found and found["held_by"] == by and found["opened"] == opened, trial["findings"]
    assert PORTS - freed(trial) <= found["ports_held"] <= PORTS, (found, freed(trial))
    assert words in found["text"] and "refused" not in found, found
    assert least_s <= found["t_s"] <= most_s, (found, least_s, most_s)
    assert least_s <= trial["runway"]["held_after_s"] <= most_s, (trial["runway"], least_s, most_s)
    assert [because for because in trial["invalid_because"] if words in because], trial["invalid_because"]


def open_connections_hold_all():
    """The loader tries to open more, and says nothing: so does one that wants no more."""
    trial, opened, failed, (least_s, most_s) = load(9999)
    found = finding(trial, "ports-all-open")
    assert opened == PORTS and failed > 0, (opened, failed)
    assert found and found["open"] == PORTS == found["opened"], trial["findings"]
    assert least_s <= found["t_s"] <= most_s, (found, least_s, most_s)
    unproven(trial)


def a_pool_of_as_many_as_there_are():
    trial, opened, failed, _ = load(PORTS)
    assert (opened, failed) == (PORTS, 0) and finding(trial, "ports-all-open"), (opened, failed, trial["findings"])
    unproven(trial)
    full_pool(trial)


def full_pool(trial):
    """It wants no more: what it opened at first is no rate that goes on, and its ports are held by what is open."""
    assert "runway" not in trial and "idle_from_s" not in trial["third_party"], (trial.get("runway"), trial["third_party"])
    assert "runway: " not in trial["printed"] and "idle: " not in trial["printed"], trial["printed"]


def own_ports(how, own, options, words):
    """It closes first, and its ports are far from all of the range."""
    trial, opened, failed, bounds = load(9999, how, "--port-range", "40000-49999", *options, own=own)
    found = finding(trial, "loader-own-ports")
    assert found and found["ports_own"] == own == trial["ports"]["own"] and found["opened"] == opened, trial["findings"]
    assert "checked and well: ports" not in trial["printed"], trial["printed"]
    assert "runway" not in trial and words in found["text"], (found, trial.get("runway"))
    return trial, found, opened, failed, bounds


def own_ports_that_are_reused():
    trial, found, opened, failed, _ = own_ports("close", 20, (), "do not tell how long its ports last")
    assert opened > 2 * 20 and failed == 0 and "t_s" not in found, (opened, failed, found)
    unproven(trial)


def own_ports_in_time_wait():
    """bind() fails without SO_REUSEADDR, connect() without timestamps."""
    for how, options in (("plain", ()), ("close", ("--sysctl", "client:net.ipv4.tcp_timestamps=0"))):
        trial, found, opened, failed, (least_s, most_s) = own_ports(
            how, 20, options, " by TIME_WAITs, and no connection was opened")
        # The census that is told of may meet the last connection before it is closed.
        held = int(re.search(r"(\d+) by TIME_WAITs", found["text"]).group(1))
        assert 19 <= held <= 20, found
        assert 20 <= opened <= 20 + freed(trial) and failed > 0 and least_s <= found["t_s"] <= most_s, (opened, failed, found, least_s, most_s)
        assert [because for because in trial["invalid_because"] if "own choice were held" in because], trial["invalid_because"]


def ports_that_connect_chooses():
    trial, opened, failed, _ = load(9999, "close", "--port-range", "40000-49999")
    assert opened > 50 and failed == 0, (opened, failed)
    assert trial["ports"]["own"] == 0 and not finding(trial, "loader-own-ports"), trial["findings"]
    assert trial["runway"]["ports"] == 10000 and "checked and well: ports (" in trial["printed"], trial["runway"]
    assert "idle_from_s" not in trial["third_party"], trial["third_party"]


def ports_of_a_few():
    """Twenty of the range, one connection each, as own_ports_in_time_wait has them."""
    trial, opened, failed, (least_s, most_s) = load(20, "close", "--port-range", "40000-49999")
    assert (opened, failed) == (20, 0), (opened, failed)
    assert trial["ports"]["own"] == 0 and not finding(trial, "loader-own-ports"), trial["findings"]
    # What keeps it from opening more is not known, so neither its ports nor its rate are told to be well.
    said = trial["third_party"]
    half_s = (said["ran_s"] - said["startup_s"]) / 2
    if most_s < half_s:
        assert least_s <= said["idle_from_s"] <= most_s, (said, least_s, most_s)
        assert "runway" not in trial and "checked and well: ports" not in trial["printed"], trial["printed"]
        assert not trial["valid"] or "opened its last connection" in " ".join(trial["printed"].split()), trial["printed"]
    elif least_s >= half_s:
        assert "idle_from_s" not in said, said


def the_loader_prints_the_error():
    exhausted("print", "open connections", "the loader says EADDRNOTAVAIL")


def time_waits_hold_all():
    exhausted("close", "TIME_WAIT", "does not say")


def well(trial, opened, failed, all_opened):
    assert (opened, failed) == (all_opened, 0), (opened, failed)
    least = all_opened - freed(trial)
    assert least <= trial["ports"]["peak_in_use"] <= all_opened, (trial["ports"], least)
    assert not finding(trial, "ports-exhausted"), trial["findings"]
    assert not [because for because in trial["invalid_because"] if "ports" in because], trial["invalid_because"]


def a_pool_at_its_limit():
    """All ports are held by as many connections as it was told to open."""
    trial, opened, failed, _ = load("{connections}", "keep", "-c", str(PORTS))
    well(trial, opened, failed, PORTS)


def a_pool_that_leaves_a_port():
    trial, opened, failed, _ = load(PORTS - 1)
    well(trial, opened, failed, PORTS - 1)


def as_many_as_it_was_asked_to_make():
    """The last TIME_WAIT takes the last port."""
    trial, opened, failed, _ = load("{total}", "close", "-n", str(PORTS))
    well(trial, opened, failed, PORTS)


if __name__ == "__main__":
    scenarios((a_pool_of_as_many_as_there_are, own_ports_that_are_reused, own_ports_in_time_wait,
               ports_that_connect_chooses, ports_of_a_few, open_connections_hold_all, the_loader_prints_the_error, time_waits_hold_all, a_pool_at_its_limit,
               a_pool_that_leaves_a_port, as_many_as_it_was_asked_to_make))
