#!/usr/bin/env python3
"""The result file holds what its schema promises, its sums agree, and it prints the same table."""
import datetime
import json
import numbers
import os
import shlex
import socket
import stat
import subprocess
import time

from lib.scenario import accounting, equal, main, status_played

CONNECTIONS = 16
TEXT, WHOLE, NUMBER, TRUTH = str, int, numbers.Real, bool
QUANTILES = {name: NUMBER for name in ("p50", "p90", "p99", "p999", "max", "mean")}
TIME_WAIT = {"peak": WHOLE, "end": WHOLE, "created": WHOLE, "per_connection": NUMBER}
COUNTERS = {name: WHOLE for name in (
    "TW", "TWRecycled", "TWKilled", "TCPTimeWaitOverflow", "TCPAbortOnData", "TCPAbortOnClose",
    "TCPAbortOnLinger", "TCPAbortOnMemory", "ListenOverflows", "ListenDrops", "TCPSynRetrans",
    "OutRsts", "PassiveOpens", "ActiveOpens")}
CLAIM = {"declared": TEXT, "measured": TEXT}

# A table of what must be there; a list stands for one or more of its only element.
RESULT = {
    "schema": TEXT, "version": TEXT, "command_line": TEXT, "started": TEXT, "curve_quantiles": [NUMBER],
    "declared": [{"strategy": TEXT, "summary": TEXT, "first_closer": TEXT, "holder": TEXT, "is_race": TRUTH,
                  "gives_up": list, "requirements": list}],
    "host": {"name": TEXT, "kernel": TEXT, "cpu_model": TEXT, "cpus": WHOLE, "memory_bytes": WHOLE,
             "rlimit_nofile": WHOLE, "root": TRUTH},
    "network": {"kind": TEXT, "client_addresses": WHOLE, "port_range": [WHOLE],
                "sysctls": {"server": {"net.ipv4.tcp_timestamps": TEXT},
                            "client": {"net.ipv4.tcp_timestamps": TEXT,
                                       "net.ipv4.ip_local_port_range": TEXT}}},
    "options": {"strategies": TEXT, "connections": WHOLE, "threads": WHOLE, "duration": TEXT,
                "repeat": WHOLE, "seed": WHOLE, "port-range": TEXT},
    "trials": [{
        "strategy": TEXT, "repeat": WHOLE, "order": WHOLE, "loader": TEXT, "server": TEXT,
        "duration_s": NUMBER, "valid": TRUTH, "invalid_because": list,
        "connections": {"attempted": WHOLE, "completed": WHOLE, "short": WHOLE, "reset": WHOLE,
                        "timed_out": WHOLE, "connect_errors": dict},
        "exchanges": WHOLE, "bytes": {"promised": WHOLE, "received": WHOLE},
        "rate_per_s": NUMBER,
        "latency_us": {"connect": QUANTILES, "response": QUANTILES, "total": QUANTILES},
        "time_wait": {"server": TIME_WAIT, "client": TIME_WAIT},
        "fin_wait2": {"server": {"peak": WHOLE, "end": WHOLE},
                      "client": {"peak": WHOLE, "end": WHOLE}},
        "ports": {"available": WHOLE, "peak_in_use": WHOLE, "in_use_at_end": WHOLE},
        "holder": CLAIM, "first_closer": CLAIM,
        "segments_per_connection": NUMBER, "resets_per_connection": NUMBER,
        "cpu_us_per_connection": {"server": NUMBER, "client": NUMBER},
        "server_memory": {"rss_bytes": WHOLE, "bytes_per_connection": NUMBER},
        "counters": {"server": COUNTERS, "client": COUNTERS},
        "samples": [{"t_s": NUMBER, "completed": WHOLE, "server_tw": WHOLE, "client_tw": WHOLE}],
    }],
    "summary": [{"strategy": TEXT, "trials": WHOLE, "valid_trials": WHOLE}],
}


def check_shape(value, shape, where):
    if isinstance(shape, dict):
        assert isinstance(value, dict), "%s: %r is no object" % (where, value)
        for key, inner in shape.items():
            assert key in value, "%s has no %s" % (where, key)
            check_shape(value[key], inner, where + "." + key)
    elif isinstance(shape, list):
        assert isinstance(value, list) and value, "%s: %r is no list" % (where, value)
        for i, element in enumerate(value):
            check_shape(element, shape[0], "%s[%d]" % (where, i))
    else:
        right = isinstance(value, shape) and isinstance(value, bool) == (shape is TRUTH)
        assert right, "%s: %r is no %s" % (where, value, shape.__name__)


def check_sums(trial):
    name, c = trial["strategy"], accounting(trial)
    equal(trial["bytes"]["promised"], trial["exchanges"] * 128, name + ": bytes promised")
    equal(trial["bytes"]["received"], trial["bytes"]["promised"], name + ": bytes received")
    # What is under way as the window ends is in the accounting, not in the rate.
    inside = trial["rate_per_s"] * trial["duration_s"]
    assert c["completed"] - CONNECTIONS <= round(inside) <= c["completed"], \
        "%s: %f/s is not %d in %f s" % (name, trial["rate_per_s"], c["completed"],
                                        trial["duration_s"])
    for what, q in trial["latency_us"].items():
        ordered = [q[key] for key in ("p50", "p90", "p99", "p999", "max")]
        equal(ordered, sorted(ordered), "%s: quantiles of %s" % (name, what))
        equal(len(q["curve"]), 61, "%s: points of the curve of %s" % (name, what))
        equal(q["curve"], sorted(q["curve"]), "%s: curve of %s" % (name, what))
        equal((q["curve"][4], q["curve"][-1]), (q["p50"], q["max"]), "%s: curve of %s" % (name, what))
    for end in ("server", "client"):
        tw = trial["time_wait"][end]
        equal(tw["created"], trial["counters"][end]["TW"], "%s: TW of %s" % (name, end))
        assert tw["end"] <= tw["peak"] <= tw["created"], "%s, %s: %s" % (name, end, tw)
        assert abs(tw["per_connection"] * c["completed"] - tw["created"]) < 0.5, tw
    ports = trial["ports"]
    equal(ports["available"], 60999 - 32768 + 1, name + ": ports available")
    assert ports["in_use_at_end"] <= ports["peak_in_use"] <= ports["available"], ports


def check_samples(trial):
    name, samples = trial["strategy"], trial["samples"]
    times = [sample["t_s"] for sample in samples]
    equal(times, sorted(times), name + ": times of the samples")
    done = [sample["completed"] for sample in samples]
    equal(done, sorted(done), name + ": completed over time")
    equal(done[-1], trial["connections"]["completed"], name + ": completed at the end")
    assert all("client_ports" in sample for sample in samples), "%s: a sample has no ports" % name
    assert any("client_tw_census" in sample for sample in samples), "%s: no census" % name


def check_two_counts(trial):
    """sockstat's gauge, inet_diag's states and the TW counter are three roads to TIME_WAIT. Once
    the load has settled they must meet, at both ends."""
    name, last = trial["strategy"], trial["samples"][-1]
    for end in ("server", "client"):
        tw = trial["time_wait"][end]
        print("%-12s %s: created %d, sockstat %d, inet_diag %d" % (
            name, end, tw["created"], last[end + "_tw"], last[end + "_tw_census"]))
        equal(last[end + "_tw"], last[end + "_tw_census"], "%s, %s: gauge, census" % (name, end))
        equal(tw["end"], last[end + "_tw_census"], "%s, %s: end" % (name, end))
    # No client port is taken twice in this time, so its gauge has them all.
    if name == "client-close":
        equal(trial["time_wait"]["client"]["end"], trial["time_wait"]["client"]["created"],
              "TIME_WAIT at the client: at the end, made")
        equal(trial["ports"]["in_use_at_end"], trial["time_wait"]["client"]["end"], "ports held")


def check_summary(result):
    for summary in result["summary"]:
        ours = [t for t in result["trials"] if t["strategy"] == summary["strategy"]]
        equal(summary["trials"], len(ours), summary["strategy"] + ": trials")
        equal(summary["valid_trials"], sum(t["valid"] for t in ours), "valid trials")
        if summary["valid_trials"]:
            rates = [t["rate_per_s"] for t in ours if t["valid"]]
            equal((summary["rate_per_s"]["low"], summary["rate_per_s"]["high"]),
                  (min(rates), max(rates)), "rates")


def one_short_run(bench, *options, **popen):
    return subprocess.run([bench.program, "run", "--strategies", "graceful", "--repeat", "1", "-n",
                           "10", "-c", "2", *options], capture_output=True, text=True, timeout=60,
                          cwd=bench.folder, **popen)


def where_it_is_written(bench):
    """What is no file of its own stays what it is; an earlier result of the same second, too."""
    pipe, link, target = (os.path.join(bench.folder, name) for name in ("pipe", "link", "target"))
    os.mkfifo(pipe)
    os.symlink(target, link)
    with open(target, "w"):
        pass
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    for path in (pipe, link):
        process = one_short_run(bench, "--json", path)
        equal(process.returncode, status_played(process.stderr), process.stderr)
    os.set_blocking(reader, True)
    with open(reader) as through, open(target) as linked:
        for text in (through.read(), linked.read()):
            equal(json.loads(text)["schema"], "teardown-run/1", "what was written")
    assert stat.S_ISFIFO(os.stat(pipe).st_mode) and os.path.islink(link), "one was replaced"
    runs = [one_short_run(bench) for _ in range(5)]
    paths = {process.stdout.split("result:")[1].strip() for process in runs}
    equal(len([path for path in paths if os.path.exists(os.path.join(bench.folder, path))]), 5,
          "results of five runs")


def stdout_that_takes_nothing(bench):
    process = bench.start("--strategies", "graceful", "--repeat", "1", "-n", "10")
    bench.finish(process).played()
    with open("/dev/full", "w") as full:
        report = subprocess.run([bench.program, "report", process.path], stdout=full, text=True,
                                stderr=subprocess.PIPE, timeout=60)
    equal((report.returncode, report.stderr.count("\n")), (1, 1), report.stderr)
    assert "stdout" in report.stderr, report.stderr


def copied_to_a_shell(stdout):
    """The words of the command that is shown, all of its lines, as a shell reads them."""
    lines = stdout[stdout.index("\nrepeat:   ") + len("\nrepeat:   "):].splitlines()
    last = next(at for at, line in enumerate(lines) if not line.endswith("\\"))
    done = subprocess.run(["sh", "-c", 'printf "%s\\0" ' + "\n".join(lines[:last + 1])], capture_output=True,
                          text=True, timeout=60)
    equal((done.returncode, done.stderr), (0, ""), "the shell")
    return done.stdout.split("\0")[:-1], last + 1


def what_was_typed_is_kept(bench):
    """However long it is; what is no text at all does not stop the run."""
    header = "X-Long: it's \\ \" -d 9s" + "x" * 5000
    run = bench.run("--strategies", "graceful", "--repeat", "1", "-n", "10", "-H", header)
    equal(run.result["options"]["header"], [header], "header")
    words = shlex.split(run.result["command_line"])
    equal(words[words.index("--header") + 1], header, "header of the line that repeats the run")
    for width, lines in (("60", range(90, 110)), ("10000", [1])):
        report = bench.verb("report", run.path, environment={"COLUMNS": width})
        copied, count = copied_to_a_shell(report.stdout)
        equal(copied, words, "what is shown, as a shell reads it")
        assert count in lines, report.stdout
        assert max(map(len, report.stdout.splitlines())) <= int(width), report.stdout
    run = bench.run("--strategies", "graceful", "--repeat", "1", "-n", "10", "-H", b"X-A: \xff")
    equal(run.result["options"]["header"], ["X-A: ?"], "header that is no text")


def check_origin(result, before, after):
    """When and where, by this process's own clock and host name."""
    started = datetime.datetime.strptime(result["started"], "%Y-%m-%dT%H:%M:%SZ")
    started = started.replace(tzinfo=datetime.timezone.utc).timestamp()
    assert int(before) <= started <= after, (before, started, after)
    equal(result["host"]["name"], socket.gethostname(), "host name")
    declared = {one["strategy"]: one for one in result["declared"]}
    equal(list(declared), result["strategies"], "who declares something")
    equal(declared["reset"]["gives_up"], ["tail", "old-segments"], "what reset gives up")
    equal([(one["end"], one["sysctl"], one["value"]) for one in declared["tw-reuse"]["requirements"]][:1],
          [("client", "net.ipv4.tcp_tw_reuse", "1")], "what tw-reuse requires")


def ports_of_each_sample(bench):
    """Each connection of client-close keeps its port for a minute: the ports of a sample are the connections
    that were opened, whether a census was taken or not; those under way are few."""
    run = bench.run("-s", "client-close", "-R", "500", "-d", "2s", "-r", "1", "-c", "16")
    samples = run.trial("client-close")["samples"]
    fresh = ["client_tw_census" in sample for sample in samples]
    print("%d of %d samples have a census" % (sum(fresh), len(fresh)))
    for i, sample in enumerate(samples):
        # A census may have begun before the sample before; a connection may be under way.
        least = samples[max(i - 2, 0)]["opened"] if fresh[i] and i >= 2 else 0 if fresh[i] else sample["opened"]
        most = samples[min(i + 1, len(samples) - 1)]["opened"] + 16
        assert least <= sample["client_ports"] <= most, (i, least, most, sample)
    equal(samples[-1]["client_ports"], samples[-1]["opened"], "ports held at the end")


def result_file(bench):
    before = time.time()
    run = bench.run("--repeat", "2", "-d", "400ms", "-c", str(CONNECTIONS), environment={"TZ": "UTC-9"})
    check_shape(run.result, RESULT, "result")
    check_origin(run.result, before, time.time())
    measured = "measured: %s on %s" % (run.result["started"], socket.gethostname())
    assert measured in run.stdout.splitlines(), run.stdout
    equal(run.result["schema"], "teardown-run/1", "schema")
    equal(sorted(t["order"] for t in run.trials), list(range(1, 13)), "order")
    for trial in run.trials:
        check_sums(trial)
        check_samples(trial)
        check_two_counts(trial)
    check_summary(run.result)
    report = bench.verb("report", run.path)
    equal((report.returncode, report.stderr), (0, ""), "teardown report")
    *table, where = run.stdout.splitlines()
    assert where.startswith("result: ") and where.endswith(run.path), where
    equal(report.stdout.splitlines(), table, "the table of teardown report")
    equal(copied_to_a_shell(run.stdout)[0], shlex.split(run.result["command_line"]), "the command line that is shown")
    for situation in (where_it_is_written, stdout_that_takes_nothing, what_was_typed_is_kept,
                      ports_of_each_sample):
        situation(bench)


if __name__ == "__main__":
    main(result_file)
