"""What `teardown doctor` says of the network namespace of a test, and what the kernel says."""
import json
import subprocess

program = None


def equal(found, wanted, what):
    assert found == wanted, "%s: %r, not %r" % (what, found, wanted)


def setting(name, value):
    with open("/proc/sys/net/ipv4/" + name, "w") as file:
        file.write(str(value))


def counter(name):
    with open("/proc/thread-self/net/netstat") as file:
        lines = [line.split() for line in file if line.startswith("TcpExt:")]
    return int(lines[1][lines[0].index(name)])


def under_way(port):
    """Sockets of this port that neither listen nor are in TIME_WAIT: the counter TW has those, too, that
    wait for the other end's FIN."""
    rows = []
    for name in ("tcp", "tcp6"):
        with open("/proc/thread-self/net/" + name) as file:
            rows += [line.split() for line in file][1:]
    return sum(row[3] not in ("06", "0A") and port in (int(end.rsplit(":")[-1], 16) for end in row[1:3])
               for row in rows)


def doctor(*arguments, statuses=(0, 90, 91), **how):
    looks = () if {"--sysctl-file", "--explain"} & set(arguments) else ("--for", "0")
    process = subprocess.run([program, "doctor", *looks, *arguments], capture_output=True, text=True,
                             stdin=subprocess.DEVNULL, timeout=60, errors="surrogateescape", **how)
    assert process.returncode in statuses, (process.returncode, process.stdout, process.stderr)
    return process


def read(*arguments):
    process = doctor("--json", "-", *arguments)
    result = json.loads(process.stdout)
    equal(result["schema"], "teardown-doctor/1", "schema")
    levels = {finding["level"] for finding in result["findings"]}
    equal(process.returncode, 91 if "critical" in levels else 90 if "warning" in levels else 0, "exit status")
    return result


def of_check(result, name):
    return [finding for finding in result["findings"] if finding["id"] == name]
