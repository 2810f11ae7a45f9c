#!/usr/bin/env python3
"""A twin whose server takes its time: the load of the other one waits for it, so that both begin together.
plugin_twins.py TEARDOWN-SERVER TEARDOWN SOURCE-TREE COMPILER…"""
import os
import subprocess
import sys
import time

from lib.plugin_workshop import HOST_CANNOT, SKIPPED, TEARDOWN, TIMEOUT_S, Workshop
from lib.scenario import descendants_of, equal, passive_opens, status_of, status_played
from lib.wait import wait_for

# Far longer than a load takes to begin; that it has not is what is looked at, not how long this takes.
HELD_S = 1
HOOK = """#include <unistd.h>
static int slow(int fd) {
	(void)fd;
	while (access("%s", F_OK) != 0)
		usleep(10000);
	return 0;
}
"""
SERVER = ".server = {.exchange_done = td_half_close_after_last, .configure_listener = slow}"


def listens(server):
    with open("/proc/%d/net/tcp" % server) as file:
        return any(line.split()[3] == "0A" for line in list(file)[1:])


def ready_server(run):
    """That of two servers which listens: the other one is in its hook."""
    assert run.poll() is None, "the run ended early\n" + run.communicate()[1]
    servers = [child for child in descendants_of(run.pid)
               if (status_of(child) or {}).get("name", "").startswith("teardown-server")]
    ready = [server for server in servers if listens(server)]
    return ready[0] if len(servers) == 2 and ready else None


def twins_begin_together(shop):
    go = shop.path("go")
    os.chmod(shop.folder, 0o755)
    plugin = shop.variant(before=HOOK % go, server=SERVER)
    run = subprocess.Popen(
        [TEARDOWN, "run", "-s", "graceful," + plugin, "--twins", "-r", "1", "-d", "3s", "-c", "8",
         "--json", shop.path("result.json")], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True)
    try:
        ready = wait_for(lambda: ready_server(run), "a server that listens")
        until = time.monotonic() + HELD_S
        while time.monotonic() < until:
            equal(passive_opens(ready), 0, "connections before the twin was ready")
            time.sleep(0.02)
        with open(go, "w"):
            pass
        wait_for(lambda: passive_opens(ready) > 0, "a connection, once both are ready")
        stdout, stderr = run.communicate(timeout=TIMEOUT_S)
    finally:
        run.kill()
    equal(run.returncode, status_played(stderr), stdout + stderr)
    assert "beside it: " in stderr, stderr


def main():
    with Workshop() as shop:
        probe = subprocess.run([TEARDOWN, "run", "-s", "graceful", "-r", "1", "-d", "50ms", "-q", "--json", "-"],
                               capture_output=True, check=False, timeout=TIMEOUT_S)
        if probe.returncode == HOST_CANNOT:
            print("# no network namespace here")
            return SKIPPED
        twins_begin_together(shop)
    print("ok twins_begin_together")
    return 0


if __name__ == "__main__":
    sys.exit(main())
