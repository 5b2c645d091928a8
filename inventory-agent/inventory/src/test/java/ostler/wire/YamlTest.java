package ostler.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class YamlTest {

  private static String yaml(String json) throws WireException {
    return Yaml.ofJson(json, JsonLimits.MESSAGE);
  }

  @Test
  void everyKindOfValueHasItsFormInBlocks() throws WireException {
    assertEquals(
        """
        ---
        a: 1
        b: text
        c: true
        d: null
        e: {}
        f: []
        g:
          h: -2
        i:
          - j: 1
            k:
              - x
              - 2
          - {}
          - - 3
        """,
        yaml(
            "{\"a\":1,\"b\":\"text\",\"c\":true,\"d\":null,\"e\":{},\"f\":[],\"g\":{\"h\":-2},"
                + "\"i\":[{\"j\":1,\"k\":[\"x\",2]},{},[3]]}"));
  }

  @Test
  void noTextAndNoNameTurnsIntoSomethingElse() throws WireException {
    assertEquals(
        """
        ---
        "no": "no"
        "0": "2026-01-01"
        "a b": "- x: # \\"y\\"\\n\\u0007"
        """,
        yaml("{\"no\":\"no\",\"0\":\"2026-01-01\",\"a b\":\"- x: # \\\"y\\\"\\n\\u0007\"}"));
  }

  @Test
  void whatIsNotADocumentIsRefused() {
    assertThrows(WireException.class, () -> yaml("[]"));
  }
}
