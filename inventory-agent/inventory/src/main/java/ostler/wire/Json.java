package ostler.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
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

  /**
   * A text between double quotes. The escapes are those that JSON and YAML share, and all that a
   * terminal would obey is escaped.
   */
  public static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (mustBeEscaped(text, i)) {
            quoted.append("\\u").append(HexFormat.of().toHexDigits(c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  /** Controls, the line separators of Unicode, the byte order mark, and half of a pair alone. */
  private static boolean mustBeEscaped(String text, int at) {
    char c = text.charAt(at);
    if (Character.isSurrogate(c)) {
      boolean first = at + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(at + 1));
      boolean second = at > 0 && Character.isSurrogatePair(text.charAt(at - 1), c);
      return !first && !second;
    }
    boolean separator = c == '\u2028' || c == '\u2029' || c == '\ufeff';
    boolean noncharacter = c >= '\ufffe' || (c >= '\ufdd0' && c <= '\ufdef');
    return Character.isISOControl(c) || separator || noncharacter;
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
