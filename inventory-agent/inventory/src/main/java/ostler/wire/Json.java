package ostler.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/**
 * JSON for programs that must stay small and trust nobody: one bounded document in, one out, by
 * hand. A program with a framework reads the same documents by other means; the field names are the
 * contract.
 */
public final class Json {

  private static final JsonFactory WRITING = new JsonFactory();

  private Json() {}

  /**
   * Reads one document that is an object.
   *
   * @throws WireException if it is longer, deeper or otherwise more than the limits allow, is not
   *     JSON in UTF-8, names a field twice, has something behind its end, is not an object, or is
   *     refused by the reader
   */
  public static <T> T read(byte[] document, JsonLimits limits, JsonReader<T> reader)
      throws WireException {
    return JsonObject.read(new DocumentParser(limits).parse(document), reader);
  }

  /** As {@link #read(byte[], JsonLimits, JsonReader)}, from a text. */
  public static <T> T read(String document, JsonLimits limits, JsonReader<T> reader)
      throws WireException {
    return read(document.getBytes(StandardCharsets.UTF_8), limits, reader);
  }

  /**
   * Reads a stream to its end, or one byte past the limit, and then as {@link #read(byte[],
   * JsonLimits, JsonReader)}.
   *
   * @throws IOException if the stream cannot be read
   */
  public static <T> T read(InputStream in, JsonLimits limits, JsonReader<T> reader)
      throws IOException, WireException {
    return read(in.readNBytes(limits.maxBytes() + 1), limits, reader);
  }

  /** Writes one object on one line, without a line's end. */
  public static String write(Consumer<JsonWriter> fields) {
    return render(fields, ObjectWriteContext.empty());
  }

  /** Writes one object with a field on each line, for people, without a last line's end. */
  public static String writePretty(Consumer<JsonWriter> fields) {
    return render(fields, new Pretty());
  }

  /** A text in double quotes, with JSON's escapes. */
  static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"';
  }

  private static String render(Consumer<JsonWriter> fields, ObjectWriteContext context) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator generator = WRITING.createGenerator(context, out)) {
      generator.writeStartObject();
      fields.accept(new JsonWriter(generator));
      generator.writeEndObject();
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Jackson asks the context for the printer, once a document. */
  private static final class Pretty extends ObjectWriteContext.Base {
    @Override
    public tools.jackson.core.PrettyPrinter getPrettyPrinter() {
      return new DefaultPrettyPrinter();
    }

    @Override
    public boolean hasPrettyPrinter() {
      return true;
    }
  }
}
