package ostler.allocator.http;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;

/**
 * Who calls, as the token says.
 *
 * @param name the token's name, or the host's for an agent
 * @param project of a project's member
 * @param host of an agent
 */
public record Caller(
    Role role,
    String name,
    Optional<ProjectId> project,
    Optional<HostName> host,
    String requestId) {

  /** The request's attribute that holds its caller. */
  public static final String ATTRIBUTE = "ostler.caller";

  /** What callers may be. */
  public enum Role {
    ADMIN,
    OPERATOR,
    READER,
    PROJECT,
    AGENT,
    /** No token was shown; only what needs none may be called. */
    NOBODY
  }

  public Caller {
    Objects.requireNonNull(role);
    Objects.requireNonNull(name);
    Objects.requireNonNull(project);
    Objects.requireNonNull(host);
    Objects.requireNonNull(requestId);
  }

  static Caller nobody(String requestId) {
    return new Caller(Role.NOBODY, "nobody", Optional.empty(), Optional.empty(), requestId);
  }

  Origin origin() {
    return origin("");
  }

  public Origin origin(String reason) {
    return new Origin(role.name().toLowerCase(Locale.ROOT) + ":" + name, requestId, reason);
  }

  /** Whether hosts, serials and other projects are none of the caller's business. */
  boolean isTenant() {
    return role == Role.PROJECT;
  }

  /** Whether what belongs to a project is the caller's to see and to use. */
  boolean mayUse(ProjectId wanted) {
    return !isTenant() || project.equals(Optional.of(wanted));
  }

  /** Whose things a list shows: a tenant its own, others the project's that they ask for. */
  Optional<ProjectId> listed(String asked) {
    return isTenant() ? project : Door.optional("project", asked, ProjectId::new);
  }

  /** The project, where it is the caller's to use; another's is to a tenant as one not there. */
  Outcome<ProjectId> own(ProjectId wanted) {
    return mayUse(wanted)
        ? Outcome.done(wanted)
        : Outcome.refused(
            Code.UNKNOWN_PROJECT, "there is no project " + wanted + " that you belong to");
  }
}
