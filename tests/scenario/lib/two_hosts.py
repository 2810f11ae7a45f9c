"""Two hosts, each a network namespace with its own end of one link: the test's own is the client's. Behind
lib.loopback.enter()."""
import os
import subprocess

from lib.wait import wait_for

CLIENT, SERVER = "10.9.0.1", "10.9.0.2"
CLIENT_IPV6, SERVER_IPV6 = "fd09::1", "fd09::2"
# Of a router: where the client reaches it, and what it is to a second link of the server's host.
NEAR, NEAR_IPV6, GATEWAY, GATEWAY_IPV6 = "10.8.0.2", "fd08::2", "10.10.0.2", "fd10::2"


def _namespace(pid):
    try:
        return os.readlink("/proc/%d/ns/net" % pid)
    except OSError:
        return ""


class Host:
    """Its namespace lasts as long as the process that holds it."""

    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "cat"], stdin=subprocess.PIPE)
        here = _namespace(os.getpid())
        wait_for(lambda: _namespace(self.holder.pid) not in ("", here), "a second namespace")
        self.enter = ["nsenter", "--net=/proc/%d/ns/net" % self.holder.pid]

    @staticmethod
    def _ip(enter, words):
        subprocess.run([*enter, "ip", *words.split()], check=True)

    def _set_up(self, enter, link, ipv4, ipv6):
        self._ip(enter, "address add %s/24 dev %s" % (ipv4, link))
        self._ip(enter, "address add %s/64 dev %s nodad" % (ipv6, link))
        self._ip(enter, "link set %s up" % link)
        self._ip(enter, "link set lo up")

    def run(self, *command):
        """What the command prints, that is run there."""
        return subprocess.run([*self.enter, *command], check=True, capture_output=True, text=True).stdout

    def close(self):
        self.holder.kill()
        self.holder.wait()


class ServerHost(Host):
    def __init__(self):
        super().__init__()
        self._ip([], "link add client type veth peer name server netns %d" % self.holder.pid)
        self._set_up([], "client", CLIENT, CLIENT_IPV6)
        self._set_up(self.enter, "server", SERVER, SERVER_IPV6)


class Router(Host):
    """Leads from the client's host to a link "routed" of the server's, which has no address there."""

    def __init__(self, server):
        super().__init__()
        self._ip([], "link add near type veth peer name near netns %d" % self.holder.pid)
        self._ip(self.enter, "link add far type veth peer name routed netns %d" % server.holder.pid)
        self._set_up([], "near", "10.8.0.1", "fd08::1")
        self._set_up(self.enter, "near", NEAR, NEAR_IPV6)
        self._set_up(self.enter, "far", GATEWAY, GATEWAY_IPV6)
        self._ip(server.enter, "link set routed up")
        for setting in ("ipv4/ip_forward", "ipv6/conf/all/forwarding"):
            self.run("sh", "-c", "echo 1 >/proc/sys/net/" + setting)
        self._ip([], "route add 10.10.0.0/24 via " + NEAR)
        self._ip([], "route add fd10::/64 via " + NEAR_IPV6)
        # A link that is up drops what it is to send until a work queue has seen its carrier.
        for host, link in ((self, "near"), (self, "far"), (server, "routed")):
            wait_for(lambda host=host, link=link: " state UP " in host.run("ip", "link", "show", link), link)
