#!/usr/bin/env python3
"""A result is what the schema says: result_schema.py PATH-OF-TEARDOWN SCHEMA"""
import copy
import json
import shutil
import sys

from lib.bench import run, scenarios
from lib.json_schema import faults
from lib.third_party import command

with open(sys.argv[2], encoding="utf-8") as schema_file:
    SCHEMA = json.load(schema_file)


def remove(*path):
    return lambda result: parent(result, path).pop(path[-1])


def put(value, *path):
    return lambda result: parent(result, path).__setitem__(path[-1], value)


def parent(json_value, path):
    for key in path[:-1]:
        json_value = json_value[key]
    return json_value


# A good one, and one with errors in it.
OF_WRK = (("--strategies", "graceful,keep-alive", "--loader", "wrk", "--duration", "300ms"),
          ("--strategies", "client-close", "--loader", "wrk", "--duration", "500ms", "--header",
           "Connection: close", "--port-range", "40000-40099")) if shutil.which("wrk") else ()

# Each breaks a good result in one place; the fault must name that place.
BREAKS = (
    (put("teardown-run/2", "schema"), "$.schema: 'teardown-run/2' is none of"),
    (remove("trials"), "$: trials is missing"),
    (put({}, "trials"), "$.trials: {} is no array"),
    (remove("trials", 0, "findings"), "$.trials[0]: findings is missing"),
    (remove("trials", 0, "samples", 0, "t_s"), "$.trials[0].samples[0]: t_s is missing"),
    (put(-1, "trials", 0, "exchanges"), "$.trials[0].exchanges: -1 is below 0"),
    (put(1.5, "trials", 0, "exchanges"), "$.trials[0].exchanges: 1.5 is no integer"),
    (put(True, "trials", 0, "exchanges"), "$.trials[0].exchanges: True is no integer"),
    (put(1, "trials", 0, "valid"), "$.trials[0].valid: 1 is no boolean"),
    (put(0, "trials", 0, "repeat"), "$.trials[0].repeat: 0 is below 1"),
    (put("nobody", "trials", 0, "holder", "measured"),
     "$.trials[0].holder.measured: 'nobody' is none of"),
    (put("0", "trials", 0, "sysctls", "server", "a"), None),
    (put(0, "trials", 0, "sysctls", "server", "a"),
     "$.trials[0].sysctls.server.a: 0 is no string"),
    (put([{"id": "unheard-of", "text": ""}], "trials", 0, "findings"),
     "$.trials[0].findings[0].id: 'unheard-of' is none of"),
    (put([{"id": "ports-exhausted"}], "trials", 0, "findings"),
     "$.trials[0].findings[0]: text is missing"),
    (put(1, "trials", 0, "surprise"), "$.trials[0]: surprise is unknown"),
    (put("nobody", "trials", 0, "loader"), "$.trials[0].loader: 'nobody' is none of"),
    (put(None, "trials", 0, "claim"), None),
    (put({"command": "", "output": "", "end": "", "stopped": True, "killed": False, "ran_s": 1},
         "trials", 0, "third_party"), "$.trials[0].third_party: exit_status is missing"),
    (put({"median": 1, "low": 1}, "summary", 0, "rate_per_s"),
     "$.summary[0].rate_per_s: high is missing"),
)


def check(result):
    return list(faults(SCHEMA, SCHEMA, result))


def real_results_are_valid():
    for options in (
            ("--strategies", "all", "--total", "200"),
            # One that is invalid, with findings and every kind of option.
            ("--strategies", "client-close,graceful", "--port-range", "40000-40499",
             "--duration", "500ms", "--header", "X-A: b", "--source-port", "kernel",
             "--client-close", "reset", "--client-addresses", "2",
             "--sysctl", "client:net.ipv4.tcp_rfc1337=1"),
            ("--server-command", command(), "--total", "50"),
            ("--server-command", command(), "--loader-command", "sh -c 'sleep 9'", "--duration",
             "300ms"),
            ("--strategies", "graceful", "--loader-command", "sh -c 'exit 0'"),
            *OF_WRK):
        result, _ = run(*options, "--repeat", "1", "--connections", "16")
        assert result["trials"] and not check(result), check(result)


def broken_results_are_refused():
    good, _ = run("--strategies", "graceful", "--total", "50", "--repeat", "1")
    assert not check(good)
    for break_it, wanted in BREAKS:
        broken = copy.deepcopy(good)
        break_it(broken)
        found = check(broken)
        if wanted is None:
            assert not found, found
        else:
            assert len(found) == 1 and found[0].startswith(wanted), (wanted, found)


scenarios((real_results_are_valid, broken_results_are_refused))
