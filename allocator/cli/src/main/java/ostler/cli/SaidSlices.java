package ostler.cli;

import java.util.Objects;
import ostler.inventory.SliceTypeName;
import ostler.wire.JsonWriter;

/**
 * So many slices of one type, as the command line says it.
 *
 * @param count 1 or more
 */
record SaidSlices(SliceTypeName type, int count) {

  SaidSlices {
    Objects.requireNonNull(type);
  }

  /**
   * Reads {@code GRID T4-4Q=2}.
   *
   * @throws IllegalArgumentException if it has another form
   */
  static SaidSlices parse(String text) {
    int equals = text.lastIndexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException(
          "slices are TYPE=COUNT, for example \"GRID T4-4Q=2\"; see the types by: ostler slice"
              + " types");
    }
    return new SaidSlices(
        new SliceTypeName(text.substring(0, equals)), Parsers.positive(text.substring(equals + 1)));
  }

  void write(JsonWriter slices) {
    slices.text("type", type).integer("count", count);
  }
}
