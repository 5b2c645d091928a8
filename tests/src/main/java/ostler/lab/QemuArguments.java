package ostler.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * QEMU's command line for a machine. Every device has its address on the root bus written down, so
 * that what one scenario adds moves nothing.
 *
 * <p>KVM is never asked for: {@code /dev/kvm} may exist and hang.
 */
final class QemuArguments {

  private static final String ROOT_BUS = ",bus=pcie.0,addr=";

  private final List<String> words = new ArrayList<>();

  private QemuArguments() {}

  static List<String> of(LabImage image, MachineOptions options, MachineFiles files) {
    QemuArguments arguments = new QemuArguments();
    arguments.board(image, files);
    arguments.hostOwn(image, options, files);
    arguments.cards(files);
    arguments.words.addAll(options.extraArguments());
    return arguments.words;
  }

  private void board(LabImage image, MachineFiles files) {
    add("-nodefaults", "-no-user-config", "-display", "none");
    image.firmware().forEach(folder -> add("-L", folder.toString()));
    add("-machine", "q35,kernel-irqchip=split", "-accel", "tcg,thread=multi,tb-size=512");
    add("-cpu", "max", "-smp", "2", "-m", "2560");
    for (int node = 0; node < 2; node++) {
      add("-object", "memory-backend-ram,id=node" + node + ",size=1280M");
      add("-numa", "node,nodeid=" + node + ",memdev=node" + node + ",cpus=" + node);
    }
    add("-kernel", image.kernel().toString(), "-initrd", image.initramfs().toString());
    // Without KVM on a busy machine the kernel's boot-time timer check can miss its ticks and
    // panic.
    add("-append", "console=ttyS0 intel_iommu=on no_timer_check quiet");
    add("-chardev", "file,id=console,path=" + files.console() + ",append=on");
    add("-serial", "chardev:console");
    add("-chardev", "socket,id=qmp,path=" + files.qmp() + ",server=on,wait=off");
    add("-mon", "chardev=qmp,mode=control");
    add("-device", "intel-iommu,intremap=on,caching-mode=on");
  }

  /** What belongs to the machine itself, and is never to be handed out. */
  private void hostOwn(LabImage image, MachineOptions options, MachineFiles files) {
    add("-device", "VGA,id=" + LabDevice.BOOT_DISPLAY.qemuId() + ROOT_BUS + "0x2");
    add("-blockdev", "driver=file,node-name=root,read-only=on,filename=" + image.root());
    add("-device", "virtio-blk-pci,drive=root" + ROOT_BUS + "0x3");
    options
        .disk()
        .ifPresent(
            disk -> {
              add("-blockdev", "driver=file,node-name=persist,filename=" + disk);
              add("-device", "virtio-blk-pci,drive=persist" + ROOT_BUS + "0x4");
            });
    add("-device", "virtio-serial-pci" + ROOT_BUS + "0x5");
    add("-chardev", "socket,id=agent,path=" + files.agent() + ",server=on,wait=off");
    add("-device", "virtserialport,id=agent-port,chardev=agent,name=org.qemu.guest_agent.0");
    StringBuilder network = new StringBuilder("user,id=net");
    for (Map.Entry<Integer, Integer> port : new TreeMap<>(options.portForwards()).entrySet()) {
      network.append(",hostfwd=tcp:127.0.0.1:").append(port.getKey());
      network.append("-:").append(port.getValue());
    }
    add("-netdev", network.toString());
    add("-device", "virtio-net-pci,netdev=net,romfile=" + ROOT_BUS + "0x6");
    options
        .programs()
        .ifPresent(
            folder -> {
              add(
                  "-fsdev",
                  "local,id=share,security_model=none,readonly=on,multidevs=remap,path="
                      + folder.toAbsolutePath());
              add("-device", "virtio-9p-pci,fsdev=share,mount_tag=share" + ROOT_BUS + "0x7");
            });
  }

  /** The cards. Root ports come in the order of their slots, so that buses count up from 1. */
  private void cards(MachineFiles files) {
    for (LabDevice device : LabDevice.withMemory()) {
      add(
          "-object",
          "memory-backend-file,share=on,id=memory-"
              + device.qemuId()
              + ",size="
              + device.memoryBytes()
              + ",mem-path="
              + files.memory(device));
    }
    rootPort(1, "pcie.0", 0x10);
    device(LabDevice.A_GPU, "bus=port1,addr=0.0,multifunction=on,romfile=");
    device(LabDevice.A_AUDIO, "bus=port1,addr=0.1");
    device(LabDevice.A_MEMORY, "bus=port1,addr=0.2");
    rootPort(2, "pcie.0", 0x11);
    device(LabDevice.A2_GPU, "bus=port2,addr=0.0,multifunction=on,romfile=");
    device(LabDevice.A2_AUDIO, "bus=port2,addr=0.1");
    rootPort(3, "pcie.0", 0x12);
    device(LabDevice.B2, "bus=port3");
    rootPort(4, "pcie.0", 0x13);
    nvme(files);
    rootPort(5, "pcie.0", 0x14);
    device(LabDevice.BRIDGE, "bus=port5");
    device(LabDevice.FOREIGN_NIC, "bus=" + LabDevice.BRIDGE.qemuId() + ",addr=1,romfile=");
    device(LabDevice.BRIDGED_DISPLAY, "bus=" + LabDevice.BRIDGE.qemuId() + ",addr=2");
    rootPort(6, "pcie.0", 0x15);
    device(LabDevice.DISPLAY, "bus=port6");
    rootPort(7, "pcie.0", 0x16);
    device(LabDevice.EDU, "bus=port7");
    add("-device", "pxb-pcie,id=node1-bus,bus_nr=0x80,numa_node=1" + ROOT_BUS + "0x17");
    rootPort(8, "node1-bus", 0);
    device(LabDevice.B, "bus=port8");
    for (int spare = 0; spare < LabDevice.SPARE_PORTS.size(); spare++) {
      add(
          "-device",
          "pcie-root-port,id="
              + LabDevice.SPARE_PORTS.get(spare)
              + ",mem-reserve=32M,pref64-reserve=128M,chassis="
              + (9 + spare)
              + ROOT_BUS
              + "0x"
              + Integer.toHexString(0x18 + spare));
    }
  }

  private void nvme(MachineFiles files) {
    add("-blockdev", "driver=file,node-name=flash,filename=" + files.flash());
    add("-device", "nvme-subsys,id=subsystem,nqn=ostler-lab");
    device(
        LabDevice.NVME,
        "serial=ostler-lab-nvme,subsys=subsystem,bus=port4,sriov_max_vfs=4,sriov_vq_flexible=8,"
            + "sriov_vi_flexible=4,max_ioqpairs=10,msix_qsize=9");
    add("-device", "nvme-ns,drive=flash,bus=" + LabDevice.NVME.qemuId());
  }

  private void rootPort(int number, String bus, int slot) {
    add(
        "-device",
        "pcie-root-port,id=port"
            + number
            + ",chassis="
            + number
            + ",slot="
            + number
            + ",bus="
            + bus
            + ",addr=0x"
            + Integer.toHexString(slot));
  }

  private void device(LabDevice device, String properties) {
    String memory = device.memoryBytes() == 0 ? "" : ",memdev=memory-" + device.qemuId();
    add("-device", device.model() + ",id=" + device.qemuId() + memory + "," + properties);
  }

  private void add(String... more) {
    words.addAll(List.of(more));
  }
}
