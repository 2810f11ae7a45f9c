#!/usr/bin/env python3
"""The HTML file of a comparison, without a browser: comparison_file.py TEARDOWN

What differs, what is told of that, and both sides of its charts."""
import json
import os
import re
import statistics

import made_result
from page import RESULTS, play, policy_of, rows_of


def compares_two(case):
    for files, strategies in ((("before.json", "after.json"), None), (("lost.json",), "sixty,wide"),
                              (("twins.json",), "graceful,reset"), (("bare.json", "bare.json"), None)):
        words = ["compare", *(os.path.join(RESULTS, file) for file in files)]
        if strategies:
            words += ["--strategies", strategies]
        plain = case.run(*words).decode()
        assert case.run(*words, "--html", case.path("page.html")).decode() == plain
        page = case.read()
        assert policy_of(page)["default-src"] == ["'none'"]
        told = [line.split()[0] for line in plain.splitlines() if re.search(r" (more|less)$", line)]
        # A phone breaks a name behind its "_".
        shown = re.findall(r'<tr class="told"><th scope="row">(\S+)', page.text)
        assert [name.replace("_", "_<wbr>") for name in told] == shown, (told, shown)
    before, after = (os.path.join(RESULTS, name) for name in ("before.json", "after.json"))
    for files, verdict in (((before, after), ("more, better", "less, better")),
                           ((after, before), ("less, worse", "more, worse"))):
        case.run("compare", *files, "--strategies", "graceful", "--html", case.path("page.html"))
        sign = "+" if files[0] == before else "-"
        assert re.search(r"<li><b>graceful</b>: <span class=\"%s\">rate_per_s \%s[\d.]+ %%</span>, <span"
                         % ("well" if sign == "+" else "bad", sign), case.read().text), files
        cells = {row[0].split()[0]: row for row in rows_of(case.read().text)}
        assert (cells["rate_per_s"][-1], cells["server_cpu_us_per_connection"][-1]) == verdict, cells
        assert cells["exchanges_per_s"][-1].startswith("~ seen from"), cells


def lays_both_sides_over_one_another(case):
    """A has dashes, and ends where its trials end; a side without samples, or none, has no line."""
    for name, samples in (("brief", 11), ("long", 21), ("bare", 1)):
        case.made(2, 3, samples)
        os.rename(case.path("result.json"), case.path(name))

    def drawn(*names):
        case.run("compare", *(case.path(name) for name in names), "--html", case.path("page.html"))
        text = case.read().text
        data = json.loads(re.search(r'id="plots">(.*?)</script>', text, re.DOTALL).group(1))
        return text, {"%s %s" % (chart, data["names"][int(line)]): values["points"]
                      for chart, plot in data["plots"].items() for line, values in plot["lines"].items()}

    text, lines = drawn("brief", "long")
    assert set(lines) == {"%s-%d %s" % (chart, at, name) for at in (0, 1) for chart, names in (
        ("time-wait", ("A server", "B server", "A client", "B client")), ("rate", "AB"), ("total", "AB")) for name in names}
    assert lines["time-wait-0 A server"] == [
        number for at in range(10) for number in (round(1000 * at / 19), statistics.median(
            made_result.sample(0, trial, at)["server_tw"] for trial in range(3)))], lines["time-wait-0 A server"]
    assert [len(lines["time-wait-1 %s client" % side]) // 2 for side in "AB"] == [10, 20]
    assert text.count('class="line d1"') == text.count('class="line d0"') == 8
    for names, side in ((("bare", "long"), "B"), (("long", "bare"), "A")):
        text, lines = drawn(*names)
        assert {line.split()[1] for line in lines if line.startswith(("rate", "time-wait"))} == {side}, lines.keys()
    for trial in (content := json.load(open(case.path("bare"), encoding="utf-8")))["trials"]:
        trial["samples"], trial["valid"] = [], False
    with open(case.path("bare"), "w", encoding="utf-8") as file:
        json.dump(content, file)
    text, lines = drawn("bare", "bare")
    assert lines == {} and "have dashes" not in text and 'class="sides"' not in text


def draws_both_comparisons_on_one_scale(case):
    """One strategy's figures are ten times the other's: both charts of a kind have the labels of the greater."""
    result = case.made(2, 3, 11)
    for trial in result["trials"]:
        for sample in trial["samples"] if trial["strategy"] == "strategy-1" else ():
            sample.update(opened=10 * sample["opened"], server_tw=5000 * sample["client_tw"])
        trial["latency_us"]["total"]["curve"][0] *= 1 if trial["strategy"] == "strategy-1" else 0.01
    with open(case.path("result.json"), "w", encoding="utf-8") as file:
        json.dump(result, file)
    case.run("compare", case.path("result.json"), case.path("result.json"), "--html", case.path("page.html"))
    charts = re.findall(r'data-chart="([\w-]+)-([01])"(.*?)class="drawing"', case.read().text, re.DOTALL)
    labels = {(chart, at): re.findall(r"<text[^>]*>([^<]*)<", text) for chart, at, text in charts}
    assert sorted(labels) == [(chart, at) for chart in ("rate", "time-wait", "total") for at in "01"], labels.keys()
    for chart in ("rate", "time-wait", "total"):
        assert labels[chart, "0"] == labels[chart, "1"] and len(labels[chart, "0"]) > 1, labels
    # 10 x 214 connections in a tenth of a second, 11 x 107 TIME_WAITs, a hundredth of the other's least.
    assert "20k" in labels["rate", "0"] and "6M" in labels["time-wait", "0"] and "0.001" in labels["total", "1"], labels


CASES = (compares_two, lays_both_sides_over_one_another, draws_both_comparisons_on_one_scale)


if __name__ == "__main__":
    play(CASES)
