package ostler.allocator.http;

import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import ostler.allocator.engine.Outcome;

/** Turns outcomes into answers: the value as it is shown, or the refusal as a problem. */
final class Answers {

  private Answers() {}

  static <T> ResponseEntity<Object> ok(
      Caller caller, Outcome<T> outcome, Function<T, Object> view) {
    return answer(HttpStatus.OK, caller, outcome, view);
  }

  static <T> ResponseEntity<Object> answer(
      HttpStatus status, Caller caller, Outcome<T> outcome, Function<T, Object> view) {
    if (outcome instanceof Outcome.Done<T> done) {
      return ResponseEntity.status(status).body(view.apply(done.value()));
    }
    return Problem.of(((Outcome.Refused<T>) outcome).refusal(), caller.requestId()).answer();
  }
}
