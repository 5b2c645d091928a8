"""Allocators to ask in tests: real sockets, and every way to answer badly."""

import contextlib
import json
import socket
import threading

# How long a bad one goes on at most, far beyond every client's patience.
_PATIENCE_SECONDS = 30


class Asked:
    """One request as it came."""

    def __init__(self, connection, path, headers, body):
        self.connection = connection
        self.path = path
        self.headers = headers
        self.body = body

    @property
    def question(self):
        return json.loads(self.body)


class Server:
    """Answers on loopback as it is told to, one thread a connection.

    The behaviour is called with the connection's socket, the request and the
    server, and says whether the connection stays open.
    """

    def __init__(self, behaviour, tls=None):
        self.behaviour = behaviour
        self.asked = []
        self.connections = 0
        self.stopping = threading.Event()
        self._tls = tls
        self._listener = socket.create_server(('127.0.0.1', 0))
        self._open = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self):
        scheme = 'https' if self._tls else 'http'
        return f'{scheme}://127.0.0.1:{self._listener.getsockname()[1]}'

    def stop(self):
        self.stopping.set()
        # close alone does not wake a thread that waits in accept.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self.cut()
        self._thread.join(_PATIENCE_SECONDS)
        # Not earlier: eventlet forgets who waits for what is closed.
        self._listener.close()

    def cut(self):
        """Closes every open connection."""
        with self._lock:
            for sock in self._open:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    def _accept(self):
        while not self.stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(
                target=self._serve, args=(sock, self.connections),
                daemon=True).start()

    def _serve(self, sock, number):
        with contextlib.suppress(OSError):
            if self._tls:
                sock = self._tls.wrap_socket(sock, server_side=True)
        with self._lock:
            self._open.add(sock)
        try:
            with contextlib.suppress(OSError), sock.makefile('rb') as lines:
                while True:
                    asked = _read(lines, number)
                    if asked is None:
                        return
                    self.asked.append(asked)
                    if not self.behaviour(sock, asked, self):
                        return
        finally:
            with self._lock:
                self._open.discard(sock)
            sock.close()


def _read(lines, number):
    first = lines.readline().split()
    if not first:
        return None
    headers = {}
    while (line := lines.readline().strip()):
        name, value = line.decode().split(':', 1)
        headers[name.lower()] = value.strip()
    body = lines.read(int(headers.get('content-length', 0)))
    return Asked(number, first[1].decode(), headers, body)


def passing(question, **changes):
    """What an allocator says that lets every host pass."""
    return dict({
        'version': 1,
        'decision_id': '6d1b4f0e-6f0a-4bfb-9a57-b9b5a7f6a6b1',
        'mode': 'enforce',
        'ours': True,
        'hold': None,
        'hosts': [{'host': host['host'], 'pass': True, 'score': 50}
                  for host in question['hosts']],
    }, **changes)


def send(sock, document, status='200 OK', more=''):
    body = json.dumps(document).encode()
    sock.sendall((f'HTTP/1.1 {status}\r\nContent-Type: application/json\r\n'
                  f'Content-Length: {len(body)}\r\n{more}\r\n').encode()
                 + body)


def answers(make=passing):
    """Answers with what ``make`` says to the question."""
    def behave(sock, asked, server):
        send(sock, make(asked.question))
        return True
    return behave


def says(text):
    """These bytes, and then nothing more."""
    def behave(sock, asked, server):
        sock.sendall(text.encode('latin-1'))
        return False
    return behave


def fails(status, document=None):
    def behave(sock, asked, server):
        send(sock, document or {}, status)
        return True
    return behave


def hangs(sock, asked, server):
    """Takes the question and never says a word."""
    server.stopping.wait(_PATIENCE_SECONDS)
    return False


def drips(sock, asked, server):
    """A good answer, a byte at a time, never long enough apart to time out."""
    body = json.dumps(passing(asked.question)).encode().ljust(10_000)
    sock.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n' % len(body))
    return _drip(sock, body, server)


def drips_headers(sock, asked, server):
    """The same, before the body begins."""
    return _drip(sock, b'HTTP/1.1 200 OK\r\nX-Wait: ' + b'x' * 10_000, server)


def _drip(sock, data, server):
    for place in range(len(data)):
        sock.sendall(data[place:place + 1])
        if server.stopping.wait(0.01):
            break
    return False


def floods(sock, asked, server):
    """An answer without an end."""
    sock.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
    while not server.stopping.is_set():
        sock.sendall(b'10000\r\n' + b' ' * 0x10000 + b'\r\n')
    return False


def closes_after(make=passing):
    """Answers well, promises to keep the connection, and closes it."""
    def behave(sock, asked, server):
        send(sock, make(asked.question), more='Connection: keep-alive\r\n')
        return False
    return behave


def closes_at_once(sock, asked, server):
    return False
