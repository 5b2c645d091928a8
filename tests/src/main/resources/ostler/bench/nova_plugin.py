"""Times Ostler's plugin beside Nova's own filters, and prints one line of JSON.

    nova_plugin.py URL TOKEN_FILE PROJECT

A request for all 8 GPUs of a host, for a guest with a NUMA cell on each node, through each filter
as Nova's scheduler calls it: with all hosts at once, which report their topology as computes with
libvirt do. Each question of the plugin is about another instance, and so each is promised 8 units.
The three must pass the same hosts.
"""

import json
import sys
import time
import uuid

import nova_hosts

from nova import version
from nova.scheduler.filters import numa_topology_filter
from nova.scheduler.filters import pci_passthrough_filter
from ostler_nova import filter as ostler_filter
from ostler_nova import options

HOSTS = (1_000, 10_000)
WARM_UP = 20
ROUNDS = 200
# Nova's filters take seconds, and are not asked again when they took this long together.
PEER_SECONDS = 20.0
PEER_ROUNDS = 20
DEADLINE_SECONDS = 20.0


def settings(url, token_file):
    nova_hosts.configure()
    for name, value in {
            'urls': [url], 'token_file': token_file, 'aliases': ['gpu'],
            'answer_timeout': DEADLINE_SECONDS, 'deadline': DEADLINE_SECONDS}.items():
        ostler_filter.CONF.set_override(name, value, group=options.GROUP)


def timed(one, hosts, spec, rounds, seconds=float('inf')):
    """How long it takes, and which hosts pass."""
    times = []
    while len(times) < rounds and sum(times) < 1e3 * seconds:
        spec.instance_uuid = str(uuid.uuid4())
        begun = time.perf_counter()
        left = list(one.filter_all(hosts, spec))
        times.append(1e3 * (time.perf_counter() - begun))
    times.sort()
    figure = {'p50_ms': times[len(times) // 2], 'p99_ms': times[len(times) * 99 // 100],
              'rounds': len(times)}
    return figure, [host.host for host in left]


def main():
    url, token_file, project = sys.argv[1:]
    settings(url, token_file)
    all_hosts = [nova_hosts.host(number, free, True)
                 for number, free in enumerate(json.load(sys.stdin))]
    spec = nova_hosts.request(8, nova_hosts.NODES)
    spec.project_id = project
    spec.user_id = 'bench'
    spec.num_instances = 1
    plugin = ostler_filter.OstlerFilter()
    devices = pci_passthrough_filter.PciPassthroughFilter()
    topology = numa_topology_filter.NUMATopologyFilter()
    cases = []
    for number in HOSTS:
        hosts = all_hosts[:number]
        timed(plugin, hosts, spec, WARM_UP)
        ours, names = timed(plugin, hosts, spec, ROUNDS)
        pci, pci_names = timed(devices, hosts, spec, PEER_ROUNDS, PEER_SECONDS)
        numa, numa_names = timed(topology, hosts, spec, PEER_ROUNDS, PEER_SECONDS)
        cases.append({
            'hosts': number,
            'passed': {'plugin': len(names), 'pci_filter': len(pci_names),
                       'numa_filter': len(numa_names)},
            'same': names == pci_names == numa_names,
            'plugin': ours, 'pci_filter': pci, 'numa_filter': numa})
    print(json.dumps({'version': version.version_string(), 'cases': cases}))


main()
