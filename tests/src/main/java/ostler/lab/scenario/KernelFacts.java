package ostler.lab.scenario;

import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import ostler.lab.GuestPci;
import ostler.lab.GuestResult;
import ostler.lab.LabDevice;
import ostler.lab.LabException;
import ostler.lab.LabMachine;
import ostler.lab.Tenant;

/** What Ostler builds on in the kernel, and why it has to exist: facts, shown by hand. */
final class KernelFacts {

  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final int MEMORY_BAR = 2;
  private static final String SECRET = "5ec2e75ec2e75ec2e75ec2e75ec2e701";
  private static final long SECRET_OFFSET = 0x12345;
  private static final String BUSY = "Device or resource busy";

  private KernelFacts() {}

  static List<Scenario> scenarios() {
    return List.of(
        Scenario.of(
            "residue-after-reset",
            "a killed tenant's secret survives the device's reset and reaches the next tenant",
            KernelFacts::residue),
        Scenario.of(
            "listed-reset-refused",
            "a reset method that the kernel lists can still be refused",
            KernelFacts::listedResetRefused),
        Scenario.of(
            "guard-fact",
            "who keeps /dev/vfio/GROUP open keeps every other opener out",
            KernelFacts::guard),
        Scenario.of(
            "identity-group",
            "vfio hands out a group whose default domain translates nothing, as iommu=pt makes it",
            KernelFacts::identityGroup),
        Scenario.of(
            "guard-after-rebind",
            "a guard that was opened before a rebind guards nothing",
            KernelFacts::guardAfterRebind));
  }

  private static String residue(LabContext lab) throws Exception {
    LabMachine machine = lab.shared();
    GuestPci pci = new GuestPci(machine);
    pci.bindVfio(LabDevice.B2);
    try (Tenant first = Tenant.start(machine, "first", LabDevice.B2.address())) {
      first.mapBar(MEMORY_BAR);
      first.write(SECRET_OFFSET, SECRET);
      Expect.equal(SECRET, first.read(SECRET_OFFSET, SECRET.length() / 2), "secret as written");
    }
    pci.reset(LabDevice.B2).orThrow();
    Expect.equal(SECRET, outside(machine.memory(LabDevice.B2)), "secret seen from outside");
    try (Tenant second = Tenant.start(machine, "second", LabDevice.B2.address())) {
      second.mapBar(MEMORY_BAR);
      Expect.equal(
          SECRET_OFFSET,
          second.find(SECRET, 0, 2 * SECRET_OFFSET).orElse(-1L),
          "where the second tenant finds the secret");
    }
    pci.unbind(LabDevice.B2);
    return "after kill -9 and a bus reset, found by the next tenant and in the file outside";
  }

  private static String identityGroup(LabContext lab) throws Exception {
    LabMachine machine = lab.shared();
    GuestPci pci = new GuestPci(machine);
    String type = "/sys/kernel/iommu_groups/" + pci.group(LabDevice.B2) + "/type";
    String before = machine.run("cat " + type, DEADLINE);
    machine.run("echo identity >" + type, DEADLINE);
    Expect.equal("identity", machine.run("cat " + type, DEADLINE), "the group's type");
    pci.bindVfio(LabDevice.B2);
    try (Tenant tenant = Tenant.start(machine, "tenant", LabDevice.B2.address())) {
      tenant.mapBar(MEMORY_BAR);
      tenant.write(SECRET_OFFSET, SECRET);
      Expect.equal(SECRET, tenant.read(SECRET_OFFSET, SECRET.length() / 2), "what it wrote");
    }
    pci.unbind(LabDevice.B2);
    machine.run("echo " + before + " >" + type, DEADLINE);
    return "type " + before + " made identity; a tenant got the group through vfio all the same";
  }

  private static String outside(Path memory) throws Exception {
    byte[] bytes = new byte[SECRET.length() / 2];
    try (RandomAccessFile file = new RandomAccessFile(memory.toFile(), "r")) {
      file.seek(SECRET_OFFSET);
      file.readFully(bytes);
    }
    return HexFormat.of().formatHex(bytes);
  }

  private static String listedResetRefused(LabContext lab) throws Exception {
    GuestPci pci = new GuestPci(lab.shared());
    Expect.equal("bus", pci.attribute(LabDevice.A2_GPU, "reset_method"), "listed method");
    GuestResult reset = pci.reset(LabDevice.A2_GPU);
    Expect.that(
        reset.err().contains("Inappropriate ioctl for device"),
        "the kernel refuses the reset with ENOTTY, but: " + reset);
    return LabDevice.A2_GPU.address() + " lists \"bus\", and its reset says ENOTTY";
  }

  private static String guard(LabContext lab) throws Exception {
    LabMachine machine = lab.shared();
    GuestPci pci = new GuestPci(machine);
    pci.bindVfio(LabDevice.B);
    long guard = hold(machine, pci.group(LabDevice.B));
    String refusal = refused(machine);
    pci.reset(LabDevice.B).orThrow();
    machine.run(
        "kill " + guard + "; while [ -e /proc/" + guard + " ]; do sleep 0.02; done", DEADLINE);
    Tenant.start(machine, "after-guard", LabDevice.B.address()).close();
    pci.unbind(LabDevice.B);
    return "QEMU said: " + refusal + "; reset meanwhile ok; it started when the guard was gone";
  }

  private static String refused(LabMachine machine) throws Exception {
    try (Tenant tenant = Tenant.start(machine, "refused", LabDevice.B.address())) {
      throw new AssertionError("QEMU " + tenant.pid() + " has a guarded device");
    } catch (LabException e) {
      String words = e.getMessage();
      Expect.that(words.contains(BUSY), "the kernel refuses with EBUSY, but: " + words);
      return words.substring(words.indexOf("failed to open"), words.indexOf(BUSY) + BUSY.length());
    }
  }

  private static String guardAfterRebind(LabContext lab) throws Exception {
    LabMachine machine = lab.shared();
    GuestPci pci = new GuestPci(machine);
    pci.bindVfio(LabDevice.B);
    int group = pci.group(LabDevice.B);
    long guard = hold(machine, group);
    pci.unbind(LabDevice.B);
    pci.bindVfio(LabDevice.B);
    Expect.equal(group, pci.group(LabDevice.B), "group after the rebind");
    Tenant.start(machine, "past-guard", LabDevice.B.address()).close();
    machine.run("kill " + guard, DEADLINE);
    pci.unbind(LabDevice.B);
    return "unbind under a held group succeeds, and after the rebind QEMU gets past the old guard";
  }

  private static long hold(LabMachine machine, int group) throws Exception {
    long guard = machine.spawn("guard", "exec 3<>/dev/vfio/" + group + " && exec sleep 600");
    machine.run(
        "until ls -l /proc/" + guard + "/fd | grep -q /dev/vfio/" + group + "; do sleep 0.05; done",
        DEADLINE);
    return guard;
  }
}
