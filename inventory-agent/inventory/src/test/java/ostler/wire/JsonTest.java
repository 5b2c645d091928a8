package ostler.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import ostler.pci.PciAddress;

final class JsonTest {

  private static final JsonLimits SMALL = new JsonLimits(400, 4, 40);

  private static <T> T read(String document, JsonReader<T> reader) throws WireException {
    return Json.read(document, SMALL, reader);
  }

  private static String refusal(String document, JsonReader<?> reader) {
    return assertThrows(WireException.class, () -> read(document, reader)).getMessage();
  }

  private static PciAddress address(JsonObject object) throws WireException {
    return object.value("address", PciAddress::tryParse, "a PCI address");
  }

  @Test
  void everyKindOfFieldIsReadIntoItsType() throws WireException {
    String document =
        """
        {"name":"a","n":-3,"big":9223372036854775807,"yes":true,"gone":null,
         "inner":{"address":"0000:65:00.0"},"all":["0000:65:00.1"],"each":[{"address":"0001:65:00.0"}]}
        """;
    read(
        document,
        in -> {
          assertEquals("a", in.text("name"));
          assertEquals(-3, in.integer("n", -3, 0));
          assertEquals(Long.MAX_VALUE, in.longInteger("big", 0, Long.MAX_VALUE));
          assertTrue(in.bool("yes"));
          assertEquals(Optional.empty(), in.optionalText("gone"));
          assertEquals(OptionalInt.empty(), in.optionalInteger("nowhere", 0, 1));
          assertEquals(PciAddress.parse("0000:65:00.0"), in.object("inner", JsonTest::address));
          assertEquals(
              List.of(PciAddress.parse("0000:65:00.1")),
              in.values("all", PciAddress::tryParse, "a PCI address"));
          assertEquals(
              List.of(PciAddress.parse("0001:65:00.0")), in.list("each", JsonTest::address));
          in.done();
          return in;
        });
  }

  @Test
  void aBadFieldIsNamedWithTheRuleItBreaks() {
    assertEquals(
        "devices[1].address: is not a PCI address: \"0000:zz\"",
        refusal(
            "{\"devices\":[{\"address\":\"0000:65:00.0\"},{\"address\":\"0000:zz\"}]}",
            in -> in.list("devices", JsonTest::address)));
    assertEquals("a: is missing", refusal("{}", in -> in.text("a")));
    assertEquals("a: is missing", refusal("{\"a\":null}", in -> in.text("a")));
    assertEquals("a: is not a text", refusal("{\"a\":1}", in -> in.text("a")));
    assertEquals("a: is not true or false", refusal("{\"a\":\"true\"}", in -> in.bool("a")));
    assertEquals("a: is not a whole number", refusal("{\"a\":1.0}", in -> in.integer("a", 0, 1)));
    assertEquals("a: is not from 0 to 7: 8", refusal("{\"a\":8}", in -> in.integer("a", 0, 7)));
    assertEquals(
        "a.b: is a number of more than 64 bits",
        refusal("{\"a\":{\"b\":9223372036854775808}}", in -> in));
    assertEquals("a[0]: is not an object", refusal("{\"a\":[1]}", in -> in.list("a", o -> o)));
    assertEquals(
        "a[1]: is not a text",
        refusal("{\"a\":[\"x\",{}]}", in -> in.values("a", Optional::of, "a word")));
    assertEquals("a: is not a list", refusal("{\"a\":{}}", in -> in.list("a", o -> o)));
    assertEquals("a: is not an object", refusal("{\"a\":[]}", in -> in.object("a", o -> o)));
  }

  @Test
  void aFieldGivenTwiceIsRefused() {
    assertEquals("a: is there twice", refusal("{\"a\":1,\"a\":1}", in -> in));
    assertEquals("x[1].a: is there twice", refusal("{\"x\":[0,{\"a\":1,\"a\":null}]}", in -> in));
  }

  @Test
  void aFieldThatNobodyAskedForIsRefusedWhenAllHaveBeenAskedFor() {
    assertEquals(
        "a.c: is not a known field",
        refusal(
            "{\"a\":{\"b\":\"1\",\"c\":2}}",
            in ->
                in.object(
                    "a",
                    inner -> {
                      inner.text("b");
                      inner.done();
                      return inner;
                    })));
  }

  @Test
  void aDocumentBeyondItsLimitsIsRefused() {
    assertEquals("is longer than 400 bytes", refusal("{}" + " ".repeat(399), in -> in));
    assertTrue(refusal("{\"a\":\"" + "x".repeat(41) + "\"}", in -> in).contains("limits"));
    assertTrue(refusal("{\"a\":[[[[1]]]]}", in -> in).contains("limits"));
    assertTrue(refusal("{\"a\":1" + "0".repeat(60) + "}", in -> in).contains("limits"));
  }

  @Test
  void aStreamIsNotReadBeyondTheLimit() throws IOException {
    ByteArrayInputStream endless = new ByteArrayInputStream(new byte[10_000]);
    assertThrows(WireException.class, () -> Json.read(endless, SMALL, in -> in));
    assertEquals(10_000 - 401, endless.available());
  }

  @Test
  void whatIsNotOneObjectIsRefused() {
    assertEquals("is not a JSON object", refusal("", in -> in));
    assertEquals("is not a JSON object", refusal("[]", in -> in));
    assertEquals("has something behind the end of its object", refusal("{} {}", in -> in));
    assertTrue(refusal("{\"a\":", in -> in).startsWith("is not JSON"));
    assertTrue(refusal("{a:1}", in -> in).startsWith("is not JSON"));
    assertTrue(refusal("{\"a\":NaN}", in -> in).startsWith("is not JSON"));
    byte[] notUtf8 = "{\"a\":\"?\"}".getBytes(StandardCharsets.US_ASCII);
    notUtf8[6] = (byte) 0xff;
    assertThrows(WireException.class, () -> Json.read(notUtf8, SMALL, in -> in));
  }

  @Test
  void anElementThatCannotBeReadCostsOnlyItself() throws WireException {
    List<String> refused = new ArrayList<>();
    List<PciAddress> read =
        read(
            "{\"d\":[{\"address\":\"x\"},{\"address\":\"0000:65:00.0\"},7,{}]}",
            in ->
                in.listOfSound(
                    "d", JsonTest::address, (e, element) -> refused.add(e.getMessage())));
    assertEquals(List.of(PciAddress.parse("0000:65:00.0")), read);
    assertEquals(
        List.of(
            "d[0].address: is not a PCI address: \"x\"",
            "d[2]: is not an object",
            "d[3].address: is missing"),
        refused);
  }

  @Test
  void aConstructorsRefusalIsTheSendersFaultAndNamesTheObject() {
    assertEquals(
        "limits: limits are 1 or more",
        refusal("{\"limits\":{}}", in -> in.object("limits", o -> new JsonLimits(0, 0, 0))));
  }

  @Test
  void aRefusalQuotesNoControlCharactersAndNoMoreThanALine() {
    String message = refusal("{\"address\":\"\\u001b[31m\\n\"}", JsonTest::address);
    assertEquals("address: is not a PCI address: \"?[31m?\"", message);
  }

  @Test
  void whatIsWrittenIsReadBackAndHasItsFieldsInOrder() throws WireException {
    PciAddress address = PciAddress.parse("0000:65:00.0");
    String text =
        Json.write(
            out ->
                out.text("name", "say \"hi\"\n")
                    .integer("n", 7)
                    .integer("none", OptionalInt.empty())
                    .bool("yes", true)
                    .text("absent", Optional.empty())
                    .object("inner", in -> in.text("address", address))
                    .object("no", Optional.<String>empty(), (value, in) -> in.text("v", value))
                    .list("each", List.of(1, 2), (value, in) -> in.integer("v", value))
                    .texts("all", List.of(address)));
    assertEquals(
        "{\"name\":\"say \\\"hi\\\"\\n"
            + "\",\"n\":7,\"yes\":true,\"inner\":{\"address\":\"0000:65:00.0\"},"
            + "\"each\":[{\"v\":1},{\"v\":2}],\"all\":[\"0000:65:00.0\"]}",
        text);
    assertEquals("say \"hi\"\n", read(text, in -> in.text("name")));
  }

  @Test
  void aDocumentCanBeHandedOnWhole() throws WireException {
    String document = "{\"b\":1,\"a\":{\"gone\":null,\"list\":[true,\"x\",1.5,{}]}}";
    assertEquals(
        "{b=1, a={gone=null, list=[true, x, 1.5, {}]}}",
        read(document, JsonObject::tree).toString());
  }
}
