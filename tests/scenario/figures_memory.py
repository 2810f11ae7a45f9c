#!/usr/bin/env python3
"""Memory and ports that are known: a server that takes 3 MiB for each of 24 connections, once all of
them are open, and gives it back; each connection has a client port."""
import mmap
import os
import sys
import threading
import time

from lib.known_server import (KnownServer, known_command, memory_bytes, report_read, request_read, response,
                              status_number)
from lib.scales import SCALE, main_at_scales
from lib.scenario import accounting, equal, valid
from lib.table import WIDE, between, check_table, near, table_of
from lib.wait import DEADLINE_S

AT_ONCE, ROUNDS = 24, 2
MIB = 1 << 20
EACH_BYTES = 3 * MIB
# How long all are open: the bench takes a sample ten times a second, and a busy machine misses some.
HOLD_S = 0.8 * SCALE
PORTS, ADDRESSES = 100, 3
# Of the server's figure, beside the server and the process that started it: threads that begin later.
LATER_BYTES = 2 * MIB


def hold(server):
    """The barrier's last arrival: all the others wait."""
    size = AT_ONCE * EACH_BYTES
    with mmap.mmap(-1, size) as memory:
        for at in range(0, size, mmap.PAGESIZE):
            memory[at] = 1
        time.sleep(HOLD_S)


class Holder(KnownServer):
    def __init__(self):
        super().__init__(self.serve)
        self.barrier = threading.Barrier(AT_ONCE, action=lambda: hold(self))

    def serve(self, _, connection, number):
        request_read(connection)
        if number < AT_ONCE:
            self.report["parent_rss"] = memory_bytes("VmRSS", status_number("PPid"))
            self.barrier.wait(DEADLINE_S)
        connection.sendall(response(10))


def figures_memory(bench):
    path = os.path.join(bench.folder, "server.json")
    run = bench.run("--server-command", known_command(__file__, "serve", "{port}", path),
                    "--server-name", "it", "--repeat", "1", "-n", str(ROUNDS * AT_ONCE), "-d",
                    "100s", "-c", str(AT_ONCE), "--client-addresses", str(ADDRESSES),
                    "--port-range", "40000-%d" % (40000 + PORTS - 1), "--wide", environment=WIDE)
    trial, known = run.trial("it"), report_read(path)
    valid(trial)
    equal(accounting(trial)["completed"], ROUNDS * AT_ONCE, "completed")
    memory = trial["server_memory"]
    taken = known["rss_peak"] - known["rss_before"]
    assert taken >= AT_ONCE * EACH_BYTES, "the server took only %d bytes" % taken
    near(memory["bytes_per_connection"], taken / AT_ONCE, 0.05, LATER_BYTES / AT_ONCE,
         "bytes a connection")
    family = known["rss_peak"] + known["parent_rss"]
    between(family - MIB, memory["rss_bytes"], family + LATER_BYTES, "resident bytes of the server and its parent")
    equal(trial["ports"], {"available": PORTS * ADDRESSES, "peak_in_use": AT_ONCE,
                           "own": 0, "held_share": AT_ONCE / (PORTS * ADDRESSES), "in_use_at_end": 0}, "ports")
    equal(max(sample.get("client_ports", 0) for sample in trial["samples"]), AT_ONCE,
          "client ports of the samples")
    between(AT_ONCE, max(sample["client_open"] for sample in trial["samples"]), AT_ONCE + 1,
            "the client's sockets in the samples")
    check_table(run, "it")
    equal(table_of(run.stdout, "it")["client ports held /there are"],
          "%d/%d" % (AT_ONCE, PORTS * ADDRESSES), "ports as they are printed")


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        Holder().run()
    else:
        main_at_scales(figures_memory)
