"""The cloud's own Placement on a port of loopback, for who asks over HTTP."""

import socketserver
import threading
from wsgiref import simple_server

from placement import deploy

_PATIENCE_SECONDS = 30


class _Server(socketserver.ThreadingMixIn, simple_server.WSGIServer):
    daemon_threads = True


class _Quiet(simple_server.WSGIRequestHandler):

    def log_message(self, *_):
        pass


class Placement:
    """The same application over the same database as Nova's fixture has."""

    # What its noauth middleware takes for an admin's.
    TOKEN = 'admin'

    def __init__(self):
        self._app = None
        self._server = simple_server.make_server(
            '127.0.0.1', 0, self._answer, _Server, _Quiet)
        self._thread = threading.Thread(
            target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self):
        return f'http://127.0.0.1:{self._server.server_port}'

    def serve(self, fixture):
        """From now on; before, it answers that it is not ready."""
        self._app = deploy.loadapp(fixture.conf_fixture.conf)

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(_PATIENCE_SECONDS)

    def _answer(self, environ, start_response):
        if self._app is None:
            start_response('503 Service Unavailable', [])
            return [b'']
        return self._app(environ, start_response)
