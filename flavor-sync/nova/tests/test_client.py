import datetime
import ipaddress
import os
import socket
import ssl
import time

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization
from oslo_context import context as oslo_context

from ostler_nova import answer
from ostler_nova import client
from tests import allocators
from tests import base

QUESTION = {'version': 1, 'hosts': [{'host': 'cn1'}, {'host': 'cn2'}]}


class Clock:
    """A clock that stands until it is set forward."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class ClientTest(base.TestCase):

    def client(self, *servers, clock=time.monotonic, **settings):
        self.set(urls=[getattr(s, 'url', s) for s in servers], **settings)
        return client.Client(base.CONF.ostler, clock)

    def ask(self, asking, question=QUESTION):
        return asking.ask(question, lambda doc: answer.read(doc, question))

    def assertAway(self, asking, why, question=QUESTION):
        with self.assertRaisesRegex(client.Away, why):
            self.ask(asking, question)

    # How it asks.

    def test_one_question_is_one_post_with_the_token(self):
        server = self.server(allocators.answers())
        self.ask(self.client(server))
        self.assertEqual(1, len(server.asked))
        asked = server.asked[0]
        self.assertEqual('/v1/nova/filter', asked.path)
        self.assertEqual('Bearer a-token', asked.headers['authorization'])
        self.assertEqual('application/json', asked.headers['content-type'])
        self.assertEqual(QUESTION, asked.question)

    def test_a_path_before_the_api_is_kept(self):
        server = self.server(allocators.answers())
        self.ask(self.client(server.url + '/ostler/'))
        self.assertEqual('/ostler/v1/nova/filter', server.asked[0].path)

    def test_the_request_id_of_nova_goes_along(self):
        server = self.server(allocators.answers())
        current = oslo_context.RequestContext(overwrite=True)
        self.ask(self.client(server))
        self.assertEqual(current.request_id,
                         server.asked[0].headers['x-openstack-request-id'])

    def test_a_changed_token_is_used_at_once(self):
        server = self.server(allocators.answers())
        asking = self.client(server)
        self.ask(asking)
        self.write_token('another-token')
        self.ask(asking)
        self.assertEqual(['Bearer a-token', 'Bearer another-token'],
                         [a.headers['authorization'] for a in server.asked])

    def test_without_a_token_nobody_is_asked(self):
        server = self.server(allocators.answers())
        asking = self.client(server)
        self.write_token('')
        self.assertAway(asking, 'no token')
        self.write_token('two\nlines')
        self.assertAway(asking, 'no token')
        os.remove(self.token_file)
        self.assertAway(asking, 'cannot be read')
        self.assertEqual([], server.asked)

    def test_more_than_an_allocator_takes_is_not_sent(self):
        server = self.server(allocators.answers())
        asking = self.client(server)
        self.assertAway(asking, '10001 hosts', {
            'version': 1, 'hosts': [{'host': str(n)} for n in range(10_001)]})
        self.assertAway(asking, 'bytes', {
            'version': 1,
            'hosts': [{'host': 'x' * client.MAX_QUESTION_BYTES}]})
        self.assertEqual([], server.asked)

    # Connections.

    def test_a_connection_is_used_again(self):
        server = self.server(allocators.answers())
        asking = self.client(server)
        for _ in range(5):
            self.ask(asking)
        self.assertEqual(1, server.connections)

    def test_a_connection_that_was_closed_meanwhile_is_made_anew(self):
        server = self.server(allocators.closes_after())
        asking = self.client(server, breaker_failures=1)
        for _ in range(5):
            self.ask(asking)
        self.assertEqual(5, len(server.asked))
        self.assertEqual(5, server.connections)

    def test_it_is_made_anew_once_and_not_for_ever(self):
        server = self.server(allocators.answers())
        asking = self.client(server)
        self.ask(asking)
        server.behaviour = allocators.closes_at_once
        self.assertAway(asking, 'RemoteDisconnected')
        self.assertEqual(3, len(server.asked))

    def test_one_that_was_idle_too_long_is_not_used(self):
        server = self.server(allocators.answers())
        clock = Clock()
        asking = self.client(server, clock=clock)
        self.ask(asking)
        clock.now += 16
        self.ask(asking)
        self.assertEqual(2, server.connections)

    def test_a_connection_with_half_an_answer_is_not_used_again(self):
        server = self.server(allocators.fails('500 Oh'))
        asking = self.client(server)
        self.assertAway(asking, '500')
        server.behaviour = allocators.answers()
        self.ask(asking)
        self.assertEqual(2, server.connections)

    # What is no answer.

    def test_nobody_listens(self):
        self.assertAway(self.client(self.dead_url()), 'ConnectionRefusedError')

    def test_no_allocator_is_named(self):
        self.assertAway(self.client(), 'names none')

    def test_one_that_says_nothing_is_not_waited_for(self):
        server = self.server(allocators.hangs)
        self.assertAway(self.client(server, answer_timeout=0.2), 'Timeout')

    def test_one_that_drips_is_not_waited_for(self):
        for behaviour in (allocators.drips, allocators.drips_headers):
            with self.subTest(behaviour.__name__):
                server = self.server(behaviour)
                asking = self.client(server, answer_timeout=0.3)
                self.assertAway(asking, 'Timeout')

    def test_one_that_takes_no_question_is_not_waited_for(self):
        # A listener that never accepts: the question fills its buffers.
        with socket.create_server(('127.0.0.1', 0)) as listener:
            asking = self.client(
                f'http://127.0.0.1:{listener.getsockname()[1]}',
                answer_timeout=0.3)
            self.assertAway(asking, 'imeout|timed out', {
                'version': 1, 'hosts': [{'host': 'x' * 4_000_000}]})

    def test_an_answer_without_an_end_is_cut(self):
        server = self.server(allocators.floods)
        self.assertAway(self.client(server), 'more than')

    def test_what_is_no_http_is_no_answer(self):
        for text in ('', 'garbage', 'garbage\r\n\r\n',
                     'HTTP/1.1 abc\r\n\r\n', '220 smtp ready\r\n',
                     'HTTP/1.1 200 OK\r\n' + 'X: y\r\n' * 200 + '\r\n',
                     'HTTP/1.1 200 OK\r\nX: ' + 'y' * 70_000 + '\r\n\r\n'):
            with self.subTest(text[:40]):
                self.assertAway(
                    self.client(self.server(allocators.says(text))), '.')

    def test_what_is_no_json_is_no_answer(self):
        for body in ('', 'no', '{"version": 1', '[' * 100_000,
                     '\xff\xfe\xfd', 'null', '[]', '7'):
            with self.subTest(body[:20]):
                self.assertAway(self.client(self.server(allocators.says(
                    'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n' + body))),
                    'makes no sense')

    def test_an_answer_that_breaks_off_is_none(self):
        server = self.server(allocators.says(
            'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"version": 1}'))
        self.assertAway(self.client(server), 'makes no sense')

    def test_no_other_status_is_an_answer(self):
        for status in ('201 Created', '204 No Content', '302 Found',
                       '401 Who', '403 No', '404 What', '429 Slowly', '500 Oh',
                       '503 Later'):
            with self.subTest(status):
                server = self.server(allocators.fails(status))
                self.assertAway(self.client(server), status[:3])

    def test_the_reason_of_a_refusal_is_told(self):
        server = self.server(allocators.fails('403 Forbidden', {
            'code': 'ROLE_MISSING', 'detail': 'The token is of a reader.'}))
        self.assertAway(self.client(server),
                        'ROLE_MISSING: The token is of a reader.')

    # Several allocators.

    def test_the_next_is_asked_when_one_has_no_answer(self):
        self.set(answer_timeout=0.3)
        for bad in (allocators.hangs, allocators.fails('500 Oh'),
                    allocators.says('garbage'), allocators.drips,
                    allocators.answers(lambda q: {'version': 1})):
            good = self.server(allocators.answers())
            asking = self.client(self.server(bad), good)
            self.ask(asking)
            self.assertEqual(1, len(good.asked))
        good = self.server(allocators.answers())
        self.ask(self.client(self.dead_url(), good))
        self.assertEqual(1, len(good.asked))

    def test_they_are_asked_in_their_order(self):
        first, second = [self.server(allocators.answers()) for _ in range(2)]
        asking = self.client(first, second)
        for _ in range(3):
            self.ask(asking)
        self.assertEqual((3, 0), (len(first.asked), len(second.asked)))

    def test_a_question_that_one_refuses_is_not_asked_of_others(self):
        for status in ('400 Bad', '413 Much'):
            first = self.server(allocators.fails(status))
            second = self.server(allocators.answers())
            asking = self.client(first, second, breaker_failures=1)
            self.assertAway(asking, status[:3])
            self.assertAway(asking, status[:3])
            self.assertEqual(2, len(first.asked), 'the breaker is not for it')
            self.assertEqual([], second.asked)

    def test_all_together_have_one_deadline(self):
        first, second = [self.server(allocators.hangs) for _ in range(2)]
        third = self.server(allocators.answers())
        asking = self.client(first, second, third,
                             answer_timeout=0.3, deadline=0.5)
        self.assertAway(asking, 'no time was left')
        self.assertEqual([], third.asked)

    # The breaker.

    def test_one_that_keeps_failing_is_left_alone_and_tried_again(self):
        clock = Clock()
        bad = self.server(allocators.fails('500 Oh'))
        asking = self.client(bad, clock=clock, breaker_failures=3,
                             breaker_seconds=10.0)
        for _ in range(5):
            self.assertAway(asking, '.')
        self.assertEqual(3, len(bad.asked))
        self.assertAway(asking, 'not asked')
        clock.now += 10
        self.assertAway(asking, '500')
        self.assertAway(asking, 'not asked')
        self.assertEqual(4, len(bad.asked), 'one request tries it')
        clock.now += 10
        bad.behaviour = allocators.answers()
        self.ask(asking)
        self.ask(asking)
        self.assertEqual(6, len(bad.asked), 'it is asked as before')

    def test_only_failures_in_a_row_count(self):
        server = self.server(allocators.fails('500 Oh'))
        asking = self.client(server, breaker_failures=2)
        for _ in range(4):
            server.behaviour = allocators.fails('500 Oh')
            self.assertAway(asking, '500')
            server.behaviour = allocators.answers()
            self.ask(asking)
        self.assertEqual(8, len(server.asked))

    def test_each_allocator_has_its_own(self):
        bad = self.server(allocators.fails('500 Oh'))
        good = self.server(allocators.answers())
        asking = self.client(bad, good, breaker_failures=1)
        for _ in range(4):
            self.ask(asking)
        self.assertEqual((1, 4), (len(bad.asked), len(good.asked)))

    # TLS.

    def test_over_tls_only_a_known_certificate_is_believed(self):
        key, cert = [os.path.join(self.folder, n) for n in ('key', 'cert')]
        self._certificate(key, cert)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(cert, key)
        server = self.server(allocators.answers(), tls=tls)
        asking = self.client(server, ca_file=cert)
        self.ask(asking)
        self.ask(asking)
        self.assertEqual(1, server.connections)
        stranger = self.client(server, ca_file=None)
        self.assertAway(stranger, 'CERTIFICATE_VERIFY_FAILED')
        self.assertEqual(2, len(server.asked))

    @staticmethod
    def _certificate(key_file, cert_file):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(
            x509.NameOID.COMMON_NAME, 'ostler')])
        now = datetime.datetime.utcnow()
        cert = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name)
            .public_key(key.public_key()).serial_number(1)
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName(
                [x509.IPAddress(ipaddress.ip_address('127.0.0.1'))]), False)
            .add_extension(x509.BasicConstraints(True, None), True)
            .sign(key, hashes.SHA256()))
        with open(key_file, 'wb') as file:
            file.write(key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption()))
        with open(cert_file, 'wb') as file:
            file.write(cert.public_bytes(serialization.Encoding.PEM))
