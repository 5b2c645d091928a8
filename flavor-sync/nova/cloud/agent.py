"""A host's agent that does at once whatever it is told, in its own memory.

It speaks as an agent does: it joins with a token, reports its inventory, takes
up its orders, and signs its wipe records. Below it is no kernel.
"""

import base64
import datetime
import hashlib
import json
import uuid

from cloud import ostler_up
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives import serialization

_VERSION = '0.1.0'
_MEMORY_BYTES = 16 * 1024 * 1024
_MAX_ROUNDS = 20

# How a goal that is reached is reported.
_PHASES = {'rest': 'resting', 'clean': 'cleaned', 'ready': 'ready',
           'release': 'released', 'give_back': 'given_back'}


# The same while a machine that runs has the unit.
_PHASES_WHILE_HELD = {'rest': 'failed', 'clean': 'failed', 'ready': 'in_use',
                      'release': 'releasing', 'give_back': 'failed'}


class Agent:
    """Of a host with so many GPUs of a model, each alone in its group."""

    def __init__(self, allocator, host, gpus, vendor, product):
        self.host = host
        self._allocator = allocator
        self._gpus = {f'0000:{n + 1:02x}:00.0': n + 1 for n in range(gpus)}
        self._identity = {
            'vendor': vendor, 'device': product, 'revision': 'a1'}
        self._key = ed25519.Ed25519PrivateKey.generate()
        self._boot = str(uuid.uuid4())
        self._instance = str(uuid.uuid4())
        self._sequence = 0
        self._applied = 0
        self._units = {}
        self._wipes = {}
        self._will_not_clean = set()
        self._permits = {}
        self._domains = []
        self._credential = None

    def join(self):
        """With a token that the operator made for it."""
        token = self._allocator.call(
            'POST', self._path('enrollment'), {})['join_token']
        public = self._key.public_key().public_bytes(
            serialization.Encoding.DER,
            serialization.PublicFormat.SubjectPublicKeyInfo)
        self._credential = self._allocator.call(
            'POST', self._path('join'),
            {'join_token': token, 'agent_version': _VERSION,
             'public_key': base64.b64encode(public).decode()},
            token='')['credential']
        self.report()

    def leave_dirty(self, address):
        """Never cleans the GPU at that address."""
        self._will_not_clean.add(address)

    def clean(self, address):
        """Cleans it again from now on."""
        self._will_not_clean.discard(address)

    def look(self, domains):
        """What libvirt has now; domains that it has no more are gone at once,
        where a real agent would wait for a while."""
        self._domains = domains
        known = {domain.uuid for domain in domains}
        gone = sorted({claim['id'] for claim in self._permits.values()
                       if claim['consumer']['id'] not in known})
        if gone:
            self.tell_gone(gone)
        self.converge()

    def tell_gone(self, claims):
        """Says that the instances of claims are gone; which of the claims are
        released because of it."""
        return self._call('POST', 'gone', {'claims': claims})['claims']

    def veto(self, domain):
        """Why a domain may not start, as libvirt's hook would say; nothing
        where it may."""
        wanted = sorted(set(domain.devices).intersection(self._gpus))
        if not self._is_permitted(wanted, domain):
            try:
                self._call('POST', 'starts', {
                    'consumer': {'source': 'nova', 'type': 'instance',
                                 'id': domain.uuid},
                    'project': domain.project, 'devices': wanted})
                self.converge()
            except (ostler_up.Refused, OSError) as refused:
                return str(refused)
        if not self._is_permitted(wanted, domain):
            return f'{wanted} are not permitted to {domain.name}'
        return None

    def _is_permitted(self, wanted, domain):
        claims = [self._permits.get(address) for address in wanted]
        return None not in claims and {domain.uuid} >= {
            claim['consumer']['id'] for claim in claims}

    def converge(self):
        """Reports and obeys until there is nothing new."""
        for _ in range(_MAX_ROUNDS):
            desired = self._call('GET', 'desired')
            for order in desired['units']:
                self._obey(order)
            self._applied = desired['revision']
            if self.report()['revision'] == desired['revision']:
                return
        raise AssertionError('the allocator and the agent go round in circles')

    def report(self):
        """One report; what it was answered."""
        self._sequence += 1
        inventory = self._inventory()
        answer = self._call('PUT', 'observed', {
            'v': 1,
            'host': self.host,
            'agent': {'version': _VERSION, 'instance': self._instance,
                      'started': '2026-01-01T00:00:00Z'},
            'boot_id': self._boot,
            'sequence': self._sequence,
            'applied_revision': self._applied,
            'scan_complete': True,
            'digest': _sha256(json.dumps(inventory)),
            'inventory': inventory,
            'facts': {'iommu': True},
            'units': list(self._units.values()),
            'parents': [],
            'wipes': list(self._wipes.values()),
            'foreign': []})
        for wipe in answer['wipes_accepted']:
            del self._wipes[wipe]
        if answer['wipes_refused'] or answer['warnings']:
            raise AssertionError(f'the allocator refused a part of {answer}')
        return answer

    def _obey(self, order):
        goal, unit = order['goal'], order['unit']
        before = self._units.get(unit)
        known = before is not None and before['fence'] == order['fence']
        held = self._holders(order['members'])
        for address in order['members']:
            if goal == 'ready':
                self._permits[address] = order['claim']
            elif not held:
                self._permits.pop(address, None)
        if goal == 'clean':
            if self._will_not_clean.intersection(order['members']):
                return
            if not held and not (known and before['phase'] == 'cleaned'):
                self._wipe(order)
        self._units[unit] = {
            'unit': unit, 'fence': order['fence'],
            'phase': (_PHASES_WHILE_HELD if held else _PHASES)[goal],
            'bound': True, 'guarded': goal != 'ready' and not held,
            'holders': held,
            'holders_known': True}

    def _holders(self, members):
        return [{'kind': 'domain', 'id': domain.uuid, 'name': domain.name}
                for domain in self._domains
                if domain.running and set(members) & set(domain.devices)]

    def _wipe(self, order):
        now = datetime.datetime.now(datetime.timezone.utc).strftime(
            '%Y-%m-%dT%H:%M:%SZ')

        def step(name, address):
            return {'step': name, 'address': address, 'result': 'ok',
                    'started': now, 'millis': 1, 'detail': {}}

        memory = order['members'][0]
        wipe = order['wipe']
        record = {
            'v': 1, 'wipe': wipe['id'], 'unit': order['unit'],
            'host': self.host, 'boot_id': self._boot,
            'members': [{'address': address, **identity} for address, identity
                        in zip(order['members'], order['identities'])],
            'fence': order['fence'],
            'started': now, 'ended': now,
            'steps': [step(name, address) for address in order['members']
                      for name in ('quiesce', 'reset')]
            + [step(name, memory) for name in
               ('witness', 'scrub', 'verify', 'negative-control')],
            'coverage': {'bytes_total': _MEMORY_BYTES,
                         'bytes_scrubbed': _MEMORY_BYTES,
                         'bytes_verified': _MEMORY_BYTES},
            'gaps': [], 'level': 'L3', 'result': 'clean',
            'kernel': '6.1.0', 'agent_version': _VERSION}
        if 'previous_claim' in wipe:
            record['previous_claim'] = wipe['previous_claim']
        body = json.dumps(record)
        digest = _sha256(order['chain_head'] + '\n' + body)
        self._wipes[wipe['id']] = {
            'body': body, 'prev_hash': order['chain_head'], 'hash': digest,
            'signature': base64.b64encode(
                self._key.sign(digest.encode())).decode()}

    def _inventory(self):
        return {
            'host': self.host, 'boot_id': self._boot, 'kernel': '6.1.0',
            'iommu': True, 'kernel_flags': [], 'scan_complete': True,
            'functions': [
                {'address': address, **self._identity, 'class': '0x030200',
                 'driver': 'vfio-pci', 'group': group, 'numa_node': 0,
                 'reset_methods': ['bus'], 'boot_display': False, 'bars': [],
                 'mdev_types': [], 'upstream': []}
                for address, group in self._gpus.items()],
            'groups': [
                {'number': group, 'type': 'DMA-FQ',
                 'members': [{'address': address, 'role': 'ENDPOINT'}]}
                for address, group in self._gpus.items()],
            'unread': []}

    def _call(self, method, call, document=None):
        return self._allocator.call(
            method, self._path(call), document, token=self._credential)

    def _path(self, call):
        return f'/v1/hosts/{self.host}/{call}'


def _sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()
