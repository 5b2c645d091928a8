package ostler.allocator.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Refusal;
import ostler.allocator.store.Desk;
import ostler.allocator.store.Pulse;
import ostler.allocator.store.Secrets;
import ostler.allocator.store.Tokens;
import ostler.allocator.store.Tokens.Token;
import ostler.inventory.HostName;
import tools.jackson.databind.json.JsonMapper;

/**
 * What every request passes: it gets an id, its caller is known and allowed, its body is bounded.
 */
public final class Gate extends OncePerRequestFilter {

  private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

  /** What Nova's scheduler calls, with as many hosts as the other filter. */
  public static final String NOVA_FILTER = "/v1/nova/filter";

  static final String REQUEST_ID = "X-Request-Id";

  private static final Pattern GOOD_REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern REPORT_PATH = Pattern.compile("/v1/hosts/[^/]+/observed");
  private static final String BEARER = "Bearer ";

  private static final int MAX_REPORT_BYTES = 8 * 1024 * 1024;
  private static final int MAX_FILTER_BYTES = 4 * 1024 * 1024;
  private static final int MAX_BODY_BYTES = 256 * 1024;
  private static final int MAX_TOKEN_CHARS = 512;

  /** Nothing was begun, so nothing was done. */
  private static final Refusal DATABASE_GONE =
      Refusal.of(
          Code.DATABASE_UNREACHABLE,
          "this allocator cannot reach its database, and nothing was done; ask again in a moment,"
              + " or ask another allocator");

  private static final Refusal TOO_MANY =
      Refusal.of(
          Code.BUSY, "more callers came than can be answered, and nothing was done; ask again");

  private final Desk desk;
  private final Tokens tokens;
  private final Pulse pulse;
  private final Workers workers;
  private final Clock clock;
  private final Supplier<UUID> ids;
  private final JsonMapper json;

  public Gate(
      Desk desk,
      Tokens tokens,
      Pulse pulse,
      Workers workers,
      Clock clock,
      Supplier<UUID> ids,
      JsonMapper json) {
    this.desk = desk;
    this.tokens = tokens;
    this.pulse = pulse;
    this.workers = workers;
    this.clock = clock;
    this.ids = ids;
    this.json = json;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String requestId = requestId(request);
    response.setHeader(REQUEST_ID, requestId);
    if (workers.isOverdue()) {
      refuse(response, requestId, TOO_MANY);
      return;
    }
    if (needsDatabase(request) && !pulse.isAlive()) {
      refuse(response, requestId, DATABASE_GONE);
      return;
    }
    Optional<Caller> caller;
    try {
      caller = callerOf(request, requestId);
    } catch (DataAccessException e) {
      LOG.warn(
          "request {}: the database did not say whose token it is: {}", requestId, e.getMessage());
      refuse(response, requestId, DATABASE_GONE);
      return;
    }
    if (caller.isEmpty()) {
      response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
      refuse(
          response,
          requestId,
          Refusal.of(
              Code.UNAUTHENTICATED,
              "the token is not one that works; give one as Authorization: Bearer"));
      return;
    }
    if (!Access.isAllowed(caller.get().role(), request.getMethod(), request.getRequestURI())) {
      refuse(response, requestId, notAllowed(caller.get()));
      return;
    }
    int limit = maxBytes(request.getRequestURI());
    byte[] body = request.getInputStream().readNBytes(limit + 1);
    if (body.length > limit) {
      refuse(
          response,
          requestId,
          Refusal.of(Code.TOO_LARGE, "the body is longer than " + limit + " bytes; send less"));
      return;
    }
    request.setAttribute(Caller.ATTRIBUTE, caller.get());
    chain.doFilter(new ReadRequest(request, body), response);
  }

  /** Health is told to anybody, above all when the database is gone. */
  private static boolean needsDatabase(HttpServletRequest request) {
    return request.getHeader(HttpHeaders.AUTHORIZATION) != null
        || request.getRequestURI().startsWith("/v1/");
  }

  private static int maxBytes(String path) {
    if (REPORT_PATH.matcher(path).matches()) {
      return MAX_REPORT_BYTES;
    }
    boolean names = path.equals(FilterCalls.PATH) || path.equals(NOVA_FILTER);
    return names ? MAX_FILTER_BYTES : MAX_BODY_BYTES;
  }

  private Optional<Caller> callerOf(HttpServletRequest request, String requestId) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null) {
      return Optional.of(Caller.nobody(requestId));
    }
    if (!header.startsWith(BEARER) || header.length() > MAX_TOKEN_CHARS) {
      return Optional.empty();
    }
    String hash = Secrets.hash(header.substring(BEARER.length()).strip());
    return desk.read(
        () ->
            tokens
                .lately(hash, clock.instant())
                .filter(token -> token.isGood(clock.instant()))
                .map(token -> holder(token, requestId))
                .or(() -> desk.hosts().ofCredential(hash).map(host -> agent(host, requestId))));
  }

  private static Caller holder(Token token, String requestId) {
    return new Caller(
        Caller.Role.valueOf(token.role().name()),
        token.name(),
        token.project(),
        Optional.empty(),
        requestId);
  }

  private static Caller agent(HostName host, String requestId) {
    return new Caller(
        Caller.Role.AGENT, host.value(), Optional.empty(), Optional.of(host), requestId);
  }

  private static Refusal notAllowed(Caller caller) {
    return caller.role() == Caller.Role.NOBODY
        ? Refusal.of(
            Code.UNAUTHENTICATED, "this call needs a token; give one as Authorization: Bearer")
        : Refusal.of(
            Code.FORBIDDEN, "the role " + Door.lower(caller.role()) + " may not make this call");
  }

  private String requestId(HttpServletRequest request) {
    String given = request.getHeader(REQUEST_ID);
    return given != null && GOOD_REQUEST_ID.matcher(given).matches() ? given : ids.get().toString();
  }

  private void refuse(HttpServletResponse response, String requestId, Refusal refusal)
      throws IOException {
    Problem problem = Problem.of(refusal, requestId);
    response.setStatus(problem.status());
    problem.retryAfter().ifPresent(time -> response.setHeader(HttpHeaders.RETRY_AFTER, time));
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    response.getOutputStream().write(json.writeValueAsBytes(problem));
  }
}
