#!/usr/bin/env python3
"""nginx, HAProxy, lighttpd and h2o as the examples start them: who closes first, who is left with
TIME_WAIT. third_party_examples.py TEARDOWN TEARDOWN-SERVER EXAMPLES"""
import glob
import os
import shutil
import subprocess
import sys

from lib.scenario import Bench, Skip, accounting, equal, main, valid

NOBODY = 65534
TOTAL = 400
# h2o wants to be another user than root, and inside a user namespace there is none.
NOT_ROOT = "unshare --user --map-user=1000 --map-group=1000 "
# The same over TLS, and whether the close_notify of ab meets a socket that is closed. ab is as fast as the server's
# FIN, so that of some connections something else may come.
TLS_TOTAL = 40
NGINX_TLS = ("sh -c 'sed \"s|CERTIFICATE|{cert}|; s|KEY|{key}|\" bench/examples/%s.conf >%s/it.conf; "
             "exec nginx -p %s -c %s/it.conf'")
TLS_SERVERS = {
    "nginx-tls": True,
    "nginx-tls-lingering": False,
    "haproxy-tls": True,
    "lighttpd-tls": False,
}
# What each does with keep-alive off: its command, first closer, holder. That the server's FIN is
# the first one on the wire, on every connection, was seen with tcpdump beside the bench.
SERVERS = {
    "nginx": ("nginx -p {folder} -c {folder}/bench/examples/nginx.conf", "server", "server"),
    "haproxy": ("haproxy -db -f bench/examples/haproxy.cfg", "server", "server"),
    "lighttpd": ("lighttpd -D -f bench/examples/lighttpd.conf", "server", "server"),
    "h2o": ("h2o -c bench/examples/h2o.yaml", "server", "server"),
}


def unprivileged_h2o(bench):
    """Whether h2o must be told that it is not root, and can be."""
    if os.geteuid() == 0 and not bench.identity:
        return ""
    able = subprocess.run([*NOT_ROOT.split(), "true"], capture_output=True, **bench.identity)
    return NOT_ROOT if able.returncode == 0 else None


def measure(bench, name, command, closer, holder):
    run = bench.run("--server-command", command, "--server-name", name, "--repeat", "1", "-n",
                    str(TOTAL), "-c", "8")
    trial = run.trial(name)
    connections = accounting(trial)
    print("%-8s %s first, %s holds TIME_WAIT, %s, %.1f segments, %.0f us, %d bytes" % (
        name, trial["first_closer"]["measured"], trial["holder"]["measured"],
        trial["time_wait"]["server"]["created"], trial["segments_per_connection"],
        trial["cpu_us_per_connection"]["server"], trial["server_memory"]["rss_bytes"]))
    valid(trial)
    equal(connections["completed"], TOTAL, "completed")
    equal(trial["server"], "server-command", "server")
    equal(trial["first_closer"]["declared"], None, "first closer declared")
    equal(trial["claim"], None, "claim")
    equal(trial["first_closer"]["measured"], closer, name + ": first closer")
    equal(trial["holder"]["measured"], holder, name + ": holder")
    equal(trial["time_wait"][holder]["created"], TOTAL, name + ": TIME_WAITs made")
    # With each ACK on a segment of its own, 11; what a busy machine sends again comes on top.
    again = sum(trial["counters"][end]["RetransSegs"] for end in ("server", "client"))
    assert 7 <= trial["segments_per_connection"] <= 11 + 2 * again / TOTAL, (trial["segments_per_connection"], again)
    assert trial["cpu_us_per_connection"]["server"] > 0, "its CPU time was not measured"
    assert trial["server_memory"]["rss_bytes"] > 500000, "its memory was not measured"


def measure_all(bench):
    shutil.copytree(sys.argv[3], os.path.join(bench.folder, "bench", "examples"))
    count = 0
    for name, (command, closer, holder) in SERVERS.items():
        before = unprivileged_h2o(bench) if name == "h2o" else ""
        if not shutil.which(name) or before is None:
            print("not shown: %s is not installed here, or cannot be run" % name)
            continue
        measure(bench, name, before + command.format(folder=bench.folder), closer, holder)
        count += 1
    if count == 0:
        raise Skip("none of %s is installed" % " ".join(SERVERS))


def tls_command(name, folder):
    if name.startswith("nginx"):
        return NGINX_TLS % (name, folder, folder, folder)
    if name.startswith("haproxy"):
        return "env CERTIFICATE={cert} haproxy -db -f bench/examples/haproxy-tls.cfg"
    return "env CERTIFICATE={cert} KEY={key} lighttpd -D -f bench/examples/lighttpd-tls.conf"


def tls_trial(bench, name, *loader):
    """Which loaders resume sessions is known of each: ab never, wrk on all but each slot's first connection."""
    trial = bench.run("--tls", "--server-command", tls_command(name, bench.folder), "--server-name", name, "-r", "1",
                      "-c", "4", *loader).trial(name)
    tls, found = trial["tls"], [f["id"] for f in trial["findings"]]
    print(name, " ".join(loader), tls, flush=True)
    equal((tls["version"], "loader-resumes" in found), ("TLSv1.3", "wrk" in loader), name + ": TLS, and who resumes")
    return trial, tls, found


def measure_tls(bench):
    for name, meets_closed in TLS_SERVERS.items():
        if not all(shutil.which(program) for program in (name.split("-")[0], "ab", "openssl")) or (
                name == "lighttpd-tls" and not glob.glob("/usr/lib*/lighttpd/mod_openssl.so")):
            print("not shown: %s" % name)
            continue
        trial, tls, found = tls_trial(bench, name, "-n", str(TLS_TOTAL), "--loader-command", "ab -q -n {total} -c 4 {url}")
        late, made = trial["late_data"], trial["time_wait"]["server"]["created"]
        print("%-20s %d of %d met a closed socket, %s TIME_WAITs" % (name, late["reset"], late["looked_at"], made))
        # At its end it may have begun a few more than it was told to.
        assert TLS_TOTAL <= tls["hellos"] <= TLS_TOTAL + 4 and tls["hellos_resumed"] == 0, (name, tls)
        equal("reset-after-fin" in found, meets_closed, name + ": reset-after-fin")
        equal(late["reset"] > 0, meets_closed, name + ": data that met a closed socket")
        # With lighttpd who closes first is a race, which decides who has it.
        assert made > 0 or name != "nginx-tls-lingering", name + ": no TIME_WAIT"
    if shutil.which("nginx") and shutil.which("wrk"):
        tls = tls_trial(bench, "nginx-tls", "--loader", "wrk", "-d", "500ms")[1]
        # It also opens one to see whether it can; what was open at its end may not have shaken hands.
        assert tls["hellos"] - 4 <= tls["hellos_resumed"] < tls["hellos"], tls


def examples(bench):
    os.chmod(bench.folder, 0o755)
    measure_all(bench)
    measure_tls(bench)
    if os.geteuid() == 0:
        with Bench(uid=NOBODY) as ordinary:
            measure_all(ordinary)


if __name__ == "__main__":
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    main(examples)
