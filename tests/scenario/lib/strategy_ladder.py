"""The ladder at the top of a strategy's file, and one of real packets, as what both say: which end sends a FIN, a RST,
and the ACK of the other's FIN, in which order, and which states the ends are in."""
import os
import re

FLAGS = re.compile(r"\b(FIN|RST|ACK)\b")
STATE = re.compile(r"\b(no )?(FIN_WAIT_1|FIN_WAIT_2|CLOSE_WAIT|LAST_ACK|CLOSING|TIME_WAIT|CLOSED)\b( is skipped)?")
OTHER = {"client": "server", "server": "client"}
ROW = re.compile(r"^ +(-?[\d.]+) (\S+) +(─|◀).*?\[([A-Z, ]+)\] seq (\d+):(\d+)\((\d+)\)(?: ack (\d+))?.* (\S+)$")


class Ladder:
    """`steps`: [(end, "FIN", "ACK" or "RST")]. `states`: of each end, in their order, those that it is in; `never`:
    those that it is not in. `rides`: the FIN comes with data. `acked_first`: the client has acknowledged the
    response before the server closes. `crosses`: two steps each cross, and either may be captured first."""

    def __init__(self):
        self.steps, self.rides, self.acked_first, self.crosses = [], False, False, False
        self.states, self.never = {"client": [], "server": []}, {"client": set(), "server": set()}

    def add(self, end, kind):
        if (end, kind) not in self.steps:
            self.steps.append((end, kind))

    def settled(self, crosses):
        pairs = [self.steps[at:at + 2] for at in range(0, len(self.steps), 2)]
        return sum(map(sorted, pairs), []) if crosses else self.steps

    def closed(self, end):
        return (end, "FIN") in self.steps

    def enter(self, end, state):
        if not self.states[end] or self.states[end][-1] != state:
            self.states[end].append(state)


def lines_of(folder, name):
    """The lines of the ladder, without the names above it."""
    with open(os.path.join(folder, name.replace("-", "_") + ".c")) as file:
        head = file.read().split("*/")[0]
    lines = []
    for line in head[head.index("client   "):].splitlines()[1:]:
        if line.strip() == "*":
            break
        lines.append(line)
    return lines


def _states_take(ladder, text, end):
    for no, state, skipped in STATE.findall(text):
        if no or skipped:
            ladder.never[end].add(state.replace("_", "-"))
        else:
            ladder.enter(end, state.replace("_", "-"))


def _arrow_take(ladder, arrow, closes):
    cross = re.fullmatch(r"- (FIN|ACK) -+\. +\.-+ (FIN|ACK) -", arrow)
    if cross:
        ladder.crosses = True
        ladder.add("client", cross.group(1))
        ladder.add("server", cross.group(2))
        return
    end = "server" if arrow.startswith("<") else "client"
    text = arrow.strip("<>- ")
    kinds = FLAGS.findall(text)
    if "ACK" in kinds:
        if ladder.closed(OTHER[end]):
            ladder.add(end, "ACK")
        elif end == "client":
            ladder.acked_first = True
    for kind in ("FIN", "RST"):
        if kind in kinds and (closes or " if it" not in text):
            ladder.add(end, kind)
    ladder.rides |= "response" in text and "FIN" in kinds


def drawn(lines, closes=True):
    """Of lines of a comment, which end where the next connection begins. `closes`: the client does, where that is its
    choice ("FIN, if it ever comes")."""
    ladder = Ladder()
    for line in lines:
        arrow = re.match(r" \*     \| (.{36}) \|(.*)", line)
        if arrow and "SYN" in arrow.group(1) and ladder.steps:
            break
        if arrow:
            _arrow_take(ladder, arrow.group(1).strip(), closes)
            for end in OTHER if "at both ends" in arrow.group(2) else \
                    ["client" if "at the client" in arrow.group(2) else "server"]:
                _states_take(ladder, arrow.group(2), end)
        elif re.match(r" \*     TIME_WAIT", line):
            for end in ("client", "server")[:line.count("TIME_WAIT")]:
                ladder.enter(end, "TIME-WAIT")
    return ladder


def happened(text):
    """Of a ladder that was printed with --unfold."""
    ladder, fins, data_end = Ladder(), {}, 1
    for line in text.splitlines():
        row = ROW.match(line)
        if not row:
            continue
        end = "server" if row.group(3) == "◀" else "client"
        flags, seq_end, payload = row.group(4).split(", "), int(row.group(6)), int(row.group(7))
        acked = int(row.group(8)) if row.group(8) else -1
        if end == "server" and "RST" not in flags:
            data_end = max(data_end, seq_end)
        if OTHER[end] in fins and acked > fins[OTHER[end]]:
            ladder.add(end, "ACK")
        elif end == "client" and data_end > 1 and acked >= data_end and not ladder.steps:
            ladder.acked_first = True
        if "FIN" in flags:
            ladder.rides |= payload > 0 and end not in fins
            fins.setdefault(end, seq_end)
            ladder.add(end, "FIN")
        if "RST" in flags:
            ladder.add(end, "RST")
        for side, state in (("client", row.group(2)), ("server", row.group(9))):
            if state[0].isupper():
                ladder.enter(side, state)
    return ladder


def is_in_order(few, many):
    left = iter(many)
    return all(one in left for one in few)


def difference(said, met, kernel, at_once):
    """What a comment says and packets do not, or None. `kernel`: its states by end. `at_once`: a client that closes
    as soon as it reads the end acknowledges the server's FIN with its own: no FIN_WAIT_2 then."""
    if said.settled(said.crosses) != met.settled(said.crosses):
        return "drawn: %s; met: %s" % (said.steps, met.steps)
    if said.rides != met.rides:
        return "the FIN comes with data: drawn %s, met %s" % (said.rides, met.rides)
    # A server that stands still for a while has the acknowledgement by chance.
    if said.acked_first and not met.acked_first:
        return "drawn: the response is acknowledged before the server closes; met: it is not"
    for end in ("client", "server"):
        states = [state for state in said.states[end] if state != "FIN-WAIT-2" or not at_once]
        if not is_in_order(states, met.states[end]):
            return "states of the %s: drawn %s, met %s" % (end, states, met.states[end])
        if said.never[end] & set(kernel[end]):
            return "the %s is never in %s, and the kernel had it in %s" % (end, said.never[end], kernel[end])
    return None
