"""docs/claims.md: what was claimed, and what each kernel says to it (lib/kernels.py); docs/close.md and docs/tls-close.md
quote it."""
import re

from lib import kernels

JUDGED = ("lesson", "id", "text", "source", "verdict")
SHOWN = (*JUDGED, "because")
WAITS_FOR_SLOW = "--slow tries it"
NOT_TRIED = re.compile("this program was built without |this host allows no ring ")
# Claims that kernels disagree about: since when, and why. A claim that differs has to stand here, and no other one.
WHY = {}
HEAD = """# What is said about closing, and what holds

Each row is a statement, who makes it, and what this project's `teardown lab LESSON` found on each kernel that is named:
play the lesson to see the packets. [kernels.md](kernels.md) says how the kernels were tried. The page is made of what
`teardown lab all --json` said there, which `tests/data/kernels/` keeps. A test compares the column of the kernel that it
runs on with a fresh run; `tests/scenario/lab.py build/bench/teardown docs/claims.md --write` writes that one anew (with
`--slow` behind it the claims that take minutes, too), and `tests/kernels/run`, with `tests/kernels/keep.py`, those of
other kernels. `skipped`: only `--slow` tries it, or that kernel has not got the setting ([kernels.md](kernels.md)).
`-`: not tried there, or not decided. The page is of IPv4; `teardown lab all --family 6` says the same of each claim, and
a test holds it to that.

"""
# `<!-- lab: LESSON CLAIM -->`: the claim is quoted there; with --slow behind it one that is tried with that alone.
QUOTE = re.compile(r"^( *)<!-- lab: (\S+) (\S+)( --slow)? -->\n(.*?)^ *<!-- end -->", re.DOTALL | re.MULTILINE)
NUMBER = re.compile(r"\d+(\.\d+)?")
PICTURE = re.compile(r'<img src="([^"]+)"')
DIFFERENCES = """
## Where kernels differ
"""
AGREEMENT = """
These kernels agree about every claim that was decided on more than one of them.
"""


def claims_of(lessons):
    return [{name: dict(claim, lesson=lesson["lesson"])[name] for name in SHOWN}
            for lesson in lessons for claim in lesson["claims"]]


def waits_for_slow(claim):
    return claim["because"].endswith(WAITS_FOR_SLOW)


def completed(fresh, before):
    """Claims that were not tried, for want of --slow, of TLS or of a ring, have the verdicts of before."""
    known = {key(claim): {name: claim[name] for name in ("verdict", "because")} for claim in before}
    return [dict(claim, **known.get(key(claim), {})) if waits_for_slow(claim) or NOT_TRIED.match(claim["because"]) else claim
            for claim in fresh]


def keep(lessons, adds=False):
    """Of a `lab --json`. A sentence whose numbers alone are others stays as it was. `adds`: so do claims of lessons that were
    not played."""
    release = lessons[0]["kernel"]
    before = kept().get(kernels.version_of(release), [])
    same = {worded(claim): claim for claim in before}
    fresh = [same.get(worded(claim), claim) for claim in completed(claims_of(lessons), before)]
    played = {lesson["lesson"] for lesson in lessons}
    kernels.keep(release, claims=[claim for claim in before if adds and claim["lesson"] not in played] + fresh)


def worded(claim):
    return (*(claim[name] for name in JUDGED), NUMBER.sub("#", claim["because"]))


def kept():
    """{version: claims}, the oldest kernel first."""
    return {version: one["claims"] for version, one in kernels.kept().items() if "claims" in one}


def key(claim):
    return claim["lesson"], claim["id"]


def newest_text(said):
    """The claims in the words, and the order, of the kernel that decided most of them."""
    return max(reversed(list(said.values())), key=lambda claims: sum(
        claim["verdict"] not in ("undecided", "skipped") for claim in claims))


def answers(said, claim):
    """{version: the claim there} where it was decided."""
    return {version: one for version, claims in said.items() for one in claims
            if key(one) == key(claim) and one["verdict"] != "undecided"}


def row(said, claim):
    there = answers(said, claim)
    verdicts = [there[version]["verdict"] if version in there else kernels.NOT_TRIED for version in said]
    return [claim["text"], claim["source"], *verdicts, "`%s`" % claim["lesson"]]


def difference(said, claim):
    """The paragraph of a claim that kernels disagree about, or none."""
    there = {version: one for version, one in answers(said, claim).items() if one["verdict"] != "skipped"}
    if len({one["verdict"] for one in there.values()}) < 2:
        assert key(claim) not in WHY, "no kernels differ, and yet a reason is given: %s %s" % key(claim)
        return ""
    assert key(claim) in WHY, "kernels differ, and WHY (lib/claims.py) has no reason: %s %s" % key(claim)
    lines = "".join("- %s: %s. %s\n" % (version, one["verdict"], one["because"]) for version, one in there.items())
    return "\n**%s** (`%s`) %s\n\n%s" % (claim["text"], claim["lesson"], WHY[key(claim)], lines)


def page():
    said = kept()
    claims = newest_text(said)
    rows = [["claim", "who says so", *said, "lesson"], *(row(said, claim) for claim in claims)]
    differences = "".join(difference(said, claim) for claim in claims)
    return HEAD + kernels.table(rows) + (DIFFERENCES + differences if differences else AGREEMENT)


def quoted(block, known):
    """A claim in its words, and what the kernel with the most claims says to it."""
    indent, lesson, identity, slow = block[1], block[2], block[3], block[4] or ""
    claim = known[lesson, identity]
    sentence = "> *%s* %s: %s `teardown lab %s%s`" % (
        claim["text"], claim["verdict"].replace("-", " ").capitalize(), claim["because"], lesson, slow)
    return "%s<!-- lab: %s %s%s -->\n%s%s\n%s<!-- end -->" % (indent, lesson, identity, slow, indent, sentence, indent)


def with_quotes(text):
    known = {key(claim): claim for claim in newest_text(kept())}
    return QUOTE.sub(lambda block: quoted(block, known), text)


# What is made of what kernels said, in the folder of the pages.
MADE = {"claims.md": lambda text: page(), "kernels.md": kernels.with_tables, "close.md": with_quotes,
        "tls-close.md": with_quotes}


def write(docs):
    for name, made in MADE.items():
        path = docs / name
        path.write_text(made(path.read_text()))


def check(docs):
    for name, made in MADE.items():
        text = (docs / name).read_text()
        assert text == made(text), "docs/%s is not made of tests/data/kernels (--write)" % name
        for picture in PICTURE.findall(text):
            assert (docs / picture).exists(), "docs/%s: no picture %s (docs/pictures/draw.py)" % (name, picture)
