package ostler.wire;

/** Makes a value of one object of a document. */
@FunctionalInterface
public interface JsonReader<T> {

  /**
   * Reads the object's fields and makes the value.
   *
   * @throws WireException if the object is not what it must be
   */
  T read(JsonObject object) throws WireException;
}
