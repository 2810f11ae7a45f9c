"""Who takes part: servers, each started by a command, and loaders. {host} and {port} are for
`teardown run` to fill in; {server}, {bare_loop}, {bare_ring}, {bare_loader} and {scratch} are filled in here."""
import os
import shutil

OURS, BARE_LOOP, BARE_RING, BARE_LOADER = "teardown", "bare loop", "bare ring", "bare loader"
NGINX_ONE = "nginx multi_accept off"
OPEN = "--no-sandbox"
SERVER_OF_OURS = "{server} --listen {host}:{port} --strategy %s --response-bytes 128 %s"
# h2o wants to be another user than root; inside a user namespace there is none.
NOT_ROOT = "unshare --user --map-user=1000 --map-group=1000 "

SERVERS = {
    "nginx": "nginx -p {scratch} -c {scratch}/nginx.conf",
    NGINX_ONE: "nginx -p {scratch} -c {scratch}/nginx-accept-one.conf",
    "HAProxy": "haproxy -db -f haproxy.cfg",
    "lighttpd": "lighttpd -D -f lighttpd.conf",
    "h2o": ("" if os.geteuid() == 0 else NOT_ROOT) + "h2o -c h2o.yaml",
    BARE_LOOP: "{bare_loop} {port}",
    BARE_RING: "{bare_ring} {port}",
}
# In a process of its own nginx has no master; callgrind follows none.
NGINX_ALONE = SERVERS["nginx"] + " -g 'master_process off;'"
NGINX_TLS = "nginx -p {scratch} -c {scratch}/nginx-tls.conf"
NGINX_TLS_ALONE = NGINX_TLS + " -g 'master_process off;'"
TLS = "--tls --tls-min 1.3 --tls-cert {scratch}/certificate.pem --tls-key {scratch}/key.pem"

CLOSE = "-H 'Connection: close'"
LOADERS = {
    "wrk": "wrk -c {connections} -t 1 -d {seconds}s " + CLOSE + " {url}",
    "ab": "ab -q -c {connections} -n {total} {url}",
    "h2load": "h2load --h1 -t 1 -c {connections} -n {total} " + CLOSE + " {url}",
    "h1load": "h1load -c {connections} -t 1 -n {total} " + CLOSE + " {url}",
    BARE_LOADER: "{bare_loader} {host} {port} {connections} {total}",
}


def server(strategy="server-close", options=""):
    """The command of teardown-server."""
    return SERVER_OF_OURS % (strategy, options)


def is_here(command):
    """Whether the program that a command starts is installed."""
    words = command.split()
    program = words[words.index("h2o") if "h2o" in words else 0]
    return program.startswith("{") or shutil.which(program) is not None
