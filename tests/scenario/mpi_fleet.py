#!/usr/bin/env python3
"""teardown-mpi on three hosts at one bridge: one result that is the sum of theirs, bin by bin, no message in
the window; and what comes of a host that is missing, killed, stopped or cut off:
mpi_fleet.py TEARDOWN TEARDOWN-MPI"""
import collections
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

from lib import loopback
from lib.fleet_hosts import Fleet, Segments, ip
from lib.histogram import bins
from lib.wait import wait_for

if not shutil.which("mpirun"):
    print("skipped: mpirun is not installed")
    sys.exit(loopback.SKIPPED)
loopback.enter("--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc")

FOLDER = tempfile.TemporaryDirectory()
HOSTS = ["h2", "h3", "h4"]
COUNT = 3


def path(name):
    return os.path.join(FOLDER.name, name)


def read(name):
    with open(path(name), encoding="utf-8") as file:
        return json.load(file)


def start(*options, env=None):
    return FLEET.start(os.path.abspath(sys.argv[2]), "--color", "never", *options, env=env)


def end(process, status):
    out, err = process.communicate(timeout=120)
    assert process.returncode == status, (process.returncode, out, err)
    return out, err


def equal(value, known):
    assert value == known, (value, known)


def trials_there(name):
    try:
        return len(read(name)["trials"])
    except (OSError, ValueError):
        return 0


def one_result_is_the_sum_of_theirs():
    segments = Segments()
    out, err = end(start("-s", "server-close,client-close", "-r", "1", "-R", "300", "-n", "120",
                         # On a busy machine a trial may be invalid, which is not what is asked here.
                         "--fail-if", "lost_share > 1",
                         "--host-results", path("hosts"), "-o", path("fleet.json")), 0)
    passed = segments.stop()
    result = read("fleet.json")
    assert "3 hosts with 84696 client ports" in err and "on 3 hosts: h2, h3, h4" in out, (out, err)
    assert [host["name"] for host in result["hosts"]] == HOSTS and result["options"]["rate"] == 300
    assert len(result["trials"]) == 2 and result["not_run"] == [], result["not_run"]
    for number, trial in enumerate(result["trials"], 1):
        files = [path("hosts/trial-%d-rank-%d.json" % (number, rank)) for rank in range(COUNT)]
        parts = [read(name)["trials"][0] for name in files]
        assert [host["name"] for host in trial["hosts"]] == HOSTS
        for kind, latency in trial["latency_us"].items():
            assert bins(latency["histogram"]) == sum(
                (bins(part["latency_us"][kind]["histogram"]) for part in parts), collections.Counter()), kind
        opened = sum(part["connections"]["opened"] for part in parts)
        server, client = (trial["counters"][name] for name in ("server", "client"))
        assert [host["attempted"] for host in trial["hosts"]] == [40] * COUNT
        equal([opened, trial["connections"]["opened"], server["PassiveOpens"], client["ActiveOpens"]], [120] * 4)
        # Nothing else has passed there.
        equal([trial["segments_per_connection"], server["OutRsts"], client["OutRsts"]], [10, 0, 0])
        assert 0 < trial["start"]["clock_bound_us"] and trial["start"]["late_us"] == max(
            part["start"]["late_us"] for part in parts)
        first, last = (edge(part["started_unix_us"] / 1e6 + extra for part in parts)
                       for edge, extra in ((max, 0), (min, parts[0]["duration_s"])))
        within = [at for at in passed if first < at < last]
        assert last > first and any(at < first for at in passed) and any(at > last for at in passed), passed
        equal(within, [])
        merged = path("merged.json")
        subprocess.run([sys.argv[1], "merge", *files, "-q", "-o", merged], check=True, stdout=subprocess.DEVNULL)
        equal(read("merged.json")["trials"], [trial])


def a_smaller_fleet_is_refused():
    out, err = end(start("--hosts", "4", "-o", path("smaller.json")), 3)
    assert "3 of 4 hosts are here" in err and out == "" and not os.path.exists(path("smaller.json")), (out, err)
    alone = subprocess.run([sys.argv[2]], capture_output=True, text=True, timeout=120,
                           env={k: v for k, v in os.environ.items() if not k.startswith(("OMPI", "SLURM", "PMI"))})
    assert alone.returncode == 2 and "--hosts N" in alone.stderr and alone.stderr.count("\n") == 1, alone


def lost(strike, name, status, *options, env=None):
    """strike() comes once one trial is in the file."""
    process = start("-s", "server-close", "-r", "20", "-c", "2", "-d", "200ms", "--timeout", "1s", *options, "-o", path(name),
                    env=env)
    wait_for(lambda: trials_there(name) >= 1 or process.poll() is not None, "a first trial in the file")
    assert process.poll() is None, process.communicate()
    strike()
    _, err = end(process, status)
    result = read(name)
    whole = [trial for trial in result["trials"] if len(trial["hosts"]) == COUNT]
    assert 1 <= len(whole) < 20 and whole == result["trials"][:len(whole)], [t["hosts"] for t in result["trials"]]
    assert len(result["not_run"]) == 1, result["not_run"]
    for trial in result["trials"][len(whole):]:
        assert not trial["valid"] and any("2 of 3 hosts have this trial" in why for why in trial["invalid_because"])
    return err, result["not_run"][0]["because"]


def a_stopped_host_is_named():
    err, why = lost(lambda: os.kill(FLEET.rank_pid("10.78.0.3"), signal.SIGSTOP), "stopped.json", 1,
                    "--deadline", "20s")
    assert "nothing has come from rank 1 (h3) in its time" in why and why.partition(": ")[2] in err, (why, err)


def a_killed_host_leaves_what_was_measured():
    """mpirun ends the other ranks, too: rank 0 at times before it can say in the file which one is lost."""
    err, why = lost(lambda: os.kill(FLEET.rank_pid("10.78.0.4"), signal.SIGKILL), "killed.json", 137)
    assert any(words in why for words in ("ended the fleet", "rank 2 (h4)", "rank 0 was ended before")), why
    assert "rank 2" in err or "h4" in err, err


def a_host_behind_a_cut_link_is_lost():
    """mpirun itself looks for it by TCP keepalive, where it is told to. The last check: the link stays cut."""
    probes = {"OMPI_MCA_oob_tcp_keepalive_" + name: value
              for name, value in (("time", "3"), ("intvl", "1"), ("probes", "3"))}
    err, why = lost(lambda: ip("link set h4 down"), "cut.json", 205, env={**os.environ, **probes})
    assert "ended the fleet" in why and "10.78.0.4" in err, (why, err)


FLEET = Fleet(FOLDER.name, COUNT)
for check in (one_result_is_the_sum_of_theirs, a_smaller_fleet_is_refused, a_stopped_host_is_named,
              a_killed_host_leaves_what_was_measured, a_host_behind_a_cut_link_is_lost):
    check()
