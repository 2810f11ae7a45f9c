#!/usr/bin/env python3
"""How perf/ makes figures of what it reads: perf_figures.py PERF"""
import os
import sys
import tempfile
import unittest

sys.path.insert(0, sys.argv.pop(1))
import counting
import lab
import measurements
import page
import ratios
import report
import runs
from ratios import Spread

STRACE = """    calls syscall
--------- ----------------
     1200 accept4
      200 close
        3 epoll_wait
--------- ----------------
     1403 total
"""


TRACE = """10 socket(AF_UNIX, SOCK_STREAM, 0) = 3
10 connect(3, {sa_family=AF_UNIX, sun_path="/x"}, 110) = -1 ENOENT (No such file or directory)
10 close(3) = 0
11 epoll_create1(EPOLL_CLOEXEC) = 5
11 socket(AF_INET, SOCK_STREAM, 0) = 6
11 connect(6, {sa_family=AF_INET}, 16 <unfinished ...>
10 nanosleep({tv_sec=0}, NULL) = 0
11 <... connect resumed>) = -1 EINPROGRESS (Operation now in progress)
11 socket(AF_INET, SOCK_STREAM, 0) = 7
11 connect(7, {sa_family=AF_INET}, 16) = -1 EINPROGRESS (Operation now in progress)
11 recvfrom(6, 0x7f, 100, 0, NULL, NULL) = -1 EAGAIN (Resource temporarily unavailable)
11 close(6) = 0
11 close(7) = 0
11 munmap(0x7f, 4096) = 0
11 +++ exited with 0 +++
"""


class Ratios(unittest.TestCase):
    def test_pairs_are_of_the_same_repeat(self):
        # The ratio of the medians is 1.5.
        self.assertEqual(ratios.paired([10, 2, 3], [1, 2, 30]), [10, 1, 0.1])

    def test_a_repeat_without_a_figure_is_left_out(self):
        self.assertEqual(ratios.paired([1, None, 3], [2, 2, None]), [0.5])

    def test_spread_of_one_figure(self):
        self.assertEqual(ratios.spread([7]), (7, 7, 7))

    def test_spread_of_five_reaches_to_the_ends(self):
        # Three or more of five draws are the least with a chance of 5.8 %.
        self.assertEqual(ratios.spread([3, 1, 5, 2, 4]), (3, 1, 5))

    def test_spread_of_many_narrows(self):
        median, low, high = ratios.spread(list(range(101)))
        self.assertEqual(median, 50)
        self.assertTrue(35 <= low < 50 < high <= 65, (low, high))

    def test_verdict_needs_the_whole_interval(self):
        self.assertEqual(ratios.verdict(Spread(0.81, 0.8, 0.82), 0.85), "met")
        self.assertEqual(ratios.verdict(Spread(0.91, 0.9, 0.92), 0.85), "missed")
        self.assertEqual(ratios.verdict(Spread(0.84, 0.8, 0.9), 0.85), "open")
        self.assertEqual(ratios.verdict(Spread(0.87, 0.8, 0.9), 0.85), "open")
        self.assertEqual(ratios.verdict(Spread(0.85, 0.85, 0.85), 0.85), "met")

    def test_a_run_without_an_interval_meets_and_misses_nothing(self):
        self.assertEqual(ratios.verdict(Spread(0.1, None, None), 0.85), "open")
        self.assertEqual(ratios.verdict(Spread(9.0, None, None), 0.85), "open")


MET, OPEN, MISSED = Spread(0.7, 0.6, 0.8), Spread(0.84, 0.8, 0.9), Spread(1.4, 1.2, 1.5)


class SeveralRuns(unittest.TestCase):
    def verdict(self, *of_runs):
        return ratios.verdict_of_runs(of_runs, 0.85)

    def test_met_is_said_where_every_run_met_it(self):
        self.assertEqual(self.verdict(MET), "met")
        self.assertEqual(self.verdict(MET, MET, MET), "met")

    def test_met_is_not_said_where_one_run_did_not(self):
        self.assertEqual(self.verdict(MET, OPEN), "met by 1 of 2")
        self.assertEqual(self.verdict(MISSED, MET, MET), "met by 2 of 3")
        self.assertEqual(self.verdict(OPEN), "met by 0 of 1")

    def test_missed_is_said_where_every_run_missed_it(self):
        self.assertEqual(self.verdict(MISSED, MISSED), "missed")
        self.assertEqual(self.verdict(MISSED, OPEN), "met by 0 of 2")

    def test_the_range_goes_from_run_to_run(self):
        self.assertEqual(ratios.range_of_runs([OPEN, MISSED, MET]), (0.7, 1.4, 0.6, 1.5))
        self.assertEqual(ratios.range_of_runs([MET, Spread(0.9, None, None)]), (0.7, 0.9, 0.6, 0.9))
        self.assertAlmostEqual(ratios.difference_of_runs([OPEN, MISSED, MET]), 1.0)

    def test_one_run_and_a_median_of_nothing_have_no_difference(self):
        nothing = OPEN._replace(median=0.0)
        self.assertIsNone(ratios.difference_of_runs([OPEN]))
        self.assertIsNone(ratios.difference_of_runs([nothing, MET]))
        self.assertIsNone(ratios.difference_of_runs([nothing, nothing]))

    def test_the_text_has_medians_and_then_ends(self):
        self.assertEqual(report.runs_text([MET, MISSED], 1), "0.7–1.4 (0.6–1.5)")
        self.assertEqual(report.runs_text([MET], 1), "0.7 (0.6–0.8)")
        self.assertEqual(report.runs_text([Spread(4, 4, 4)] * 2, 2), "4.00")
        self.assertEqual(report.runs_text([], 1), "-")


class Counts(unittest.TestCase):
    def test_what_is_done_once_cancels_out(self):
        self.assertEqual(counting.difference(lambda n: (n, 1000 + 4 * n), 10, 60), 4)

    def test_no_more_connections_is_no_figure(self):
        with self.assertRaises(lab.Invalid):
            counting.difference(lambda n: (10, n), 10, 60)

    def test_calls_are_summed_without_the_total(self):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(STRACE)
            file.flush()
            self.assertEqual(counting.strace_calls(file.name), 1403)

    def test_a_loader_is_its_connecting_thread_between_first_socket_and_last_close(self):
        self.assertEqual(counting.connecting_thread_calls(TRACE), 7)

    def test_no_thread_that_connects_is_no_figure(self):
        for trace in ("", "10 socket(AF_INET) = 3\n10 close(3) = 0\n", "10 connect(3) = 0\n"):
            with self.assertRaises(lab.Invalid):
                counting.connecting_thread_calls(trace)


class Samples(unittest.TestCase):
    def trial(self, *samples):
        return {"samples": [dict(zip(("t_s", "opened", "server_cpu_s"), sample))
                            for sample in samples]}

    def test_cpu_is_of_the_wanted_stretch(self):
        trial = self.trial((0, 0, 1.0), (1, 100, 2.0), (2, 300, 4.0), (3, 400, 9.0), (4, 400, 99))
        found = lab.server_us_between(trial, lambda sample: sample["opened"] >= 100)
        self.assertAlmostEqual(found, 1e4)  # not the end, when nobody connects any more

    def test_too_few_samples(self):
        with self.assertRaises(lab.TooSlow):
            lab.server_us_between(self.trial((0, 0, 0.0), (1, 9, 1.0)), lambda sample: True)

    def test_a_late_sample_is_no_reason(self):
        self.assertTrue(lab.valid({"invalid_because": ["2 of 20 samples missed"]}))
        with self.assertRaises(lab.Invalid):
            lab.valid({"invalid_because": ["1 SYNs sent again"]})

    def test_wrk_counts_responses(self):
        said = "  39360 requests in 1.10s, 9.87MB read\n"
        self.assertEqual(lab.wrk_requests({"third_party": {"output": said}}), 39360)
        with self.assertRaises(lab.Invalid):
            lab.wrk_requests({"third_party": {"output": said + "  Non-2xx or 3xx responses: 1\n"}})


def measurement():
    """The server is to take half of what nginx takes, and ten."""
    return measurements.Measurement(
        "cpu", "CPU", "us", {}, [measurements.Target("ours", 0.5, "nginx", headline=True),
                                 measurements.Target("ours", 10)], "A note.", ["nginx"])


def result(ours, nginx, **others):
    host = {"cpu_model": "Some(R) CPU 9", "cpus": 2, "memory_bytes": 4 << 30, "kernel": "6.1",
            "root": True}
    return {"repeats": len(ours), "quick": False, "invalid": ["ours: late", "ours: late"],
            "ended": "2026-01-02T03:04:05", "commit": "abc", "host": host,
            "sysctls": {"server": {"net.ipv4.tcp_congestion_control": "cubic"}},
            "figures": {"ours": ours, "nginx": nginx, "absent": [None] * len(ours)}, **others}


def run(*arguments, **others):
    return runs.run_of([(measurement(), result(*arguments, **others))])


class Runs(unittest.TestCase):
    def test_a_run_keeps_medians_and_intervals(self):
        kept = run([4, 8, 6], [10, 10, None])
        self.assertEqual(kept["machine"], {
            "cpu_model": "Some(R) CPU 9", "cpus": 2, "memory_gib": 4, "kernel": "6.1",
            "congestion_control": "cubic", "root": True})
        self.assertEqual((kept["ended"], kept["commit"]), ("2026-01-02T03:04:05", "abc"))
        self.assertEqual(kept["measurements"]["cpu"]["invalid"], ["ours: late"])
        self.assertEqual(runs.spread_of(kept, "cpu", "ours"), Spread(6, 4, 8))
        self.assertEqual(runs.spread_of(kept, "cpu", "ours", "nginx"), Spread(0.6, 0.4, 0.8))
        self.assertIsNone(runs.spread_of(kept, "cpu", "absent"))
        self.assertIsNone(runs.spread_of(kept, "cpu", "nginx", "nginx"))
        self.assertIsNone(runs.spread_of(kept, "memory", "ours"))

    def test_figures_of_two_machines_are_no_run(self):
        other = result([1], [1])
        other["host"] = {**other["host"], "cpus": 4}
        with self.assertRaises(SystemExit):
            runs.run_of([(measurement(), result([1], [1])), (measurement(), other)])

    def test_a_file_a_run(self):
        later = {"ended": "2026-01-02T09:00:00"}
        with tempfile.TemporaryDirectory() as folder:
            for kept in (run([1], [1]), run([2], [1], **later), run([3], [1])):
                runs.write(folder, kept)
            found = runs.read(folder)
        self.assertEqual(list(found), ["2026-01-02-some-cpu-9-2cpu", "2026-01-02-some-cpu-9-2cpu-2"])
        self.assertEqual([runs.spread_of(one, "cpu", "ours").median for one in found.values()],
                         [3, 2])  # the first was measured anew

    def test_what_is_written_is_read(self):
        with tempfile.TemporaryDirectory() as folder:
            kept = run([4, 8, 6], [10, 10, None])
            runs.write(folder, kept)
            self.assertEqual(list(runs.read(folder).values()), [kept])


class Pages(unittest.TestCase):
    def setUp(self):
        self.runs = {"a": run([4, 4], [10, 10]), "b": run([12, 12], [20, 20])}

    def test_targets_are_of_all_runs(self):
        self.assertEqual(page.targets_table(self.runs, [measurement()])[1:], [
            ["CPU", "ours", "≤ 0.5 × nginx", "0.400–0.600", "2", "50 %", "met by 1 of 2"],
            ["CPU", "ours", "≤ 10", "4.0–12.0", "2", "200 %", "met by 1 of 2"]])

    def test_targets_of_one_run(self):
        self.assertEqual(page.targets_table({"a": self.runs["a"]}, [measurement()])[1:], [
            ["CPU", "ours", "≤ 0.5 × nginx", "0.400", "1", "-", "met"],
            ["CPU", "ours", "≤ 10", "4.0", "1", "-", "met"]])

    def test_headlines_alone(self):
        rows = page.targets_table(self.runs, [measurement()], lambda target: target.headline)
        self.assertEqual([row[2] for row in rows[1:]], ["≤ 0.5 × nginx"])

    def test_figures_are_ranges_over_the_runs(self):
        self.assertEqual(page.figures_table(self.runs, measurement()), [
            ["", "us", "× nginx"], ["ours", "4.0–12.0", "0.400–0.600"], ["nginx", "10.0–20.0", "1"]])

    def test_each_run_has_its_verdict(self):
        self.assertEqual(page.by_run_table(self.runs, measurement())[1:], [
            ["a", "0.400 met", "4.0 met"], ["b", "0.600 missed", "12.0 missed"]])
        self.assertEqual(len(page.by_run_table({"a": self.runs["a"]}, measurement())), 1)

    def test_a_quick_run_says_so(self):
        rows = page.runs_table({"a": run([1], [1], quick=True)})
        self.assertEqual(rows[1][-1], "quick: too short to say anything")

    def test_what_stands_between_the_marks_is_replaced(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "page.md")
            with open(path, "w") as file:
                file.write("a\n<!-- x: begin -->\nold\n<!-- x: end -->\nz\n")
            page.block_replace(path, "x", "new")
            with open(path) as file:
                self.assertEqual(file.read(), "a\n<!-- x: begin -->\nnew\n<!-- x: end -->\nz\n")


if __name__ == "__main__":
    unittest.main()
