package ostler.allocator.http;

import java.util.List;
import java.util.function.Function;

/**
 * A part of a list.
 *
 * @param next the marker with which to ask for the part after this one; null where this is the last
 */
public record Listing<T>(List<T> items, String next) {

  public Listing {
    items = List.copyOf(items);
  }

  /** A part that may be the last: it is where fewer items came than were asked for. */
  static <R, T> Listing<T> of(
      List<R> rows, int limit, Function<R, T> view, Function<R, Object> marker) {
    return new Listing<>(
        rows.stream().map(view).toList(),
        rows.size() < limit ? null : marker.apply(rows.get(rows.size() - 1)).toString());
  }
}
