package ostler.allocator.http;

import static ostler.allocator.http.Caller.Role.ADMIN;
import static ostler.allocator.http.Caller.Role.AGENT;
import static ostler.allocator.http.Caller.Role.NOBODY;
import static ostler.allocator.http.Caller.Role.OPERATOR;
import static ostler.allocator.http.Caller.Role.PROJECT;
import static ostler.allocator.http.Caller.Role.READER;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Which role may call what: one table, read from the top, and what is not in it nobody may call.
 * Whose project or host it is, the calls themselves look at.
 */
final class Access {

  private static final Set<Caller.Role> ANYBODY = EnumSet.allOf(Caller.Role.class);
  private static final Set<Caller.Role> READERS = EnumSet.of(ADMIN, OPERATOR, READER);
  private static final Set<Caller.Role> OPERATORS = EnumSet.of(ADMIN, OPERATOR);
  private static final Set<Caller.Role> TENANTS = EnumSet.of(ADMIN, OPERATOR, PROJECT);
  private static final Set<Caller.Role> READING_TENANTS =
      EnumSet.of(ADMIN, OPERATOR, READER, PROJECT);

  private static final List<Rule> RULES =
      List.of(
          rule("GET", "/actuator/health/**", ANYBODY),
          rule("GET", "/actuator/prometheus", READERS),
          rule("GET", "/v3/api-docs/**", ANYBODY),
          rule("POST", "/v1/hosts/{host}/join", EnumSet.of(NOBODY, AGENT)),
          rule("PUT", "/v1/hosts/{host}/observed", EnumSet.of(AGENT)),
          rule("GET", "/v1/hosts/{host}/desired", EnumSet.of(AGENT)),
          rule("POST", "/v1/hosts/{host}/credential", EnumSet.of(AGENT)),
          rule("POST", "/v1/hosts/{host}/starts", EnumSet.of(AGENT)),
          rule("POST", "/v1/hosts/{host}/gone", EnumSet.of(AGENT)),
          rule("GET", "/v1/backup", EnumSet.of(ADMIN)),
          rule("GET", "/v1/tokens", EnumSet.of(ADMIN)),
          rule("POST", "/v1/tokens", EnumSet.of(ADMIN)),
          rule("DELETE", "/v1/tokens/{id}", EnumSet.of(ADMIN)),
          rule("GET", "/v1/aliases/**", READING_TENANTS),
          rule("GET", "/v1/projects/**", READING_TENANTS),
          rule("POST", "/v1/projects/{id}/quota/explain", READING_TENANTS),
          rule("GET", "/v1/claims/**", READING_TENANTS),
          rule("GET", "/v1/usage", READING_TENANTS),
          rule("POST", "/v1/claims/adopt", OPERATORS),
          rule("POST", "/v1/claims", TENANTS),
          rule("DELETE", "/v1/claims/{id}", TENANTS),
          rule("POST", "/v1/claims/{id}/abandon", OPERATORS),
          rule("POST", "/v1/claims/{id}/{step}", TENANTS),
          rule("GET", "/v1/holds/**", READING_TENANTS),
          rule("POST", "/v1/holds", TENANTS),
          rule("DELETE", "/v1/holds/{id}", TENANTS),
          rule("POST", "/v1/aliases/{name}/resolve", READERS),
          rule("POST", FilterCalls.PATH, READERS),
          rule("GET", "/v1/**", READERS),
          rule("*", "/v1/**", OPERATORS));

  private record Rule(String method, PathPattern path, Set<Caller.Role> roles) {
    boolean isAbout(String calledMethod, PathContainer calledPath) {
      String asked = calledMethod.equals("HEAD") ? "GET" : calledMethod;
      return (method.equals("*") || method.equals(asked)) && path.matches(calledPath);
    }
  }

  private Access() {}

  static boolean isAllowed(Caller.Role role, String method, String path) {
    PathContainer parsed = PathContainer.parsePath(path);
    return RULES.stream()
        .filter(rule -> rule.isAbout(method, parsed))
        .findFirst()
        .filter(rule -> rule.roles().contains(role))
        .isPresent();
  }

  private static Rule rule(String method, String path, Set<Caller.Role> roles) {
    return new Rule(method, PathPatternParser.defaultInstance.parse(path), Set.copyOf(roles));
  }
}
