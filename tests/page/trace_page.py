#!/usr/bin/env python3
"""The HTML file of a trace, without a browser: trace_page.py TEARDOWN CAPTURES

It says what --json says of the same capture, lets nothing run but what is its own, and escapes a capture's name."""
import collections
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from page import page_read, rows_of

TEARDOWN, CAPTURES = os.path.abspath(sys.argv[1]), sys.argv[2]
HOSTILE = "<img src=x onerror=alert(1)>\"'&\u202e\x1b.pcap"
SEVERAL = "scan.pcap"
BAD = {"half-closed-then-reset", "reset", "refused", "unanswered"}


def run(*words, status=0):
    done = subprocess.run([TEARDOWN, "trace", *words], capture_output=True, timeout=120, check=False,
                          env=dict(os.environ, COLUMNS="100", LC_ALL="C.UTF-8"))
    assert done.returncode == status, (words, done)
    return (done.stderr if status else done.stdout).decode(errors="replace")


def page_of(folder, *words):
    path = os.path.join(folder, "page.html")
    run(*words, "--html", path)
    return page_read(path)


def told(capture, *words):
    return [json.loads(line) for line in run(capture, *words, "--json").splitlines()]


def facts_of(page):
    return {html.unescape(name): html.unescape(value)
            for name, value in re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page.text)}


def one_says_what_json_says(folder):
    for name in sorted(os.listdir(CAPTURES)):
        capture = os.path.join(CAPTURES, name)
        connection, others = told(capture)[0], len(told(capture)) - 1
        page = page_of(folder, capture, *(("--connection", "0") if others else ()))
        facts = facts_of(page)
        assert facts["ended"] == connection["ended"], (name, facts)
        first = connection["first_closer"]
        closed = first + (", with a " + connection["first_end"] if connection["first_end"] else "")
        assert facts["first closer"].split(";")[0] == closed, (name, facts)
        assert facts.get("reset by", "").split("+") == (connection["reset_by"] or [""]), (name, facts)
        doubted = ["that of the %s: its TTL is not that of the other segments from there" % end
                   for end in connection["reset_doubted"]]
        assert re.findall("<dt>doubted reset</dt><dd>(.*?)</dd>", page.text) == doubted, (name, facts)
        assert bool(doubted) == ("another TTL" in page.text), name
        for key, label in (("bytes", "bytes"), ("segments", "segments")):
            wanted = "{client:,} of the client, {server:,} of the server".format(**connection[key])
            assert facts[label] == wanted, (name, facts)
        lost = connection["bytes_unacknowledged"]
        for end in ("client", "server"):
            shown = "%s of the %s" % ("not known" if lost[end] is None else "{:,}".format(lost[end]), end)
            assert shown in facts["never acknowledged"], (name, facts)
        unfolded = page_of(folder, capture, "--connection", "0", "--unfold").text
        assert unfolded.count('<path class="arrow" d=') == sum(connection["segments"].values()), name


def twice(folder, name):
    """The connection of a capture, and again from another port."""
    with open(os.path.join(CAPTURES, name), "rb") as file:
        head, packets = file.read(24), file.read()
    path = os.path.join(folder, "twice.pcap")
    with open(path, "wb") as file:
        file.write(head + packets + packets.replace((40000).to_bytes(2, "big"), (40001).to_bytes(2, "big")))
    return path


def many_are_counted(folder):
    capture = os.path.join(CAPTURES, SEVERAL)
    connections = told(capture)
    page = page_of(folder, capture)
    counts = collections.Counter((one["ended"], one["first_closer"], one["reset_because"] or "-")
                                 for one in connections)
    shown = {tuple(row[:3]): int(row[3]) for row in rows_of(page.text)}
    assert shown == counts, (shown, counts)
    bad = [one for one in connections if one["ended"] in BAD]
    assert "%d of %d connections ended badly" % (len(bad), len(connections)) in page.text
    assert "<figure>" not in page.text
    # Only those that are meant; of connections that ended well that is said.
    one = page_of(folder, capture, "--connection", str(bad[0]["connection"]))
    assert "<figure>" in one.text and facts_of(one)["ended"] == bad[0]["ended"]
    assert "None of 2 connections was refused" in page_of(folder, twice(folder, "closed-by-client.pcap")).text


def what_else_there_is_to_say_is_said(folder):
    page = page_of(folder, os.path.join(CAPTURES, "backwards.pcap"))
    said = run(os.path.join(CAPTURES, "backwards.pcap")).splitlines()
    [remark] = [line for line in said if "earlier than the one before" in line]
    assert "<li>%s</li>" % remark in page.text, page.text
    assert "Also of this capture" not in page_of(folder, os.path.join(CAPTURES, SEVERAL)).text


def a_name_is_escaped(folder):
    for name in (SEVERAL, "keep-alive-race.pcap"):
        capture = os.path.join(folder, HOSTILE)
        shutil.copy(os.path.join(CAPTURES, name), capture)
        page = page_of(folder, capture)
        assert "<img src=x" not in page.text and "&lt;img src=x onerror=alert(1)&gt;" in page.text
        assert "\x1b" not in page.text and "\u202e" not in page.text


def nothing_is_lost_by_it(folder):
    capture = os.path.join(folder, "kept.pcap")
    shutil.copy(os.path.join(CAPTURES, SEVERAL), capture)
    with open(capture, "rb") as file:
        before = file.read()
    assert "--html" in run(capture, "--html", capture, status=2)
    same = os.path.join(folder, "same")
    assert "its own name" in run(capture, "--connection", "0", "--svg", same, "--html", same, status=2)
    run(capture, "--html", os.path.join(folder, "no", "page.html"), status=2)
    with open(capture, "rb") as file:
        assert file.read() == before
    # What is printed is the same as without it.
    assert run(capture) == run(capture, "--html", os.path.join(folder, "page.html"))


CASES = (one_says_what_json_says, many_are_counted, what_else_there_is_to_say_is_said, a_name_is_escaped, nothing_is_lost_by_it)

for case in CASES:
    with tempfile.TemporaryDirectory(prefix="teardown-page-") as place:
        case(place)
        print("ok:", case.__name__, flush=True)
