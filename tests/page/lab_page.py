#!/usr/bin/env python3
"""The page of lessons, without a browser: lab_page.py TEARDOWN

It says what --json says of the same lessons, draws their ladders, and lets nothing run but what is its own."""
import html
import json
import os
import re
import subprocess
import sys
import tempfile

from page import page_read

TEARDOWN = os.path.abspath(sys.argv[1])
LESSONS = ("four-way", "simultaneous", "lost-last-ack", "lost-last-ack")
HOST_CANNOT, SKIPPED = 3, 77


def run(*words, status=0):
    done = subprocess.run([TEARDOWN, "lab", *words], capture_output=True, timeout=120, check=False,
                          env=dict(os.environ, COLUMNS="100", LC_ALL="C.UTF-8"))
    if done.returncode == HOST_CANNOT:
        print(done.stderr.decode())
        sys.exit(SKIPPED)
    assert done.returncode == status, (words, done)
    return (done.stderr if status else done.stdout).decode()


def question_of(lesson):
    return next(line.split(None, 1)[1] for line in run().splitlines() if line.startswith(lesson + " "))


def the_page_says_what_json_says(folder):
    path = os.path.join(folder, "lab.html")
    lessons = json.loads(run(*LESSONS, "--json", "--html", path))
    page = page_read(path)
    claims = [claim for lesson in lessons for claim in lesson["claims"]]
    rows = re.findall(r"<tr><th scope=\"row\"><a href=\"#(.*?)\">(.*?)</a></th><td class=\"wide\">(.*?)</td>"
                      r"<td><b class=\"verdict \w+\">. (.*?)</b>", page.text)
    assert [tuple(map(html.unescape, row[1:])) for row in rows] == \
        [(claim["text"], claim["source"], claim["verdict"].replace("-", " ")) for claim in claims], rows
    # Each row stands below its lesson's question.
    groups = re.findall(r"<tbody><tr class=\"group ink\"><th scope=\"rowgroup\" colspan=\"3\">(.*?)</th></tr>\n(.*?)</tbody>", page.text, re.DOTALL)
    assert [(html.unescape(asks), rows.count("<tr>")) for asks, rows in groups] == \
        [(question_of(lesson["lesson"]), len(lesson["claims"])) for lesson in lessons], groups
    told = re.findall(r"<p><b class=\"verdict \w+\">. (.*?)</b>: (.*?)</p>", page.text)
    assert [tuple(map(html.unescape, one)) for one in told] == \
        [(claim["verdict"].replace("-", " "), claim["because"]) for claim in claims], told
    holds, falls, near = (sum(claim["verdict"] == verdict for claim in claims)
                          for verdict in ("holds", "does-not-hold", "differs"))
    assert "Of %d statements %d hold on this kernel, %d do not, and %d differ" % (
        len(claims), holds, falls, near) in page.text
    # What is led to is there, once, also of a lesson that was played twice.
    ids = [attributes["id"] for attributes in page.of("section") if "id" in attributes]
    assert ids == ["statements", *dict.fromkeys(LESSONS)], ids
    drawn = run(*LESSONS)
    assert len(page.of("svg")) == len(re.findall(r"^ +ms client", drawn, re.MULTILINE)) == 1 + 1 + 2 + 2
    for note in ("held by the wire", "released by the wire", "dropped by the wire"):
        assert page.text.count(note) == drawn.count(note) > 0, note


def what_cannot_be_written_is_said_first(folder):
    said = run("four-way", "--html", os.path.join(folder, "no", "page.html"), status=2)
    assert said.startswith("teardown: --html "), said
    assert "`teardown lab all --html FILE`" in run("--html", os.path.join(folder, "page.html"), status=2)
    assert not os.path.exists(os.path.join(folder, "page.html"))


for case in (the_page_says_what_json_says, what_cannot_be_written_is_said_first):
    with tempfile.TemporaryDirectory(prefix="teardown-page-") as place:
        case(place)
        print("ok:", case.__name__, flush=True)
