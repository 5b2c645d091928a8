"""What an operator sets in the group [ostler] of the scheduler's nova.conf."""

import ipaddress
import urllib.parse

import nova.conf
from oslo_config import cfg
from oslo_config import types

GROUP = 'ostler'

# In [ostler]aliases: every alias is Ostler's.
EVERY_ALIAS = '*'


def allocator_url(text):
    """An allocator's address without a slash at its end.

    The token travels with each request, so only loopback may go without TLS.

    :raises ValueError: if it is no such address, or if others could read the
        token on the way.
    """
    parts = urllib.parse.urlsplit(text)
    beyond = [parts.username, parts.query, parts.fragment]
    if (parts.scheme not in ('http', 'https') or not parts.hostname or
            parts.port == 0 or any(beyond)):
        raise ValueError(
            f"'{text}' is no allocator's address; write it like "
            "https://ostler.example:7878")
    if parts.scheme == 'http' and not _is_loopback(parts.hostname):
        raise ValueError(
            f"'{text}' is another machine's address, and over http the token "
            "could be read on the way; give the allocator a certificate and "
            "write https")
    return text.rstrip('/')


def _is_loopback(host):
    if host == 'localhost':
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


OPTIONS = [
    cfg.Opt(
        'urls',
        type=types.List(item_type=allocator_url),
        default=['http://127.0.0.1:7878'],
        help='The allocators, tried in this order until one answers.'),
    cfg.StrOpt(
        'token_file',
        default='/etc/nova/ostler.token',
        help='The file that holds the token to show to the allocators. It is '
             'read again when it changes.'),
    cfg.StrOpt(
        'ca_file',
        help='Certificates that may sign those of the allocators; without it '
             'the ones that this machine trusts.'),
    cfg.ListOpt(
        'aliases',
        default=[EVERY_ALIAS],
        help='The names of PCI aliases whose devices Ostler hands out; * means '
             'all. A request for any of them is refused while no allocator '
             'answers, and a request for none of them never waits for one.'),
    cfg.FloatOpt(
        'connect_timeout', default=1.0, min=0.001,
        help='Seconds in which an allocator must accept a connection.'),
    cfg.FloatOpt(
        'answer_timeout', default=2.0, min=0.001,
        help='Seconds in which an allocator must have answered in full, from '
             'the moment when it is asked.'),
    cfg.FloatOpt(
        'deadline', default=5.0, min=0.001,
        help='Seconds that one request waits for all allocators together.'),
    cfg.IntOpt(
        'breaker_failures', default=3, min=1,
        help='After so many failures in a row an allocator is left alone for '
             'a while.'),
    cfg.FloatOpt(
        'breaker_seconds', default=10.0, min=0,
        help='How many seconds it is left alone, until one request tries it '
             'again.'),
    cfg.FloatOpt(
        'weight_multiplier', default=1.0,
        help="How much Ostler's score of a host counts beside the other "
             'weighers; below 0 the hosts that it likes least come first. The '
             'metadata ostler_weight_multiplier of an aggregate overrules it.'),
]


def list_opts():
    """For oslo-config-generator."""
    return [(GROUP, OPTIONS)]


nova.conf.CONF.register_opts(OPTIONS, group=GROUP)
