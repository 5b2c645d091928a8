package ostler.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a whole document into memory, within limits: objects to maps, lists to lists, and scalars
 * to String, Long, Double and Boolean; null to {@link #NULL}.
 */
final class DocumentParser {

  /** Stands for JSON's null, since a map's own null would look like a field that is not there. */
  static final Object NULL = new Object();

  private static final int MAX_NUMBER_CHARS = 40;

  private final JsonLimits limits;

  DocumentParser(JsonLimits limits) {
    this.limits = limits;
  }

  JsonObject parse(byte[] document) throws WireException {
    if (document.length > limits.maxBytes()) {
      throw new WireException("", "is longer than " + limits.maxBytes() + " bytes");
    }
    try (JsonParser parser = factory().createParser(ObjectReadContext.empty(), document)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new WireException("", "is not a JSON object");
      }
      Map<String, Object> fields = object(parser);
      if (parser.nextToken() != null) {
        throw new WireException("", "has something behind the end of its object");
      }
      return new JsonObject("", fields);
    } catch (JacksonException e) {
      throw new WireException("", "is not JSON within limits: " + e.getOriginalMessage());
    }
  }

  private JsonFactory factory() {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(limits.maxDepth())
                .maxStringLength(limits.maxTextChars())
                .maxNameLength(limits.maxTextChars())
                .maxNumberLength(MAX_NUMBER_CHARS)
                .build())
        .build();
  }

  private Map<String, Object> object(JsonParser parser) throws WireException {
    Map<String, Object> fields = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      if (fields.put(name, value(parser)) != null) {
        throw new WireException(pathOf(parser.streamReadContext()), "is there twice");
      }
    }
    return fields;
  }

  private List<Object> list(JsonParser parser) throws WireException {
    List<Object> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value(parser));
    }
    return elements;
  }

  private Object value(JsonParser parser) throws WireException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> list(parser);
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> NULL;
      default -> throw new IllegalStateException("no value begins with " + parser.currentToken());
    };
  }

  private static Long integer(JsonParser parser) throws WireException {
    return switch (parser.getNumberType()) {
      case INT, LONG -> parser.getLongValue();
      default ->
          throw new WireException(
              pathOf(parser.streamReadContext()), "is a number of more than 64 bits");
    };
  }

  /** Where the parser stands, as in {@code devices[3].address}. */
  private static String pathOf(TokenStreamContext context) {
    if (context == null || context.inRoot()) {
      return "";
    }
    String parent = pathOf(context.getParent());
    return context.inArray()
        ? parent + '[' + context.getCurrentIndex() + ']'
        : JsonObject.join(parent, JsonObject.quotable(context.currentName()));
  }
}
