package ostler.lab.scenario;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import ostler.lab.GuestPci;
import ostler.lab.GuestResult;
import ostler.lab.LabDevice;
import ostler.lab.LabMachine;

/** That the machine is a host: libvirt runs domains on it, devices come and go, power fails. */
final class Hosting {

  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private Hosting() {}

  static List<Scenario> scenarios() {
    return List.of(
        Scenario.of(
            "agent-user",
            "the agent's user owns its own folder and is not root, nor can become root",
            Hosting::agentUser),
        Scenario.of("libvirt-nested", "a libvirt domain with a vfio device runs", Hosting::libvirt),
        Scenario.of(
            "hotplug", "a device can be plugged in and out while the host runs", Hosting::hotplug),
        Scenario.of(
            "power-cut",
            "after a power cut the host has what it synced, and nothing else",
            Hosting::powerCut));
  }

  private static String agentUser(LabContext lab) throws Exception {
    LabMachine machine = lab.shared();
    String owners = machine.run("stat -c %U:%a /var/lib/ostler/agent /var/lib/ostler", DEADLINE);
    Expect.equal(
        "ostler:700\nroot:755", owners, "owner and mode of the agent's folder and its parent");
    GuestResult become = machine.exec("sudo -u ostler sudo -n /usr/bin/true", DEADLINE);
    Expect.that(
        become.err().contains("a password is required"),
        "sudo asks for a password, but: " + become);
    return "/var/lib/ostler/agent is ostler's alone; sudo refuses it any other command";
  }

  private static String libvirt(LabContext lab) throws Exception {
    LabMachine machine = lab.shared();
    GuestPci pci = new GuestPci(machine);
    pci.bindVfio(LabDevice.B2);
    machine.startLibvirt();
    String seen =
        machine.run(
            """
            cat >/tmp/domain.xml <<'END'
            %s
            END
            virsh create /tmp/domain.xml >/dev/null || exit 1
            virsh domstate tenant | head -n 1
            ls -l /proc/$(cat /run/libvirt/qemu/tenant.pid)/fd | grep -o '/dev/vfio/[0-9][0-9]*'
            virsh destroy tenant >/dev/null
            """
                .formatted(TenantDomain.with(LabDevice.B2)),
            DEADLINE);
    String group = "/dev/vfio/" + pci.group(LabDevice.B2);
    Expect.equal("running\n" + group, seen, "the domain's state and the group it holds");
    pci.unbind(LabDevice.B2);
    return "domain running, its QEMU holds " + group;
  }

  private static String hotplug(LabContext lab) throws Exception {
    LabMachine machine = lab.shared();
    String before = addresses(machine);
    machine.qmp(
        "object-add",
        Map.of("qom-type", "memory-backend-ram", "id", "plugged-memory", "size", 16 << 20));
    machine.deviceAdd(
        Map.of(
            "driver", "ivshmem-plain",
            "id", "plugged",
            "memdev", "plugged-memory",
            "bus", LabDevice.SPARE_PORTS.get(0)));
    machine.run("until [ -e /sys/bus/pci/devices/0000:09:00.0 ]; do sleep 0.1; done", DEADLINE);
    machine.deviceDel("plugged");
    Expect.equal(before, addresses(machine), "addresses after plugging out");
    return "0000:09:00.0 came and went";
  }

  private static String addresses(LabMachine machine) throws Exception {
    return machine.run("ls /sys/bus/pci/devices", DEADLINE);
  }

  private static String powerCut(LabContext lab) throws Exception {
    Path disk = lab.artifacts().toAbsolutePath().resolve("power-cut.disk");
    Files.deleteIfExists(disk);
    try (LabMachine machine = lab.fresh(lab.options("power-cut").withDisk(disk))) {
      machine.run(
          "mount -o remount,commit=300 /persist; echo kept >/var/lib/ostler/synced; sync;"
              + " echo lost >/etc/ostler/unsynced",
          DEADLINE);
      machine.powerCut();
      machine.powerOn();
      String seen = machine.run("cat /var/lib/ostler/synced; ls /etc/ostler", DEADLINE);
      Expect.equal("kept", seen, "the synced file, and no other");
      machine.run("echo warm >/etc/ostler/warm; sync; touch /tmp/memory-only", DEADLINE);
      machine.reset();
      Expect.equal(
          "warm", machine.run("cat /etc/ostler/warm; ls /tmp", DEADLINE), "what a reset leaves");
      return "power-on again in " + machine.bootTime().toMillis() + " ms with the synced file only";
    } finally {
      Files.deleteIfExists(disk);
    }
  }
}
