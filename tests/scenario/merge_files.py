#!/usr/bin/env python3
"""teardown merge: what two runs counted is added up, bin by bin, and read by report and compare:
merge_files.py PATH-OF-THE-PROGRAM"""
import collections
import json
import os
import subprocess
import sys
import tempfile

from lib.histogram import bins

FOLDER = tempfile.TemporaryDirectory()


def path(name):
    return os.path.join(FOLDER.name, name)


def teardown(*arguments, status=0):
    done = subprocess.run([sys.argv[1], *arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == status, done
    return done


def refused(text, *arguments, status=1):
    """One line, nothing else, and no file is left."""
    before = sorted(os.listdir(FOLDER.name))
    done = teardown("merge", *arguments, "-o", path("refused.json"), status=status)
    assert done.stdout == "" and done.stderr.count("\n") == 1, done
    assert done.stderr.startswith("teardown: ") and text in done.stderr, done.stderr
    assert sorted(os.listdir(FOLDER.name)) == before


def measured(name, host, *options):
    teardown("run", "-s", "client-close", "-d", "200ms", "-r", "1", "-c", "4", "-q",
             *options, "--json", path(name))
    with open(path(name), encoding="utf-8") as file:
        result = json.load(file)
    result["host"]["name"] = host
    # What a busy machine missed is not looked at here.
    for trial in result["trials"]:
        trial.update(valid=True, invalid_because=[])
    return result


def write(name, result):
    with open(path(name), "w", encoding="utf-8") as file:
        json.dump(result, file)
    return path(name)


def merged(*names):
    teardown("merge", *names, "-o", path("merged.json"), "-q")
    with open(path("merged.json"), encoding="utf-8") as file:
        return json.load(file)


def adds_up(whole, parts):
    for trial, *of_hosts in zip(whole["trials"], *(part["trials"] for part in parts)):
        for kind, latency in trial["latency_us"].items():
            halves = [part["latency_us"][kind] for part in of_hosts if kind in part["latency_us"]]
            assert bins(latency["histogram"]) == sum(
                (bins(half["histogram"]) for half in halves), collections.Counter()), kind
            assert latency["count"] == sum(half["count"] for half in halves)
            assert latency["max"] == max(half["max"] for half in halves)
            assert min(half["p99"] for half in halves) <= latency["p99"] <= \
                max(half["p99"] for half in halves)
        for end in ("server", "client"):
            for counter, value in trial["counters"][end].items():
                assert value == sum(part["counters"][end][counter] for part in of_hosts), counter
        assert trial["connections"]["attempted"] == sum(
            part["connections"]["attempted"] for part in of_hosts) > 0
        assert [host["name"] for host in trial["hosts"]] == ["left", "right"]
        segments = sum(part["segments_per_connection"] * part["connections"]["opened"]
                       for part in of_hosts) / trial["connections"]["opened"]
        assert abs(trial["segments_per_connection"] - segments) < 1e-6


left, right = measured("left.json", "left"), measured("right.json", "right")
# As if both had run at the same time.
for one, other in zip(left["trials"], right["trials"]):
    other.update(started_unix_us=one["started_unix_us"] + 1000, duration_s=one["duration_s"])
files = write("left.json", left), write("right.json", right)

result = merged(*files)
adds_up(result, (left, right))
assert result["options"]["connections"] == 8 and len(result["hosts"]) == 2

# Nothing told of the order: but for who is first, the other way round is the same.
other_way = merged(*reversed(files))
for one, other in zip(result["trials"], other_way["trials"]):
    for key in ("counters", "connections", "latency_us", "endings", "rate_per_s"):
        assert json.dumps(one[key], sort_keys=True) == json.dumps(other[key], sort_keys=True), key

merged(*files)
shown = teardown("report", path("merged.json")).stdout
assert "on 2 hosts: left, right" in shown and "each ran: teardown run" in shown, shown
assert teardown("report", path("merged.json"), "--csv", "-").stdout.count("\n") >= 2
compared = teardown("compare", path("merged.json"), files[0]).stdout
assert "rate_per_s" in compared and "connections: A 8, B 4" in compared, compared

assert json.loads(teardown("merge", *files, "-o", "-").stdout)["hosts"][1]["name"] == "right"
shown = teardown("merge", *files, "-o", path("shown.json")).stdout
assert "2 hosts: left, right" in shown and shown.endswith("result:   " + path("shown.json") + "\n")

refused("needs two result files or more, not 1", files[0], status=2)
refused("are the same result", files[0], files[0])
refused("merged.json is merged already", files[0], path("merged.json"))
refused("No such file", files[0], path("nowhere.json"), status=2)
right["trials"][0]["started_unix_us"] += 5_000_000
refused("they are no load of one time", files[0], write("late.json", right))
refused("late.json cannot be merged with ", files[0], write("late.json", {**right, "version": "9"}))
