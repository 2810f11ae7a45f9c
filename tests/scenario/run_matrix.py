#!/usr/bin/env python3
"""--matrix: each cell is what its clients counted; who closes plainly loses an early refusal, who drains delivers it; the
table says so at each width, of our server and of another command."""
import os

from lib.scenario import accounting, equal, main

CLIENTS = ("plain", "write-first", "never-close", "probe")


def cell(trial):
    return tuple(trial["delivery"][key] for key in ("delivered", "truncated", "lost"))


def counted(trial):
    """The cell as the clients' own outcomes have it: whole, or not."""
    if "clients" not in trial:
        return trial["connections"]["completed"] + trial["connections"]["unclosed"]
    row, = trial["clients"]
    return row["completed"] + trial["connections"]["unclosed"]


def table(bench, path, width):
    """Lines of the table by behaviour; no line is wider than the terminal."""
    shown = bench.verb("report", path, environment={"COLUMNS": str(width)}).stdout
    lines = shown.splitlines()
    for line in lines:
        assert len(line) <= width, (width, line)
    named = [line.split(None, 1) for line in lines if line.startswith(CLIENTS)]
    return {name: cells.strip() for name, cells in named}


def each_cell_is_what_was_counted(bench):
    run = bench.run("-s", "graceful,server-close,reset", "--matrix", "--clients", ",".join(CLIENTS), "--html",
                    os.path.join(bench.folder, "matrix.html"))
    equal(len(run.trials), 12, "cells")
    cells = {trial["strategy"]: trial for trial in run.trials}
    for trial in run.trials:
        accounting(trial)
        equal(sum(cell(trial)), trial["connections"]["attempted"], "the books of " + trial["strategy"])
        equal(trial["delivery"]["delivered"], counted(trial), "what came whole of " + trial["strategy"])
    # Beyond both buffers, over a path of 10 ms: the end of it is still queued when the RST is sent.
    equal(cell(cells["reset:plain"])[0], 0, "responses that reset delivered")
    assert cell(cells["reset:plain"])[1] > 0, cells["reset:plain"]["delivery"]
    for strategy in ("graceful", "server-close"):
        equal(cell(cells[strategy + ":plain"])[1:], (0, 0), strategy)
    equal(cell(cells["graceful:write-first"])[1:], (0, 0), "graceful, an early refusal")
    equal(cell(cells["server-close:write-first"])[0], 0, "server-close, an early refusal")
    assert cell(cells["server-close:write-first"])[2] > 0, cells["server-close:write-first"]["delivery"]
    equal({name: cells[name + ":never-close"]["delivery"].get("held", 0) for name in ("graceful", "server-close")},
          {"graceful": 4, "server-close": 0}, "descriptors that the server holds for clients that stay")
    return run


def the_table_says_so(bench, run):
    for width in (60, 80, 100):
        lines = table(bench, run.path, width)
        equal(lines["write-first"].split(), ["ok", "lost", "lost"], "write-first at %d columns" % width)
        equal(lines["plain"].split(), ["ok", "ok", "cut"], "plain at %d columns" % width)
        equal(lines["probe"].split(), [".", ".", "."], "probe at %d columns" % width)
        assert lines["never-close"].startswith("4 held"), lines
    said = " ".join(run.stdout.split())
    assert "Delivered to every client: graceful." in said, said
    assert "server-close lost responses of write-first." in said, said
    with open(os.path.join(bench.folder, "matrix.html"), encoding="utf-8") as file:
        page = file.read()
    assert page.count("<td title=") == 12 and ">lost</span>" in page, page[:2000]


def so_does_another_server(bench):
    command = "%s --listen {host}:{port} --strategy server-close --max-body 1000" % bench.server
    run = bench.run("--matrix", "--clients", "write-first,half-close", "--server-command", command,
                    "--server-name", "it")
    cells = {trial["strategy"]: cell(trial) for trial in run.trials}
    equal(cells["it:write-first"][0], 0, str(cells))
    equal(cells["it:half-close"][1:], (0, 0), str(cells))
    assert "it lost responses of write-first." in " ".join(run.stdout.split()), run.stdout


def both_ends_wait_for_each_other(bench):
    """A client of HTTP/1.0 that takes the end of the stream for the end, and a server that leaves the close to it: the
    server gives up first."""
    run = bench.run("-s", "client-close", "--matrix", "--clients", "http10")
    trial, = run.trials
    equal(cell(trial)[1:], (0, 0), str(trial["delivery"]))
    equal((trial["delivery"]["held"], trial["connections"]["unclosed"]), (0, 0), "held by the server at the end")
    assert "held" not in run.stdout, run.stdout


def scenario(bench):
    run = each_cell_is_what_was_counted(bench)
    the_table_says_so(bench, run)
    so_does_another_server(bench)
    both_ends_wait_for_each_other(bench)


main(scenario)
