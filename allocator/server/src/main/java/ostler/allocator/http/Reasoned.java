package ostler.allocator.http;

/** A request that says nothing but why. */
public record Reasoned(String reason) {}
