#!/usr/bin/env python3
"""How perf/ makes figures of what it reads: perf_figures.py PERF"""
import os
import sys
import tempfile
import unittest

sys.path.insert(0, sys.argv.pop(1))
import counting
import lab
import ratios
import report

STRACE = """    calls syscall
--------- ----------------
     1200 accept4
      200 close
        3 epoll_wait
--------- ----------------
     1403 total
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
        self.assertEqual(ratios.verdict([0.8, 0.81, 0.82], 0.85), "met")
        self.assertEqual(ratios.verdict([0.9, 0.91, 0.92], 0.85), "missed")
        self.assertEqual(ratios.verdict([0.8, 0.84, 0.9], 0.85), "open")
        self.assertEqual(ratios.verdict([0.85], 0.85), "met")


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


class Pages(unittest.TestCase):
    def test_what_stands_between_the_marks_is_replaced(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "page.md")
            with open(path, "w") as file:
                file.write("a\n<!-- x: begin -->\nold\n<!-- x: end -->\nz\n")
            report.block_replace(path, "x", "new")
            with open(path) as file:
                self.assertEqual(file.read(), "a\n<!-- x: begin -->\nnew\n<!-- x: end -->\nz\n")


if __name__ == "__main__":
    unittest.main()
