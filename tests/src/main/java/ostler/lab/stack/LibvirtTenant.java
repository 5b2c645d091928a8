package ostler.lab.stack;

import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import ostler.lab.GuestResult;
import ostler.lab.LabDevice;
import ostler.lab.LabException;
import ostler.lab.LabMachine;
import ostler.pci.PciAddress;

/**
 * A tenant's virtual machine in the guest's libvirt, with one card passed through.
 *
 * <p>Its processor never runs: QEMU starts it paused and takes the reads and writes that a driver
 * would make over its own test protocol (qtest), through vfio to the device. That needs a second or
 * two, where booting an operating system inside the emulated host needs more than a minute.
 */
public final class LibvirtTenant {

  private static final Duration VIRSH_DEADLINE = Duration.ofSeconds(90);
  private static final Duration MEMORY_DEADLINE = Duration.ofSeconds(60);
  private static final int GUEST_SLOT = 5;
  private static final long BAR_ADDRESS = 0xe000_0000L;
  private static final int BAR_0 = 0x10;
  private static final int BAR_2 = 0x18;
  private static final int COMMAND = 0x04;
  private static final int FIRST_PORT = 7800;
  private static final int LINUX_NUMBER = 0;

  private final LabMachine machine;
  private final String name;
  private final UUID uuid;
  private final Passed passed;
  private final int port;
  private final String boot;
  private final boolean managed;
  private final String metadata;

  /**
   * Describes a tenant; nothing starts yet.
   *
   * @param number 1 to 99, another one for every tenant of a machine
   */
  public LibvirtTenant(LabMachine machine, String name, int number, Card card) {
    this(machine, name, number, Passed.whole(card), "", false, "");
  }

  private LibvirtTenant(
      LabMachine machine,
      String name,
      int number,
      Passed passed,
      String boot,
      boolean managed,
      String metadata) {
    this.machine = machine;
    this.boot = boot;
    this.metadata = metadata;
    this.managed = managed;
    this.name = name;
    this.uuid = UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    this.passed = passed;
    this.port = FIRST_PORT + number;
  }

  /**
   * A tenant that does run: the guest's own kernel with an initramfs.
   *
   * @param initramfs file in the guest
   */
  public static LibvirtTenant linux(LabMachine machine, String name, Card card, String initramfs) {
    String boot =
        "<kernel>/boot/vmlinuz</kernel><initrd>" + initramfs + "</initrd><cmdline>quiet</cmdline>";
    return new LibvirtTenant(machine, name, LINUX_NUMBER, Passed.whole(card), boot, false, "");
  }

  /**
   * A tenant with a mediated device of the lab's module.
   *
   * @param number 1 to 99, another one for every tenant of a machine
   * @param slice the kernel's name of it
   * @param memoryBytes of its BAR 0
   */
  public static LibvirtTenant sliced(
      LabMachine machine, String name, int number, UUID slice, long memoryBytes) {
    return new LibvirtTenant(
        machine, name, number, Passed.slice(slice, memoryBytes), "", false, "");
  }

  /**
   * The same, as Nova describes it: libvirt is to bind the card, and to give it back afterwards.
   */
  public LibvirtTenant managedByLibvirt() {
    return new LibvirtTenant(machine, name, port - FIRST_PORT, passed, boot, true, metadata);
  }

  /** The same as an instance of Nova's, which writes into the description whose it is. */
  public LibvirtTenant ofNova(String project) {
    String owner =
        """
          <metadata>
            <nova:instance xmlns:nova="http://openstack.org/xmlns/libvirt/nova/1.1">
              <nova:owner>
                <nova:user uuid="a-user">a user</nova:user>
                <nova:project uuid="%s">a project</nova:project>
              </nova:owner>
            </nova:instance>
          </metadata>
        """
            .formatted(project);
    return new LibvirtTenant(machine, name, port - FIRST_PORT, passed, boot, managed, owner);
  }

  /** The domain's UUID, which a claim names as its consumer. */
  public UUID uuid() {
    return uuid;
  }

  /** Its consumer as the command line writes it. */
  public String consumer() {
    return "libvirt:domain:" + uuid;
  }

  /** Makes the domain known to libvirt. */
  public void define() throws IOException, InterruptedException, LabException {
    String file = "/run/" + name + ".xml";
    machine.run(
        "cat > " + file + " <<'XML'\n" + xml() + "XML\nvirsh define " + file, VIRSH_DEADLINE);
  }

  /** Asks libvirt to start it, paused; the hook may veto that. */
  public GuestResult tryStart() throws IOException, InterruptedException, LabException {
    return machine.exec("virsh start --paused " + name, VIRSH_DEADLINE);
  }

  /** Starts it, and it has to start. */
  public void start() throws IOException, InterruptedException, LabException {
    machine.run("virsh start --paused " + name, VIRSH_DEADLINE);
  }

  /** Libvirt forgets it, as when Nova deletes its instance. */
  public void undefine() throws IOException, InterruptedException, LabException {
    machine.run("virsh undefine " + name, VIRSH_DEADLINE);
  }

  /** Presses its reset button: the machine begins anew in the same QEMU. */
  public void reset() throws IOException, InterruptedException, LabException {
    machine.run("virsh reset " + name, VIRSH_DEADLINE);
  }

  /** Ends it as an operator would, by libvirt. */
  public void destroy() throws IOException, InterruptedException, LabException {
    machine.run("virsh destroy " + name, VIRSH_DEADLINE);
  }

  /** SIGKILL for its QEMU, as when a tenant's machine crashes; back when libvirt knows. */
  public void kill() throws IOException, InterruptedException, LabException {
    machine.run(
        "kill -9 $(cat /run/libvirt/qemu/"
            + name
            + ".pid)"
            + "; until virsh domstate "
            + name
            + " | grep -q 'shut off'; do sleep 0.1; done",
        VIRSH_DEADLINE);
  }

  /** The tenant's driver: gives the card's memory an address in the tenant's machine. */
  public void mapMemory() throws IOException, InterruptedException, LabException {
    qtest(
        passed.bars().stream()
                .map(bar -> config(bar.register(), bar.value()))
                .collect(Collectors.joining())
            + config(COMMAND, 2),
        VIRSH_DEADLINE);
  }

  /** The tenant writes into the card's memory. */
  public void write(long offset, byte[] bytes)
      throws IOException, InterruptedException, LabException {
    String hex = HexFormat.of().formatHex(bytes);
    qtest(
        "q write 0x%x %d 0x%s\n".formatted(BAR_ADDRESS + offset, bytes.length, hex),
        MEMORY_DEADLINE);
  }

  /** The tenant reads all of the card's memory. */
  public Sight look(byte[] pattern) throws IOException, InterruptedException, LabException {
    long size = passed.memoryBytes();
    String file = "/run/" + name + ".memory";
    StringBuilder regex = new StringBuilder();
    for (byte one : pattern) {
      regex.append("\\x%02x".formatted(one));
    }
    String answer =
        machine.run(
            """
            set -e
            virsh qemu-monitor-command NAME --hmp 'pmemsave ADDRESS SIZE "FILE"'
            stat -c %s FILE
            tr -d '\\0' <FILE | wc -c
            grep -obUaP 'REGEX' FILE | wc -l
            rm FILE
            """
                .replace("NAME", name)
                .replace("ADDRESS", "0x" + Long.toHexString(BAR_ADDRESS))
                .replace("SIZE", size + "")
                .replace("REGEX", regex)
                .replace("FILE", file),
            MEMORY_DEADLINE);
    long[] numbers = answer.lines().filter(l -> !l.isBlank()).mapToLong(Long::parseLong).toArray();
    return new Sight(numbers[0], numbers[1], numbers[2]);
  }

  /**
   * What a tenant saw in a card's memory.
   *
   * @param bytes how much it read
   * @param nonZeroBytes how many of them were not zero
   * @param copies how often the pattern stood in it
   */
  public record Sight(long bytes, long nonZeroBytes, long copies) {}

  private void qtest(String lines, Duration deadline)
      throws IOException, InterruptedException, LabException {
    machine.run(
        """
        exec 3<>/dev/tcp/127.0.0.1/PORT
        q() {
          echo "$*" >&3
          read -r -t 20 answer <&3
          [ "${answer%% *}" = OK ] || { echo "qtest: $1 $2: $answer" >&2; exit 1; }
        }
        """
                .replace("PORT", port + "")
            + lines,
        deadline);
  }

  /** Sets a register of the memory function's configuration space in the tenant's machine. */
  private String config(int register, long value) {
    int address = 0x8000_0000 | GUEST_SLOT << 11 | passed.function() << 8 | register;
    return "q outl 0xcf8 0x%x\nq outl 0xcfc 0x%x\n".formatted(address, value);
  }

  /** With ACPI, without which a guest's kernel has no way to switch its machine off. */
  private String xml() {
    return """
    <domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
      <name>%s</name>
      <uuid>%s</uuid>
    %s  <memory unit='MiB'>128</memory>
      <vcpu>1</vcpu>
      <on_poweroff>destroy</on_poweroff>
      <os><type arch='x86_64' machine='pc'>hvm</type>%s</os>
      <features><acpi/></features>
      <cpu mode='custom'><model>qemu64</model></cpu>
      <devices>
        <emulator>/usr/bin/qemu-system-x86_64</emulator>
        <controller type='usb' model='none'/>
        <memballoon model='none'/>
    %s  </devices>
      <qemu:commandline>
        <qemu:arg value='-qtest'/>
        <qemu:arg value='tcp:127.0.0.1:%d,server=on,wait=off'/>
        <qemu:arg value='-qtest-log'/>
        <qemu:arg value='/dev/null'/>
      </qemu:commandline>
    </domain>
    """
        .formatted(name, uuid, metadata, boot, passed.hostdevs(managed ? "yes" : "no"), port);
  }

  /**
   * What is passed through to a tenant.
   *
   * @param hostdevs its elements in the domain's description, but for who binds it
   * @param function that has the memory, as the tenant's machine numbers it
   * @param bars the memory's base address, register by register
   */
  private record Passed(String hostdevs, int function, List<Register> bars, long memoryBytes) {

    private record Register(int register, long value) {}

    static Passed whole(Card card) {
      StringBuilder hostdevs = new StringBuilder();
      for (LabDevice function : card.functions()) {
        hostdevs.append(hostdev(PciAddress.parse(function.address())));
      }
      return new Passed(
          hostdevs.toString(),
          PciAddress.parse(card.memory().address()).function(),
          List.of(new Register(BAR_2, BAR_ADDRESS), new Register(BAR_2 + Integer.BYTES, 0)),
          card.memory().memoryBytes());
    }

    static Passed slice(UUID slice, long memoryBytes) {
      String hostdev =
          """
              <hostdev mode='subsystem' type='mdev' model='vfio-pci'>
                <source><address uuid='%s'/></source>
                <address type='pci' bus='0' slot='%d' function='0'/>
              </hostdev>
          """
              .formatted(slice, GUEST_SLOT);
      return new Passed(hostdev, 0, List.of(new Register(BAR_0, BAR_ADDRESS)), memoryBytes);
    }

    private static String hostdev(PciAddress host) {
      return """
          <hostdev mode='subsystem' type='pci' managed='MANAGED'>
            <source><address domain='%d' bus='%d' slot='%d' function='%d'/></source>
            <address type='pci' bus='0' slot='%d' function='%d' multifunction='on'/>
          </hostdev>
      """
          .formatted(
              host.domain(),
              host.bus(),
              host.device(),
              host.function(),
              GUEST_SLOT,
              host.function());
    }

    /** With the word that says whether libvirt is to bind it; a slice has nothing to be bound. */
    String hostdevs(String managed) {
      return hostdevs.replace("MANAGED", managed);
    }
  }
}
