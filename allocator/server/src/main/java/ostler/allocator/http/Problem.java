package ostler.allocator.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Refusal;

/**
 * A refusal as RFC 9457 has it, with a code for scripts.
 *
 * @param type always {@code about:blank}: the code says more than a link would
 * @param detail a sentence: what, which, and what to do next
 * @param reasons one for each thing that stood in the way, where there are several
 */
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    String code,
    String requestId,
    List<Cause> reasons) {

  private static final String RETRY_AFTER_SECONDS = "2";

  private static final Map<Code.Kind, HttpStatus> STATUS =
      Map.of(
          Code.Kind.MALFORMED, HttpStatus.BAD_REQUEST,
          Code.Kind.UNAUTHENTICATED, HttpStatus.UNAUTHORIZED,
          Code.Kind.FORBIDDEN, HttpStatus.FORBIDDEN,
          Code.Kind.UNKNOWN, HttpStatus.NOT_FOUND,
          Code.Kind.CONFLICT, HttpStatus.CONFLICT,
          Code.Kind.STALE, HttpStatus.PRECONDITION_FAILED,
          Code.Kind.TOO_LARGE, HttpStatus.CONTENT_TOO_LARGE,
          Code.Kind.BUSY, HttpStatus.SERVICE_UNAVAILABLE,
          Code.Kind.BROKEN, HttpStatus.INTERNAL_SERVER_ERROR);

  /** One thing that stood in the way. */
  public record Cause(String code, String message) {}

  public Problem {
    reasons = List.copyOf(reasons);
  }

  static Problem of(Refusal refusal, String requestId) {
    return of(STATUS.get(refusal.code().kind()), refusal, requestId);
  }

  static Problem of(HttpStatus status, Refusal refusal, String requestId) {
    return new Problem(
        "about:blank",
        status.getReasonPhrase(),
        status.value(),
        refusal.message(),
        refusal.code().name(),
        requestId,
        refusal.reasons().stream().map(Problem::cause).toList());
  }

  ResponseEntity<Object> answer() {
    ResponseEntity.BodyBuilder answer =
        ResponseEntity.status(status).contentType(MediaType.APPLICATION_PROBLEM_JSON);
    retryAfter().ifPresent(time -> answer.header(HttpHeaders.RETRY_AFTER, time));
    return answer.body(this);
  }

  /** After how many seconds another try makes sense, absent where none does by itself. */
  Optional<String> retryAfter() {
    return status == HttpStatus.SERVICE_UNAVAILABLE.value()
        ? Optional.of(RETRY_AFTER_SECONDS)
        : Optional.empty();
  }

  private static Cause cause(Reason reason) {
    return new Cause(reason.code().name(), reason.message());
  }
}
