"""What lies below a compute in a real cloud: libvirt's hook, and what an agent
sees of libvirt's domains."""

import re
from unittest import mock

from nova.tests.fixtures import libvirt as fakelibvirt
from nova.virt.libvirt import config

# Written by Nova into each domain, and read by Ostler's hook.
_PROJECT = re.compile(r'<nova:project uuid="([^"]+)"')
_SOURCE = re.compile(
    r'<source>\s*<address([^>]*)/>\s*</source>', re.DOTALL)
_NUMBER = re.compile(r'(domain|bus|slot|function)="(0x[0-9a-f]+)"')


class Domain:
    """A domain as its definition says."""

    def __init__(self, definition):
        self.uuid = definition.UUIDString()
        self.name = definition.name()
        self.running = bool(definition.isActive())
        text = definition.ostler_xml
        project = _PROJECT.search(text)
        self.project = project and project.group(1)
        self.devices = [_address(source) for source in _SOURCE.findall(text)]


def _address(text):
    at = {name: int(value, 16) for name, value in _NUMBER.findall(text)}
    return (f"{at['domain']:04x}:{at['bus']:02x}:{at['slot']:02x}."
            f"{at['function']:x}")


def domains(connection):
    """All domains of a fake libvirt, running or not."""
    return [Domain(one) for one in connection._vms.values()]


def install(test, veto):
    """Lets a function have its say before any domain starts.

    :param veto: is called with the host and the domain; answers why it may
        not start, or with nothing
    """
    parse = fakelibvirt.Domain._parse_definition
    start = fakelibvirt.Domain.createWithFlags
    write = config.LibvirtConfigGuestMetaNovaOwner.format_dom

    def name(owner):
        # Keystone's tokens have names, and those of Nova's tests have none;
        # without them Nova leaves its owner out.
        owner.username = owner.username or 'a user'
        owner.projectname = owner.projectname or 'a project'
        return write(owner)

    def keep(definition, xml):
        definition.ostler_xml = (
            xml.decode() if isinstance(xml, bytes) else xml)
        return parse(definition, xml)

    def hooked(definition, flags):
        why = veto(definition._connection.getHostname(), Domain(definition))
        if why:
            raise fakelibvirt.make_libvirtError(
                fakelibvirt.libvirtError,
                f'Hook script execution failed: Ostler: {why}')
        start(definition, flags)

    for owner, method, new in (
            (fakelibvirt.Domain, '_parse_definition', keep),
            (fakelibvirt.Domain, 'createWithFlags', hooked),
            (config.LibvirtConfigGuestMetaNovaOwner, 'format_dom', name)):
        patch = mock.patch.object(owner, method, new=new)
        patch.start()
        test.addCleanup(patch.stop)
