package ostler.nvml;

/** What NVML answers other than success ({@code nvmlReturn_t} of its header). */
public enum NvmlError {
  UNINITIALIZED(1),
  INVALID_ARGUMENT(2),
  NOT_SUPPORTED(3),
  NO_PERMISSION(4),
  ALREADY_INITIALIZED(5),
  NOT_FOUND(6),
  INSUFFICIENT_SIZE(7),
  INSUFFICIENT_POWER(8),
  DRIVER_NOT_LOADED(9),
  TIMEOUT(10),
  IRQ_ISSUE(11),
  LIBRARY_NOT_FOUND(12),
  /** Also said by this binding, of a function that an older library does not have. */
  FUNCTION_NOT_FOUND(13),
  CORRUPTED_INFOROM(14),
  GPU_IS_LOST(15),
  RESET_REQUIRED(16),
  /** The operating system, for example a control group, keeps the device away. */
  OPERATING_SYSTEM(17),
  /** The library and the loaded driver are of different versions. */
  LIB_RM_VERSION_MISMATCH(18),
  IN_USE(19),
  MEMORY(20),
  NO_DATA(21),
  VGPU_ECC_NOT_SUPPORTED(22),
  INSUFFICIENT_RESOURCES(23),
  FREQ_NOT_SUPPORTED(24),
  ARGUMENT_VERSION_MISMATCH(25),
  DEPRECATED(26),
  NOT_READY(27),
  GPU_NOT_FOUND(28),
  INVALID_STATE(29),
  RESET_TYPE_NOT_SUPPORTED(30),
  /** NVML's own word for what it has no word for. */
  UNKNOWN(999),
  /** A number that is not in this list: {@link NvmlException#code} has it. */
  OTHER(-1);

  private static final NvmlError[] ALL = values();

  private final int code;

  NvmlError(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static NvmlError of(int code) {
    for (NvmlError error : ALL) {
      if (error != OTHER && error.code == code) {
        return error;
      }
    }
    return OTHER;
  }
}
