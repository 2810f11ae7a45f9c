"""What is made of the figures. A ratio is of two figures of the same repeat, which were measured
one after the other, so that what slows the machine slows both."""
import random
import statistics
from collections import namedtuple

RESAMPLES = 2000
SEED = 1

# The median of the repeats of one run, and its 95 % interval. A run that is only known by what
# somebody told may lack the interval: then low and high are None.
Spread = namedtuple("Spread", "median low high")


def spread(values):
    """The median of the values, with its interval by bootstrap."""
    chance = random.Random(SEED)
    medians = sorted(statistics.median(chance.choices(values, k=len(values)))
                     for _ in range(RESAMPLES))
    return Spread(statistics.median(values), medians[int(RESAMPLES * 0.025)],
                  medians[int(RESAMPLES * 0.975) - 1])


def paired(figures, references):
    """The ratios of the repeats that have both; None is a repeat without a valid figure."""
    return [figure / reference for figure, reference in zip(figures, references)
            if figure is not None and reference]


def present(figures):
    return [figure for figure in figures if figure is not None]


def verdict(run, limit):
    """Whether one run met the target: "met" and "missed" where the whole interval is on one side
    of the limit, else "open"; so is a run whose interval nobody knows."""
    if run.high is not None and run.high <= limit:
        return "met"
    return "missed" if run.low is not None and run.low > limit else "open"


def verdict_of_runs(runs, limit):
    """Whether the target holds: "met" where every run met it, "missed" where every run missed it."""
    verdicts = [verdict(run, limit) for run in runs]
    for same in ("met", "missed"):
        if verdicts and verdicts.count(same) == len(verdicts):
            return same
    return "met by %d of %d" % (verdicts.count("met"), len(verdicts))


def range_of_runs(runs):
    """(lowest median, highest median, lowest and highest end of the intervals) of all runs."""
    medians = [run.median for run in runs]
    ends = [end for run in runs for end in run if end is not None]
    return min(medians), max(medians), min(ends), max(ends)


def difference_of_runs(runs):
    """How far the runs differ: the highest median over the lowest, less 1. None: of one run, or where a median is
    0 or less, as a difference of two figures may be."""
    lowest, highest, _, _ = range_of_runs(runs)
    return highest / lowest - 1 if len(runs) > 1 and lowest > 0 else None
