"""The pages that are written from all kept runs: docs/perf.md, and a block of README.md and of
docs/scaling.md."""
import os

import runs as kept
from ratios import difference_of_runs, verdict, verdict_of_runs
from report import digits_of, limit_text, runs_text

PREAMBLE = """# Speed

`perf/run --docs` has written this page, from the runs that are kept in [perf/runs](../perf/runs);
[perf/](../perf) says how a run measures and how the other programs are tuned. Take ratios from
here, not absolute figures: the two cores of a small virtual machine share what they run on with
others. Server and loader have a core each, in two namespaces joined by veth, where part of what one
end's packets cost is taken by the other end.

In one run a figure is the median of its repeats, a ratio the median of the ratios of two figures of
the same repeat; each has a 95 % interval, by bootstrap. This page shows ranges over the runs: first
the medians, from the lowest run to the highest, then in parentheses the lowest and the highest end
of their intervals. Where one run alone has a figure, these are its median and its interval.
"""
TARGETS = """A run has met a target where its whole interval is on the right side. `met` is said where every
run met it, `missed` where every run missed it, else how many did; a run without an interval meets
nothing. *Differ* is the highest median over the lowest, less 1.
"""


def markdown(rows):
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|---" * len(rows[0]) + "|")
    return "\n".join(lines)


def machine_text(machine):
    if not machine:
        return "not recorded"
    return "%s, %d CPUs, %d GiB%s" % (machine["cpu_model"], machine["cpus"], machine["memory_gib"],
                                      "" if machine["root"] else ", as an ordinary user")


def runs_table(runs):
    rows = [["run", "machine", "kernel", "congestion control", "of the program", "note"]]
    for name, run in runs.items():
        machine = run["machine"] or {}
        note = "quick: too short to say anything" if run["quick"] else run.get("note", "")
        rows.append([name, machine_text(run["machine"]), machine.get("kernel") or "-",
                     machine.get("congestion_control") or "-", run["commit"] or "-", note])
    return rows


def target_spreads(runs, measurement, target):
    return kept.spreads_of(runs, measurement.name, target.contestant, target.reference)


def difference_text(spreads):
    difference = difference_of_runs(spreads)
    return "-" if difference is None else "%.0f %%" % (100 * difference)


def targets_table(runs, measurements, wanted=lambda target: True):
    rows = [["what", "who", "target", "measured", "runs", "differ", ""]]
    for measurement in measurements:
        for target in filter(wanted, measurement.targets):
            found = list(target_spreads(runs, measurement, target).values())
            if found:
                rows.append([measurement.title, target.contestant, limit_text(target),
                             runs_text(found, digits_of(measurement, target)), str(len(found)),
                             difference_text(found), verdict_of_runs(found, target.limit)])
    return rows


def names_of(runs, measurement):
    """All contestants that any run has, in the order of the first run that names them."""
    of = [run["measurements"].get(measurement.name, {}) for run in runs.values()]
    parts = [part for one in of for part in (one.get("figures", {}), *one.get("ratios", {}).values())]
    return list(dict.fromkeys(name for part in parts for name in part))


def figures_table(runs, measurement):
    """Rows of text: each contestant, its figure, its ratio to each reference, over all runs."""
    names = names_of(runs, measurement)
    references = [name for name in measurement.references if name in names]
    rows = [["", measurement.unit, *("× %s" % name for name in references)]]
    for name in names:
        figures = kept.spreads_of(runs, measurement.name, name).values()
        row = [name, runs_text(list(figures), measurement.digits)]
        for reference in references:
            ratios = kept.spreads_of(runs, measurement.name, name, reference).values()
            row.append("1" if name == reference else runs_text(list(ratios), 3))
        rows.append(row)
    return rows


def by_run_table(runs, measurement):
    """What each run says of each target; none where no target has two runs."""
    columns = [(target, target_spreads(runs, measurement, target))
               for target in measurement.targets]
    columns = [column for column in columns if len(column[1]) > 1]
    names = [name for name in runs if any(name in spreads for _, spreads in columns)]
    rows = [["run", *("%s %s" % (target.contestant, limit_text(target)) for target, _ in columns)]]
    for name in names:
        row = [name]
        for target, spreads in columns:
            one = spreads.get(name)
            row.append("%s %s" % (runs_text([one], digits_of(measurement, target)),
                                  verdict(one, target.limit)) if one else "-")
        rows.append(row)
    return rows


def notes(runs, measurement):
    found = []
    for name, run in runs.items():
        one = run["measurements"].get(measurement.name, {})
        repeats, invalid = one.get("repeats"), one.get("invalid", [])
        if one:
            found.append("%s: %s%s" % (
                name, "%d repeat%s" % (repeats, "s" * (repeats > 1)) if repeats else "repeats not recorded",
                "".join("; left out as invalid: " + reason for reason in invalid)))
    return ". ".join(found) + "."


def page(runs, measurements):
    parts = [PREAMBLE, "## Runs", "", markdown(runs_table(runs)), "", "## Targets", "", TARGETS,
             markdown(targets_table(runs, measurements)), ""]
    for measurement in measurements:
        if not names_of(runs, measurement):
            continue
        parts += ["## " + measurement.title, "", measurement.note, "",
                  markdown(figures_table(runs, measurement)), ""]
        by_run = by_run_table(runs, measurement)
        if len(by_run) > 1:
            parts += ["Run by run:", "", markdown(by_run), ""]
        parts += [notes(runs, measurement), ""]
    return "\n".join(parts)


def block_replace(path, name, text):
    """Puts the text between the two marks of that name."""
    begin, end = "<!-- %s: begin -->" % name, "<!-- %s: end -->" % name
    with open(path) as file:
        before, rest = file.read().split(begin)
    with open(path, "w") as file:
        file.write(before + begin + "\n" + text + "\n" + end + rest.split(end)[1])


def write(top, measurements):
    """Writes the pages of the tree `top` from the runs that it keeps."""
    runs = kept.read(os.path.join(top, "perf", "runs"))
    with open(os.path.join(top, "docs", "perf.md"), "w") as file:
        file.write(page(runs, measurements))
    headlines = targets_table(runs, measurements, lambda target: target.headline)
    block_replace(os.path.join(top, "README.md"), "perf", markdown(headlines))
    threads = [markdown(figures_table(runs, one)) for one in measurements
               if one.name.startswith("threads-")]
    block_replace(os.path.join(top, "docs", "scaling.md"), "threads", "\n\n".join(threads))
