"""A server that answers at once, and begins a connection to a listener of its own for each request,
which takes none: PORT BACKLOG"""
import socket
import sys

UPSTREAM = ("127.0.0.1", 9000)
upstream = socket.socket()
upstream.bind(UPSTREAM)
upstream.listen(int(sys.argv[2]))
front = socket.create_server(("0.0.0.0", int(sys.argv[1])), backlog=1024)
begun = []
while True:
    c = front.accept()[0]
    c.recv(4096)
    begun.append(socket.socket())
    begun[-1].setblocking(False)
    begun[-1].connect_ex(UPSTREAM)
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
    c.close()
