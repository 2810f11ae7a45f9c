"""Whether the lab's figures are those that its scenes fix, and its sentences are made of them (lab_said.py)."""
import re

from . import claims
from .lab_said import PORTS, SAID

# As a sentence may say a figure.
UNITS = {"_ms": ("_s", 1e-3), "_bytes": ("_mb", 1e-6), "share": ("percent", 100)}


def in_other_units(measured):
    for name, value in measured.items():
        yield name, int(value) if value.is_integer() else value
        for unit, (other, factor) in UNITS.items():
            if unit in name:
                yield name.replace(unit, other), value * factor
    yield "longest_three_ms", max((int(name.split("_")[2]) for name, value in measured.items() if value == 3 and
                                   name.startswith("segments_at_")), default=0)


def check_figures(where, measured, expected):
    assert set(measured) == set(expected), (where, measured)
    for name, value in expected.items():
        least, most = value if isinstance(value, tuple) else (value, value)
        assert least <= measured[name] <= most, (where, name, measured[name], value)


def check_sentence(where, claim, template):
    said = template.format(**dict(in_other_units(claim["measured"])))
    pattern = ".*".join(re.escape(part) for part in said.split("…"))
    assert re.fullmatch(pattern, claim["because"]), (where, claim["because"], said)


def check(lessons):
    """Of a `lab --json`, all claims of each lesson. A claim that has another verdict than the page says is the page's to judge, not this table's."""
    verdicts = {claims.key(claim): claim["verdict"] for claim in claims.newest_text(claims.kept())}
    played = {(lesson["lesson"], claim["id"]): claim for lesson in lessons for claim in lesson["claims"]}
    names = {lesson["lesson"] for lesson in lessons}
    known = {where for where in SAID if where[0] in names}
    assert set(played) == known, set(played) ^ known
    for where, claim in played.items():
        if claim["verdict"] == verdicts[where]:
            check_figures(where, claim["measured"], SAID[where][0])
            check_sentence(where, claim, SAID[where][1])
    in_memory = played["memory", "uses-up"]["measured"], played["memory", "takes-memory"]["measured"]
    if all(in_memory):
        assert in_memory[0]["all_ports_bytes"] == PORTS * in_memory[1]["connected_bytes"], in_memory
        assert in_memory[1]["accepted_bytes"] < in_memory[1]["connected_bytes"], in_memory
