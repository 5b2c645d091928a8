package ostler.root;

import java.util.Map;
import java.util.TreeMap;

/**
 * A verb's no: a code for programs, and a sentence for people that says what, which, and what to do
 * next.
 */
public final class Refusal extends Exception {

  private static final long serialVersionUID = 1L;

  private final Code code;
  private final transient Map<String, Object> detail;

  public Refusal(Code code, String sentence) {
    this(code, sentence, Map.of());
  }

  /** With facts beside the sentence: texts, numbers and booleans by name. */
  public Refusal(Code code, String sentence, Map<String, Object> detail) {
    super(sentence);
    this.code = code;
    this.detail = new TreeMap<>(detail);
  }

  /**
   * For what the kernel refused.
   *
   * @param usual the code, unless the kernel's words are not known
   * @param next what to do about it, a sentence
   */
  public Refusal(Code usual, KernelException cause, String next) {
    this(
        cause.error() == KernelError.UNKNOWN ? Code.UNKNOWN_KERNEL_ERROR : usual,
        cause.getMessage() + ". " + next,
        Map.of("kernel_error", cause.error().name()));
  }

  public Code code() {
    return code;
  }

  public Map<String, Object> detail() {
    return detail;
  }
}
