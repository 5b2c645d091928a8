"""What is asked of Ostler about one request, read from Nova's objects."""

from nova.compute import task_states
import nova.conf
from nova import context as nova_context
from nova import objects
from nova.scheduler import utils
from oslo_config import cfg
from oslo_log import log as logging

from ostler_nova import options

CONF = nova.conf.CONF
LOG = logging.getLogger(__name__)

VERSION = 1

_INTENTS = {
    task_states.MIGRATING: 'live_migrate',
    task_states.REBUILDING: 'evacuate',
    task_states.UNSHELVING: 'unshelve',
}

# A move of which nothing more is known.
_ANY_MOVE = 'cold_migrate'


def asks_for_ours(spec, aliases):
    """Whether any device is asked for by one of these aliases."""
    names = {r.alias_name for r in _pci_requests(spec) if r.alias_name}
    if options.EVERY_ALIAS in aliases:
        return bool(names)
    return not names.isdisjoint(aliases)


def of(spec, hosts):
    """The question about all the hosts, as it travels."""
    flavor = _field(spec, 'flavor')
    in_placement = pci_in_placement()
    return {
        'version': VERSION,
        'instance_uuid': _field(spec, 'instance_uuid'),
        'project_id': _field(spec, 'project_id'),
        'user_id': _field(spec, 'user_id'),
        'intent': intent(spec),
        'num_instances': _field(spec, 'num_instances'),
        'flavor': None if flavor is None else {
            'name': _field(flavor, 'name'),
            'extra_specs': _field(flavor, 'extra_specs'),
        },
        'pci_in_placement': in_placement,
        'requests': [_request(one) for one in _pci_requests(spec)],
        'hosts': [_host(one, in_placement) for one in hosts],
    }


def pci_in_placement():
    """Whether Placement picks the devices; Nova can since its 27th release."""
    try:
        return CONF.filter_scheduler.pci_in_placement
    except cfg.NoSuchOptError:
        return False


def intent(spec):
    """What the instance is scheduled for, as far as Nova tells.

    The request spec itself tells a rebuild, and it tells a move, which is
    restricted to the cell where the instance is. Which move it is stands in
    the instance's own row of that cell, where the scheduler has just read the
    hosts from.
    """
    if utils.request_is_rebuild(spec):
        return 'rebuild'
    destination = _field(spec, 'requested_destination')
    cell = _field(destination, 'cell') if destination else None
    if cell is None:
        return 'create'
    try:
        with nova_context.target_cell(
                nova_context.get_admin_context(), cell) as cctxt:
            instance = objects.Instance.get_by_uuid(
                cctxt, spec.instance_uuid, expected_attrs=['flavor'])
    except Exception:
        # Whatever the database has, it is only about the word for a move.
        LOG.warning('Instance %s could not be read to tell which move it is '
                    'scheduled for', spec.instance_uuid, exc_info=True)
        return _ANY_MOVE
    if instance.task_state == task_states.RESIZE_PREP:
        same = instance.flavor.flavorid == spec.flavor.flavorid
        return 'cold_migrate' if same else 'resize'
    return _INTENTS.get(instance.task_state, _ANY_MOVE)


def _pci_requests(spec):
    requests = _field(spec, 'pci_requests')
    return (_field(requests, 'requests') or []) if requests else []


def _request(request):
    return {
        'request_id': request.request_id,
        'alias': request.alias_name,
        'count': request.count,
        'spec': [dict(one) for one in request.spec],
        'numa_policy': request.numa_policy,
        'source': 'flavor' if request.alias_name else 'port',
    }


def _host(state, in_placement):
    asked = {'host': state.host, 'nodename': state.nodename}
    if in_placement:
        asked['candidates'] = [
            {'id': str(number), 'mappings': candidate.get('mappings')}
            for number, candidate in enumerate(candidates(state))]
        asked['providers'] = _providers(state) if asked['candidates'] else {}
    return asked


def _providers(state):
    """The address of the function that each of Placement's providers is.

    Nova keeps a pool for each of them, with the provider that it has made.
    """
    pools = state.pci_stats.pools if state.pci_stats else []
    return {pool['rp_uuid']: pool['address'] for pool in pools
            if pool.get('rp_uuid') and pool.get('address')}


def candidates(state):
    """The host's allocation candidates; Nova has them since its 27th release.

    A candidate's id is its place in this list.
    """
    return getattr(state, 'allocation_candidates', None) or []


def _field(thing, name):
    """A field of one of Nova's objects, None where it was never set."""
    return getattr(thing, name) if name in thing else None
