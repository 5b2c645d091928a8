package ostler.cli;

import java.util.List;
import java.util.Optional;

/**
 * Why the command ends without having done its work, as it is told on standard error: a stable
 * code, a sentence, the reasons behind it, what to do next, and the request to ask the operators
 * about.
 */
final class Failure extends Exception {

  private static final long serialVersionUID = 1L;

  /** One cause behind a refusal. */
  record Reason(String code, String message) {}

  private final ExitCode exitCode;
  private final String code;
  private final List<Reason> reasons;
  private final String next;
  private final String requestId;

  private Failure(
      ExitCode exitCode, String code, String sentence, List<Reason> reasons, Extra extra) {
    super(sentence);
    this.exitCode = exitCode;
    this.code = code;
    this.reasons = List.copyOf(reasons);
    this.next = extra.next();
    this.requestId = extra.requestId();
  }

  private record Extra(String next, String requestId) {}

  /** A failure that this command found itself. */
  static Failure of(ExitCode exitCode, String code, String sentence) {
    return new Failure(exitCode, code, sentence, List.of(), new Extra(null, null));
  }

  /** A refusal of the allocator. */
  static Failure refused(
      ExitCode exitCode, String code, String sentence, List<Reason> reasons, String requestId) {
    return new Failure(exitCode, code, sentence, reasons, new Extra(null, requestId));
  }

  static Failure usage(String code, String sentence) {
    return of(ExitCode.USAGE, code, sentence);
  }

  /** The same failure with advice on what to do next. */
  Failure andTry(String advice) {
    return new Failure(exitCode, code, getMessage(), reasons, new Extra(advice, requestId));
  }

  ExitCode exitCode() {
    return exitCode;
  }

  String code() {
    return code;
  }

  List<Reason> reasons() {
    return reasons;
  }

  Optional<String> next() {
    return Optional.ofNullable(next);
  }

  Optional<String> requestId() {
    return Optional.ofNullable(requestId);
  }
}
