package ostler.root;

/** The files in a function's folder in sysfs that root programs read or write. */
public enum Attribute {
  BOOT_VGA("boot_vga"),
  CLASS("class"),
  CREATABLE_VGPU_TYPES("nvidia/creatable_vgpu_types"),
  CURRENT_VGPU_TYPE("nvidia/current_vgpu_type"),
  CONFIG("config"),
  D3COLD_ALLOWED("d3cold_allowed"),
  DEVICE("device"),
  DRIVER("driver"),
  DRIVER_OVERRIDE("driver_override"),
  IOMMU_GROUP("iommu_group"),
  PHYSFN("physfn"),
  POWER_CONTROL("power/control"),
  RESET("reset"),
  RESET_METHOD("reset_method"),
  RESOURCE("resource"),
  REVISION("revision"),
  SRIOV_DRIVERS_AUTOPROBE("sriov_drivers_autoprobe"),
  SRIOV_NUMVFS("sriov_numvfs"),
  SRIOV_TOTALVFS("sriov_totalvfs"),
  SUBSYSTEM_DEVICE("subsystem_device"),
  SUBSYSTEM_VENDOR("subsystem_vendor"),
  VENDOR("vendor");

  private final String file;

  Attribute(String file) {
    this.file = file;
  }

  public String file() {
    return file;
  }
}
