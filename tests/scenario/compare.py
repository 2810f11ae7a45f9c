#!/usr/bin/env python3
"""teardown compare and --fail-if on small result files: compare.py PATH-OF-THE-PROGRAM"""
import copy
import json
import os
import re
import subprocess
import sys
import tempfile

from lib.server_process import run
from lib.terminal import on_terminal

FOLDER = tempfile.TemporaryDirectory()
RATES = [1000, 1010, 990, 1005, 995, 1002]


def teardown(*arguments):
    return subprocess.run([sys.argv[1], *arguments], capture_output=True, text=True, timeout=60)


def trial(strategy, number, rate, valid=True):
    return {"strategy": strategy, "repeat": number + 1, "valid": valid,
            "invalid_because": [] if valid else ["made up"], "rate_per_s": rate,
            "connections": {"completed": 10 * rate, "connect_errors": {}},
            "latency_us": {"total": {"p50": 100 + number, "p99": 200 + number}},
            "time_wait": {"server": {"per_connection": 1.0}, "client": {"per_connection": 0}}}


def result(**strategies):
    names = [name.replace("_", "-") for name in strategies]
    return {"schema": "teardown-run/1", "version": "0", "options": {"connections": 64},
            "strategies": names,
            "trials": [trial(name.replace("_", "-"), number, rate)
                       for name, rates in strategies.items()
                       for number, rate in enumerate(rates)],
            "summary": [{"strategy": name.replace("_", "-"), "valid_trials": len(rates)}
                        for name, rates in strategies.items()]}


def write(name, content):
    path = os.path.join(FOLDER.name, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(content if isinstance(content, str) else json.dumps(content))
    return path


def refused(text, *arguments, status=2):
    """One clear line, nothing else, and the exit status."""
    done = teardown(*arguments)
    assert done.returncode == status, done
    assert done.stdout == "" and done.stderr.count("\n") == 1, done
    assert done.stderr.startswith("teardown: ") and text in done.stderr, done.stderr


def row(text, metric):
    return next(line for line in text.splitlines() if line.split()[:1] == [metric])


def two_files():
    a = write("a.json", result(graceful=RATES, reset=RATES, only_a=RATES))
    changed = result(graceful=[rate * 2 for rate in RATES], reset=RATES, only_b=RATES)
    changed["options"]["connections"] = 32
    b = write("b.json", changed)
    done = teardown("compare", a, b)
    assert done.returncode == 0 and not done.stderr, done
    assert done.stdout.count("B less A  ") == 2 and "only-" not in done.stdout, done.stdout
    graceful, reset = done.stdout.split("A: reset")
    assert row(graceful, "rate_per_s").endswith("more"), graceful
    assert "+100 %" in row(graceful, "rate_per_s") and "\nB differs in rate_per_s (+100 %)." in graceful, graceful
    assert graceful.index("\ndifferent:\n  rate_per_s ") < graceful.index("\nnot told apart:\n"), graceful
    # 100 to 105 us: of 6 a side, among all rows, some 6 standard errors of 1.08 us.
    assert re.search(r" ~ from [5-9]\.\d %$", row(graceful, "total_us_p50")), graceful
    assert re.search(r" ~ from [12](\.\d)? %$", row(reset, "rate_per_s")), reset
    assert row(reset, "server_time_wait_per_connection").split()[-3:] == ["~", "from", "any"], reset
    assert "\nNo difference is told. What would be seen: rate_per_s from %s, total_us_p50 from" % " ".join(
        row(reset, "rate_per_s").split()[-2:]) in reset and "different:" not in reset, reset
    wide = teardown("compare", a, b, "--wide").stdout
    assert " 0.002 " in row(wide, "rate_per_s") and " 0.002 " not in done.stdout, wide
    assert "not the same: connections: A 64, B 32" in done.stdout
    assert teardown("compare", a, b).stdout == done.stdout
    less = teardown("compare", b, a, "--strategies", "graceful").stdout
    assert row(less, "rate_per_s").endswith("less") and "reset" not in less, less


def conditions_that_differ():
    """What one side alone was asked for is said, of either side; an option that an older teardown did not know is
    not, nor where the result went."""
    old, new = result(graceful=RATES), result(graceful=RATES)
    new["options"].update({"rate": 0, "latency": True, "quiet": True, "json": "x", "server-command": "nginx",
                           "verbose": False})
    a, b = write("old.json", old), write("new.json", new)
    for first, second, said in ((a, b, "A nothing, B \"nginx\""), (b, a, "A \"nginx\", B nothing")):
        done = teardown("compare", first, second)
        differ = [line for line in done.stdout.splitlines() if line.startswith("not the same")]
        assert differ == ["not the same: server-command: " + said], (differ, done)
    old["options"]["rate"] = 5
    done = teardown("compare", write("old.json", old), b)
    assert "not the same: rate: A 5, B 0" in done.stdout, done


def two_strategies_of_one_file():
    path = write("one.json", result(graceful=RATES, reset=[rate * 3 for rate in RATES]))
    done = teardown("compare", path, "--strategies", "graceful,reset")
    assert done.returncode == 0 and row(done.stdout, "rate_per_s").endswith("more"), done
    spaced = teardown("compare", path, "--strategies", " graceful , reset")
    assert spaced.returncode == 0 and spaced.stdout == done.stdout, spaced
    refused("--strategies A,B", "compare", path)
    refused("--strategies A,B, of graceful, reset", "compare", path, "-s", "graceful")
    refused("one strategy, graceful: name another file", "compare", write("alone.json", result(graceful=RATES)))
    refused("the same trials", "compare", path, "-s", "reset,reset")
    refused("did you mean graceful?", "compare", path, "-s", "gracefull,reset")


def too_few_valid_trials():
    few = result(graceful=RATES, reset=[rate * 9 for rate in RATES])
    for number in (6, 7, 8):
        few["trials"][number]["valid"] = False
    done = teardown("compare", write("few.json", few), "-s", "graceful,reset")
    assert done.returncode == 0 and row(done.stdout, "rate_per_s").endswith("~"), done
    assert "3 of 6" in done.stdout and "nothing can be said" in done.stdout
    for entry in few["trials"]:
        entry["valid"] = False
    done = teardown("compare", write("none.json", few), "-s", "graceful,reset")
    assert done.returncode == 0 and "Nothing to compare" in done.stdout, done


def bad_files():
    good = result(graceful=RATES)
    path = write("good.json", good)
    other = copy.deepcopy(good)
    other["schema"] = "teardown-run/9"
    bad = {
        "schema teardown-run/9, and this teardown reads": write("other.json", other),
        "has no schema of ours": write("empty.json", "{}"),
        "is of schema nobodys/1, not": write("foreign.json", {**good, "schema": "nobodys/1"}),
        "not a whole result file": write("cut.json", json.dumps(good)[:300]),
        "is empty: so is the file of a run": write("nothing.json", ""),
        "not a whole result file: it cannot be read": FOLDER.name,
        "has no trials that name": write("trials.json", {**good, "trials": [{}]}),
        "has no trials that name a": write("no-trials.json", {**good, "trials": None}),
        "has no summary that names": write("summary.json", {**good, "summary": [{}]}),
        "trials[0] is of type integer": write("number.json", {**good, "trials": [1]}),
        "summary[0].strategy is of type": write("s.json", {**good, "summary": [{"strategy": 1}]}),
    }
    for text, file in bad.items():
        refused(text, "compare", path, file, status=1)
        refused(text, "compare", file, path, status=1)
        refused(text, "report", file, status=1)
    refused("No such file", "report", os.path.join(FOLDER.name, "missing.json"))
    refused("no strategy in common", "compare", path, write("x.json", result(reset=RATES)))
    refused("one or two result files", "compare")
    refused("one or two result files", "compare", path, path, path)


def broken(value, *path):
    """A good result with one value put in its place."""
    content = result(graceful=RATES)
    below = content
    for key in path[:-1]:
        below = below[key]
    below[path[-1]] = value
    return content


HOSTILE = {
    "trials[0].rate_per_s is of type string, not number": broken("fast", "trials", 0, "rate_per_s"),
    "trials[5].latency_us is of type array, not object": broken([1], "trials", 5, "latency_us"),
    "trials[2].connections.completed is -1, less than 0":
        broken(-1, "trials", 2, "connections", "completed"),
    "trials[2].connections.completed is 9007199254740992, more than 9007199254740991":
        broken(2**53, "trials", 2, "connections", "completed"),
    "trials[2].connections.completed is of type number, not integer":
        broken(1.5, "trials", 2, "connections", "completed"),
    "trials[1].valid is of type integer, not boolean": broken(1, "trials", 1, "valid"),
    "version is a text of 10000000 bytes, more than 524288": broken("x" * 10000000, "version"),
    "command_line holds the control character U+001B": broken("a\x1b[2J", "command_line"),
    "command_line holds the control character U+009B": broken("a\x9b2J", "command_line"),
    "command_line holds the control character U+202E": broken("a\u202eb", "command_line"),
    "command_line holds the control character U+000A": broken("a\nb", "command_line"),
    "trials[0].invalid_because[0] holds the control character U+000D":
        broken(["a\rb"], "trials", 0, "invalid_because"),
    "options has a key with a control character": broken({"a\x1b": 1}, "options"),
    "maximum parsing depth reached": '{"schema": ' + "[" * 100000,
    "duplicate object key": '{"schema": "teardown-run/1", "schema": "teardown-run/1"}',
    "is of type array, not object": '["schema"]',
}


def hostile_files_are_refused_with_the_place():
    for text, content in HOSTILE.items():
        if content == '["schema"]':
            text = "has no schema of ours"
        refused(text, "report", write("hostile.json", content), status=1)


def what_is_not_there_is_not_known():
    """Keys of another version, missing ones and null are no faults, and no zeroes."""
    bare = {"schema": "teardown-run/1", "strategies": ["graceful"], "later": {"a": "\x1b"},
            "trials": [{"strategy": "graceful", "valid": True, "rate_per_s": None}],
            "summary": [{"strategy": "graceful"}]}
    path = write("bare.json", bare)
    for options, wanted in (((), ["-", "graceful"] + ["-"] * 7), (("--wide",), ["graceful"] + ["-"] * 15 + ["1/1"])):
        done = teardown("report", path, *options)
        assert done.returncode == 0 and not done.stderr, done
        answer, table, rest = done.stdout.split("\n\n", 2)
        assert answer == "No strategy has 3 valid trials, so nothing is compared: --repeat 3 or more.", answer
        cells = " ".join(table.splitlines()[-len(options) - 1:]).split()
        assert cells == wanted, (options, cells)
    assert "kernel:   -, - CPUs, -, -" in rest and "null" not in rest, rest
    path = write("null.json", broken(None, "trials", 1, "rate_per_s"))
    done = teardown("compare", path, write("good.json", result(graceful=RATES)))
    assert done.returncode == 0 and re.search(r" ~ from [\d.]+ %$", row(done.stdout, "rate_per_s")), done


def on_a_terminal(*arguments, columns=70, **environment):
    """What a terminal of so many columns is sent."""
    plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "TERM")}
    status, said = on_terminal([sys.argv[1], *arguments], columns=columns, env={**plain, "LC_ALL": "C", **environment})
    assert status == 0, said
    return said


def colours_are_for_a_terminal():
    path = write("coloured.json", result(graceful=RATES, reset=[rate * 3 for rate in RATES]))
    for environment, options, is_coloured in (
            ({"TERM": "xterm"}, (), True), ({"TERM": "xterm", "NO_COLOR": ""}, (), True),
            ({"TERM": "xterm", "NO_COLOR": "1"}, (), False), ({"TERM": "dumb"}, (), False), ({}, (), False),
            ({"TERM": "xterm"}, ("--color", "never"), False), ({"NO_COLOR": "1"}, ("--color", "always"), True)):
        said = on_a_terminal("report", path, *options, **environment)
        assert ("\x1b[" in said) == is_coloured, (environment, options, said)
        longest = max(len(re.sub(r"\x1b\[[\d;]*m", "", line)) for line in said.splitlines())
        assert 60 < longest <= 70, said
    wider = on_a_terminal("report", path, columns=90)
    assert 70 < max(map(len, wider.splitlines())) <= 90, wider


def thresholds_of_a_file():
    path = write("report.json", result(graceful=RATES, server_close=RATES))
    for expression, status, text in (
            ("graceful.rate_per_s < 10000", 99, "it is 1001/s, 8999 below (90 %)"),
            ("graceful.rate_per_s<1k", 0, ""),
            ("graceful.rate_per_s >= 1.001k", 99, "it is 1001/s\n"),
            ("graceful.rate_per_s > 1.001k", 0, ""),
            ("graceful.rate_per_s<=1001", 99, "it is 1001/s\n"),
            ("graceful.rate_per_s == 1001", 99, "it is 1001/s\n"),
            ("graceful.rate_per_s != 1001", 0, ""),
            ("server-close.total_us_p99 > 0.1k", 99, "102.5 above"),
            ("graceful.time_wait.server.per_connection > 0.5", 99, "0.5 above (100 %)"),
            ("graceful.time_wait.client.per_connection > -1", 99, "1 above"),
            ("graceful.connections.connect_errors.EADDRNOTAVAIL > 0", 0, ""),
            ("graceful.ports_peak_in_use > 1", 1, "not judged"),
            ("graceful.counters.server.TW > 1", 1, "no valid trial has this value")):
        done = teardown("report", path, "--fail-if", expression)
        assert done.returncode == status and text in done.stderr, (expression, done)
        assert "Medians" in done.stdout and bool(done.stderr) == bool(text), (expression, done)
    done = teardown("report", path, "--fail-if", "graceful.rate_per_s < 2k", "--fail-if",
                    "server-close.rate_per_s < 3k", "--fail-if", "graceful.ports_peak_in_use > 1")
    assert done.returncode == 99 and done.stderr.count("threshold crossed") == 2, done


WRONG = {
    "": "at its end: needs STRATEGY.METRIC",
    "graceful": "at its end: needs a dot and a metric",
    "graceful.": "at its end: needs a metric",
    "graceful < 1": 'at character 9, " < 1": needs a dot',
    ".rate_per_s < 1": "at character 1",
    "gracefull.rate_per_s < 1": "did you mean graceful?",
    "nonsense.rate_per_s < 1": 'no strategy "nonsense" here',
    "graceful.rate_pr_s < 1": "did you mean rate_per_s?",
    "graceful.time_wait.sever.created < 1": "did you mean time_wait.server.created?",
    "graceful.xyzzy < 1": 'no metric "xyzzy"; teardown list --metrics',
    "graceful.strategy == 1": 'no metric "strategy"',
    "graceful.connections.connect_errors.ENONSENSE > 1": "no metric",
    "graceful.rate_per_s": "at its end: needs one of < <= > >= == !=",
    "graceful.rate_per_s 5": 'at character 21, "5": needs one of',
    "graceful.rate_per_s = 5": 'at character 21, "= 5": needs one of',
    "graceful.rate_per_s <> 5": 'at character 21, "<> 5": needs one of',
    "graceful.rate_per_s <": "at its end: needs a number",
    "graceful.rate_per_s < nan": 'at character 23, "nan": needs a number',
    "graceful.rate_per_s < 0x10": "needs a number",
    "graceful.rate_per_s < 1e999": "needs a number",
    "graceful.rate_per_s < 10q": 'at character 25, "q": needs a number',
    "graceful.rate_per_s < 10 20": 'at character 26, "20": needs a number',
    "graceful.%s < 1" % ("x" * 5000): "too long",
    "%s.rate_per_s < 1" % ("x" * 5000): "too long",
}


def wrong_expressions_are_refused_before_any_work():
    path = write("report.json", result(graceful=RATES, reset=RATES))
    for expression, text in WRONG.items():
        for arguments in (("report", path), ("run", "-s", "graceful", "--json", path + ".new")):
            if len(expression) < 5000:
                refused(text, *arguments, "--fail-if", expression)
            else:
                assert teardown(*arguments, "--fail-if", expression).returncode == 2
    assert not os.path.exists(path + ".new")
    refused('no strategy "reset" here', "run", "-s", "graceful", "--fail-if",
            "reset.rate_per_s < 1")


def a_run_is_judged():
    path = os.path.join(FOLDER.name, "run.json")
    base = ("run", "-s", "graceful", "-r", "1", "-d", "200ms", "-c", "4", "--json", path)
    done = teardown(*base, "--fail-if", "graceful.exchanges_per_s < 100M", "--fail-if",
                    "graceful.counters.server.TW < 0")
    if done.returncode == 3:
        print("# no network namespace here")
        return
    assert done.returncode == 99 or "not judged" in done.stderr, done
    assert "few: fewer than 5 valid trials" in done.stdout, done.stdout
    judged = teardown("report", path, "--fail-if", "graceful.exchanges_per_s < 100M")
    assert judged.returncode == done.returncode, judged
    with open(path, encoding="utf-8") as file:
        assert json.load(file)["options"]["fail-if"] == [
            "graceful.exchanges_per_s < 100M", "graceful.counters.server.TW < 0"]


if __name__ == "__main__":
    run([value for value in list(globals().values())
         if callable(value) and getattr(value, "__module__", "") == "__main__"
         and value.__name__ not in ("teardown", "trial", "result", "write", "refused", "row",
                                    "broken", "on_a_terminal")])
