"""Servers of every strategy, and clients that misbehave with each of them."""
import contextlib

from lib.server_process import Server, get
from lib.wait import wait_for

# One of each way in which the server's end behaves; linger-block blocks by design.
STRATEGIES = ("graceful", "server-close", "reset", "client-close", "keep-alive", "half-close",
              "fin-then-reset", "reset-after-ack", "adaptive-drain", "reset-on-timeout",
              "simultaneous")
SHORT = ("--header-timeout", "500ms", "--write-timeout", "500ms", "--keep-alive", "500ms",
         "--grace", "1s", "--idle", "500ms", "--no-defer-accept")
CLOSE = get("/", b"Connection: close\r\n")
LARGE = get("/bytes/100000000")
POST = get("/", b"Content-Length: 100000\r\n", b"POST")


@contextlib.contextmanager
def every_strategy(*arguments, strategies=STRATEGIES):
    """Servers, and the descriptors that each holds; when the block ends, it must come back to them,
    with the peers that never close still there."""
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(Server("--strategy", name, *SHORT, *arguments))
                   for name in strategies]
        before = [server.descriptors_at_rest() for server in servers]
        yield servers, before
        for server, name, count in zip(servers, strategies, before):
            try:
                wait_for(lambda: server.descriptors() == count, "descriptors as before")
            except AssertionError as error:
                raise AssertionError("%s: %d descriptors, not %d" % (
                    name, server.descriptors(), count)) from error


def said(servers, *texts, receive_buffer=None):
    """For each server a client for each text."""
    clients = []
    for server in servers:
        for text in texts:
            client = server.connect(receive_buffer)
            client.send(text)
            clients.append(client)
    return clients
