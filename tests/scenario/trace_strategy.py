#!/usr/bin/env python3
"""One connection of each strategy in real packets: the ladder at the top of its file is what happens, segment by
segment and state by state, who is left with TIME_WAIT is what it claims, and the kernel's states are those that follow
from the segments.
trace_strategy.py TEARDOWN STRATEGIES"""
import concurrent.futures
import json
import os
import re
import sys
import tempfile

from lib import strategy_ladder as ladders
from lib.playing import HOST_CANNOT, by_kernel, refused, skip_unless_the_host_can, teardown

STRATEGIES = sys.argv[2]
# Their ladder is of several ways: the client, or how many TIME_WAITs there are, decides which is taken
# (strategy_ways.py).
SEVERAL_WAYS = {"adaptive-drain", "reset-on-timeout", "tw-cap"}


def claims():
    """{strategy: {"claim": …}} as `list` says it."""
    found = {}
    for block in teardown("list").stdout.split("\n\n"):
        name = re.match(r"([a-z0-9-]+): ", block)
        claim = re.search(r"claim +first closer: (\w+)(?:.*?)TIME_WAIT: (\w+)", block)
        if name and claim:
            found[name.group(1)] = claim.groups()
    return found


def one(name, claim):
    done = teardown("trace", "--strategy", name, "--unfold")
    if done.returncode == HOST_CANNOT:
        return "%s: not here: %s" % (name, done.stderr.strip())
    said = name + ":\n" + done.stdout + done.stderr
    assert done.returncode == 0, said
    assert " client    " in teardown("list", name).stdout, name
    first_closer, holder = claim
    kernel, met = by_kernel(done.stdout), ladders.happened(done.stdout)
    wanted = {"none": (), "both": ("server", "client")}.get(holder, (holder,))
    held = tuple(end for end in ("server", "client") if kernel[end][-1] == "TIME-WAIT")
    assert held == wanted, said
    first = "both" if first_closer == "both" else "the " + first_closer
    assert first in re.search("^ended: (.*)$", done.stdout, re.M).group(1), said
    if name not in SEVERAL_WAYS:
        lines = ladders.lines_of(STRATEGIES, name)
        # Whether the client has closed by then, a slow machine decides.
        wrong = [ladders.difference(ladders.drawn(lines, closes), met, kernel, at_once=True)
                 for closes in (True, False)]
        assert None in wrong, "%s\n%s" % (wrong[0], said)
    return "%s: %s" % (name, met.steps)


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
    slow = teardown("trace", "--strategy", "graceful", "--rtt", "2s").stdout
    assert "(not looked at" not in slow
    # Half of the round trip is behind it.
    assert float(re.search(r"([\d.]+) .*SYN, ACK", slow).group(1)) >= 1000, slow
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        wrong = [line for line in pool.map(lambda item: told(*item), every.items()) if line]
    assert not wrong, "\n".join(wrong)


def each_is_on_the_page_of_strategies():
    """Its text is held by docs_say_what_is."""
    with open(os.path.join(STRATEGIES, os.pardir, "docs", "strategies.md"), encoding="utf-8") as file:
        assert re.findall("^## (.*)$", file.read(), re.M) == list(claims()), "docs/strategies.md"


def a_ladder_that_is_wrong_is_told():
    """The reader of comments is no stub: what another strategy draws is not what this one does, nor is a line more or
    less, nor a state that is not reached."""
    def told(lines, **changed):
        drawn = ladders.drawn(lines)
        for name, value in changed.items():
            setattr(drawn, name, value)
        return ladders.difference(drawn, met, by_kernel(text), at_once=True)

    text = teardown("trace", "--strategy", "graceful", "--unfold", "--rtt", "20ms").stdout
    met, lines = ladders.happened(text), ladders.lines_of(STRATEGIES, "graceful")
    assert not told(lines), told(lines)
    for other in ("reset", "client-close", "half-close", "simultaneous"):
        assert "drawn" in told(ladders.lines_of(STRATEGIES, other)), other
    for line, (at, flag) in enumerate((at, flag) for at, one in enumerate(lines) for flag in ("ACK", "FIN") if flag in one):
        assert "drawn" in told(lines[:at] + lines[at + 1:]), (line, flag)
    assert "with data" in told(lines, rides=True)
    assert "states of the server" in told(lines, states={"client": [], "server": ["TIME-WAIT", "FIN-WAIT-1"]})
    assert "never" in told(lines, never={"client": set(), "server": {"TIME-WAIT"}})


def its_packets_can_be_kept():
    with tempfile.TemporaryDirectory() as folder:
        cut, svg, page = (os.path.join(folder, name) for name in ("cut.pcapng", "ladder.svg", "page.html"))
        done = teardown("trace", "--strategy", "reset", "--cut", cut, "--svg", svg, "--html", page,
                        "--response-bytes", "3000", "--rtt", "20ms")
        assert done.returncode == 0, done
        again = teardown("trace", cut, "--json")
        assert again.returncode == 0, again
        [told] = [json.loads(line) for line in again.stdout.splitlines()]
        assert (told["ended"], told["first_closer"], told["first_end"]) == ("reset", "server", "RST"), told
        assert told["bytes"]["server"] > 3000 and told["reset_by"] == ["server"], told
        with open(svg) as file:
            assert "RST" in file.read()
        with open(page) as file:
            shown = file.read()
        for end, states in by_kernel(done.stdout).items():
            assert "<dt>%s by sock_diag</dt><dd>%s</dd>" % (end, ", ".join(states)) in shown, (end, states)
        assert "<h1>reset: one connection</h1>" in shown and "<figure>" in shown, shown[-3000:]
        # It is in TIME_WAIT by its segments, until the RST.
        assert teardown("trace", "--strategy", "fin-then-reset", "--svg", svg, "--rtt", "20ms").returncode == 0
        with open(svg) as file:
            assert not re.search("<text[^>]* held", file.read())
    [line] = teardown("trace", "--strategy", "graceful", "--json", "--rtt", "20ms").stdout.splitlines()
    told = json.loads(line)
    assert (told["ended"], told["first_closer"], told["conn_state"]) == ("closed", "server", "SF"), told


def nonsense_is_refused():
    refused(((("--strategy", "gracefull"), "graceful"),
             (("--strategy", "graceful,reset"), "one strategy is played"),
             (("--strategy", "graceful", "--live", "-i", "lo"), "--strategy plays one connection"),
             (("--strategy", "graceful", "file.pcap"), "trace needs one capture or --strategy"),
             (("--rtt", "1ms", "file.pcap"), "--rtt needs --strategy"),
             (("--link-rate", "1M", "file.pcap"), "--link-rate needs --strategy"),
             (("--strategy", "graceful", "--link-rate", "1"), "at least 10kbit"),
             (("--strategy", "graceful", "--rtt", "3s"), "--rtt 3s")))


if __name__ == "__main__":
    skip_unless_the_host_can()
    each_is_on_the_page_of_strategies()
    a_ladder_that_is_wrong_is_told()
    nonsense_is_refused()
    its_packets_can_be_kept()
    each_is_what_its_file_draws()
    print("ok")
