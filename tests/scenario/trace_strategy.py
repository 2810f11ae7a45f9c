#!/usr/bin/env python3
"""One connection of each strategy in real packets: the ladder at the top of its file is what happens, who is left
with TIME_WAIT is what it claims, and the kernel's states are those that follow from the segments.
trace_strategy.py TEARDOWN STRATEGIES"""
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile

TEARDOWN, STRATEGIES = os.path.abspath(sys.argv[1]), sys.argv[2]
HOST_CANNOT = 3
SKIPPED = 77
# Their ladder is one of several ways: the client, or how many TIME_WAITs there are, decides which is taken.
SEVERAL_WAYS = {"adaptive-drain", "reset-on-timeout", "tw-cap"}
# A race decides whether its FINs cross.
RACES = {"simultaneous"}


def teardown(*arguments):
    return subprocess.run([TEARDOWN, *arguments], capture_output=True, text=True, timeout=120,
                          env=dict(os.environ, COLUMNS="100", LC_ALL="C.UTF-8"))


def claims():
    """{strategy: {"claim": …}} as `list` says it."""
    found = {}
    for block in teardown("list").stdout.split("\n\n"):
        name = re.match(r"([a-z0-9-]+): ", block)
        claim = re.search(r"claim +first closer: (\w+)(?:.*?)TIME_WAIT: (\w+)", block)
        if name and claim:
            found[name.group(1)] = claim.groups()
    return found


def drawn(name):
    """What the ladder at the top of the strategy's file draws: [(who sends, "FIN" or "RST")], in order."""
    with open(os.path.join(STRATEGIES, name.replace("-", "_") + ".c")) as file:
        head = file.read().split("*/")[0]
    lines = head[head.index("client   "):].splitlines()[1:]
    ladder = []
    for line in lines:
        if line.strip() == "*":
            break
        arrow = re.match(r" \*     \| (.{36}) \|", line)
        for flag in ("FIN", "RST"):
            if arrow and flag in arrow.group(1):
                ladder.append(("server" if arrow.group(1).startswith("<") else "client", flag))
    return ladder


def happened(text):
    """The same of a printed ladder. What is sent again is left out, and a second RST of an end: a closed one answers
    each segment that was still under way."""
    ladder = []
    for line in text.splitlines():
        label = re.search(r"(─|◀).*\[([A-Z, ]+)\]", line)
        if not label or "retransmission" in line:
            continue
        for flag in ("FIN", "RST"):
            sent = "server" if label.group(1) == "◀" else "client", flag
            if flag in label.group(2).split(", ") and sent not in ladder:
                ladder.append(sent)
    return ladder


def left_in(text, end):
    """The last state of an end, as the kernel said it."""
    return re.search("^%s by sock_diag: (.*)$" % end, text, re.M).group(1).split(", ")[-1]


def one(name, claim):
    done = teardown("trace", "--strategy", name)
    if done.returncode == HOST_CANNOT:
        return "%s: not here: %s" % (name, done.stderr.strip())
    said = name + ":\n" + done.stdout + done.stderr
    assert done.returncode == 0, said
    assert " client    " in teardown("list", name).stdout, name
    first_closer, holder = claim
    if name not in RACES:
        wanted = {"none": (), "both": ("server", "client")}.get(holder, (holder,))
        held = tuple(end for end in ("server", "client") if left_in(done.stdout, end) == "TIME-WAIT")
        assert held == wanted, said
        assert "the %s" % first_closer in re.search("^ended: (.*)$", done.stdout, re.M).group(1), said
    if name not in RACES | SEVERAL_WAYS:
        assert happened(done.stdout) == drawn(name), (happened(done.stdout), drawn(name), said)
    return "%s: %s" % (name, happened(done.stdout))


def told(name, claim):
    """What is wrong with it, or None."""
    try:
        print("  %s" % one(name, claim))
    except AssertionError as wrong:
        return "%s: %s" % (name, wrong)
    return None


def each_is_what_its_file_draws():
    every = claims()
    assert len(every) > 15, every
    assert "(not looked at" not in teardown("trace", "--strategy", "graceful", "--rtt", "2s").stdout
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        wrong = [line for line in pool.map(lambda item: told(*item), every.items()) if line]
    assert not wrong, "\n".join(wrong)


def a_ladder_that_is_wrong_is_told():
    """The reader of comments is no stub: another strategy's ladder is not this one's."""
    assert drawn("graceful") != drawn("reset") and drawn("graceful") != drawn("client-close")
    assert drawn("graceful") == [("server", "FIN"), ("client", "FIN")], drawn("graceful")
    assert drawn("reset") == [("server", "RST")], drawn("reset")


def its_packets_can_be_kept():
    with tempfile.TemporaryDirectory() as folder:
        cut, svg = os.path.join(folder, "cut.pcapng"), os.path.join(folder, "ladder.svg")
        done = teardown("trace", "--strategy", "reset", "--cut", cut, "--svg", svg, "--response-bytes", "3000",
                        "--rtt", "20ms")
        assert done.returncode == 0, done
        again = teardown("trace", cut, "--json")
        assert again.returncode == 0, again
        [told] = [json.loads(line) for line in again.stdout.splitlines()]
        assert (told["ended"], told["first_closer"], told["first_end"]) == ("reset", "server", "RST"), told
        assert told["bytes"]["server"] > 3000 and told["reset_by"] == ["server"], told
        with open(svg) as file:
            assert "RST" in file.read()
    [line] = teardown("trace", "--strategy", "graceful", "--json", "--rtt", "20ms").stdout.splitlines()
    told = json.loads(line)
    assert (told["ended"], told["first_closer"], told["conn_state"]) == ("closed", "server", "SF"), told


def nonsense_is_refused():
    for arguments, because in ((("--strategy", "gracefull"), "graceful"),
                               (("--strategy", "graceful,reset"), "one strategy is played"),
                               (("--strategy", "graceful", "--live", "-i", "lo"), "--strategy plays one connection"),
                               (("--strategy", "graceful", "file.pcap"), "trace needs one capture or --strategy"),
                               (("--rtt", "1ms", "file.pcap"), "--rtt needs --strategy"),
                               (("--strategy", "graceful", "--rtt", "3s"), "--rtt 3s")):
        done = teardown("trace", *arguments)
        assert done.returncode == 2 and because in done.stderr, (arguments, done)


if __name__ == "__main__":
    probe = teardown("trace", "--strategy", "graceful", "--rtt", "2ms")
    if probe.returncode == HOST_CANNOT:
        print("skipped:", probe.stderr)
        sys.exit(SKIPPED)
    a_ladder_that_is_wrong_is_told()
    nonsense_is_refused()
    its_packets_can_be_kept()
    each_is_what_its_file_draws()
    print("ok")
