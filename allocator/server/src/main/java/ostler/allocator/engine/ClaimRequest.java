package ostler.allocator.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import ostler.flavor.AliasName;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;

/**
 * What somebody asks for: all of its parts on one host, or nothing.
 *
 * @param id chosen by the caller, so that a repeated request is known as one
 * @param parts 1 to 16, each of another alias, with 1 to 64 units together
 * @param hold the promise that this makes use of, where there is one
 */
public record ClaimRequest(
    ClaimId id,
    ProjectId project,
    List<Part> parts,
    Where where,
    Consumer consumer,
    Optional<HoldId> hold) {

  /** More devices than any known machine passes through. */
  public static final int MAX_COUNT = 64;

  public static final int MAX_PARTS = 16;

  public ClaimRequest {
    Objects.requireNonNull(id);
    Objects.requireNonNull(project);
    Objects.requireNonNull(where);
    Objects.requireNonNull(consumer);
    Objects.requireNonNull(hold);
    parts = checked(parts);
  }

  /** So many units of one kind, on a host or anywhere. */
  public ClaimRequest(
      ClaimId id,
      ProjectId project,
      AliasName alias,
      int count,
      Optional<HostName> host,
      Consumer consumer) {
    this(
        id,
        project,
        List.of(new Part(alias, count)),
        host.map(Where::on).orElse(Where.ANYWHERE),
        consumer,
        Optional.empty());
  }

  /**
   * Parts that may be asked for together.
   *
   * @throws IllegalArgumentException if there are none or too many, if they ask for too many units,
   *     or if two of them name one alias
   */
  public static List<Part> checked(List<Part> parts) {
    if (parts.isEmpty() || parts.size() > MAX_PARTS) {
      throw new IllegalArgumentException("there are 1 to " + MAX_PARTS + " parts");
    }
    Set<AliasName> named = new HashSet<>();
    for (Part part : parts) {
      if (!named.add(part.alias())) {
        throw new IllegalArgumentException(
            "alias " + part.alias() + " is named twice; ask for the sum of both");
      }
    }
    int count = count(parts);
    if (count > MAX_COUNT) {
      throw new IllegalArgumentException(
          "all parts together ask for at most " + MAX_COUNT + " units, not " + count);
    }
    return List.copyOf(parts);
  }

  /** The same, making use of a promise, or of none. */
  public ClaimRequest with(Optional<HoldId> promise) {
    return new ClaimRequest(id, project, parts, where, consumer, promise);
  }

  /** How many units parts ask for together. */
  public static int count(List<Part> parts) {
    return parts.stream().mapToInt(Part::count).sum();
  }

  /** How many units all parts ask for together. */
  public int count() {
    return count(parts);
  }

  /** {@code 2 of gpu and 1 of nic}. */
  public String asked() {
    return parts.stream().map(Part::toString).collect(Collectors.joining(" and "));
  }

  /**
   * Whether a claim is what this asks for, so that asking again answers with it.
   *
   * @param moveOf the claim that is to be moved by it
   */
  public boolean isAnsweredBy(Claim claim, Optional<ClaimId> moveOf) {
    return claim.id().equals(id)
        && !claim.adopted()
        && claim.moveOf().equals(moveOf)
        && claim.project().equals(project)
        && claim.parts().equals(parts)
        && claim.asked().equals(where)
        && claim.consumer().equals(consumer)
        && claim.hold().equals(hold);
  }
}
