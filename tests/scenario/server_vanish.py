#!/usr/bin/env python3
"""Peers vanish: from one moment on no segment passes, either way: server_vanish.py PROGRAM

It runs again in a network namespace of its own, whose loopback is taken down. Skips where there is
none to be had."""
from lib import loopback
from lib.loopback import silence
from lib.peers import CLOSE, LARGE, POST, every_strategy, said
from lib.server_process import Server, get, run
from lib.wait import wait_for


def vanish_in_every_state():
    """Silent, in a head, in a body, idle, in a response, lingering: deadlines end each."""
    with every_strategy() as (servers, before):
        clients = said(servers, b"", b"GET", POST, get(), LARGE, CLOSE)
        with silence():
            for server, count in zip(servers, before):
                wait_for(lambda: server.descriptors() == count, "descriptors as before")
    for client in clients:
        client.socket.close()


def vanished_peers_do_not_hold_up_the_end():
    with Server("--drain", "500ms", "--threads", "2", "--header-timeout", "1h", "--write-timeout",
                "1h", "--grace", "1h", "--idle", "1h") as server:
        clients = said([server] * 20, LARGE, CLOSE, b"GET")
        with silence():
            server.finish()
        assert server.opened >= 40, server.opened
    for client in clients:
        client.socket.close()


if __name__ == "__main__":
    loopback.enter()
    run([vanish_in_every_state, vanished_peers_do_not_hold_up_the_end])
