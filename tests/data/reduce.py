#!/usr/bin/env python3
"""reduce.py RESULT FILE: keeps of a result what its summary is made of, one line a trial.

graceful-quiet.json and graceful-noisy.json are 60 real trials of one strategy each, recorded with
    teardown run --strategies graceful --connections 32 --duration 500ms --repeat 60
on a host with two CPUs: left alone, and while compilers and other benches ran beside it.
"""
import json
import sys

KEPT = ("strategy", "repeat", "order", "valid", "invalid_because", "rate_per_s",
        "exchanges_per_s", "time_wait", "ports", "segments_per_connection",
        "resets_per_connection", "cpu_us_per_connection")


def reduce_trial(trial):
    kept = {key: trial[key] for key in KEPT if key in trial}
    kept["latency_us"] = {
        name: {quantile: values[quantile] for quantile in ("p50", "p99")}
        for name, values in trial["latency_us"].items()
    }
    return kept


def main():
    with open(sys.argv[1], encoding="utf-8") as text:
        result = json.load(text)
    trials = ",\n".join(json.dumps(reduce_trial(trial)) for trial in result["trials"])
    kept = {key: result[key] for key in ("schema", "version", "host", "strategies", "summary")}
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        out.write(json.dumps(kept)[:-1] + ', "trials": [\n' + trials + "\n]}\n")


main()
