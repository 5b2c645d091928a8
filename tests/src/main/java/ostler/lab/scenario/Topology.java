package ostler.lab.scenario;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ostler.lab.GuestPci;
import ostler.lab.LabDevice;
import ostler.lab.LabMachine;

/** How the kernel sees the devices: groups, companions, NUMA nodes, virtual functions. */
final class Topology {

  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private Topology() {}

  static List<Scenario> scenarios() {
    return List.of(
        Scenario.of(
            "groups", "the kernel's IOMMU groups are as the lab laid them out", Topology::groups),
        Scenario.of(
            "companion", "a GPU and its audio function share one group", Topology::companion),
        Scenario.of(
            "numa",
            "a card below an expander of node 1 says so, others say nothing",
            Topology::numa),
        Scenario.of(
            "sriov-visible",
            "virtual functions appear and go, each in a group of its own",
            Topology::virtualFunctions));
  }

  private static String groups(LabContext lab) throws Exception {
    String listing =
        lab.shared()
            .run("cd /sys/kernel/iommu_groups; for f in */devices/*; do echo $f; done", DEADLINE);
    Map<String, Set<LabDevice>> groups = new LinkedHashMap<>();
    for (String line : listing.lines().toList()) {
      String[] parts = line.split("/");
      LabDevice.at(parts[2])
          .ifPresent(d -> groups.computeIfAbsent(parts[0], g -> new TreeSet<>()).add(d));
    }
    Set<Set<LabDevice>> expected =
        Stream.concat(
                Stream.of(
                    Set.of(LabDevice.A_GPU, LabDevice.A_AUDIO, LabDevice.A_MEMORY),
                    Set.of(LabDevice.A2_GPU, LabDevice.A2_AUDIO),
                    Set.of(LabDevice.BRIDGE, LabDevice.FOREIGN_NIC, LabDevice.BRIDGED_DISPLAY)),
                Stream.of(
                        LabDevice.BOOT_DISPLAY,
                        LabDevice.B,
                        LabDevice.B2,
                        LabDevice.NVME,
                        LabDevice.DISPLAY,
                        LabDevice.EDU)
                    .map(Set::of))
            .collect(Collectors.toSet());
    Expect.equal(expected, Set.copyOf(groups.values()), "groups of the lab's devices");
    return groups.values().stream()
        .filter(members -> members.size() > 1)
        .sorted(Comparator.comparing(Object::toString))
        .map(Object::toString)
        .collect(Collectors.joining(" ", groups.size() + " groups, together: ", ""));
  }

  private static String companion(LabContext lab) throws Exception {
    GuestPci pci = new GuestPci(lab.shared());
    Expect.equal("0x030000", pci.attribute(LabDevice.A2_GPU, "class"), "class of the GPU");
    Expect.equal("0x040300", pci.attribute(LabDevice.A2_AUDIO, "class"), "class of its audio");
    int group = pci.group(LabDevice.A2_GPU);
    Expect.equal(group, pci.group(LabDevice.A2_AUDIO), "group of the audio function");
    return LabDevice.A2_GPU.address() + " and its audio function in group " + group;
  }

  private static String numa(LabContext lab) throws Exception {
    GuestPci pci = new GuestPci(lab.shared());
    Expect.equal("1", pci.attribute(LabDevice.B, "numa_node"), "node of card B");
    Expect.equal("-1", pci.attribute(LabDevice.B2, "numa_node"), "node of card B2");
    return LabDevice.B.address() + " on node 1, " + LabDevice.B2.address() + " on none";
  }

  private static String virtualFunctions(LabContext lab) throws Exception {
    LabMachine machine = lab.shared();
    String seen =
        machine.run(
            """
            cd %s; modprobe nvme
            until [ -e driver ]; do sleep 0.1; done
            echo 0 >sriov_drivers_autoprobe; echo 2 >sriov_numvfs || exit 1
            for f in virtfn*; do
              echo $(basename $(readlink $f)) $(basename $(readlink $f/iommu_group))
            done
            """
                .formatted(LabDevice.NVME.sysfs()),
            DEADLINE);
    Expect.equal(2L, seen.lines().count(), "number of virtual functions in\n" + seen);
    long groups = seen.lines().map(line -> line.split(" ")[1]).distinct().count();
    Expect.equal(2L, groups, "number of their groups in\n" + seen);
    String left =
        machine.run(
            "cd %s; echo 0 >sriov_numvfs; ls -d virtfn* 2>/dev/null; rmmod nvme"
                .formatted(LabDevice.NVME.sysfs()),
            DEADLINE);
    Expect.equal("", left, "virtual functions after taking them away");
    return "address and group: " + seen.replace("\n", ", ");
  }
}
