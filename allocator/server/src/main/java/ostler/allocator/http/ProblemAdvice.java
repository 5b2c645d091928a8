package ostler.allocator.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedRuntimeException;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.converter.HttpMessageNotWritableException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Refusal;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Turns what goes wrong before or in a call into a problem, each with the request's id. */
@RestControllerAdvice
public final class ProblemAdvice {

  private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

  private static final int MAX_RULE_CHARS = 300;

  /** What a parser adds for who has the text before him. */
  private static final Pattern WHERE_IN_THE_TEXT = Pattern.compile(" \\(start marker at .*");

  @ExceptionHandler
  ResponseEntity<Object> badInput(BadInput e, HttpServletRequest request) {
    return malformed(e.getMessage(), request);
  }

  @ExceptionHandler
  ResponseEntity<Object> refused(RefusedCall e, HttpServletRequest request) {
    boolean tenant =
        request.getAttribute(Caller.ATTRIBUTE) instanceof Caller caller && caller.isTenant();
    Refusal refusal = tenant ? e.refusal().forTenant() : e.refusal();
    return Problem.of(refusal, requestId(request)).answer();
  }

  /** Jackson says what and where; where is the list of fields that led to it. */
  @ExceptionHandler
  ResponseEntity<Object> unreadable(HttpMessageNotReadableException e, HttpServletRequest request) {
    if (e.getCause() instanceof UnrecognizedPropertyException unknown) {
      return malformed(path(unknown) + ": is not a field of this request", request);
    }
    if (e.getCause() instanceof JacksonException bad) {
      String path = path(bad);
      return malformed((path.isEmpty() ? "body" : path) + ": " + rule(bad), request);
    }
    return malformed("body: is missing or cannot be read", request);
  }

  private static String rule(JacksonException bad) {
    if (bad instanceof MismatchedInputException mistyped && mistyped.getTargetType() != null) {
      return what(mistyped.getTargetType());
    }
    if (bad instanceof InputCoercionException) {
      return "is a number that is too large";
    }
    String words = bad.getOriginalMessage().lines().findFirst().orElse("cannot be read");
    String rule = WHERE_IN_THE_TEXT.matcher(words).replaceFirst("");
    return rule.substring(0, Math.min(rule.length(), MAX_RULE_CHARS));
  }

  private static String what(Class<?> wanted) {
    if (wanted == String.class) {
      return "is a text";
    }
    if (wanted == Integer.class || wanted == Long.class) {
      return "is a whole number";
    }
    if (wanted == Boolean.class) {
      return "is true or false";
    }
    return Collection.class.isAssignableFrom(wanted) ? "is a list" : "is an object with fields";
  }

  @ExceptionHandler
  ResponseEntity<Object> missing(
      MissingServletRequestParameterException e, HttpServletRequest request) {
    return malformed(e.getParameterName() + ": is missing", request);
  }

  @ExceptionHandler
  ResponseEntity<Object> mistyped(
      MethodArgumentTypeMismatchException e, HttpServletRequest request) {
    return malformed(e.getName() + ": is not what belongs there", request);
  }

  /** A transaction that could not begin or end is none of Spring's data access exceptions. */
  @ExceptionHandler({DataAccessException.class, TransactionException.class})
  ResponseEntity<Object> databaseGone(NestedRuntimeException e, HttpServletRequest request) {
    LOG.error(
        "request {}: the database did not do its part: {}", requestId(request), e.getMessage());
    LOG.debug("request {}", requestId(request), e);
    return Problem.of(
            Refusal.of(
                Code.BUSY,
                "the database did not answer as it should; what was asked may have been done or"
                    + " not, so ask again with the same id"),
            requestId(request))
        .answer();
  }

  /** The caller hung up, so there is nobody to tell. */
  @ExceptionHandler
  void nobodyThere(IOException e) {
    LOG.debug("a caller hung up", e);
  }

  /**
   * The caller hung up in the middle of the answer, or the answer is one that cannot be written.
   */
  @ExceptionHandler
  void unwritten(HttpMessageNotWritableException e, HttpServletRequest request) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException) {
        LOG.debug("a caller hung up", e);
        return;
      }
    }
    LOG.error("request {}: the answer cannot be written", requestId(request), e);
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
      return Problem.of(status, Refusal.of(code, sentence(status, request)), requestId(request))
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

  private static String sentence(HttpStatus status, HttpServletRequest request) {
    return switch (status) {
      case UNSUPPORTED_MEDIA_TYPE -> "Content-Type: is application/json";
      case NOT_ACCEPTABLE -> "Accept: leaves out application/json, as which answers come";
      default ->
          request.getMethod()
              + " "
              + request.getRequestURI()
              + " is not a call of this interface; /v3/api-docs has them all";
    };
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
