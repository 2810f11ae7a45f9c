#!/usr/bin/env python3
"""A result is what the schema says: result_schema.py PATH-OF-TEARDOWN SCHEMA"""
import copy
import json
import shutil
import subprocess
import sys

from lib.bench import SKIPPED, run, scenarios
from lib.third_party import command

try:
    from jsonschema import Draft202012Validator as Validator
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(SKIPPED)

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
    (put("teardown-run/2", "schema"), "$.schema: 'teardown-run/2' is not one of"),
    (remove("trials"), "$: 'trials' is a required"),
    (put({}, "trials"), "$.trials: {} is not of type 'array'"),
    (remove("trials", 0, "findings"), "$.trials[0]: 'findings' is a required"),
    (remove("trials", 0, "samples", 0, "t_s"), "$.trials[0].samples[0]: 't_s' is a required"),
    (put(-1, "trials", 0, "exchanges"), "$.trials[0].exchanges: -1 is less than the minimum of 0"),
    (put(1.5, "trials", 0, "exchanges"), "$.trials[0].exchanges: 1.5 is not of type 'integer'"),
    (put(True, "trials", 0, "exchanges"), "$.trials[0].exchanges: True is not of type 'integer'"),
    (put(1, "trials", 0, "valid"), "$.trials[0].valid: 1 is not of type 'boolean'"),
    (put(2**53, "trials", 0, "exchanges"),
     "$.trials[0].exchanges: 9007199254740992 is greater than the maximum of 9007199254740991"),
    (put(0, "trials", 0, "repeat"), "$.trials[0].repeat: 0 is less than the minimum of 1"),
    (put("nobody", "trials", 0, "holder", "measured"),
     "$.trials[0].holder.measured: 'nobody' is not one of"),
    (put("0", "trials", 0, "sysctls", "server", "a"), None),
    (put(0, "trials", 0, "sysctls", "server", "a"),
     "$.trials[0].sysctls.server.a: 0 is not of type 'string'"),
    (put([{"id": "unheard-of", "text": ""}], "trials", 0, "findings"),
     "$.trials[0].findings[0].id: 'unheard-of' is not one of"),
    (put([{"id": "ports-exhausted"}], "trials", 0, "findings"),
     "$.trials[0].findings[0]: 'text' is a required"),
    (put(1, "trials", 0, "surprise"), "$.trials[0]: Additional properties are not allowed ('surprise'"),
    (put("nobody", "trials", 0, "loader"), "$.trials[0].loader: 'nobody' is not one of"),
    (put(None, "trials", 0, "claim"), None),
    (put({"command": "", "output": "", "end": "", "stopped": True, "killed": False, "ran_s": 1},
         "trials", 0, "third_party"), "$.trials[0].third_party: 'exit_status' is a required"),
    (put({"median": 1, "low": 1}, "summary", 0, "rate_per_s"),
     "$.summary[0].rate_per_s: 'high' is a required"),
)


# Keywords that say nothing about a value.
ANNOTATIONS = {"$schema", "$id", "$defs", "$comment", "title", "description", "x-lines", "x-merge", "x-weight",
               "x-absent-is-zero"}


def check(result):
    """What is wrong with the result, one sentence each."""
    return ["%s: %s" % (error.json_path, error.message)
            for error in Validator(SCHEMA).iter_errors(result)]


def subschemas(value):
    """Every schema in a schema, as a table of its keywords."""
    if not isinstance(value, dict):
        return
    yield value
    for keyword, inner in value.items():
        if keyword in ("properties", "$defs"):
            for one in inner.values():
                yield from subschemas(one)
        elif keyword in ("items", "additionalProperties"):
            yield from subschemas(inner)


def the_schema_says_what_it_means():
    """A validator passes over a keyword that it does not know, such as one that is misspelt."""
    Validator.check_schema(SCHEMA)
    unknown = {keyword for schema in subschemas(SCHEMA) for keyword in schema
               if keyword not in Validator.VALIDATORS} - ANNOTATIONS
    assert not unknown, unknown


def every_node_is_described():
    """By a sentence of its own: none is empty, and no {word} is left in one."""
    nodes = list(subschemas(SCHEMA))
    assert len(nodes) > 200, len(nodes)
    for node in nodes:
        text = node.get("description", "")
        assert len(text) > 5 and text.endswith(".") and "{" not in text, node


def the_schema_is_the_programs_own():
    """The file that is installed is what the program prints: `teardown list --schema` makes it."""
    printed = subprocess.run([sys.argv[1], "list", "--schema"], capture_output=True, text=True,
                             timeout=60, check=True).stdout
    with open(sys.argv[2], encoding="utf-8") as file:
        assert file.read() == printed, "make it again: teardown list --schema >" + sys.argv[2]


def real_results_are_valid():
    for options in (
            ("--strategies", "all", "--total", "200"),
            # One that is invalid, with findings and every kind of option.
            ("--strategies", "client-close,graceful", "--port-range", "40000-40499",
             "--duration", "500ms", "--header", "X-A: b", "--source-port", "kernel",
             "--client-close", "reset", "--client-addresses", "2",
             "--sysctl", "client:net.ipv4.tcp_rfc1337=1"),
            ("--server-command", command(), "--total", "50"),
            # A trial in a trial: the "proxy" answers by itself.
            ("--strategies", "graceful", "--proxy-command", command(), "--total", "50"),
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


scenarios((the_schema_says_what_it_means, every_node_is_described,
           the_schema_is_the_programs_own, real_results_are_valid, broken_results_are_refused))
