package ostler.cli;

import java.util.List;
import java.util.Optional;
import ostler.cli.print.Node;

/** Finds what somebody names. */
final class Finder {

  private static final int MAX_CANDIDATES_TOLD = 5;

  private final Session session;

  Finder(Session session) {
    this.session = session;
  }

  Node unit(Ref ref) throws Failure {
    return ref instanceof Ref.Place place ? unitAt(place) : byId("units", ref);
  }

  /** A unit's whole id, without a call where the reference is one. */
  String unitId(Ref ref) throws Failure {
    return ref instanceof Ref.Whole whole ? whole.toString() : unit(ref).textAt("id");
  }

  Node device(Ref ref) throws Failure {
    return ref instanceof Ref.Place
        ? session.api().get(ApiPath.of("devices", ref))
        : byId("devices", ref);
  }

  Node claim(Ref ref) throws Failure {
    return byId("claims", ref);
  }

  /** A claim's whole id, without a call where the reference is one. */
  String claimId(Ref ref) throws Failure {
    return ref instanceof Ref.Whole whole ? whole.toString() : claim(ref).textAt("id");
  }

  Node wipe(Ref ref) throws Failure {
    return byId("wipes", ref);
  }

  private Node unitAt(Ref.Place place) throws Failure {
    Optional<String> unit = device(place).at("unit").text();
    if (unit.isEmpty()) {
      throw Failure.of(ExitCode.NOT_FOUND, "NO_UNIT", "the device " + place + " belongs to no unit")
          .andTry("take it in by: ostler device admit " + place + " --reason ...");
    }
    return session.api().get(ApiPath.of("units", unit.get()));
  }

  private Node byId(String kind, Ref ref) throws Failure {
    if (ref instanceof Ref.Whole) {
      return session.api().get(ApiPath.of(kind, ref));
    }
    List<Node> found =
        session.all(ApiPath.of(kind)).stream()
            .filter(item -> item.textAt("id").startsWith(ref.toString()))
            .toList();
    if (found.size() == 1) {
      return found.get(0);
    }
    if (found.isEmpty()) {
      throw Failure.of(
              ExitCode.NOT_FOUND, "NOT_FOUND", "none of the " + kind + " begins with " + ref)
          .andTry("list them by the same object's list");
    }
    throw Failure.usage("AMBIGUOUS", found.size() + " of the " + kind + " begin with " + ref)
        .andTry("name one whole: " + String.join(", ", ids(found)));
  }

  private static List<String> ids(List<Node> found) {
    return found.stream().limit(MAX_CANDIDATES_TOLD).map(item -> item.textAt("id")).toList();
  }
}
