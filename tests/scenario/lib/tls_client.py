"""A client over TLS that decides about each byte of its own: what is sent when, and when it is read."""
import contextlib
import socket
import ssl
import warnings

V1_2, V1_3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
VERSIONS = (V1_2, V1_3)
TIMEOUT_S = 60
REQUEST = b"GET /bytes/%d HTTP/1.1\r\nHost: a\r\n\r\n"


def context(version=None):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    # Python 3.11.2 takes a FIN without close_notify for a clean end unless told otherwise, and then has no
    # class of its own for that error.
    made.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
    if version:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made.minimum_version = made.maximum_version = version
    return made


class TlsClient:
    """A connection to a port of 127.0.0.1, which shakes hands at once unless told otherwise."""

    def __init__(self, port, version=None, receive_buffer=None, session=None, made=None, piece=None, begin=True):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(TIMEOUT_S)
        self.socket.connect(("127.0.0.1", port))
        self.port, self.piece = self.socket.getsockname()[1], piece
        self.held = []
        self.arrived, self.leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.object = (made or context(version)).wrap_bio(self.arrived, self.leaving, session=session)
        if begin:
            self.shake_hands()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def flush(self):
        data = self.leaving.read()
        for at in range(0, len(data), self.piece or max(len(data), 1)):
            self.socket.sendall(data[at:at + (self.piece or len(data))])

    def feed(self, most=65536):
        """Reads once from the socket; returns whether the stream goes on."""
        data = self.socket.recv(most)
        if data:
            self.arrived.write(data)
        else:
            self.arrived.write_eof()
        return bool(data)

    def shake_hands(self):
        while True:
            try:
                self.object.do_handshake()
                return self.flush()
            except ssl.SSLWantReadError:
                self.flush()
                self.feed()

    def send(self, data):
        self.object.write(data)
        self.flush()

    def ask(self, size):
        self.send(REQUEST % size)

    def notify(self):
        """Sends close_notify, and does not wait for the server's."""
        # OpenSSL goes on to read, and throws away the record that it meets.
        with contextlib.suppress(ssl.SSLError):
            while part := self.object.read(65536):
                self.held.append(part)
        with contextlib.suppress(ssl.SSLError):
            self.object.unwrap()
        self.flush()

    def read(self, most=65536):
        """Plaintext; b"" at close_notify; None at a FIN without one."""
        while True:
            if self.held:
                return self.held.pop(0)
            try:
                return self.object.read(most)
            except ssl.SSLWantReadError:
                self.feed()
            except ssl.SSLZeroReturnError:
                return b""
            except ssl.SSLError as error:
                if not isinstance(error, ssl.SSLEOFError) and error.reason != "UNEXPECTED_EOF_WHILE_READING":
                    raise
                self.flush()
                return None

    def read_to_end(self):
        """All plaintext, and how it ended: "notified", "truncated" or "reset"."""
        parts = []
        while True:
            try:
                part = self.read()
            except ConnectionError:
                return b"".join(parts), "reset"
            if not part:
                return b"".join(parts), "truncated" if part is None else "notified"
            parts.append(part)
