package ostler.vfio;

import java.util.Map;
import java.util.TreeMap;

/**
 * A verb's no: a code for programs, and a sentence for people that says what, which, and what to do
 * next.
 */
final class Refusal extends Exception {

  private static final long serialVersionUID = 1L;

  private final Code code;
  private final transient Map<String, Object> detail;

  Refusal(Code code, String sentence) {
    this(code, sentence, Map.of());
  }

  /** With facts beside the sentence: texts, numbers and booleans by name. */
  Refusal(Code code, String sentence, Map<String, Object> detail) {
    super(sentence);
    this.code = code;
    this.detail = new TreeMap<>(detail);
  }

  Code code() {
    return code;
  }

  Map<String, Object> detail() {
    return detail;
  }
}
