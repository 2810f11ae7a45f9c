"""Reads the table that `teardown run --wide` prints, and holds it against the result file: each cell is the
median of the figure that its heading names."""
import re
import statistics

from lib.scenario import equal

HEADING_LINES = 3
# One band: no line of the table is folded.
WIDE = {"COLUMNS": "1000"}


def cells_of(lines):
    """The lines' cells, a list a column: columns are apart where two characters are blank in all."""
    width = max(len(line) for line in lines)
    lines = [line.ljust(width) for line in lines]
    ink = "".join("x" if any(line[at] != " " for line in lines) else " " for at in range(width))
    for column in re.finditer(r"\S+( \S+)*", ink):
        yield [line[column.start():column.end()].strip() for line in lines]


def table_of(stdout, strategy):
    """{heading: cell} of the strategy's row; a heading's lines are joined by blanks."""
    lines = stdout.splitlines()
    last = next(at for at, line in enumerate(lines) if line.startswith("strategy"))
    table = lines[last - HEADING_LINES + 1:last + 1]
    rows = lines[last + 1:lines.index("", last)]
    row, = [line for line in rows if line.split()[0] == strategy]
    return {" ".join(" ".join(column[:-1]).split()): column[-1]
            for column in cells_of([*table, row])}


def milliseconds(us):
    ms = us / 1e3
    return ("%.2f" if ms < 10 else "%.1f" if ms < 100 else "%.0f") % ms


def whole(value):
    return "%.0f" % value


FORMATS = {"tenths": lambda value: "%.1f" % value, "hundredths": lambda value: "%.2f" % value,
           "ms": milliseconds, "whole": whole}
# heading: what separates its figures, and each one's path and format
COLUMNS = {
    "TIME_WAIT at server: made, /conn": (" ", "time_wait.server.created whole",
                                         "time_wait.server.per_connection hundredths"),
    "TIME_WAIT at client: made, /conn": (" ", "time_wait.client.created whole",
                                         "time_wait.client.per_connection hundredths"),
    "TIME_WAIT peak srv/client": ("/", "time_wait.server.peak whole",
                                  "time_wait.client.peak whole"),
    "client ports held /there are": ("/", "ports.peak_in_use whole", "ports.available whole"),
    "conn /s": ("", "rate_per_s whole"),
    "p50 ms": ("", "latency_us.total.p50 ms"),
    "p99 ms": ("", "latency_us.total.p99 ms"),
    "delivered/ short/reset": ("/", "connections.completed whole", "connections.short whole",
                               "connections.reset whole"),
    "seg- ments /conn": ("", "segments_per_connection tenths"),
    "RST sent /conn": ("", "resets_per_connection hundredths"),
    "CPU us /conn srv/ client": ("/", "cpu_us_per_connection.server tenths",
                                 "cpu_us_per_connection.client tenths"),
    "re- quests /s": ("", "exchanges_per_s whole"),
}


def value_at(trial, path):
    """None where there is none."""
    for key in path.split("."):
        trial = trial.get(key) if trial else None
    return trial


def figure(trials, path, form):
    """The median as it is printed; "-" where no trial has any."""
    values = [value for value in (value_at(trial, path) for trial in trials) if value is not None]
    return FORMATS[form](statistics.median(values)) if values else "-"


def expected_cell(trials, column):
    separator, *figures = column
    cells = [figure(trials, *one.split()) for one in figures]
    return "-" if set(cells) == {"-"} else separator.join(cells)


def check_table(run, strategy):
    """Every cell of the strategy's row, from the trials of the result file."""
    table = table_of(run.stdout, strategy)
    everyone = [trial for trial in run.trials if trial["strategy"] == strategy]
    trials = [trial for trial in everyone if trial["valid"]] or everyone
    for heading, column in COLUMNS.items():
        equal(table.get(heading), expected_cell(trials, column), "under \"%s\"" % heading)
    closers = {trial["first_closer"]["measured"] for trial in trials}
    equal(table["first closer measured"], closers.pop() if len(closers) == 1 else "mixed",
          "first closer")
    equal(table["valid of all trials"],
          "%d/%d" % (sum(trial["valid"] for trial in everyone), len(everyone)), "valid")
    return table


def check_latency(run, strategy):
    """Every row that --latency prints, in milliseconds."""
    lines = run.stdout.splitlines()
    begin = next(at for at, line in enumerate(lines) if line.startswith("latency, ms"))
    quantiles = lines[begin].split()[2:]
    trials = [trial for trial in run.trials if trial["strategy"] == strategy and trial["valid"]]
    if not trials:
        equal(lines[begin + 1], "no valid trial has any", "latencies of no valid trial")
        return
    kinds = set()
    for line in lines[begin + 1:lines.index("", begin)]:
        name, kind, *cells = line.split()
        equal(name, strategy, "strategy of a row of latencies")
        kinds.add(kind)
        for quantile, cell in zip(quantiles, cells):
            us = statistics.median(trial["latency_us"][kind][quantile] for trial in trials)
            equal(cell, "%.3f" % (us / 1e3), "%s %s" % (kind, quantile))
    equal(kinds, set(trials[0]["latency_us"]), "kinds of latency")


def near(measured, known, share, allowance, what):
    """Within a share of what is known, and an absolute allowance."""
    print("%s: %.6g, known %.6g" % (what, measured, known))
    assert abs(measured - known) <= share * known + allowance, \
        "%s: %g, but it is known to be %g" % (what, measured, known)


def between(low, measured, high, what):
    print("%s: %.6g, known to be %.6g to %.6g" % (what, measured, low, high))
    assert low <= measured <= high, "%s: %g, not in %g to %g" % (what, measured, low, high)
