#!/usr/bin/env python3
"""Ladders of `teardown trace`: they fit, and pictures say what they say: trace_ladder.py PATH-OF-THE-PROGRAM
FOLDER-OF-CAPTURES PATH-OF-TRACE-MANY"""
import os
import re
import xml.etree.ElementTree

from lib.made_captures import CAPTURES
from lib.server_process import run
from lib.tracing import PLACE, path, trace, trace_many, written

CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ?"
SVG = "{http://www.w3.org/2000/svg}"


def fits(name, columns, more, text):
    for line in text.splitlines():
        assert len(line) <= min(100, max(columns, 72)), (name, columns, line)
        # At 80 columns all of a segment is there, and both lanes go through.
        cut = " ..." in line or "…" in line
        assert columns < 80 or not cut or "segment" in line, (name, columns, line)
    # Both lanes go on beside what is odd about a segment, and beside what is folded.
    for line in text.split("\n\n")[0].splitlines():
        is_between = line.startswith(" " * 12) and "server [" not in line
        assert not is_between or line[12] == line[-1] in "│|", (name, columns, line)
    assert "--ascii" not in more or text.isascii(), text


def a_ladder_fits():
    asked = [(name, columns, more) for name in CAPTURES for columns in (60, 80, 100, 120, 300)
             for more in ([], ["--ascii"], ["--unfold"])]
    texts = trace_many([(columns, (path(name), "--connection", "0", *more)) for name, columns, more in asked])
    for (name, columns, more), text in zip(asked, texts):
        fits(name, columns, more, text)
    # What stands for the program prints what the program does.
    for (name, columns, more), text in zip(asked[::97], texts[::97]):
        assert trace(path(name), "--connection", "0", *more, columns=columns).stdout == text, (name, columns, more)


def picture_says(name, text, picture, source):
    width = float(picture.get("viewBox").split()[2])
    assert width <= 390 and not list(picture.iter(SVG + "script")), name
    assert "font: 11px" in picture.find(SVG + "style").text and "prefers-color-scheme:dark" in source
    arrows = [row.find(SVG + "path").get("d") for row in picture.iter(SVG + "g")]
    drawn = [[label.text for label in row.iter(SVG + "text")] for row in picture.iter(SVG + "g")]
    rows = [line for line in text.split("\n\n")[0].splitlines() if "] seq " in line]
    assert len(drawn) == len(rows) > 0, (name, drawn, rows)
    for words, arrow, row in zip(drawn, arrows, rows):
        begin, end = re.fullmatch(r"M(\d+) \d+H(\d+)", arrow).groups()
        assert (int(begin) < int(end)) == ("▶" in row), (name, arrow, row)
        # The client's state is left, the server's right: as in the text.
        states = [word for word in words if word.isupper() or word == "?"]
        assert states == [word for word in (row.split()[1], row.split()[-1]) if word[0] in CAPITALS], (name, words, row)
        if "…" not in row:
            assert any(word in row for word in words if word.startswith("[")), (name, words, row)
    # The TIME_WAIT in which an end stays stands out.
    held = [label.text for label in picture.iter(SVG + "text") if "held" in label.get("class").split()]
    last = [[line.split()[at] for line in rows if line.split()[at][0] in CAPITALS][-1] for at in (1, -1)]
    assert held == [state for state in last if state == "TIME-WAIT"], (name, held, last)
    high = max(float(label.get("y")) for label in picture.iter(SVG + "text"))
    assert high < float(picture.get("viewBox").split()[3]), (name, "text below the picture")


def a_picture_says_what_the_ladder_says():
    places = {name: os.path.join(PLACE.name, name + ".svg") for name in CAPTURES}
    texts = trace_many([(300, (path(name), "--connection", "0", "--unfold", "--svg", place))
                        for name, place in places.items()])
    for (name, place), text in zip(places.items(), texts):
        with open(place, encoding="utf-8") as file:
            source = file.read()
        picture_says(name, text, xml.etree.ElementTree.fromstring(source), source)


def a_picture_is_of_one_connection():
    place = os.path.join(PLACE.name, "none.svg")
    assert "one connection" in trace(path("scan.pcap"), "--svg", place, status=1).stderr
    assert "--svg" in trace(path("scan.pcap"), "--svg", place, "--list", status=2).stderr
    assert "--svg" in trace(path("scan.pcap"), "--connection", "0", "--svg", "/nowhere/a.svg", status=2).stderr
    kept = written("itself.pcap", open(path("refused-ipv6-extensions.pcap"), "rb").read())
    assert "--svg" in trace(kept, "--svg", kept, status=2).stderr
    assert open(kept, "rb").read() == open(path("refused-ipv6-extensions.pcap"), "rb").read()
    assert not os.path.exists(place)


def times_in_the_ladder_are_those_of_the_file():
    text = trace(path("unanswered.pcap")).stdout
    assert re.findall(r"^ *([\d.]+) ", text, re.MULTILINE) == ["0.000", "1000.000", "3000.000"], text


if __name__ == "__main__":
    run([a_ladder_fits, a_picture_says_what_the_ladder_says, a_picture_is_of_one_connection,
         times_in_the_ladder_are_those_of_the_file])
