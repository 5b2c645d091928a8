"""Asks Nova's own code about made-up configuration, and writes one line of JSON for each verdict.

The lines beside this file were written by Nova 26.2.2 of Debian's python3-nova:

    python3 nova_verdicts.py 20261120 > nova-26.2.2.jsonl

A refusal is null. What Nova 26 does not know yet, and what this side refuses on purpose, is not
asked for (see RATIONALE.md).
"""

import json
import logging
import random
import sys
import warnings

logging.disable(logging.CRITICAL)
warnings.simplefilter('ignore')

from nova import conf  # noqa: E402
from nova import objects  # noqa: E402
from nova.compute import pci_placement_translator as translator  # noqa: E402
from nova.pci import request  # noqa: E402
from nova.pci import utils  # noqa: E402
from nova.pci import whitelist  # noqa: E402

PARENTS = {'0000:0a:00.0', '0001:81:10.0'}
DEVICES = [
    # address, vendor, product, parent
    ('0000:0a:00.0', '8086', '5057', None),
    ('0000:0a:00.5', '8086', '5057', None),
    ('0000:0a:01.5', '8086', '1572', '0000:0a:00.0'),
    ('0000:0a:02.0', '8086', '1572', '0000:0a:00.0'),
    ('0000:81:00.0', '10de', '1b06', None),
    ('0000:81:00.1', '10de', '10ef', None),
    ('0001:81:10.0', '15b3', '1013', None),
    ('0001:81:10.7', '15b3', '1014', '0001:81:10.0'),
    ('ffff:ff:1f.7', 'ffff', '0001', None),
]


def words(rng, *choices):
    return rng.choice(choices)


def mostly(rng, usual, *others):
    return usual if rng.random() < 0.85 else rng.choice(others)


def pad(rng, text):
    return words(rng, text, text, text, ' ' + text, text + ' ')


def part(rng, width, usual):
    return pad(rng, mostly(
        rng, words(rng, usual, '*'), '', usual.upper(), usual.lstrip('0'), '0' + usual,
        '0x' + usual, '%x' % rng.randrange(16 ** width), 'g', '1_0', '+' + usual,
        '%x' % (16 ** width), rng.choice('0123456789abcdef')))


def glob(rng):
    device = rng.choice(DEVICES)[0]
    if rng.random() < 0.25:
        return device
    domain, bus, rest = device.split(':')
    slot, function = rest.split('.')
    front = [part(rng, 4, domain), part(rng, 2, bus), part(rng, 2, slot)]
    front = front[rng.choice([0, 0, 0, 0, 1, 2]):]
    if rng.random() < 0.05:
        front.append('00')
    text = ':'.join(front)
    if rng.random() < 0.9:
        text += '.' + part(rng, 1, function)
    return words(rng, text, text, text, text, text, '', '.', ':')


def regex(rng):
    device = rng.choice(DEVICES)[0]
    domain, bus, rest = device.split(':')
    slot, function = rest.split('.')

    def one(usual):
        return mostly(
            rng,
            words(
                rng, '.*', usual, usual[:1], usual + '$', '^' + usual, '[0-9]+', '[0-9a-f]{1,2}',
                '[%s-7]' % rng.randrange(8), '(%s|81)' % usual, '[^a]', '0?' + usual),
            'a*', '(?:0|1)+', '0a??', '[b-a]', '(', 'a**', '\\d', '.' + usual[1:], '', '0{2,4}', '+1',
            '(0', '0|8')

    parts = {'domain': one(domain), 'bus': one(bus), 'slot': one(slot), 'function': one(function)}
    for name in list(parts):
        if rng.random() < 0.3:
            del parts[name]
    if rng.random() < 0.2:
        return dict(zip(('domain', 'bus', 'slot', 'function'), (domain, bus, slot, function)))
    return parts


def ids(rng, index):
    usual = rng.choice(DEVICES)[index]
    return mostly(
        rng, words(rng, usual, '*'), usual.upper(), ' ' + usual, usual + ' ', ' * ', '0x' + usual,
        usual + '0', usual[1:], 'gggg', '', '1_0', '*' + usual)


def spec(rng):
    made = {}
    if rng.random() < 0.5:
        made['vendor_id'] = ids(rng, 1)
    if rng.random() < 0.5:
        made['product_id'] = ids(rng, 2)
    kind = rng.random()
    if kind < 0.5:
        made['address'] = glob(rng)
    elif kind < 0.8:
        made['address'] = regex(rng)
    elif kind < 0.83:
        made['address'] = ['0000:0a:00.5']
    if rng.random() < 0.08:
        made['devname'] = words(rng, '', 'eth0')
    if rng.random() < 0.1:
        made['physical_network'] = words(rng, 'net1', None)
    return made


def ask_spec(rng):
    value = words(rng, *[lambda: json.dumps(spec(rng))] * 12, *[
        lambda: json.dumps([spec(rng) for _ in range(rng.randrange(3))]),
        lambda: json.dumps([spec(rng), 'x']),
        lambda: '"x"', lambda: '{', lambda: '7', lambda: 'null', lambda: '', lambda: '{} {}'])()
    try:
        found = whitelist.Whitelist([value])
        verdict = [
            found.device_assignable({
                'address': a, 'vendor_id': v, 'product_id': p, 'parent_addr': f})
            for a, v, p, f in DEVICES]
    except Exception:
        verdict = None
    return {'kind': 'device_spec', 'text': value, 'verdict': verdict}


def alias(rng):
    made = {
        'name': words(rng, 'a', 'a', 'b', ' a', 'b '),
        'vendor_id': mostly(rng, '8086', '10DE', '0xg1', '80860', 'g111'),
        'product_id': mostly(rng, '5057', '1B06', '505', 'g111')}
    if rng.random() < 0.8:
        made['device_type'] = mostly(
            rng, 'type-PCI', 'type-PF', 'type-VF', 'vdpa', 'N', '')
    if rng.random() < 0.4:
        made['numa_policy'] = mostly(
            rng, 'legacy', 'required', 'preferred', 'socket', 'derp', '')
    if rng.random() < 0.2:
        made['capability_type'] = mostly(rng, 'pci', 'usb')
    if rng.random() < 0.05:
        made['other'] = 'x'
    if rng.random() < 0.05:
        made['name'] = words(rng, '', 'x' * 256, 'x' * 257, 7, None)
    if rng.random() < 0.03:
        del made['name']
    return made


def ask_alias(rng):
    texts = [json.dumps(alias(rng)) for _ in range(rng.choice([1, 1, 1, 2, 2, 3]))]
    if rng.random() < 0.05:
        texts.append(words(rng, '{', '[]', '"a"', ''))
    flavor = mostly(
        rng, words(rng, 'a:1', 'a:2,b:1', 'b:3'), 'a:1, b:3', ' a : 2', 'b:0', 'a', 'a:', ':1', 'a:1,', 'a:x',
        'a:1:2', 'c:1', 'a:1,a:1')
    conf.CONF.set_override('alias', texts, 'pci')
    try:
        found = {
            name: [numa, len(specs)]
            for name, (numa, specs) in request._get_alias_from_config().items()}
        try:
            asked = [
                [r.alias_name, r.count] for r in request._translate_alias_to_requests(flavor)]
        except Exception:
            asked = None
    except Exception:
        found = asked = None
    return {
        'kind': 'alias', 'texts': texts, 'verdict': found, 'flavor': flavor, 'requests': asked}


def ask_names(rng):
    signs = 'abXY09_-. /A'
    name = ''.join(rng.choice(signs) for _ in range(rng.randrange(1, 9)))
    name = words(
        rng, name, name, 'CUSTOM_' + name.upper().replace('-', '_'), 'custom_' + name, 'vgpu',
        'PGPU', 'HW_GPU_API_VULKAN', 'hw_gpu_api_vulkan', 'HW_' + name)
    dev = objects.PciDevice(vendor_id='10de', product_id='1b06')
    traits = translator._get_traits_for_dev({'traits': name})
    traits.discard('COMPUTE_MANAGED_PCI_DEVICE')
    return {
        'kind': 'names', 'text': name,
        'resource_class': translator._get_rc_for_dev(dev, {'resource_class': name}),
        'traits': sorted(traits)}


def main():
    rng = random.Random(int(sys.argv[1]))
    conf.CONF([], project='nova', default_config_files=[])
    objects.register_all()
    utils.is_physical_function = lambda d, b, s, f: '%s:%s:%s.%s' % (d, b, s, f) in PARENTS
    utils.get_function_by_ifname = lambda name: (None, False)
    for _ in range(1500):
        print(json.dumps(ask_spec(rng)))
    for _ in range(600):
        print(json.dumps(ask_alias(rng)))
    for _ in range(300):
        print(json.dumps(ask_names(rng)))


main()
