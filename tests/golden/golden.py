#!/usr/bin/env python3
"""What the programs print, compared byte for byte: golden.py [--update] SOURCE BUILD

Each case is a command that reads a file of results/, or none, and prints a text of texts/. In the
files of results/ no two numbers are alike, so a number that is printed in another's place shows.
documented.json, all.json and plugin.json hold the figures of real runs, which README.md, docs/run.md,
docs/choosing.md and docs/plugin.md show: their tables are printed from these. What made_up.py makes is not
kept: a result of twenty plug-ins, one of hostile names. --update writes all texts anew: look at the difference before it is committed."""
import difflib
import os
import re
import shlex
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import made_up  # noqa: E402

WIDTHS = (60, 80, 100, 200)
PAGE_WIDTH = 120
# A result in results/ that is cut down to what a table is made of says least; each is shown once.
REPORTS = ("findings", "open", "wrk", "noisy", "others", "race", "well", "bare", "lost", "states")
# One strategy, six, twenty; only invalid trials; a third-party server; lost responses; an open loop.
ANSWERS = ("one", "documented", "twenty", "invalid", "third", "loss", "offered")
UTF8 = "LC_ALL=C.UTF-8 "

CAPTURES = "../../data/captures/"

# (name, command)
CASES = [
    *(("answer-%s-%d" % (name, width), UTF8 + "COLUMNS=%d teardown report %s.json" % (width, name))
      for name in ANSWERS for width in WIDTHS),
    # Sixteen behaviours, and all strategies: columns that are alike are one, and blocks fit.
    *(("matrix-%d" % width, "COLUMNS=%d teardown report matrix.json" % width) for width in WIDTHS),
    *(("sweep-%d" % width, UTF8 + "COLUMNS=%d teardown report sweep.json" % width) for width in WIDTHS),
    *(("events-many-%d" % width, UTF8 + "COLUMNS=%d teardown report eventful.json" % width) for width in (60, 100)),
    ("events-many-killed", UTF8 + "COLUMNS=100 teardown report killed.json"),
    *(("events-%d" % width, UTF8 + "COLUMNS=%d teardown report events.json" % width) for width in WIDTHS),
    *(("ramp-%d" % width, UTF8 + "COLUMNS=%d teardown report ramp.json" % width) for width in WIDTHS),
    ("explain-events", "COLUMNS=100 teardown report events.json --explain events"),
    ("sweep-apart", UTF8 + "COLUMNS=80 teardown report sweep-apart.json"),
    ("sweep-table", UTF8 + "COLUMNS=80 teardown report idle-limits.json"),
    ("sweep-table-60", UTF8 + "COLUMNS=60 teardown report idle-limits.json"),
    ("sweep-ascii", "COLUMNS=80 teardown report sweep.json"),
    # Sweeps, and a matrix, in which the load's end cut most pauses short.
    *((name, UTF8 + "COLUMNS=80 teardown report %s.json" % name)
      for name in ("sweep-cut", "sweep-cut-table", "matrix-cut")),
    ("matrix-colour", "COLUMNS=80 teardown report --color always matrix.json"),
    ("answer-ascii", "COLUMNS=80 teardown report documented.json"),
    ("answer-colour", UTF8 + "COLUMNS=80 teardown report --color always loss.json"),
    ("answer-colour-auto", UTF8 + "TERM=xterm COLUMNS=80 teardown report --color auto loss.json"),
    ("colour-unknown", "teardown report --color red loss.json"),
    ("columns", "COLUMNS=80 teardown report --columns p99,segments_per_connection,lost_share loss.json"),
    ("columns-bands", "COLUMNS=60 teardown report --columns time_wait_at,rate,interval,"
                      "latency.p99,segments_per_connection,server_cpu_us_per_connection loss.json"),
    ("columns-unknown", "teardown report --columns p99,segments loss.json"),
    ("answer-bounds", UTF8 + "COLUMNS=100 teardown report bounds.json"),
    ("answer-bounds-ascii", "COLUMNS=80 teardown report bounds.json"),
    ("columns-bounds", UTF8 + "COLUMNS=80 teardown report --columns strategy,exchanges_per_s,"
                       "exchanges_per_connection,rate_per_s bounds.json"),
    ("wide-bounds", "COLUMNS=160 teardown report --wide bounds.json"),
    ("metric-bounds", UTF8 + "COLUMNS=80 teardown report --metric exchanges_per_s bounds.json"),
    ("compare-bounds", "COLUMNS=80 teardown compare bounds.json -s p01,plu02"),
    ("answer-proxied", UTF8 + "COLUMNS=100 teardown report proxied.json"),
    ("answer-proxied-unwell", UTF8 + "COLUMNS=100 teardown report proxied-unwell.json"),
    *((name + "-translated", UTF8 + "COLUMNS=100 teardown report %stranslated.json" % wide)
      for name, wide in (("answer", ""), ("wide", "--wide "))),
    ("columns-proxied-unwell",
     "COLUMNS=100 teardown report proxied-unwell.json --columns rate_per_s,upstream.rate_per_s"),
    ("fail-if-proxied-unwell", "teardown report proxied-unwell.json --fail-if 'p01.upstream.rate_per_s < 1'"),
    ("csv-proxied", "teardown report proxied.json --csv -"),
    ("prometheus-proxied", "teardown report proxied.json --prometheus /dev/stdout"),
    ("compare-proxied", "COLUMNS=100 teardown compare proxied.json proxied-faster.json"),
    ("compare-proxied-one", "COLUMNS=100 teardown compare proxied.json -s p01,plu02"),
    ("compare-proxied-half", "COLUMNS=100 teardown compare proxied.json differing.json -s p01"),
    ("metric-proxied", UTF8 + "COLUMNS=80 teardown report proxied.json --metric upstream.rate_per_s"),
    ("columns-proxied", "COLUMNS=100 teardown report proxied.json --columns rate_per_s,upstream.rate_per_s"),
    ("columns-no-proxy", "teardown report six.json --columns strategy,upstream.rate_per_s"),
    ("metric-no-proxy", "teardown report six.json --metric upstream.rate_per_s"),
    ("fail-if-proxied", "teardown report proxied.json --fail-if 'upstream.rate_per_s < 1500'"
                        " --fail-if 'p01.upstream.ports.held_share > 70%' --fail-if 'rate_per_s < 1'"),
    ("fail-if-no-proxy", "teardown report bare.json --fail-if 'upstream.rate_per_s < 1'"),
    ("fail-if-upstream-unknown", "teardown report proxied.json --fail-if 'upstream.rate < 1'"),
    ("answer-all", UTF8 + "COLUMNS=100 teardown report all.json"),
    ("answer-hostile-100", UTF8 + "COLUMNS=100 teardown report hostile.json"),
    ("answer-hostile", UTF8 + "COLUMNS=60 teardown report hostile.json"),
    ("csv-hostile", "teardown report hostile.json --csv -"),
    ("prometheus-hostile", "teardown report hostile.json --prometheus /dev/stdout"),
    ("compare-hostile", UTF8 + "COLUMNS=80 teardown compare hostile.json hostile.json"),
    *(("refused-" + name, "teardown report %s.json" % name) for name in ("newline", "right-to-left")),
    ("metric-hostile", "COLUMNS=80 teardown report --metric rate_per_s hostile.json"),
    ("metric-one-trial", "COLUMNS=80 teardown report --metric rate_per_s bare.json"),
    ("metric-twenty", UTF8 + "COLUMNS=80 teardown report --metric rate_per_s twenty.json"),
    ("metric-more", "COLUMNS=80 teardown report --metric rate_per_s all.json"),
    ("metric-less", UTF8 + "COLUMNS=60 teardown report --metric latency.p99 documented.json"),
    ("metric-none", "teardown report --metric latency.connect.p50 documented.json"),
    ("metric-unknown", "teardown report --metric rate documented.json"),
    *(("wide-six-%d" % width, "COLUMNS=%d teardown report --wide six.json" % width) for width in WIDTHS),
    *(("wide-" + name, "COLUMNS=200 teardown report --wide %s.json" % name)
      for name in ("findings", "wrk", "race", "bare", "open")),
    ("wide-states", "COLUMNS=160 teardown report --wide states.json"),
    *(("report-findings-%d" % width, "COLUMNS=%d teardown report findings.json" % width)
      for width in WIDTHS if width != 200),
    *(("report-" + name, "COLUMNS=200 teardown report %s.json" % name) for name in REPORTS),
    # As version 0.1.0 wrote it: what was not measured yet is "-", and all else is read.
    ("report-release-0.1", "COLUMNS=100 teardown report release-0.1.json"),
    ("wide-release-0.1", "COLUMNS=160 teardown report --wide release-0.1.json"),
    ("compare-release-0.1", "COLUMNS=100 teardown compare release-0.1.json -s simultaneous,adaptive-drain"),
    ("compare-releases", "COLUMNS=100 teardown compare release-0.1.json all.json -s fin-then-reset"),
    # More than twelve lines below the table would be too many: it is told briefly.
    ("report-brief", "COLUMNS=100 teardown report brief.json"),
    # Six invalid trials for six reasons, each with its own numbers, and six findings.
    *(("report-crowded-%d" % width, "COLUMNS=%d teardown report crowded.json" % width) for width in WIDTHS),
    # The first reason is one that all of them have.
    ("report-none-valid", "COLUMNS=60 teardown report none-valid.json"),
    # The first finding alone has more lines than there may be.
    ("report-long", "COLUMNS=100 teardown report long.json"),
    ("wide-long", "COLUMNS=100 teardown report --wide long.json"),
    ("wide-crowded", "COLUMNS=100 teardown report --wide crowded.json"),
    *(("explain-ladders-%d" % width, UTF8 + "COLUMNS=%d teardown report ladders.json --explain ladders --color always" % width)
      for width in WIDTHS),
    ("explain-ladders-ascii", "COLUMNS=80 teardown report ladders.json --explain ladders"),
    ("explain-ladders-none", "teardown report one.json --explain ladders"),
    ("answer-ladders", "COLUMNS=80 teardown report ladders.json"),
    *(("explain-" + part, "COLUMNS=100 teardown report crowded.json --explain " + part)
      for part in ("invalid", "runway", "states", "not-run")),
    # Half of the ports that a server has for one place are not too many, and a 502 is no delivery.
    *(("report-" + name, "COLUMNS=100 teardown report %s.json" % name) for name in ("well-proxy", "unwell-proxy")),
    # A finding of the server's end in one trial and of the client's in another is told of each.
    ("report-ends", "COLUMNS=100 teardown report ends.json"),
    *(("latency-" + name, "teardown report --latency %s.json" % name)
      for name in ("six", "open", "wrk", "findings", "bare")),
    *(("latency-six-%d" % width, "COLUMNS=%d teardown report --latency six.json" % width) for width in (60, 80)),
    *(("csv-" + name, "teardown report --csv - %s.json" % name)
      for name in ("open", "wrk", "findings", "bare", "formula", "bounds")),
    *(("prometheus-" + name, "teardown report %s.json --prometheus /dev/stdout" % name)
      for name in ("loss", "bare", "bounds")),
    ("prometheus-nowhere", "teardown report bare.json --prometheus no/such/folder.prom --csv /dev/null"),
    ("compare-files", "teardown compare before.json after.json"),
    *(("compare-files-%d" % width, "COLUMNS=%d teardown compare before.json after.json" % width)
      for width in WIDTHS),
    ("compare-all-columns", "COLUMNS=100 teardown compare before.json after.json --wide"),
    ("compare-many", "COLUMNS=100 teardown compare differing.json -s p01,plu02"),
    ("compare-one-strategy", "teardown compare before.json after.json --strategies reset"),
    ("compare-strategies", "teardown compare before.json --strategies graceful,reset"),
    ("compare-too-few", "teardown compare six.json --strategies client-close,tw-reuse"),
    # One trial a side, and the same: no interval, no difference, and nothing that says from which one on it is told.
    ("compare-one-trial", "teardown compare plugin.json plugin.json --strategies mine"),
    # The means differ and p is small, but the medians' interval holds 0; then not even p is small.
    ("compare-wide", "teardown compare split.json --strategies one,two-of-three"),
    ("compare-wide-80", "COLUMNS=80 teardown compare before.json after.json --wide -s reset"),
    ("compare-half", "teardown compare split.json --strategies one,half"),
    # Trials whose point is exhaustion are invalid, and what they lost is compared all the same.
    ("compare-lost-alike", "teardown compare lost.json --strategies sixty,ten"),
    ("compare-lost", "teardown compare lost.json --strategies sixty,wide"),
    ("compare-lost-few", "teardown compare lost.json --strategies sixty,half"),
    ("compare-lost-never", "teardown compare lost.json --strategies sixty,never"),
    ("fail-if-lost", "teardown report lost.json --fail-if 'sixty.exhausted_s < 5s' --fail-if 'refused_share > 20%'"
                     " --fail-if 'half.exhausted_s < 5s' --fail-if 'lacking.rate_per_s < 1'"),
    # Twins: what differs between rounds is in both.
    ("compare-twins", "teardown compare twins.json --strategies graceful,reset"),
    ("report-twins", "COLUMNS=160 teardown report twins.json"),
    ("compare-nothing", "teardown compare bare.json --strategies graceful,reset"),
    *(("fail-if-" + name, "teardown report bare.json --fail-if 'graceful.rate_per_s %s'" % limit)
      for name, limit in (("less", "< 1.5k"), ("at-most", "<= 1234.5"), ("more", "> 1000"),
                          ("at-least", ">= 1234.5"), ("equal", "== 1234.5"), ("unequal", "!= 0"),
                          ("not-crossed", "< 1234.5"))),
    ("fail-if-unknown", "teardown report bare.json --fail-if 'reset.rate_per_s < 1'"),
    ("fail-if-median", "teardown report six.json --fail-if 'reset.total_us_p99 > 0.001M' --csv /dev/null"),
    ("list", "teardown list"),
    ("list-two", "teardown list graceful fin-then-reset"),
    *(("list-for-" + who, "teardown list --for " + who) for who in ("server", "client", "proxy")),
    ("list-metrics", "teardown list --metrics"),
    *(("list-%s-%d" % (name, width), "COLUMNS=%d teardown list %s" % (width, what)) for width in (60, 80)
      for name, what in (("two", "graceful tw-cap"), ("server", "--for server"), ("metrics", "--metrics"))),
    *(("explain-" + name, "COLUMNS=100 teardown report findings.json --explain " + finding) for name, finding in
      (("finding", "ports-exhausted"), ("none", "server-never-closes"),
       ("other-version", "made-up-by-another-version"), ("unknown", "ports-exhaust"))),
    ("list-findings", "teardown list --findings"),
    *(("trace-%s-%d" % (name, width), UTF8 + "COLUMNS=%d teardown trace %s%s.pcap" % (width, CAPTURES, name))
      for name in ("keep-alive-race", "scan", "three-incarnations") for width in (60, 80, 120)),
    *(("trace-" + name, UTF8 + "COLUMNS=100 teardown trace %s%s" % (CAPTURES, name))
      for name in ("closed-crossed.pcapng", "linger-loses-a-response.pcapng", "old-connection-met.pcap",
                   "wraps-and-loses.pcap", "refused-ipv6-extensions.pcap", "begins-in-the-middle.pcap")),
    ("trace-ascii", "COLUMNS=80 teardown trace %skeep-alive-race.pcap" % CAPTURES),
    ("trace-colour", UTF8 + "COLUMNS=80 teardown trace --color always %swraps-and-loses.pcap" % CAPTURES),
    ("trace-list", UTF8 + "teardown trace --list %sthree-incarnations.pcap" % CAPTURES),
    ("trace-json", "teardown trace --json %sthree-incarnations.pcap" % CAPTURES),
    ("trace-connection", UTF8 + "COLUMNS=100 teardown trace --connection 1 %sthree-incarnations.pcap" % CAPTURES),
    ("trace-limit", "teardown trace --json --fail-if 'refused > 30%%' %sscan.pcap" % CAPTURES),
    *(("plan-%d" % width, "COLUMNS=%d teardown plan --rate 600/s --hz 250" % width) for width in (60, 80)),
    ("plan-greatest", "COLUMNS=60 teardown plan --hz 250 --rtt 30ms --hosts 2"),
    ("plan-refused-by-all", "COLUMNS=80 teardown plan -s client-close,tw-reuse --rate 1M/s --rtt 30ms --hz 1000"),
    ("plan-slow", "COLUMNS=80 teardown plan -s client-close --rate 300/s --hz 250"),
    *(("plan-costs-%d" % width, "COLUMNS=%d teardown plan -s graceful,delayed-close,client-close,keep-alive,reset --rate 600/s --rtt 30ms "
       "--response 20KB --pause 10s --hz 250" % width) for width in (60, 80)),
    ("plan-from-doctor", "COLUMNS=80 teardown plan --from-doctor ../doctor.json -s client-close,graceful,tw-reuse"),
    ("plan-from-doctor-json", "teardown plan --from-doctor ../doctor.json -s client-close --rate 300/s --ports 1024-65535 --json"),
    ("plan-from-doctor-and-given", "COLUMNS=60 teardown plan --from-doctor ../doctor.json -s client-close --rate 300/s --ports 1024-65535"),
    ("plan-from-no-doctor", "teardown plan --from-doctor well.json"),
    ("plan-no-size", "teardown plan --response 20X"),
    ("plan-pause-of-no-rate", "teardown plan --pause 1s"),
    ("plan-capped", "COLUMNS=80 teardown plan -s graceful,client-close,server-close,simultaneous --rate 600/s --tw-buckets 5000 --hz 250"),
    ("plan-nat", "COLUMNS=80 teardown plan -s graceful,client-close --rate 400/s --hosts 400 --rtt 30ms --nat-ports 1024 --hz 250"),
    ("plan-nat-does", "COLUMNS=80 teardown plan --strategy client-close --rate 10/s --ports 40001-40100 --nat-ports 2000 --hz 250"),
    ("plan-nat-of-no-ports", "teardown plan --nat-hold 3s"),
    ("plan-nat-verified", "teardown plan --rate 3/s --nat-ports 10 --verify"),
    # Simulated: what is drawn at random is the same on each machine.
    ("plan-simulate", UTF8 + "COLUMNS=80 teardown plan -s client-close,wide-ports,graceful --rate 440/s --hz 250 --simulate --duration 4m"),
    ("plan-simulate-60", "COLUMNS=60 teardown plan -s tw-reuse --rate 200k/s --hosts 4 --destinations 30 --zipf 1.2 --arrivals bursts:20 "
     "--hz 250 --simulate --duration 5s --ports 32768-36863 --lifetime 300ms,pareto:1.5"),
    ("plan-simulate-outage", UTF8 + "COLUMNS=80 teardown plan -s client-close --rate 20/s --hz 250 --ports 40001-42000 --simulate "
     "--duration 5m --outage 60s-90s --retries 6 --seed 3"),
    ("plan-simulate-exact", "COLUMNS=80 teardown plan -s client-close --rate 33/s --hz 250 --ports 40001-42000 --simulate --exact "
     "--duration 140s --arrivals fixed"),
    ("plan-simulate-cap", "COLUMNS=80 teardown plan -s client-close --rate 200/s --hz 250 --ports 40001-42000 --destinations 5 "
     "--simulate --duration 2m --tw-buckets 4000"),
    ("plan-simulate-json", "teardown plan -s client-close --rate 33/s --hz 250 --ports 40001-42000 --simulate --duration 2s --lifetime 1s --json"),
    *(("plan-scenario-" + name, UTF8 + "COLUMNS=80 teardown plan --scenario ../../../bench/examples/plan/%s.plan%s" % (name, more))
      for name, more in (("api-gateway", ""), ("cdn-edge", " --hosts 4 --rate 8k/s"), ("l4-balancer", " --addresses 1 --rate 1k/s"),
                         ("nat-gateway", ""), ("retry-storm", ""))),
    ("plan-simulate-no-rate", "teardown plan --simulate"),
    ("plan-simulate-too-fast", "teardown plan --simulate --rate 1000G/s --hz 250"),
    ("plan-json", "teardown plan -s client-close,keep-alive --rate 600/s --rtt 30ms --hz 250 --json"),
    ("help", "teardown --help"),
    *(("help-" + verb, "teardown %s --help" % verb) for verb in ("run", "list", "check", "report", "compare", "trace", "lab", "plan", "agent")),
    ("help-server", "teardown-server --help"),
    *(("help-%s-60" % verb, "COLUMNS=60 teardown %s --help" % verb) for verb in ("run", "list", "trace")),
]
PROGRAMS = {"teardown": "bench/teardown", "teardown-server": "server/teardown-server"}
# What a plan that takes longer than 2 s says on a slow machine.
PROGRESS = re.compile(rb"^simulated .* in \d+\.\d s\n", re.MULTILINE)
# Blocks of pages: all that `report` prints, or the answer and the table.
BLOCK = re.compile(r"(<!-- (report|table): (\S+\.json) -->\n```\n)(.*?)(```\n<!-- end -->)",
                   re.DOTALL)
PAGES = {"README.md": 1, "docs/run.md": 1, "docs/choosing.md": 1, "docs/plugin.md": 1}  # how many blocks each has at least


class Golden:
    def __init__(self, source, build, update):
        self.source, self.build, self.update = source, build, update
        self.folder = os.path.join(source, "tests", "golden")
        self.failed = []
        self.made_folder = tempfile.TemporaryDirectory()
        self.made = made_up.write(self.made_folder.name)

    def printed(self, command):
        """stdout; behind it stderr and the exit status, where there are any."""
        words = shlex.split(command)
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("COLUMNS", "NO_COLOR", "LANG", "LC_CTYPE", "LC_ALL")}
        while "=" in words[0]:
            name, _, environment[name] = words.pop(0).partition("=")
        words[0] = os.path.join(self.build, PROGRAMS[words[0]])
        folder = self.made_folder.name if self.made & set(words) else os.path.join(self.folder, "results")
        # What runs them, where they are for another machine: .ci/arm64 says it, as meson does to its own.
        words = shlex.split(os.environ.get("MESON_EXE_WRAPPER", "")) + words
        done = subprocess.run(words, capture_output=True, cwd=folder,
                              env=environment, timeout=60, check=False)
        text = done.stdout
        told = PROGRESS.sub(b"", done.stderr)
        if told:
            text += b"--- stderr ---\n" + told
        if done.returncode:
            text += b"--- exit status %d ---\n" % done.returncode
        return text.decode()

    def compare(self, path, found, what):
        """One text of the tree with what is printed today."""
        whole = os.path.join(self.source, path)
        kept = ""
        if os.path.exists(whole):
            with open(whole, encoding="utf-8", newline="") as file:
                kept = file.read()
        if kept == found:
            return
        if self.update:
            with open(whole, "w", encoding="utf-8", newline="") as file:
                file.write(found)
            print("written:", path)
            return
        self.failed.append(path)
        sys.stdout.writelines(line if line.endswith("\n") else line + "\n" for line in
                              difflib.unified_diff(kept.splitlines(True), found.splitlines(True),
                                                   path, what))

    def texts(self):
        for name, command in CASES:
            self.compare("tests/golden/texts/%s.txt" % name, self.printed(command), command)
        kept = set(os.listdir(os.path.join(self.folder, "texts")))
        for name in sorted(kept - {name + ".txt" for name, _ in CASES}):
            self.failed.append("tests/golden/texts/" + name)
            print("tests/golden/texts/%s: no case prints this" % name)

    def block(self, kind, file):
        lines = self.printed(UTF8 + "COLUMNS=%d teardown report %s" % (PAGE_WIDTH, file)).splitlines()
        if kind == "table":
            return "".join(line + "\n" for line in answer_and_table(lines))
        return "".join(line.rstrip() + "\n" for line in lines)

    def pages(self):
        for page, least in PAGES.items():
            with open(os.path.join(self.source, page), encoding="utf-8") as file:
                text = file.read()
            filled, blocks = BLOCK.subn(
                lambda block: block[1] + self.block(block[2], block[3]) + block[5], text)
            self.compare(page, filled, "the report of its result file")
            if blocks < least:
                self.failed.append(page)
                print("%s: %d blocks of `report`, not %d" % (page, blocks, least))

    def prose_is_short(self):
        """Below the table no more than twelve lines of a terminal of 100 columns, none of them wider
        than that; of a narrower one as much text."""
        for file in sorted(os.listdir(os.path.join(self.folder, "results"))):
            for width in (60, 100):
                printed = self.printed("COLUMNS=%d teardown report %s" % (width, file))
                prose = printed.partition("\nMedians of")[2].partition("\n\n")[0].splitlines()
                most = max(12, 12 * 100 // width)
                widest = max(map(len, prose), default=0)
                if len(prose) > most or widest > width:
                    self.failed.append("%s: %d lines of prose, the widest of %d characters, where %d are "
                                       "wide enough" % (file, len(prose), widest, width))
                wide = [line for line in printed.splitlines() if len(line) > width]
                if wide:
                    self.failed.append("%s: wider than %d: %s" % (file, width, wide[0]))

    def same_as_kept(self):
        """What is printed elsewhere in the tree."""
        self.compare("docs/result.md", self.printed("teardown list --fields"), "teardown list --fields")
        self.compare("schema/teardown-run-1.schema.json", self.printed("teardown list --schema"),
                     "teardown list --schema")


def answer_and_table(lines):
    """The answer, and the table behind it: what stands before the second empty line."""
    table = lines.index("") + 1
    return lines[:lines.index("", table)]


def main():
    arguments = sys.argv[1:]
    update = arguments[0] == "--update"
    source, build = (os.path.abspath(path) for path in (arguments[1:] if update else arguments))
    golden = Golden(source, build, update)
    golden.texts()
    golden.pages()
    golden.prose_is_short()
    golden.same_as_kept()
    print("\n".join("differs: " + path for path in golden.failed) or "ok: %d texts" % len(CASES))
    sys.exit(1 if golden.failed else 0)


if __name__ == "__main__":
    main()
