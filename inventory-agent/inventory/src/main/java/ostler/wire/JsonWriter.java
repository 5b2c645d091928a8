package ostler.wire;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the fields of one object, in the order in which they are called, so that equal values give
 * equal bytes. What is absent is left out.
 */
public final class JsonWriter {

  private final JsonGenerator generator;

  JsonWriter(JsonGenerator generator) {
    this.generator = generator;
  }

  /** Writes a value as its {@link Object#toString} form: a text, an address, a UUID. */
  public JsonWriter text(String name, Object value) {
    generator.writeStringProperty(name, value.toString());
    return this;
  }

  /** As {@link #text(String, Object)}; nothing if absent. */
  public JsonWriter text(String name, Optional<?> value) {
    value.ifPresent(present -> text(name, present));
    return this;
  }

  public JsonWriter integer(String name, long value) {
    generator.writeNumberProperty(name, value);
    return this;
  }

  /** Nothing if absent. */
  public JsonWriter integer(String name, OptionalInt value) {
    value.ifPresent(present -> integer(name, present));
    return this;
  }

  public JsonWriter bool(String name, boolean value) {
    generator.writeBooleanProperty(name, value);
    return this;
  }

  /** Nothing if absent. */
  public JsonWriter bool(String name, Optional<Boolean> value) {
    value.ifPresent(present -> bool(name, present));
    return this;
  }

  public JsonWriter object(String name, Consumer<JsonWriter> fields) {
    generator.writeObjectPropertyStart(name);
    fields.accept(this);
    generator.writeEndObject();
    return this;
  }

  /** Writes one value's fields as an object; nothing if absent. */
  public <T> JsonWriter object(String name, Optional<T> value, BiConsumer<T, JsonWriter> fields) {
    value.ifPresent(present -> object(name, out -> fields.accept(present, out)));
    return this;
  }

  /** Writes a list of objects, one for each value. */
  public <T> JsonWriter list(String name, Collection<T> values, BiConsumer<T, JsonWriter> fields) {
    generator.writeArrayPropertyStart(name);
    for (T value : values) {
      generator.writeStartObject();
      fields.accept(value, this);
      generator.writeEndObject();
    }
    generator.writeEndArray();
    return this;
  }

  /** Writes an object of texts, whole numbers and truth values, as {@link JsonObject#scalars}. */
  public JsonWriter scalars(String name, Map<String, Object> values) {
    return object(name, out -> values.forEach(out::scalar));
  }

  private void scalar(String name, Object value) {
    if (value instanceof Boolean truth) {
      bool(name, truth);
    } else if (value instanceof Long number) {
      integer(name, number);
    } else {
      text(name, value);
    }
  }

  /** Writes a list of texts, each in its {@link Object#toString} form. */
  public JsonWriter texts(String name, Collection<?> values) {
    generator.writeArrayPropertyStart(name);
    values.forEach(value -> generator.writeString(value.toString()));
    generator.writeEndArray();
    return this;
  }
}
