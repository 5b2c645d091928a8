package ostler.allocator.http;

/** A request that says nothing but why. */
public record Reasoned(String reason) {

  /** Why; it must be said. */
  String required() {
    return Door.reason(reason);
  }

  /** Why, where it was said. */
  static String or(Reasoned body) {
    return body == null ? "" : Door.optionalReason(body.reason());
  }
}
