package ostler.nvml;

import ostler.inventory.Problem;
import ostler.pci.PciAddress;

/** What went wrong with NVML, as a sentence for an operator. */
final class NvmlProblem {

  static final String ATTRIBUTE = "nvml";

  private NvmlProblem() {}

  static Problem of(Problem.Code code, PciAddress address, String what, String next) {
    return new Problem(code, ATTRIBUTE, "NVML of " + address + ": " + what + "; " + next + ".");
  }

  static Problem of(PciAddress address, NvmlException e) {
    Problem.Code code = code(e.error());
    return of(code, address, e.getMessage(), next(code));
  }

  private static Problem.Code code(NvmlError error) {
    return switch (error) {
      case LIBRARY_NOT_FOUND, DRIVER_NOT_LOADED -> Problem.Code.NVML_MISSING;
      case LIB_RM_VERSION_MISMATCH -> Problem.Code.NVML_VERSION_MISMATCH;
      case GPU_IS_LOST -> Problem.Code.GPU_IS_LOST;
      case RESET_REQUIRED -> Problem.Code.GPU_UNWELL;
      default -> Problem.Code.NVML_FAILED;
    };
  }

  private static String next(Problem.Code code) {
    return switch (code) {
      case NVML_MISSING -> "its health is unknown: install the library of the driver's version";
      case NVML_VERSION_MISMATCH ->
          "its health is unknown: reboot, or load the driver that was installed";
      case GPU_IS_LOST -> "it has fallen off the bus: see dmesg, and power the host off and on";
      case GPU_UNWELL -> "drain it and have it reset";
      default -> "its health is not wholly known: see dmesg and nvidia-smi";
    };
  }
}
