"""Tables of what an output folder holds; every figure printed comes from there."""
import json
import os

from ratios import paired, present, spread, verdict

PREAMBLE = """# Speed

`perf/run --docs` has written this page, from figures of one machine; [perf/](../perf)
says how it measures and how the others are tuned. Take ratios from here, not absolute figures: the
two cores of a small virtual machine share what they run on with others. A figure is the median of
its repeats, a ratio the median of the ratios of two figures of the same repeat, and what stands
behind it the 95 % interval of that median, by bootstrap. Server and loader have a core each, in
two namespaces joined by veth, where part of what one end's packets cost is taken by the other end.
"""


def results_read(folder, measurements):
    """[(measurement, its figures)] of those that were measured."""
    found = []
    for measurement in measurements:
        path = os.path.join(folder, measurement.name + ".json")
        if os.path.exists(path):
            with open(path) as file:
                found.append((measurement, json.load(file)))
    return found


def number(value, digits):
    return "{:,.{}f}".format(value, digits)


def spread_text(values, digits):
    """Median (low–high), or - where there is no valid figure."""
    if not values:
        return "-"
    median, low, high = (number(value, digits) for value in spread(values))
    return median if low == high else "%s (%s–%s)" % (median, low, high)


def figures_table(measurement, result):
    """Rows of text: each contestant, its figure, its ratio to each reference."""
    figures = result["figures"]
    references = [name for name in measurement.references if name in figures]
    rows = [["", measurement.unit, *("× %s" % name for name in references)]]
    for name, values in figures.items():
        row = [name, spread_text(present(values), measurement.digits)]
        for reference in references:
            same = name == reference
            row.append("1" if same else spread_text(paired(values, figures[reference]), 3))
        rows.append(row)
    return rows


def target_row(measurement, target, figures):
    if target.contestant not in figures or target.reference not in (None, *figures):
        return None
    values = figures[target.contestant]
    digits = measurement.digits
    if target.reference:
        values, digits = paired(values, figures[target.reference]), 3
    limit = "%g" % target.limit + (" × " + target.reference if target.reference else "")
    values = present(values)
    return [measurement.title, target.contestant, "≤ " + limit, spread_text(values, digits),
            verdict(values, target.limit) if values else "-"]


def targets_table(results):
    rows = [["what", "who", "target", "measured", ""]]
    for measurement, result in results:
        for target in measurement.targets:
            row = target_row(measurement, target, result["figures"])
            if row:
                rows.append(row)
    return rows


def plain(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
                     for row in rows)


def markdown(rows):
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|---" * len(rows[0]) + "|")
    return "\n".join(lines)


def notes(result):
    """What does not show in the figures."""
    found = []
    if result["quick"]:
        found.append("--quick: too short to say anything.")
    if result["invalid"]:
        found.append("%d trials were invalid and left out: %s" % (
            len(result["invalid"]), "; ".join(sorted(set(result["invalid"])))))
    return found


def text(results):
    parts = []
    for measurement, result in results:
        parts += ["%s, %d repeats" % (measurement.title, result["repeats"]),
                  plain(figures_table(measurement, result)), *notes(result), ""]
    targets = targets_table(results)
    if len(targets) > 1:
        parts.append(plain(targets))
    return "\n".join(parts)


def machine(results):
    """The host and the settings that matter, of the measurements that this page is made of."""
    seen = []
    for result in (result for _, result in results if "host" in result):
        host, server = result["host"], result["sysctls"]["server"]
        line = "%s, %d CPUs, %.0f GiB, kernel %s, congestion control %s%s" % (
            host["cpu_model"], host["cpus"], host["memory_bytes"] / 2 ** 30, host["kernel"],
            server.get("net.ipv4.tcp_congestion_control", "?"),
            "" if host["root"] else ", as an ordinary user")
        if line not in seen:
            seen.append(line)
    days = sorted({result["ended"][:10] for _, result in results})
    return "Measured %s on: %s." % (" to ".join({days[0]: 0, days[-1]: 0}), "; ".join(seen))


def page(results):
    parts = [PREAMBLE, machine(results), "", "## Targets", "",
             "`met` and `missed` are said where the whole interval is on one side; else `open`.",
             "", markdown(targets_table(results)), ""]
    for measurement, result in results:
        parts += ["## " + measurement.title, "", measurement.note, "",
                  markdown(figures_table(measurement, result)), ""]
        parts += ["%d repeats." % result["repeats"], *notes(result), ""]
    return "\n".join(parts)


def block_replace(path, name, text):
    """Puts the text between the two marks of that name."""
    begin, end = "<!-- %s: begin -->" % name, "<!-- %s: end -->" % name
    with open(path) as file:
        before, rest = file.read().split(begin)
    with open(path, "w") as file:
        file.write(before + begin + "\n" + text + "\n" + end + rest.split(end)[1])


def docs_write(top, results):
    with open(os.path.join(top, "docs", "perf.md"), "w") as file:
        file.write(page(results))
    block_replace(os.path.join(top, "README.md"), "perf",
                  machine(results) + "\n\n" + markdown(targets_table(results)))
    threads = [markdown(figures_table(*result)) for result in results
               if result[0].name.startswith("threads-")]
    block_replace(os.path.join(top, "docs", "scaling.md"), "threads", "\n\n".join(threads))
