package ostler.vfio;

import java.io.IOException;
import ostler.pci.PciAddress;

/** The kernel refused something, or failed at it. */
final class KernelException extends Exception {

  private static final long serialVersionUID = 1L;

  private final KernelError error;

  KernelException(KernelOperation operation, PciAddress device, IOException cause) {
    super(
        "The kernel answers \"%s\" to %s %s"
            .formatted(KernelError.wordsOf(cause), operation, device),
        cause);
    this.error = KernelError.of(cause);
  }

  KernelError error() {
    return error;
  }

  /**
   * As a verb's refusal.
   *
   * @param usual the code, unless the kernel's words are not known
   * @param next what to do about it, a sentence
   */
  Refusal refusal(Code usual, String next) {
    Code code = error == KernelError.UNKNOWN ? Code.UNKNOWN_KERNEL_ERROR : usual;
    return new Refusal(
        code, getMessage() + ". " + next, java.util.Map.of("kernel_error", error.name()));
  }
}
