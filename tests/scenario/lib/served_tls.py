"""teardown-server with --tls, and what it counts."""
from lib.server_process import Server
from lib.wait import wait_for


def serve(*arguments, **more):
    return Server("--tls", *arguments, **more)


def count(server, name, **label):
    shown = "".join('{%s="%s"}' % pair for pair in label.items())
    return server.metrics()[name + shown]


def counts(server, expected, name, **label):
    """Waits until the metric is as expected: it is there a turn of the server's loop later."""
    wait_for(lambda: count(server, name, **label) == expected, "%s %s to be %d" % (name, label, expected))
