package ostler.lab;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The devices that every lab machine has, at addresses that do not change.
 *
 * <p>Cards: {@code A_*} is a GPU with audio and 64 MiB of video memory as three functions of one
 * slot; {@code A2_*} a plain GPU with its audio; {@code B} a single function with 64 MiB on NUMA
 * node 1; {@code B2} one with 16 MiB and no known NUMA node. {@code FOREIGN_NIC} and {@code
 * BRIDGED_DISPLAY} share a group with the bridge above them.
 */
public enum LabDevice {
  /** The machine's own screen: {@code boot_vga} is 1, and it is never to be handed out. */
  BOOT_DISPLAY("0000:00:02.0", "boot-display", "VGA", 0),
  A_GPU("0000:01:00.0", "a-gpu", "ati-vga", 0),
  A_AUDIO("0000:01:00.1", "a-audio", "ich9-intel-hda", 0),
  A_MEMORY("0000:01:00.2", "a-memory", "ivshmem-plain", 64),
  A2_GPU("0000:02:00.0", "a2-gpu", "ati-vga", 0),
  A2_AUDIO("0000:02:00.1", "a2-audio", "ich9-intel-hda", 0),
  B2("0000:03:00.0", "b2", "ivshmem-plain", 16),
  NVME("0000:04:00.0", "nvme", "nvme", 0),
  BRIDGE("0000:05:00.0", "bridge", "pcie-pci-bridge", 0),
  FOREIGN_NIC("0000:06:01.0", "foreign-nic", "e1000", 0),
  BRIDGED_DISPLAY("0000:06:02.0", "bridged-display", "bochs-display", 0),
  DISPLAY("0000:07:00.0", "display", "bochs-display", 0),
  EDU("0000:08:00.0", "edu", "edu", 0),
  B("0000:81:00.0", "b", "ivshmem-plain", 64);

  /** Root ports that are empty at boot, for {@link LabMachine#deviceAdd}; QEMU's names. */
  public static final List<String> SPARE_PORTS = List.of("spare1", "spare2");

  private final String address;
  private final String qemuId;
  private final String model;
  private final int memoryMebibytes;

  LabDevice(String address, String qemuId, String model, int memoryMebibytes) {
    this.address = address;
    this.qemuId = qemuId;
    this.model = model;
    this.memoryMebibytes = memoryMebibytes;
  }

  /** Where the guest's kernel finds it, in the form of sysfs. */
  public String address() {
    return address;
  }

  /** QEMU's name of it, for {@link LabMachine#deviceDel}. */
  public String qemuId() {
    return qemuId;
  }

  String model() {
    return model;
  }

  /** Its folder in the guest. */
  public String sysfs() {
    return "/sys/bus/pci/devices/" + address;
  }

  /** Size of the memory that a file outside holds, in bytes; 0 where there is none. */
  public long memoryBytes() {
    return (long) memoryMebibytes << 20;
  }

  /** Those whose memory is a file outside. */
  static List<LabDevice> withMemory() {
    return Arrays.stream(values()).filter(device -> device.memoryMebibytes > 0).toList();
  }

  /** The device at an address, if it is one of ours. */
  public static Optional<LabDevice> at(String address) {
    return Arrays.stream(values()).filter(d -> d.address.equals(address)).findFirst();
  }
}
