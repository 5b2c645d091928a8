package ostler.root;

import java.io.IOException;
import ostler.pci.PciAddress;

/** The kernel refused something, or failed at it. */
public final class KernelException extends Exception {

  private static final long serialVersionUID = 1L;

  private final KernelError error;

  public KernelException(KernelOperation operation, PciAddress device, IOException cause) {
    super(
        "The kernel answers \"%s\" to %s %s"
            .formatted(KernelError.wordsOf(cause), operation, device),
        cause);
    this.error = KernelError.of(cause);
  }

  /** What a driver's own library refused, in its words, as the kernel's error of that meaning. */
  public KernelException(String words, KernelError meaning, Exception cause) {
    super(words, cause);
    this.error = meaning;
  }

  public KernelError error() {
    return error;
  }
}
