package ostler.lab.scenario;

import ostler.lab.LabDevice;

/** A small libvirt domain called {@code tenant}. */
final class TenantDomain {

  private TenantDomain() {}

  /** One that has a device of the host, bound to vfio-pci already. */
  static String with(LabDevice device) {
    Object[] parts = device.address().split("[:.]");
    return domain(
        """
        <hostdev mode='subsystem' type='pci' managed='no'>
          <source><address domain='0x%s' bus='0x%s' slot='0x%s' function='0x%s'/></source>
        </hostdev>"""
            .formatted(parts));
  }

  /** One that has none. */
  static String plain() {
    return domain("");
  }

  private static String domain(String device) {
    return """
        <domain type='qemu'>
          <name>tenant</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
          <os><type arch='x86_64' machine='pc'>hvm</type></os>
          <devices>
            <emulator>/usr/bin/qemu-system-x86_64</emulator>
            <controller type='usb' model='none'/>
            <memballoon model='none'/>
            %s
          </devices>
        </domain>"""
        .formatted(device);
  }
}
