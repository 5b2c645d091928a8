"""The way to the allocators: bounded in time whatever the other end does."""

import http.client
import io
import json
import os
import re
import ssl
import threading
import time
import urllib.parse

from oslo_context import context as oslo_context
from oslo_log import log as logging

LOG = logging.getLogger(__name__)

PATH = '/v1/nova/filter'

# The allocator's own bounds, and twice as much for its answer.
MAX_QUESTION_BYTES = 4 * 1024 * 1024
MAX_HOSTS = 10_000
MAX_ANSWER_BYTES = 8 * 1024 * 1024

_MAX_TOKEN_BYTES = 4096
_MAX_CODE_BYTES = 64 * 1024
_CHUNK_BYTES = 64 * 1024
_REQUEST_ID = re.compile(r'[A-Za-z0-9-]{1,64}')

# Less than any server or firewall is known to keep an idle connection for.
_IDLE_SECONDS = 15
_IDLE_CONNECTIONS = 8

# The question itself was refused; no other allocator would say otherwise.
_REFUSED = (http.client.BAD_REQUEST, http.client.REQUEST_ENTITY_TOO_LARGE)


class Away(Exception):
    """There is no answer that can be used; says why."""


class _Refused(Away):
    """An allocator understood the question and refused it."""


class Client:
    """Asks the allocators in their order until one answers."""

    def __init__(self, conf, clock=time.monotonic):
        self._conf = conf
        self._clock = clock
        self._token = _Token(conf.token_file)
        tls = None
        if any(url.startswith('https:') for url in conf.urls):
            tls = ssl.create_default_context(cafile=conf.ca_file)
        self._allocators = [
            _Allocator(url, conf.connect_timeout, tls,
                       _Breaker(conf.breaker_failures, conf.breaker_seconds,
                                clock), clock)
            for url in conf.urls]

    def ask(self, question, read):
        """Answers with what ``read`` makes of the answer's document.

        An answer that it raises ValueError about is none, and the next
        allocator is asked.

        :raises Away: if there is no answer within the deadline.
        """
        body = _body(question)
        headers = self._headers()
        deadline = _Deadline(self._clock, self._conf.deadline)
        failures = []
        for allocator in self._allocators:
            if deadline.is_over():
                failures.append(f'{allocator.url}: no time was left to ask it')
            elif not allocator.breaker.admits():
                failures.append(f'{allocator.url}: not asked, since it failed '
                                'again and again a moment ago')
            else:
                try:
                    return self._ask(allocator, body, headers, deadline, read)
                except _Refused:
                    raise
                except Away as e:
                    failures.append(f'{allocator.url}: {e}')
        raise Away('; '.join(failures) or '[ostler]urls names none')

    def _ask(self, allocator, body, headers, deadline, read):
        try:
            within = _Deadline(
                self._clock, min(self._conf.answer_timeout, deadline.left()))
            answered = read(_document(allocator.post(body, headers, within)))
        except _Refused:
            allocator.breaker.succeeded()
            raise
        except Away:
            allocator.breaker.failed()
            raise
        except (OSError, http.client.HTTPException) as e:
            allocator.breaker.failed()
            raise Away(f'{type(e).__name__}: {e}') from e
        except ValueError as e:
            allocator.breaker.failed()
            raise Away(f'its answer makes no sense: {e}') from e
        allocator.breaker.succeeded()
        return answered

    def _headers(self):
        headers = {
            'Accept': 'application/json',
            'Authorization': 'Bearer ' + self._token.read(),
            'Content-Type': 'application/json',
        }
        current = oslo_context.get_current()
        request_id = getattr(current, 'request_id', None) or ''
        if _REQUEST_ID.fullmatch(request_id):
            headers['X-Openstack-Request-Id'] = request_id
        return headers


def _body(question):
    if len(question['hosts']) > MAX_HOSTS:
        raise Away(f"the request has {len(question['hosts'])} hosts, and no "
                   f'allocator takes more than {MAX_HOSTS}; lower '
                   '[scheduler]max_placement_results')
    body = json.dumps(question, separators=(',', ':')).encode()
    if len(body) > MAX_QUESTION_BYTES:
        raise Away(f'the request has {len(body)} bytes, and no allocator takes '
                   f'more than {MAX_QUESTION_BYTES}; lower '
                   '[scheduler]max_placement_results')
    return body


def _document(body):
    try:
        return json.loads(body)
    except RecursionError as e:
        raise ValueError('it is nested too deeply') from e


class _Token:
    """The token in its file, read again when the file changes."""

    def __init__(self, path):
        self._path = path
        self._seen = None
        self._text = None

    def read(self):
        try:
            status = os.stat(self._path)
            seen = (status.st_mtime_ns, status.st_ino, status.st_size)
            if seen != self._seen:
                with open(self._path, encoding='ascii') as file:
                    self._text = file.read(_MAX_TOKEN_BYTES).strip()
                self._seen = seen
        except (OSError, ValueError) as e:
            raise Away(f'the token in {self._path} cannot be read: {e}') from e
        if not self._text or not self._text.isprintable():
            raise Away(f'there is no token in {self._path}')
        return self._text


class _Deadline:
    """A moment, and how long it is until then."""

    def __init__(self, clock, seconds):
        self._clock = clock
        self._end = clock() + seconds

    def is_over(self):
        return self._clock() >= self._end

    def left(self):
        left = self._end - self._clock()
        if left <= 0:
            raise TimeoutError('not done in time')
        return left


class _Breaker:
    """Leaves one that keeps failing alone for a while."""

    def __init__(self, failures, seconds, clock):
        self._lock = threading.Lock()
        self._failures = failures
        self._seconds = seconds
        self._clock = clock
        self._failed = 0
        self._until = 0

    def admits(self):
        with self._lock:
            if self._failed < self._failures:
                return True
            if self._clock() < self._until:
                return False
            # One request tries it; the others wait for what that finds.
            self._until = self._clock() + self._seconds
            return True

    def failed(self):
        with self._lock:
            self._failed += 1
            self._until = self._clock() + self._seconds

    def succeeded(self):
        with self._lock:
            self._failed = 0


class _Allocator:
    """One allocator and the connections to it that wait for their next use."""

    def __init__(self, url, connect_timeout, tls, breaker, clock):
        self.url = url
        self.breaker = breaker
        parts = urllib.parse.urlsplit(url)
        self._path = parts.path + PATH
        self._address = (parts.hostname, parts.port)
        self._connect_timeout = connect_timeout
        self._tls = tls if parts.scheme == 'https' else None
        self._clock = clock
        self._lock = threading.Lock()
        self._idle = []

    def post(self, body, headers, deadline):
        """The body of an answer 200."""
        connection = self._take()
        if connection is not None:
            try:
                return self._post_on(connection, body, headers, deadline)
            except (ConnectionError, ssl.SSLError):
                # It was closed while it waited (RemoteDisconnected is a
                # ConnectionError). Asking twice does no harm: there is one
                # hold for each instance.
                LOG.debug('A connection to %s had been closed', self.url)
        connection = self._connection(deadline)
        return self._post_on(connection, body, headers, deadline)

    def _post_on(self, connection, body, headers, deadline):
        reusable = False
        try:
            connection.deadline = deadline
            connection.request('POST', self._path, body, headers)
            with connection.getresponse() as response:
                answer = self._read(response)
                reusable = not response.will_close and response.isclosed()
            return answer
        finally:
            if reusable:
                self._put(connection)
            else:
                connection.close()

    @staticmethod
    def _read(response):
        if response.status != http.client.OK:
            code = _problem(response.read(_MAX_CODE_BYTES))
            kind = _Refused if response.status in _REFUSED else Away
            raise kind(f'it answered {response.status}{code}')
        answer = response.read(MAX_ANSWER_BYTES + 1)
        if len(answer) > MAX_ANSWER_BYTES:
            raise Away(f'its answer has more than {MAX_ANSWER_BYTES} bytes')
        return answer

    def _connection(self, deadline):
        timeout = min(self._connect_timeout, deadline.left())
        if self._tls:
            return _TlsConnection(
                *self._address, timeout=timeout, context=self._tls)
        return _Connection(*self._address, timeout=timeout)

    def _take(self):
        with self._lock:
            fresh = self._clock() - _IDLE_SECONDS
            while self._idle:
                since, connection = self._idle.pop()
                if since >= fresh:
                    return connection
                connection.close()
        return None

    def _put(self, connection):
        with self._lock:
            if len(self._idle) < _IDLE_CONNECTIONS:
                self._idle.append((self._clock(), connection))
                return
        connection.close()


def _problem(body):
    """The code and the sentence of a problem+json, if it is one."""
    try:
        problem = json.loads(body)
        return ' {code}: {detail}'.format(
            code=str(problem['code'])[:64], detail=str(problem['detail'])[:512])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ''


class _Bounded:
    """Lets http.client wait no longer than a deadline, all waits together."""

    deadline = None

    def connect(self):
        super().connect()
        self.sock = _Socket(self.sock, self)


class _Connection(_Bounded, http.client.HTTPConnection):
    """Over TCP."""


class _TlsConnection(_Bounded, http.client.HTTPSConnection):
    """Over TLS."""


class _Socket:
    """What http.client uses of a socket.

    A socket's own timeout begins anew with each byte that arrives, so that
    one byte a second would be waited for without an end.
    """

    def __init__(self, sock, connection):
        self._sock = sock
        self._connection = connection

    def arm(self):
        self._sock.settimeout(self._connection.deadline.left())

    def sendall(self, data):
        view = memoryview(data)
        while view:
            self.arm()
            view = view[self._sock.send(view[:_CHUNK_BYTES]):]

    def makefile(self, mode):
        return io.BufferedReader(
            _Reader(self, self._sock.makefile(mode, buffering=0)))

    def close(self):
        self._sock.close()


class _Reader(io.RawIOBase):
    """What arrives on a socket until the deadline."""

    def __init__(self, sock, raw):
        self._sock = sock
        self._raw = raw

    def readable(self):
        return True

    def readinto(self, buffer):
        self._sock.arm()
        return self._raw.readinto(buffer)

    def close(self):
        self._raw.close()
        super().close()
