#!/usr/bin/env python3
"""A third-party loader that needs long to start: third_party_startup.py TEARDOWN. No rate is of that time. The loader's
own clock, and its own count, are what the bench's are held against."""
import os
import re
import shlex
import sys
import tempfile

from lib.bench import finding, run, scenarios

# Answers every connection, and closes it behind the client's FIN.
SERVER = """
import socket, sys
listener = socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=512)
while True:
    one = listener.accept()[0]
    one.recv(4096)
    one.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok")
    one.recv(4096)
    one.close()
"""
# Sleeps, and then for so long opens a connection every 5 ms, and closes it first. Says how many there were, and between
# which instants its first SYN and its last one were sent. "relative": for so many times the time that it took to start.
LOADER = """
import os, socket, sys, time
host, port, sleep_s, load_s, how = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]), sys.argv[5]
with open("/proc/self/stat") as file:
    started_s = int(file.read().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
time.sleep(sleep_s)
now = lambda: time.clock_gettime(time.CLOCK_BOOTTIME)
if how == "relative":
    # The bench counts from before fork(2), and started_s is of a tick of 10 ms.
    load_s *= now() - started_s + .05
began, spans = now(), []
while now() < began + load_s:
    before = now()
    one = socket.create_connection((host, port))
    spans.append((before, now()))
    one.sendall(b"GET / HTTP/1.1\\r\\nHost: it\\r\\n\\r\\n")
    one.recv(4096)
    one.close()
    time.sleep(.005)
if how != "mute":
    print("opened %d; first %.6f %.6f, last %.6f %.6f s after its start" % (len(spans), *(
        at - started_s for at in (*spans[0], *spans[-1]))))
if how == "wrk":
    print("  Latency 1.00us 1.00us 1.00us 9%%\\n  %s requests in 1.00s, 1MB read\\nRequests/sec: %s" % tuple(sys.argv[6:8]))
sys.stdout.flush()
if how == "mute":
    time.sleep(60)
"""
# How far the clock of /proc/self/stat, which counts ticks of 10 ms, may be behind.
TICK_S = .01


class Truth:
    """What the loader printed."""

    def __init__(self, trial):
        said = re.search(r"opened (\d+); first ([\d.]+) ([\d.]+), last ([\d.]+) ([\d.]+) s",
                         trial["third_party"]["output"])
        self.opened = int(said[1])
        self.first_s, self.last_s = (float(said[2]), float(said[3])), (float(said[4]), float(said[5]))


def load(sleep_s, load_s, how, *options, words=""):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("server.py", SERVER), ("loader.py", LOADER)):
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)
        python = shlex.quote(sys.executable)
        result, text = run(
            "-r", "1", *options, "--server-command", "%s %s/server.py {host} {port}" % (python, folder),
            "--loader-command", "%s %s/loader.py {host} {port} %s %s %s %s" % (
                python, folder, sleep_s, load_s, how, words))
    print(text)
    return result["trials"][0], " ".join(text.split())


def rates_begin_with_the_first_syn(trial, truth):
    """Each of the bench's times lies between the loader's clock before connect() and behind it."""
    third_party, window_s = trial["third_party"], trial["duration_s"]
    startup_s, ran_s = third_party["startup_s"], third_party["ran_s"]
    assert startup_s >= truth.first_s[0] - TICK_S, (startup_s, truth.first_s)
    assert abs(startup_s + window_s - ran_s) < 1e-3, (startup_s, window_s, ran_s)
    assert window_s >= truth.last_s[0] - truth.first_s[1], (window_s, truth.__dict__)
    assert trial["connections"]["established"] == truth.opened, trial["connections"]
    assert abs(trial["rate_per_s"] * window_s - truth.opened) < 1e-3 * truth.opened, trial["rate_per_s"]
    # The bench's clock of the start is older than the loader's.
    assert trial["rate_per_s"] >= truth.opened / (ran_s - truth.first_s[0] + TICK_S), (trial["rate_per_s"], ran_s)
    assert abs(trial["runway"]["rate_per_s"] - trial["rate_per_s"]) < 1e-6 * trial["rate_per_s"], trial["runway"]
    times = [sample["t_s"] for sample in trial["samples"]]
    assert times == sorted(times) and times[0] >= 0, times
    # What was read before the last connection, as a sample behind it shows that was read before it, too.
    before = [sample["t_s"] for sample in trial["samples"] if sample["opened"] < truth.opened][:-1]
    assert all(t_s <= truth.last_s[1] - truth.first_s[0] for t_s in before), (before, truth.__dict__)


def a_start_of_a_second():
    """It runs for as long as it was asked to behind it, so nothing ended early."""
    trial, text = load(1, "{duration_s}", "says", "-d", "1s")
    rates_begin_with_the_first_syn(trial, Truth(trial))
    assert trial["third_party"]["startup_s"] >= 1, trial["third_party"]
    assert "idle_from_s" not in trial["third_party"] and "idle: " not in text, text
    assert "start-up: " in text and "%.2f s after its start" % trial["third_party"]["startup_s"] in text, text
    assert not finding(trial, "loader-ended-early"), trial["findings"]


def a_start_that_takes_half_of_the_time():
    """The command ran for longer than was asked, and its load did not."""
    trial, _ = load(1, .5, "says", "-d", "1s", words="{duration_s}")
    truth = Truth(trial)
    rates_begin_with_the_first_syn(trial, truth)
    found = finding(trial, "loader-ended-early")
    assert trial["third_party"]["ran_s"] > 1 and found, trial["findings"]
    assert truth.last_s[0] - truth.first_s[1] <= found["t_s"], found
    assert abs(found["startup_s"] - trial["third_party"]["startup_s"]) < 1e-6, found
    assert "counts its start in" in found["text"] and "give it {duration_s}" not in found["text"], found


def a_start_that_is_short_beside_the_load():
    trial, text = load(0, 14, "relative", "-d", "60s")
    rates_begin_with_the_first_syn(trial, Truth(trial))
    assert trial["third_party"]["startup_s"] < .1 * trial["third_party"]["ran_s"], trial["third_party"]
    assert "start-up: " not in text, text


def one_that_was_stopped_before_its_first_syn():
    trial, text = load(60, 1, "says", "-d", "300ms")
    assert "startup_s" not in trial["third_party"] and trial["third_party"]["stopped"], trial["third_party"]
    assert [because for because in trial["invalid_because"] if "before its first SYN" in because], trial
    assert "no result: " not in text and "checked and well" not in text, text


def one_that_was_stopped_and_had_printed_nothing():
    trial, text = load(0, .1, "mute", "-d", "3s")
    # A tenth of a second of three, and then it has none open.
    assert "idle_from_s" in trial["third_party"], trial["third_party"]
    assert not trial["valid"] or "idle: " in text and "opened its last connection %.2f s" % trial["third_party"]["idle_from_s"] in text, text
    assert "runway" not in trial and "checked and well: ports" not in text, text
    assert trial["third_party"]["stopped"] and trial["connections"]["established"] > 0, trial["third_party"]
    assert "no result: " in text, text
    trial, text = load(0, .1, "says", "-d", "60s")
    assert not trial["third_party"]["stopped"] and "no result: " not in text, text


def one_that_prints_as_wrk_does():
    trial, text = load(0, .3, "wrk", "-d", "60s", words="7 12.5")
    assert trial["third_party"]["kind"] == "wrk" and trial["third_party"]["lookalike"], trial["third_party"]
    assert "the loader, which prints as wrk does, says: " in text and ": 7 requests" in text, text


def one_that_prints_what_nobody_can_count():
    trial, text = load(0, .3, "wrk", "-d", "60s", words="99999999999999999999 12.5")
    assert "kind" not in trial["third_party"] and trial["exchanges"] is None, trial["third_party"]
    assert "-9223372036854775808" not in text and "as wrk does" not in text, text


if __name__ == "__main__":
    scenarios((a_start_of_a_second, a_start_that_takes_half_of_the_time, a_start_that_is_short_beside_the_load,
               one_that_was_stopped_before_its_first_syn, one_that_was_stopped_and_had_printed_nothing,
               one_that_prints_as_wrk_does, one_that_prints_what_nobody_can_count))
