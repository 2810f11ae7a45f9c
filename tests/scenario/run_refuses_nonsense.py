#!/usr/bin/env python3
"""Nonsense is refused before the run, with one line that says what is wrong."""
import os
import re
import resource
import shlex
import shutil
import subprocess

from lib.scenario import equal, main, status_played

# Arguments, and what the line must name.
REFUSED = (
    (("--strategies", "gracefull"), ("gracefull", "did you mean graceful?")),
    (("--strategies", "reset,server-clsoe"), ("server-clsoe", "did you mean server-close?")),
    (("--strategies", "xyzzy"), ("xyzzy", "teardown list")),
    (("--strategies", ""), ("--strategies ''", "strategy is empty")),
    (("-s", "graceful, ,reset"), ("'graceful, ,reset'", "strategy is empty")),
    (("-s", "graceful, gracefull"), ("\"gracefull\"", "did you mean graceful?")),
    (("-s", "graceful,reset, graceful "), ("graceful is there twice", "--repeat")),
    (("-s", "graceful,all"), ("'graceful,all'", "\"all\" stands alone")),
    (("graceful",), ("unexpected argument \"graceful\"", "teardown run -s graceful")),
    (("all",), ("teardown run -s all",)),
    (("-d", "1s", "graceful,reset"), ("teardown run -s graceful,reset",)),
    (("--sysctl", "client:net.ipv4.tcp_fin_timeout", "10"), ("\"client:net.ipv4.tcp_fin_timeout\"", "NAME=VALUE")),
    (("--duration",), ("--duration needs an argument: --duration TIME",)),
    (("--fail-if", "graceful.p99 < 5ms"), ("no metric \"p99\"", "did you mean total_us_p99?")),
    (("nginx",), ("unexpected argument \"nginx\"", "-s", "--server-command")),
    (("-d", "0"), ("--duration", "0")),
    (("-d", "soon"), ("--duration", "soon")),
    (("-d", "-1s"), ("--duration", "-1s")),
    (("-c", "0"), ("--connections", "0")),
    (("-c", "4", "-t", "8"), ("--threads", "8", "4")),
    (("--repeat", "0"), ("--repeat",)),
    (("--twins",), ("--twins", "are 6", "--strategies A,B")),
    (("--twins", "-s", "reset"), ("--twins", "is 1", "--strategies A,B")),
    (("--twins", "-s", "reset,graceful", "-n", "5"), ("--twins and --total", "--duration")),
    (("-R", "fast"), ("--rate", "fast")),
    (("-R", "1000", "--arrivals", "burst"), ("--arrivals", "burst", "poisson")),
    (("--arrivals", "poisson"), ("--arrivals", "--rate")),
    (("-R", "10", "--request-rate", "10"), ("--rate", "--request-rate", "one of them")),
    (("--request-rate", "10", "-n", "5"), ("--total", "--request-rate", "--duration")),
    (("--loader-command", "sh", "--request-rate", "10"), ("--request-rate", "schedule")),
    (("--connect-batch", "0"), ("--connect-batch", "0")),
    (("--connect-batch", "65"), ("--connect-batch", "65", "64")),
    (("-R", "1000", "--connect-batch", "4"), ("--connect-batch 4", "closed loop", "--rate")),
    (("--port-range", "40999-40000"), ("--port-range", "40999-40000", "LO is above HI")),
    (("--port-range", ""), ("--port-range", "LO-HI")),
    (("--port-range", "40000"), ("--port-range", "40000", "LO-HI")),
    (("--port-range", "40000-"), ("--port-range", "LO-HI")),
    (("--port-range", "a-b"), ("--port-range", "a-b")),
    (("--port-range", "0-10"), ("--port-range", "0-10", "65535")),
    (("--port-range", "40000-70000"), ("--port-range", "40000-70000", "65535")),
    (("--port-range", "40000-40999x"), ("--port-range", "40000-40999x")),
    (("--json", "no/such/folder/result.json"), ("no/such/folder/result.json", "No such file")),
    (("--json", "."), (".", "directory")),
    (("--json", ""), ("--json",)),
    (("-s", "graceful,tw-reuse", "--sysctl", "client:net.ipv4.tcp_timestamps=0"),
     ("client:net.ipv4.tcp_timestamps=0: tw-reuse requires 1 there, because only timestamps tell",)),
    (("-s", "tw-reuse", "--sysctl", "server:net.ipv4.tcp_timestamps=3"),
     ("server:net.ipv4.tcp_timestamps=3: tw-reuse requires 1 there",)),
    (("-s", "tw-reuse", "--sysctl", "client:net.ipv4.tcp_tw_reuse=2"),
     ("client:net.ipv4.tcp_tw_reuse=2: tw-reuse requires 1 there",)),
    (("--sysctl", "client:net.ipv4.tcp_mem=1 2 3"), ("tcp_mem", "host-wide")),
    (("--no-such-option",), ("no-such-option",)),
    (("--loader", "ab"), ("--loader ab", "builtin or wrk", "--loader-command")),
    (("--loader", "wrk", "--loader-command", "ab {url}"), ("--loader wrk", "--loader-command")),
    (("--loader-command", ""), ("--loader-command", "empty")),
    (("--loader-command", "sh 'x"), ("--loader-command", "quote")),
    (("--loader", "wrk", "--rate", "100"), ("--rate", "wrk", "closed")),
    (("--loader-command", "sh", "--rate", "100"), ("--rate", "schedule")),
    (("--loader-command", "sh", "-n", "5"), ("--total", "{total}")),
    (("--loader-command", "sh", "-H", "A: b"), ("--header",)),
    (("--loader-command", "sh", "--warmup", "1s"), ("--warmup",)),
    (("--loader-command", "sh", "--source-port", "range"), ("--source-port",)),
    (("--loader-command", "sh", "--client-close", "reset"), ("--client-close",)),
    (("--loader-command", "sh", "--client-addresses", "2"), ("--client-addresses",)),
    (("--loader-command", "sh", "--request-bytes", "2"), ("--request-bytes",)),
    (("--loader-command", "sh", "--hgrm", "x"), ("--hgrm",)),
    (("--loader-command", "sh", "--expect", "413"), ("--expect",)),
    (("--expect", "413x"), ("--expect 413x", "4xx")),
    (("--loader-command", "sh", "--connect-batch", "4"), ("--connect-batch",)),
    (("--server-command", ""), ("--server-command", "empty")),
    (("--server-command", "bin/" + 32 * "n"), (32 * "n", "31 characters", "--server-name")),
    (("--server-command", "sh", "--strategies", "graceful"), ("--strategies", "--server-command")),
    (("--server-command", "sh", "--server-name", "a.b"), ("--server-name a.b",)),
    (("--server-command", "sh", "--server-name", "My_Own"), ("--server-name My_Own", "small")),
    (("--seed", "18446744073709551615"), ("--seed", "18446744073709551615")),
    (("--server-name", "it"), ("--server-name it", "--server-command")),
    (("--server-port", "70000"), ("--server-port", "70000")),
    (("--path", "index.html"), ("--path index.html", "/")),
    (("--path", "/a b"), ("--path /a b", "blanks")),
)

NEEDS_CLOSE = ("client-close leaves the close to its client", "keeps its connections alive",
               "Connection: close")
# Of loaders whose connections are kept alive, where the client's end is to close.
KEPT_ALIVE = (
    (("-s", "client-close", "--loader", "wrk"), NEEDS_CLOSE),
    (("-s", "graceful,half-close", "--loader", "wrk"), ("half-close leaves the close",)),
    (("-s", "client-close", "--loader-command", "wrk -c {connections} {url}"), NEEDS_CLOSE),
    (("-s", "client-close", "-n", "9", "--loader-command", "ab -k -n {total} {url}"),
     (*NEEDS_CLOSE, "leave out -k")),
    (("-s", "client-close", "--loader-command", "hey {url}"),
     (*NEEDS_CLOSE, "add -disable-keepalive")),
    (("-s", "client-close", "--loader-command", "h2load --h1 {url}"), NEEDS_CLOSE),
)

# Inside a user namespace of its own the limit is this shell's to set.
FORBID = 'echo 0 > /proc/sys/user/%s && exec "$@"'
WITHOUT_ADMIN = ("setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin")


def one_line(bench, process, status, words, what):
    print("%d %s" % (process.returncode, process.stderr.strip()))
    equal(process.returncode, status, "exit status of %s: %s" % (what, process.stderr))
    equal(process.stderr.count("\n"), 1, "lines on stderr of %s: %s" % (what, process.stderr))
    equal(process.stdout, "", "stdout of " + what)
    assert process.stderr.startswith("teardown: "), process.stderr
    for word in words:
        assert word in process.stderr, "%s: \"%s\" is not in: %s" % (what, word, process.stderr)
    equal([name for name in os.listdir(bench.folder) if "result" in name], [], "files left")


def the_descriptor_limit(bench):
    limit = 1024

    def lower():
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    process = bench.verb("run", "-c", "2000", preexec_fn=lower)
    one_line(bench, process, 2, ("--connections 2000", "limit", str(limit)), "-c 2000")


def forbidden_namespaces(bench, name, before=()):
    shell = ["unshare", "-U", "-r", "sh", "-c", FORBID % name, "sh"]
    if subprocess.run([*shell, *before, "true"], capture_output=True).returncode != 0:
        print("not shown: user.%s = 0, since this host lets nobody set it" % name)
        return
    process = subprocess.run(
        [*shell, *before, bench.program, "run", "-d", "100ms", "--json", "result.json"],
        capture_output=True, text=True, cwd=bench.folder, timeout=60)
    one_line(bench, process, 3, ("user.%s = 0" % name,), "user.%s = 0" % name)


def a_requirement_that_the_host_does_not_meet(bench):
    """The server alone verifies and changes nothing: in a namespace of its own, without timestamps."""
    shell = ["unshare", "-U", "-r", "-n", "sh", "-c",
             'echo 0 > /proc/sys/net/ipv4/tcp_timestamps && exec "$@"', "sh"]
    if subprocess.run([*shell, "true"], capture_output=True).returncode != 0:
        print("no user namespace with a network of its own here")
        return
    process = subprocess.run(
        [*shell, bench.server, "--strategy", "tw-reuse", "--listen", "127.0.0.1:0"],
        capture_output=True, text=True, timeout=60)
    assert process.returncode == 3, process
    for word in ("tw-reuse", "net.ipv4.tcp_timestamps = 1", "it is 0"):
        assert word in process.stderr, process.stderr
    print(process.stderr.strip())


def loaders_that_keep_connections_alive(bench):
    for arguments, words in KEPT_ALIVE:
        if shutil.which(arguments[-1].split()[0]):
            one_line(bench, bench.verb("run", *arguments), 2, words, " ".join(arguments))
        else:
            print("not shown: " + arguments[-1])


def what_was_not_named_is_not_run(bench):
    """The strategies of a run without -s are nobody's: those that cannot be run are no failure, and
    what repeats the run is no error."""
    if not shutil.which("wrk"):
        print("not shown: wrk")
        return
    run = bench.run("--loader", "wrk", "-d", "300ms", "-r", "1")
    run.played()
    played = {trial["strategy"] for trial in run.trials}
    equal(played, {"graceful", "server-close", "reset", "keep-alive"}, "strategies")
    for name in ("tw-reuse", "client-close"):
        # Where more is to be said than twelve lines hold, the reasons are left out, and no name is.
        assert re.search(r"^not run: .*\b%s\b" % name, run.stdout, re.M), run.stdout
    wide = bench.verb("report", run.path, "--wide").stdout
    for name in ("tw-reuse", "client-close"):
        assert "not run: %s: " % name in wide, wide
    again = bench.verb(*shlex.split(run.result["command_line"])[1:])
    equal(again.returncode, status_played(again.stderr), again.stderr)


def timestamps_without_an_offset(bench):
    """2 does what a strategy requires 1 for: a hundred ports are enough for more connections."""
    ports = 100
    trial = bench.run("-s", "tw-reuse", "-R", "60", "-d", "4s", "-r", "1", "--port-range",
                      "40000-%d" % (40000 + ports - 1), "--sysctl",
                      "client:net.ipv4.tcp_timestamps=2", "--sysctl",
                      "server:net.ipv4.tcp_timestamps=2").trial("tw-reuse")
    equal({end: trial["sysctls"][end]["net.ipv4.tcp_timestamps"] for end in ("client", "server")},
          {"client": "2", "server": "2"}, "as read back")
    assert trial["connections"]["completed"] > ports, trial["connections"]
    assert trial["counters"]["client"]["TWRecycled"] > 0, trial["counters"]["client"]


def refuses_nonsense(bench):
    for arguments, words in REFUSED:
        one_line(bench, bench.verb("run", *arguments), 2, words, " ".join(arguments))
    one_line(bench, bench.verb("rum"), 2, ("rum", "did you mean run"), "rum")
    one_line(bench, bench.verb("graceful"), 2, ("is a strategy", "teardown run -s graceful"), "graceful")
    one_line(bench, bench.verb("list", "metrics"), 2, ("did you mean --metrics?",), "list metrics")
    one_line(bench, bench.verb("help", "rum"), 2, ("did you mean run",), "help rum")
    equal(bench.verb("help", "run").stdout, bench.verb("run", "--help").stdout, "help run")
    loaders_that_keep_connections_alive(bench)
    the_descriptor_limit(bench)
    forbidden_namespaces(bench, "max_net_namespaces")
    forbidden_namespaces(bench, "max_user_namespaces", WITHOUT_ADMIN)
    a_requirement_that_the_host_does_not_meet(bench)
    what_was_not_named_is_not_run(bench)
    timestamps_without_an_offset(bench)


if __name__ == "__main__":
    main(refuses_nonsense)
