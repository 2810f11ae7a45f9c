#!/usr/bin/env python3
"""run --ladders keeps one real connection of each strategy, and it is shown: run_ladders.py TEARDOWN SERVER"""
import json
import os
import re
import subprocess
import sys
import tempfile

TEARDOWN, SERVER = (os.path.abspath(path) for path in sys.argv[1:3])
HOST_CANNOT = 3
SKIPPED = 77
# First closer, what it sent, and where the ends are left, by what each strategy is.
KNOWN = {"graceful": ("server", "FIN", "CLOSED", "TIME-WAIT"),
         "reset": ("server", "RST", "CLOSED", "CLOSED"),
         "client-close": ("client", "FIN", "TIME-WAIT", "CLOSED")}
RUN = ("run", "--total", "2", "-c", "2", "--repeat", "1", "--rtt", "20ms", "--quiet")


def teardown(*arguments, status=0):
    done = subprocess.run([TEARDOWN, *arguments], capture_output=True, text=True, timeout=120, check=False,
                          env=dict(os.environ, COLUMNS="100", LC_ALL="C.UTF-8"))
    if done.returncode == HOST_CANNOT:
        print("skipped:", done.stderr)
        sys.exit(SKIPPED)
    assert done.returncode == status, (arguments, done)
    return done.stdout + done.stderr


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def is_in_order(few, all_of_them):
    left = iter(all_of_them)
    return all(one in left for one in few)


def ladder_is_right(ladder):
    name, rows = ladder["strategy"], ladder["rows"]
    closer, first_end, client, server = KNOWN[name]
    assert (ladder["first_closer"], ladder["first_end"]) == (closer, first_end), ladder
    assert rows[-1]["states"] == {"client": client, "server": server}, (name, rows[-1])
    assert [row["flags"] for row in rows[:3]] == ["SYN", "SYN, ACK", "ACK"], rows
    ends = [row["end"] for row in rows if re.search("FIN|RST", row.get("flags", ""))]
    assert ends[0] == closer, (name, rows)
    assert ladder["bytes"]["server"] > 3000, ladder
    assert sum(row["bytes"] for row in rows if row["end"] == "server") >= ladder["bytes"]["server"], rows
    for end in ("client", "server"):
        followed = [row["states"][end] for row in rows]
        assert ladder["kernel"][end] and is_in_order(ladder["kernel"][end], followed), (name, end, ladder)


def each_is_told_of_while_it_is_played(folder):
    path = os.path.join(folder, "loud.json")
    for words, told in ((RUN[:-1], list(KNOWN)), (RUN, [])):
        said = teardown(*words, "-s", ",".join(KNOWN), "--ladders", "--json", path)
        wanted = ["ladder %d of %d: %s" % (at, len(KNOWN), name) for at, name in enumerate(told, 1)]
        assert re.findall("^ladder .*$", said, re.M) == wanted, said


def each_has_its_ladder(folder):
    path, page = os.path.join(folder, "result.json"), os.path.join(folder, "page.html")
    teardown(*RUN, "-s", ",".join(KNOWN), "--response-bytes", "3000", "--ladders", "--json", path, "--html", page)
    result = json.loads(read(path))
    assert [ladder["strategy"] for ladder in result["ladders"]] == list(KNOWN), result["ladders"]
    for ladder in result["ladders"]:
        ladder_is_right(ladder)
    assert "--explain ladders" in teardown("report", path)
    told = teardown("report", path, "--explain", "ladders").split("\n\n")
    assert [text.split(":")[0] for text in told] == list(KNOWN), told
    for text, ladder in zip(told, result["ladders"]):
        shown = [row for row in ladder["rows"] if "segments" not in row]
        assert text.count("] seq ") == len(shown), (text, shown)
        for end in ("client", "server"):
            assert "%s by sock_diag: %s\n" % (end, ", ".join(ladder["kernel"][end])) in text + "\n", text
    drawn = read(page)
    assert drawn.count("<figure>") == len(KNOWN) and drawn.count('href="#ladders"') == 1
    # The same without them, as an older file is.
    del result["ladders"]
    with open(path, "w", encoding="utf-8") as file:
        json.dump(result, file)
    assert "--explain ladders" not in teardown("report", path, "--html", page)
    assert "<figure>" not in read(page) and "#ladders" not in read(page)
    assert "run --ladders keeps them" in teardown("report", path, "--explain", "ladders")


def many_exchanges_are_two(folder):
    path = os.path.join(folder, "kept.json")
    teardown(*RUN, "-s", "keep-alive", "--requests-per-connection", "50", "--ladders", "--json", path)
    [ladder] = json.loads(read(path))["ladders"]
    requests = [row["bytes"] for row in ladder["rows"] if row["end"] == "client" and row["bytes"]]
    assert ladder["bytes"]["client"] == 2 * requests[0], ladder


def any_server_has_one(folder):
    path = os.path.join(folder, "theirs.json")
    teardown(*RUN, "--server-command", SERVER + " --strategy server-close --listen 0.0.0.0:8080", "--server-name", "theirs",
             "--ladders", "--json", path)
    [ladder] = json.loads(read(path))["ladders"]
    assert (ladder["strategy"], ladder["first_closer"], ladder["ended"]) == ("theirs", "server", "closed"), ladder


def one_that_is_missing_fails_the_run(folder):
    """Of a server that starts once: its trial is kept."""
    path, begun, script = (os.path.join(folder, name) for name in ("once.json", "begun", "once"))
    with open(script, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\n[ -e %s ] && exit 3\n: > %s\nexec %s --listen 0.0.0.0:8080\n" % (begun, begun, SERVER))
    os.chmod(script, 0o755)
    said = teardown(*RUN, "--server-command", script, "--server-name", "once", "--ladders", "--json", path, status=1)
    assert "no ladder of once: the server ended" in said and "a strategy has no ladder" in said, said
    result = json.loads(read(path))
    assert result["ladders"] == [] and len(result["trials"]) == 1, result["ladders"]


def a_loader_of_others_plays_none():
    said = teardown("run", "-s", "graceful", "--loader-command", "true", "--ladders", status=2)
    assert "--ladders" in said and "builtin loader" in said, said


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as FOLDER:
        a_loader_of_others_plays_none()
        each_is_told_of_while_it_is_played(FOLDER)
        each_has_its_ladder(FOLDER)
        many_exchanges_are_two(FOLDER)
        any_server_has_one(FOLDER)
        one_that_is_missing_fails_the_run(FOLDER)
    print("ok")
