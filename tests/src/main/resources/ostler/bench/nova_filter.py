"""Times Nova's own PciPassthroughFilter and NUMATopologyFilter, and prints one line of JSON.

The hosts are ours: 8 GPUs on 2 NUMA nodes, which Nova keeps as 2 pools, with as many free on each
as ours have. A request without a NUMA topology goes through the first filter alone, over all hosts,
which report no topology either: Nova's best case. One with a topology goes through both until one
refuses, over the first hosts only, of 2 nodes with 112 threads each, which Nova copies for every
host and request.
"""

import json
import logging
import random
import sys
import time
import warnings

logging.disable(logging.CRITICAL)
warnings.simplefilter('ignore')

from oslo_config import cfg  # noqa: E402

from nova import conf  # noqa: E402
from nova import objects  # noqa: E402
from nova import version  # noqa: E402
from nova.objects import fields  # noqa: E402
from nova.objects import pci_device_pool  # noqa: E402
from nova.pci import stats  # noqa: E402
from nova.scheduler import host_manager  # noqa: E402
from nova.scheduler.filters import numa_topology_filter  # noqa: E402
from nova.scheduler.filters import pci_passthrough_filter  # noqa: E402

NODES = 2
THREADS = 112
MEMORY_MB = 512 * 1024


def cell(node):
    threads = range(node * THREADS, (node + 1) * THREADS)
    return objects.NUMACell(
        id=node,
        cpuset=set(threads),
        pcpuset=set(),
        memory=MEMORY_MB,
        cpu_usage=0,
        memory_usage=0,
        mempages=[objects.NUMAPagesTopology(
            size_kb=4, total=MEMORY_MB * 256, used=0, reserved=0)],
        siblings=[set([t, t + 1]) for t in threads if t % 2 == 0],
        pinned_cpus=set(),
        network_metadata=objects.NetworkMetadata(
            physnets=set(), tunneled=False),
        socket=node)


def host(number, free, numa):
    """A host with so many free GPUs on each node."""
    state = host_manager.HostState('host-%d' % number, 'host-%d' % number, None)
    if numa:
        state.numa_topology = objects.NUMATopology(
            cells=[cell(n) for n in range(NODES)])
    state.cpu_allocation_ratio = 16.0
    state.ram_allocation_ratio = 1.5
    state.limits = {}
    pools = objects.PciDevicePoolList(objects=[
        objects.PciDevicePool(
            vendor_id='10de', product_id='2330', numa_node=n, count=free[n],
            tags={'dev_type': fields.PciDeviceType.STANDARD})
        for n in range(NODES) if free[n]])
    state.pci_stats = stats.PciDeviceStats(state.numa_topology, stats=pools)
    return state


def request(count, numa):
    topology = None
    if numa:
        # No node has more than four, so more need a guest on both.
        topology = objects.InstanceNUMATopology(cells=[objects.InstanceNUMACell(
            id=i, cpuset=set(range(8 * i, 8 * i + 8)), pcpuset=set(), memory=8192,
            pagesize=None, cpu_pinning_raw=None, cpu_policy=None, cpu_thread_policy=None)
            for i in range(2 if count > 4 else 1)])
    return objects.RequestSpec(
        flavor=objects.Flavor(extra_specs={}),
        image=objects.ImageMeta(properties=objects.ImageMetaProps()),
        numa_topology=topology,
        instance_uuid='00000000-0000-0000-0000-000000000001',
        pci_requests=objects.InstancePCIRequests(requests=[objects.InstancePCIRequest(
            count=count, alias_name='gpu', request_id='00000000-0000-0000-0000-000000000002',
            numa_policy=fields.PCINUMAAffinityPolicy.REQUIRED,
            spec=[{'vendor_id': '10de', 'product_id': '2330'}])]))


def main():
    free = json.loads(sys.stdin.read())
    rounds = int(sys.argv[1])
    few = int(sys.argv[2])
    conf.CONF([], project='nova', default_config_files=[])
    objects.register_all()
    devices = pci_passthrough_filter.PciPassthroughFilter()
    topology = numa_topology_filter.NUMATopologyFilter()
    answers = []
    for numa in (False, True):
        hosts = [host(i, f, numa) for i, f in enumerate(free[:few] if numa else free)]
        for count in (1, 4, 8):
            spec = request(count, numa)
            times = []
            for _ in range(rounds):
                begun = time.perf_counter()
                left = hosts
                for one in [devices, topology] if numa else [devices]:
                    left = [h for h in left if one.host_passes(h, spec)]
                times.append(time.perf_counter() - begun)
            times.sort()
            answers.append({
                'count': count, 'numa': numa, 'hosts': len(hosts), 'passed': len(left),
                'host_us': 1e6 * times[len(times) // 2] / len(hosts)})
    print(json.dumps({'version': version.version_string(), 'answers': answers}))


main()
