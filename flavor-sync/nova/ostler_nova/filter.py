"""The filter: one question to Ostler for all hosts of a request."""

import nova.conf
from nova.scheduler import filters
from nova.scheduler import utils
from oslo_log import log as logging

from ostler_nova import answer
from ostler_nova import client
from ostler_nova import options  # noqa: F401  (registers them)
from ostler_nova import question
from ostler_nova import scores

CONF = nova.conf.CONF
LOG = logging.getLogger(__name__)


class OstlerFilter(filters.BaseHostFilter):
    """Passes the hosts that can give the instance clean devices.

    A request that asks for none of Ostler's aliases passes everywhere without
    a question. One that does passes nowhere while no allocator answers: a
    device that nobody vouches for is not handed out.
    """

    # A rebuild stays on its host and keeps its devices.
    RUN_ON_REBUILD = False

    def __init__(self):
        super().__init__()
        self._client = client.Client(CONF.ostler)

    def filter_all(self, filter_obj_list, spec_obj):
        hosts = list(filter_obj_list)
        try:
            if not hosts or self._is_none_of_ours(spec_obj):
                return hosts
        except Exception:
            # Nova fails the whole request when a filter raises. What cannot be
            # read here asks for no device that Nova could find either.
            LOG.exception('The PCI requests of a request spec cannot be read; '
                          'it passes as one that has none')
            return hosts
        try:
            return self._passing(hosts, spec_obj)
        except client.Away as e:
            LOG.error('A request for devices of Ostler gets no host, since no '
                      'allocator answered: %s', e)
        except Exception:
            # As above; and what nobody vouches for is not handed out.
            LOG.exception('A request for devices of Ostler gets no host, since '
                          'the question cannot be made')
        return []

    def host_passes(self, host_state, spec_obj):
        """The same for one host; Nova itself only calls filter_all."""
        return bool(self.filter_all([host_state], spec_obj))

    def _is_none_of_ours(self, spec):
        if not self.RUN_ON_REBUILD and utils.request_is_rebuild(spec):
            return True
        return not question.asks_for_ours(spec, CONF.ostler.aliases)

    def _passing(self, hosts, spec):
        scores.forget(spec)
        # Only a driver without PCI devices has several nodes on one host.
        asked = question.of(spec, {h.host: h for h in hosts}.values())
        answered = self._client.ask(
            asked, lambda document: answer.read(document, asked))
        scores.remember(spec, answered.scores())
        passing = [host for host in hosts
                   if _keep(host, answered.verdicts[host.host])]
        LOG.info('Ostler, decision %(decision)s (%(mode)s), for instance '
                 '%(instance)s: %(passing)d of %(asked)d hosts pass%(why)s',
                 {'decision': answered.decision_id, 'mode': answered.mode,
                  'instance': asked['instance_uuid'],
                  'passing': len(passing), 'asked': len(hosts),
                  'why': ''.join(f'; {code or "no code"}: {number}' for
                                 code, number in
                                 sorted(answered.refusals().items()))})
        return passing


def _keep(host, verdict):
    """Whether the host passes; leaves it only the candidates that may do."""
    if not verdict.passes:
        return False
    if verdict.candidates is None or not question.candidates(host):
        return True
    host.allocation_candidates = [
        candidate for number, candidate in enumerate(question.candidates(host))
        if str(number) in verdict.candidates]
    return bool(host.allocation_candidates)
