package ostler.allocator.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Refusal;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Turns what goes wrong before or in a call into a problem, each with the request's id. */
@RestControllerAdvice
public final class ProblemAdvice {

  private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

  private static final int MAX_RULE_CHARS = 300;

  @ExceptionHandler
  ResponseEntity<Object> badInput(BadInput e, HttpServletRequest request) {
    return malformed(e.getMessage(), request);
  }

  @ExceptionHandler
  ResponseEntity<Object> refused(RefusedCall e, HttpServletRequest request) {
    return Problem.of(e.refusal(), requestId(request)).answer();
  }

  /** Jackson says what and where; where is the list of fields that led to it. */
  @ExceptionHandler
  ResponseEntity<Object> unreadable(HttpMessageNotReadableException e, HttpServletRequest request) {
    if (e.getCause() instanceof UnrecognizedPropertyException unknown) {
      return malformed(path(unknown) + ": is not a field of this request", request);
    }
    if (e.getCause() instanceof JacksonException bad) {
      String path = path(bad);
      String rule = bad.getOriginalMessage().lines().findFirst().orElse("cannot be read");
      return malformed(
          (path.isEmpty() ? "body" : path)
              + ": "
              + rule.substring(0, Math.min(rule.length(), MAX_RULE_CHARS)),
          request);
    }
    return malformed("body: is missing or cannot be read", request);
  }

  @ExceptionHandler
  ResponseEntity<Object> mistyped(
      MethodArgumentTypeMismatchException e, HttpServletRequest request) {
    return malformed(e.getName() + ": is not what belongs there", request);
  }

  @ExceptionHandler
  ResponseEntity<Object> databaseGone(DataAccessException e, HttpServletRequest request) {
    LOG.error("request {}: the database did not do its part", requestId(request), e);
    return Problem.of(
            Refusal.of(
                Code.BUSY,
                "the database did not answer as it should; what was asked may have been done or"
                    + " not, so ask again with the same id"),
            requestId(request))
        .answer();
  }

  /** What Spring itself refuses, with its own status: no such path, no such method and the like. */
  @ExceptionHandler
  ResponseEntity<Object> anythingElse(Exception e, HttpServletRequest request) {
    if (e instanceof ServletRequestBindingException) {
      return malformed(e.getMessage(), request);
    }
    if (e instanceof ErrorResponse refused) {
      HttpStatus status = HttpStatus.valueOf(refused.getStatusCode().value());
      Code code = status == HttpStatus.NOT_FOUND ? Code.NOT_FOUND : Code.MALFORMED;
      return Problem.of(
              status,
              Refusal.of(
                  code,
                  request.getMethod()
                      + " "
                      + request.getRequestURI()
                      + " is not a call of this interface; /v3/api-docs has them all"),
              requestId(request))
          .answer();
    }
    LOG.error("request {}: broken", requestId(request), e);
    return Problem.of(
            Refusal.of(
                Code.INTERNAL,
                "the allocator broke over this request; its log says more under the request's id"),
            requestId(request))
        .answer();
  }

  private static ResponseEntity<Object> malformed(String sentence, HttpServletRequest request) {
    return Problem.of(Refusal.of(Code.MALFORMED, sentence), requestId(request)).answer();
  }

  private static String path(JacksonException e) {
    return e.getPath().stream()
        .map(
            step ->
                step.getPropertyName() == null
                    ? "[" + step.getIndex() + "]"
                    : "." + step.getPropertyName())
        .collect(Collectors.joining())
        .replaceFirst("^\\.", "");
  }

  private static String requestId(HttpServletRequest request) {
    return request.getAttribute(Caller.ATTRIBUTE) instanceof Caller caller
        ? caller.requestId()
        : "";
  }
}
