"""Tables of what one run has measured, and the text of figures."""
import json
import os

from ratios import paired, present, range_of_runs, spread, verdict


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


def between(low, high, digits):
    low, high = number(low, digits), number(high, digits)
    return low if low == high else "%s–%s" % (low, high)


def runs_text(runs, digits):
    """The medians of the runs, from the lowest to the highest, and in parentheses the ends of
    their intervals; - where no run has a figure."""
    if not runs:
        return "-"
    lowest, highest, low, high = range_of_runs(runs)
    medians, ends = between(lowest, highest, digits), between(low, high, digits)
    return medians if medians == ends else "%s (%s)" % (medians, ends)


def spread_text(values, digits):
    return runs_text([spread(values)] if values else [], digits)


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


def limit_text(target):
    return "≤ %g" % target.limit + (" × " + target.reference if target.reference else "")


def digits_of(measurement, target):
    return 3 if target.reference else measurement.digits


def target_row(measurement, target, figures):
    if target.contestant not in figures or target.reference not in (None, *figures):
        return None
    values = figures[target.contestant]
    values = paired(values, figures[target.reference]) if target.reference else present(values)
    return [measurement.title, target.contestant, limit_text(target),
            spread_text(values, digits_of(measurement, target)),
            verdict(spread(values), target.limit) if values else "-"]


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
