package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds documents against a JSON Schema, as far as ours go. A word of a schema that is not known
 * here is an error, so that no rule is passed over in silence.
 */
final class JsonSchema {

  private static final Set<String> WORDS_FOR_PEOPLE =
      Set.of("$schema", "$id", "$defs", "title", "description", "format");

  private final JsonNode root;
  private final List<String> faults = new ArrayList<>();

  private JsonSchema(JsonNode root) {
    this.root = root;
  }

  /** What in a document breaks a rule of the schema in a file; nothing where all is well. */
  static List<String> faults(Path schema, JsonNode document) throws IOException {
    JsonSchema held = new JsonSchema(new JsonMapper().readTree(Files.readString(schema)));
    held.check(held.root, document, "");
    return held.faults;
  }

  private void check(JsonNode schema, JsonNode value, String at) {
    for (String word : schema.propertyNames()) {
      if (!WORDS_FOR_PEOPLE.contains(word)) {
        check(schema, word, schema.get(word), value, at);
      }
    }
  }

  private void check(JsonNode schema, String word, JsonNode rule, JsonNode value, String at) {
    switch (word) {
      case "type" -> hold(isOfType(rule, value), at, "is of type " + rule);
      case "const" -> hold(rule.equals(value), at, "is " + rule);
      case "enum" -> hold(rule.valueStream().anyMatch(value::equals), at, "is one of " + rule);
      case "$ref" -> check(root.at(rule.asString().substring(1)), value, at);
      case "anyOf" -> hold(rule.valueStream().anyMatch(one -> fits(one, value)), at, "fits none");
      case "pattern", "minLength", "maxLength" -> checkText(word, rule, value, at);
      case "minimum" -> hold(!value.isNumber() || value.asLong() >= rule.asLong(), at, "is small");
      case "maximum" -> hold(!value.isNumber() || value.asLong() <= rule.asLong(), at, "is large");
      case "items" -> {
        for (int i = 0; value.isArray() && i < value.size(); i++) {
          check(rule, value.get(i), at + "[" + i + "]");
        }
      }
      case "maxItems" -> hold(!value.isArray() || value.size() <= rule.asInt(), at, "is long");
      case "maxProperties" -> hold(!value.isObject() || value.size() <= rule.asInt(), at, "is big");
      case "required" ->
          rule.forEach(
              name -> hold(!value.isObject() || value.has(name.asString()), at, "lacks " + name));
      case "properties" -> {
        for (String name : rule.propertyNames()) {
          if (value.has(name)) {
            check(rule.get(name), value.get(name), at + "." + name);
          }
        }
      }
      case "additionalProperties" -> checkOthers(schema, rule, value, at);
      default -> throw new AssertionError("nobody here knows what " + word + " means");
    }
  }

  private void checkText(String word, JsonNode rule, JsonNode value, String at) {
    if (value.isString()) {
      String text = value.asString();
      boolean good =
          switch (word) {
            case "pattern" -> text.matches(rule.asString());
            case "minLength" -> text.length() >= rule.asInt();
            default -> text.length() <= rule.asInt();
          };
      hold(good, at, word + " " + rule);
    }
  }

  private void checkOthers(JsonNode schema, JsonNode rule, JsonNode value, String at) {
    if (!value.isObject()) {
      return;
    }
    for (String name : value.propertyNames()) {
      boolean known = schema.path("properties").has(name);
      if (!known && rule.isBoolean()) {
        hold(rule.asBoolean(), at, "has no " + name);
      } else if (!known) {
        check(rule, value.get(name), at + "." + name);
      }
    }
  }

  private boolean fits(JsonNode schema, JsonNode value) {
    JsonSchema trial = new JsonSchema(root);
    trial.check(schema, value, "");
    return trial.faults.isEmpty();
  }

  private static boolean isOfType(JsonNode rule, JsonNode value) {
    if (rule.isArray()) {
      return rule.valueStream().anyMatch(one -> isOfType(one, value));
    }
    return switch (rule.asString()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "integer" -> value.isIntegralNumber();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      default -> throw new AssertionError("nobody here knows the type " + rule);
    };
  }

  private void hold(boolean good, String at, String fault) {
    if (!good) {
      faults.add((at.isEmpty() ? "the document" : at) + " " + fault);
    }
  }

  static void assertFits(Path schema, JsonNode document) throws IOException {
    List<String> faults = faults(schema, document);
    assertTrue(faults.isEmpty(), () -> faults + " in " + document);
  }
}
