"""A server that speaks TLS, for KnownServer's handlers: what it does at the end is the test's."""
import contextlib
import ssl


def server_context(certificate, key, tickets=2, version=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.num_tickets = tickets
    if version:
        context.minimum_version = context.maximum_version = version
    return context


def client_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def notify(tls):
    """Sends close_notify, and waits for nothing."""
    tls.setblocking(False)
    with contextlib.suppress(ssl.SSLWantReadError, ssl.SSLError, OSError):
        tls.unwrap()
    tls.setblocking(True)
