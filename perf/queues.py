#!/usr/bin/env python3
"""How busy threads are that have a listener each, when SO_REUSEPORT's hash deals connections out to
them: a closed loop of so many connections, each connection of the same length, none of a lock or a
cache. Prints the share of the time that a thread works; see docs/scaling.md."""
import heapq
import random

CONNECTIONS = (64, 256, 1024, 10000)
THREADS = (2, 8, 32)
SERVED = 200000


def busy_share(threads, connections, chance):
    """Each connection is served for one unit of time, and is followed at once by another, which
    the hash sends anywhere."""
    waiting = [0] * threads
    for _ in range(connections):
        waiting[chance.randrange(threads)] += 1
    ends = [(1 + chance.random(), thread) for thread in range(threads) if waiting[thread]]
    heapq.heapify(ends)
    for _ in range(SERVED):
        now, thread = heapq.heappop(ends)
        waiting[thread] -= 1
        if waiting[thread]:
            heapq.heappush(ends, (now + 1, thread))
        next_one = chance.randrange(threads)
        waiting[next_one] += 1
        if waiting[next_one] == 1:
            heapq.heappush(ends, (now + 1, next_one))
    return SERVED / now / threads


def main():
    chance = random.Random(1)
    print("| connections at a time | " + " | ".join("%d threads" % n for n in THREADS) + " |")
    print("|---" * (len(THREADS) + 1) + "|")
    for connections in CONNECTIONS:
        shares = ["%.1f %%" % (100 * busy_share(n, connections, chance)) for n in THREADS]
        print("| {:,} | ".format(connections) + " | ".join(shares) + " |")


if __name__ == "__main__":
    main()
