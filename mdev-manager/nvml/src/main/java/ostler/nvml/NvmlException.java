package ostler.nvml;

/** NVML did not do what it was asked. */
public final class NvmlException extends Exception {

  private static final long serialVersionUID = 1L;

  private final NvmlError error;
  private final int code;

  NvmlException(NvmlFunction function, int code) {
    this(function, NvmlError.of(code), code, "");
  }

  NvmlException(NvmlFunction function, NvmlError error, String detail) {
    this(function, error, error.code(), ": " + detail);
  }

  private NvmlException(NvmlFunction function, NvmlError error, int code, String detail) {
    super("NVML answers %s (%d) to %s%s".formatted(error, code, function, detail));
    this.error = error;
    this.code = code;
  }

  public NvmlError error() {
    return error;
  }

  /** NVML's number, also where it is one that is not known here. */
  public int code() {
    return code;
  }

  /** Whether this card or this library does not have what was asked for, as old ones do not. */
  boolean isAbsence() {
    return error == NvmlError.NOT_SUPPORTED
        || error == NvmlError.FUNCTION_NOT_FOUND
        || error == NvmlError.NO_DATA;
  }
}
