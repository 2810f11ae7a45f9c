#!/usr/bin/env python3
"""Records again what the pages show of real runs, on a machine with nothing else to do: record.py TEARDOWN [NAME…]

Plays the run of each kept result (documented, all, matrix, sweep, idle-limits, events, ramp, plugin; all of them unless
named), leaves out of it what no page shows, and writes it to results/. Then `golden.py --update . build` writes the pages and texts anew."""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
RUNS = {"documented": ("-d", "2s", "-r", "3"), "all": ("-s", "all", "-d", "2s", "-r", "3"),
        "matrix": ("-s", "all", "--matrix"),
        "sweep": ("-s", "all", "--keep-alive", "300ms", "--rtt", "80ms", "-c", "16", "--sweep",
                  "think=200ms..320ms/40ms"),
        "idle-limits": ("-s", "all", "--think", "exp:300ms", "--rtt", "80ms", "-c", "100", "-n", "400", "--sweep",
                        "keep-alive=100ms,300ms,600ms,1200ms,2400ms"),
        "events": ("-s", "graceful,reset", "-c", "16", "-d", "1s", "-r", "2", "--at", "200ms=HUP",
                   "--at", "400ms=command:true", "--at", "600ms=restart"),
        "ramp": ("-s", "client-close,graceful", "--ramp", "100..2000", "-d", "4s", "-r", "3", "--port-range",
                 "40000-41999"),
        "plugin": ("-s", "./mine.so,graceful", "-d", "500ms", "-r", "1")}
# Long, and of no page; and when the run was made. Of the counters "checked and well" is told.
NOT_SHOWN = ("samples",)
# Of a run with a factor a page shows the cells.
OF_CELL = ("strategy", "repeat", "order", "valid", "exchanges", "connections", "delivery")
NOT_OF_RESULT = ("started", "curve_quantiles")


def plugin_build(folder):
    """mine.so, as docs/plugin.md has it built."""
    source = os.path.dirname(os.path.dirname(HERE))
    with open(os.path.join(source, "docs", "plugin.md"), encoding="utf-8") as file:
        code = file.read().partition("```c\n")[2].partition("```")[0]
    with open(os.path.join(folder, "mine.c"), "w", encoding="utf-8") as file:
        file.write(code)
    subprocess.run(["cc", "-shared", "-fPIC", "-I", os.path.join(source, "include"), "mine.c", "-o", "mine.so"],
                   cwd=folder, check=True)


def main():
    teardown = os.path.abspath(sys.argv[1])
    for name in sys.argv[2:] or RUNS:
        with tempfile.TemporaryDirectory() as folder:
            if name == "plugin":
                plugin_build(folder)
            # No trial may be valid, or not all: what is recorded is looked at before it is committed.
            subprocess.run([teardown, "run", *RUNS[name], "-o", "raw.json"], cwd=folder, check=False)
            with open(os.path.join(folder, "raw.json"), encoding="utf-8") as file:
                result = json.load(file)
        for trial in result["trials"]:
            for key in NOT_SHOWN:
                trial.pop(key, None)
            for kind in trial.get("latency_us", {}).values():
                kind.pop("curve", None)
        if "factor" in result:
            result["trials"] = [{key: trial[key] for key in OF_CELL} for trial in result["trials"]]
            result["summary"] = [{key: row[key] for key in ("strategy", "trials", "valid_trials")}
                                 for row in result["summary"]]
            result["declared"] = []
        for key in NOT_OF_RESULT:
            result.pop(key, None)
        result["host"].pop("name", None)
        result["command_line"] = result["command_line"].replace(" --json raw.json", "")
        result["options"].pop("json", None)
        path = os.path.join(HERE, "results", name + ".json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(result, file, indent=1)
            file.write("\n")
        print("written:", path)


if __name__ == "__main__":
    main()
