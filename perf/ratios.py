"""What is made of the figures. A ratio is of two figures of the same repeat, which were measured
one after the other, so that what slows the machine slows both."""
import random
import statistics

RESAMPLES = 2000
SEED = 1


def spread(values):
    """(median, low, high): the median, and the 95 % interval of it, by bootstrap."""
    chance = random.Random(SEED)
    medians = sorted(statistics.median(chance.choices(values, k=len(values)))
                     for _ in range(RESAMPLES))
    return (statistics.median(values), medians[int(RESAMPLES * 0.025)],
            medians[int(RESAMPLES * 0.975) - 1])


def paired(figures, references):
    """The ratios of the repeats that have both; None is a repeat without a valid figure."""
    return [figure / reference for figure, reference in zip(figures, references)
            if figure is not None and reference]


def present(figures):
    return [figure for figure in figures if figure is not None]


def verdict(values, limit):
    """Whether the target holds: "met", "missed", or "open" where the interval holds the limit."""
    _, low, high = spread(values)
    return "met" if high <= limit else "missed" if low > limit else "open"
