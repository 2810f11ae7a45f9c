"""The ladders at the top of an example of how to close: what they draw."""
import collections
import os
import re

# `leg`: 0 of the client's connection, 1 of a proxy's to its server. `sender`: the end of that leg.
Step = collections.namedtuple("Step", "leg sender what")
WHAT = re.compile(r"\b(request|response|FIN|RST)\b")
RUNG = r" \*     \|"


def ladders(folder, name):
    """The lines of each, without the names above it."""
    with open(os.path.join(folder, name + ".c")) as file:
        head = file.read().split("*/")[0]
    parts = [part.splitlines() for part in re.split(r"\n \*\n", head)]
    return [[line for line in part if not re.match(r" \*   \w", line)]
            for part in parts if any(re.match(RUNG, line) for line in part)]


def steps(ladder):
    """What is sent, in its order. What stands in parentheses may be: it is left out."""
    found = []
    for line in ladder:
        if not re.match(RUNG, line):
            continue
        row = []
        for leg, cell in enumerate(line.split("|")[1:-1]):
            what = WHAT.search(re.sub(r"\(.*?\)", "", cell))
            if what:
                row.append(Step(leg, "server" if "<" in cell else "client", what.group(1)))
        # From the server the right leg is the first.
        found += reversed(row) if row and row[0].sender == "server" else row
    return found


def holder(ladder):
    """Who is left with TIME_WAIT, of the client's connection."""
    for line in ladder:
        if re.match(r" \*     TIME_WAIT", line):
            return "client"
        if re.search(r"\|  [^|]*TIME_WAIT", line) and not re.match(RUNG + r" {10}", line):
            return "server"
    return "none"


def claims(folder, name):
    """Of the client's connection: who sends the first FIN or RST, who has TIME_WAIT, whether there is a
    RST."""
    ladder = ladders(folder, name)[0]
    ends = [step for step in steps(ladder) if step.leg == 0 and step.what in ("FIN", "RST")]
    return {"first_closer": ends[0].sender, "holder": holder(ladder),
            "resets": any(step.what == "RST" for step in ends)}
