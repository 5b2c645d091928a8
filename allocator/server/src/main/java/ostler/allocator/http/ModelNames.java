package ostler.allocator.http;

import ostler.pci.PciId;

/** What people call models. */
public final class ModelNames {

  String of(PciId id) {
    return id.toString();
  }
}
