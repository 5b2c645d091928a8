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
    return ref instanceof Ref.Place place ? unitAt(place) : byId("unit", ref);
  }

  /** A unit's whole id, without a call where the reference is one. */
  String unitId(Ref ref) throws Failure {
    return ref instanceof Ref.Whole whole ? whole.toString() : unit(ref).textAt("id");
  }

  Node device(Ref ref) throws Failure {
    return ref instanceof Ref.Place place
        ? session.api().get(ApiPath.of("devices", place.host(), place.address()))
        : byId("device", ref);
  }

  Node claim(Ref ref) throws Failure {
    return byId("claim", ref);
  }

  /** A claim's whole id, without a call where the reference is one. */
  String claimId(Ref ref) throws Failure {
    return ref instanceof Ref.Whole whole ? whole.toString() : claim(ref).textAt("id");
  }

  Node wipe(Ref ref) throws Failure {
    return byId("wipe", ref);
  }

  private Node unitAt(Ref.Place place) throws Failure {
    Optional<String> unit = device(place).at("unit").text();
    if (unit.isEmpty()) {
      throw Failure.of(ExitCode.NOT_FOUND, "NO_UNIT", "the device " + place + " belongs to no unit")
          .andTry(
              "take it in by: ostler device admit --host "
                  + place.host()
                  + " --address "
                  + place.address()
                  + " --reason ...");
    }
    return session.api().get(ApiPath.of("units", unit.get()));
  }

  /** One of a noun whose items have ids. */
  Node byId(String noun, Ref ref) throws Failure {
    if (ref instanceof Ref.Whole) {
      return session.api().get(ApiPath.of(noun + "s", ref));
    }
    List<Node> found =
        session.all(ApiPath.of(noun + "s")).stream()
            .filter(item -> item.textAt("id").startsWith(ref.toString()))
            .toList();
    if (found.size() == 1) {
      return found.get(0);
    }
    if (found.isEmpty()) {
      throw Failure.of(ExitCode.NOT_FOUND, "NOT_FOUND", "no " + noun + "'s id begins with " + ref)
          .andTry("list them by: ostler " + noun + " list");
    }
    throw Failure.usage("AMBIGUOUS", found.size() + " " + noun + "s' ids begin with " + ref)
        .andTry("name one whole: " + String.join(", ", ids(found)));
  }

  private static List<String> ids(List<Node> found) {
    return found.stream().limit(MAX_CANDIDATES_TOLD).map(item -> item.textAt("id")).toList();
  }
}
