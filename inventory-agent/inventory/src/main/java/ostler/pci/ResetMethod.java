package ostler.pci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;

/**
 * A way the kernel can reset a function, in the order in which the kernel itself tries them (Linux
 * 6.12, {@code drivers/pci/pci.c}, {@code pci_reset_fn_methods}). None of them is documented to
 * clear memory.
 */
public enum ResetMethod {
  DEVICE_SPECIFIC("device_specific"),
  ACPI("acpi"),
  FLR("flr"),
  AF_FLR("af_flr"),
  PM("pm"),
  BUS("bus"),
  CXL_BUS("cxl_bus");

  private final String kernelName;

  ResetMethod(String kernelName) {
    this.kernelName = kernelName;
  }

  /** Answers empty for a method that this version does not know; a newer kernel may have one. */
  public static Optional<ResetMethod> tryParse(String kernelName) {
    return Arrays.stream(values())
        .filter(method -> method.kernelName.equals(kernelName))
        .findFirst();
  }

  /**
   * Reads the name that {@code reset_method} prints.
   *
   * @throws IllegalArgumentException if no method has that name
   */
  @JsonCreator
  public static ResetMethod parse(String kernelName) {
    return tryParse(kernelName)
        .orElseThrow(() -> new IllegalArgumentException("is not a reset method: " + kernelName));
  }

  /** The name as {@code reset_method} prints and takes it. */
  @JsonValue
  public String kernelName() {
    return kernelName;
  }
}
