package ostler.lab.scenario;

import java.io.RandomAccessFile;
import java.time.Duration;
import java.util.List;
import ostler.lab.GuestPci;
import ostler.lab.LabDevice;
import ostler.lab.LabMachine;

/**
 * A tenant with a kernel and a user space of its own: slow, so once, as the quick one's witness.
 */
final class LinuxTenant {

  private static final Duration BOOT_DEADLINE = Duration.ofMinutes(8);
  private static final Duration DEADLINE = Duration.ofMinutes(9);
  private static final int VALUE = 0x0ff5e750;
  private static final int OFFSET = 0x4000;

  private LinuxTenant() {}

  static List<Scenario> scenarios() {
    return List.of(
        new Scenario(
            "linux-tenant",
            "a nested Linux reaches the device's memory through vfio as the quick tenant does",
            DEADLINE,
            LinuxTenant::run));
  }

  private static String run(LabContext lab) throws Exception {
    LabMachine machine = lab.shared();
    GuestPci pci = new GuestPci(machine);
    pci.bindVfio(LabDevice.B2);
    String script = INITRAMFS.formatted(OFFSET, VALUE) + MACHINE;
    String console = machine.run(script.replace("DEVICE", LabDevice.B2.address()), BOOT_DEADLINE);
    pci.unbind(LabDevice.B2);
    Expect.that(console.contains("tenant: wrote"), "the nested kernel's console says: " + console);
    try (RandomAccessFile file = new RandomAccessFile(machine.memory(LabDevice.B2).toFile(), "r")) {
      file.seek(OFFSET);
      Expect.equal(VALUE, Integer.reverseBytes(file.readInt()), "what the memory holds outside");
    }
    return console.lines().filter(line -> line.contains("tenant: wrote")).findFirst().orElseThrow();
  }

  /**
   * Makes /tmp/tenant.gz, for a nested machine that writes one value (the second argument) at an
   * offset (the first) and powers itself off; 5 is the device's slot in it, BAR 2 the third line.
   */
  static final String INITRAMFS =
      """
      set -e; rm -rf /tmp/tenant; mkdir -p /tmp/tenant/bin; cd /tmp/tenant
      mkdir proc sys dev; cp /bin/busybox bin/
      cat >init <<'END'
      #!/bin/busybox sh
      b=/bin/busybox
      $b mount -t proc proc /proc; $b mount -t sysfs sys /sys; $b mount -t devtmpfs dev /dev
      d=/sys/bus/pci/devices/0000:00:05.0
      echo 1 >$d/enable
      bar=$($b sed -n 3p $d/resource | $b cut -d' ' -f1)
      at=$((bar + %d))
      $b devmem $at 32 %d
      echo "tenant: wrote $($b devmem $at 32) at $($b printf %%x $at)" >/dev/console
      $b poweroff -f
      END
      chmod +x init
      busybox find . | busybox cpio -o -H newc 2>/dev/null | busybox gzip -1 >/tmp/tenant.gz
      """;

  private static final String MACHINE =
      """
      qemu-system-x86_64 -accel tcg -M pc -cpu qemu64 -m 128 -nodefaults -display none -no-reboot \
        -kernel /boot/vmlinuz -initrd /tmp/tenant.gz -append 'console=ttyS0 quiet' -serial stdio \
        -device vfio-pci,host=DEVICE,addr=5 </dev/null
      """;
}
