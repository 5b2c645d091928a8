package ostler.vfio;

/** The files in a function's folder in sysfs that this program reads or writes. */
enum Attribute {
  BOOT_VGA("boot_vga"),
  CLASS("class"),
  CONFIG("config"),
  D3COLD_ALLOWED("d3cold_allowed"),
  DEVICE("device"),
  DRIVER("driver"),
  DRIVER_OVERRIDE("driver_override"),
  IOMMU_GROUP("iommu_group"),
  POWER_CONTROL("power/control"),
  RESET("reset"),
  RESET_METHOD("reset_method"),
  RESOURCE("resource"),
  REVISION("revision"),
  SUBSYSTEM_DEVICE("subsystem_device"),
  SUBSYSTEM_VENDOR("subsystem_vendor"),
  VENDOR("vendor");

  private final String file;

  Attribute(String file) {
    this.file = file;
  }

  String file() {
    return file;
  }
}
