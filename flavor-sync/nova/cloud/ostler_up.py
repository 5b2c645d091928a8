"""A real allocator in a process of its own, and what an operator says to it."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import time

# The words that start an allocator, as a JSON list.
WORDS = 'OSTLER_ALLOCATOR'

_READY_SECONDS = 180
_CALL_SECONDS = 30
_LOG_TAIL_CHARS = 4_000


class Refused(Exception):
    """An answer that is none of 2xx."""


class Allocator:
    """Listens on a free port of loopback, with its data in the folder."""

    def __init__(self, folder, *options, words=None):
        self._folder = folder
        self._words = words or json.loads(os.environ[WORDS])
        self._options = options
        with socket.create_server(('127.0.0.1', 0)) as free:
            self._port = free.getsockname()[1]
        self._process = None
        self._log_file = os.path.join(folder, 'allocator.log')

    @property
    def url(self):
        return f'http://127.0.0.1:{self._port}'

    @property
    def token_file(self):
        return os.path.join(self._folder, 'data', 'admin.token')

    def start(self):
        """Returns when it answers."""
        with open(self._log_file, 'ab') as log:
            self._process = subprocess.Popen(
                [*self._words, '--port', str(self._port),
                 '--data', os.path.join(self._folder, 'data'),
                 *self._options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + _READY_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > end:
                raise Refused('the allocator does not answer; its log ends '
                              'with:\n' + self._log()[-_LOG_TAIL_CHARS:])
            time.sleep(0.2)
        return self

    def _log(self):
        with open(self._log_file, encoding='utf-8') as log:
            return log.read()

    def _is_ready(self):
        try:
            connection = http.client.HTTPConnection(
                '127.0.0.1', self._port, timeout=_CALL_SECONDS)
            with contextlib.closing(connection):
                connection.request('GET', '/actuator/health')
                return (connection.getresponse().status == 200 and
                        os.path.exists(self.token_file))
        except OSError:
            return False

    def is_running(self):
        return self._process is not None and self._process.poll() is None

    def kill(self):
        """As a crash would."""
        if self.is_running():
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def call(self, method, path, document=None, token=None):
        """What it answers to a call, as the operator or with that token.

        With an empty token nobody says who calls.

        :raises Refused: with the status and the problem's own words.
        """
        if token is None:
            with open(self.token_file, encoding='ascii') as file:
                token = file.read().strip()
        connection = http.client.HTTPConnection(
            '127.0.0.1', self._port, timeout=_CALL_SECONDS)
        with contextlib.closing(connection):
            headers = {'Content-Type': 'application/json'}
            if token:
                headers['Authorization'] = f'Bearer {token}'
            connection.request(
                method, path,
                None if document is None else json.dumps(document), headers)
            answer = connection.getresponse()
            body = answer.read().decode()
        if answer.status // 100 != 2:
            raise Refused(f'{method} {path}: {answer.status} {body}')
        return json.loads(body) if body else None
