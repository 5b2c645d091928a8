package ostler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Every text that somebody types is read into a type once, or refused. */
final class TextsFromOutsideTest {

  @Test
  void aPartOfAPathNeverReachesBeyondItsPlace() {
    assertEquals("/v1/hosts/..%2F..%2Fa%3Fb%23c%25", ApiPath.of("hosts", "../../a?b#c%").value());
    assertEquals(
        "/v1/a?x=%26y%3D1&z=%C3%A9", ApiPath.of("a").with("x", "&y=1").with("z", "é").value());
  }

  @Test
  void anAddressHasSchemeHostAndPortAlone() {
    assertEquals("https://a.example:1/p", Endpoint.parse("https://a.example:1/p//").toString());
    for (String bad :
        List.of(
            "",
            "a",
            "file:///etc/passwd",
            "http://",
            "http://u:p@h",
            "http://h?x",
            "http://h#x",
            "http://a b")) {
      assertThrows(IllegalArgumentException.class, () -> Endpoint.parse(bad), bad);
    }
  }

  @Test
  void onlyThisMachineIsLoopback() {
    for (String here :
        List.of("http://127.0.0.1:1", "http://127.9.9.9", "http://localhost", "http://[::1]:2")) {
      assertTrue(Endpoint.parse(here).isLoopback(), here);
    }
    for (String away :
        List.of("http://127.0.0.1.example", "http://localhost.example", "http://10.0.2.2")) {
      assertFalse(Endpoint.parse(away).isLoopback(), away);
    }
  }

  @Test
  void aTokenIsOneWordOfABearer() {
    assertEquals("a token", new Token("abc-DEF_1.~+/==").toString());
    for (String bad : List.of("", "a b", "a\nX-Other: 1", "é", "=a")) {
      assertThrows(IllegalArgumentException.class, () -> new Token(bad), bad);
    }
  }

  @Test
  void aThingIsNamedByIdBeginningOrPlace() {
    String id = "3F9C21AA-1111-4222-8333-444455556666";
    assertEquals("3f9c21aa-1111-4222-8333-444455556666", Ref.parse(id).toString());
    assertTrue(Ref.parse("3f9c21aa") instanceof Ref.Prefix);
    assertEquals("gpu-1/0000:01:00.0", Ref.parse("gpu-1/00000000:01:00.0").toString());
    for (String bad :
        List.of(
            "",
            "3f9c21a",
            "nonsense",
            "gpu-1/",
            "/0000:01:00.0",
            "gpu-1/1:0",
            "a/b/c",
            "3f9c21aa%")) {
      assertThrows(IllegalArgumentException.class, () -> Ref.parse(bad), bad);
    }
    assertThrows(IllegalArgumentException.class, () -> Ref.parseId("gpu-1/0000:01:00.0"));
  }

  @Test
  void aConsumersIdMayHoldTheSeparator() {
    assertEquals("a/b/c:d", Parsers.consumer("a:b:c:d").toString());
    assertEquals("a/b/c:d", Parsers.consumer("a/b/c:d").toString());
    for (String bad : List.of("", "a", "a:b", "a::c", "a:b:", "a:b:c d")) {
      assertThrows(IllegalArgumentException.class, () -> Parsers.consumer(bad), bad);
    }
  }

  @Test
  void numbersHaveBounds() {
    assertEquals(7, Parsers.positive("7"));
    for (String bad : List.of("0", "-1", "", "1.5", "99999999999", "0x1")) {
      assertThrows(IllegalArgumentException.class, () -> Parsers.positive(bad), bad);
    }
    assertThrows(IllegalArgumentException.class, () -> Parsers.seconds("604801"));
  }

  @Test
  void aClassIsReadAsTheKernelWritesItToo() {
    assertEquals("030200", Parsers.pciClass("0x030200"));
    assertEquals("03", Parsers.pciClass("03"));
    for (String bad : List.of("", "3", "030", "0x", "03020000", "zz")) {
      assertThrows(IllegalArgumentException.class, () -> Parsers.pciClass(bad), bad);
    }
  }

  @Test
  void everyRefusalHasItsEnd() {
    assertEquals(ExitCode.CAPACITY, ExitCode.ofRefusal(409, "NO_CAPACITY"));
    assertEquals(ExitCode.QUOTA, ExitCode.ofRefusal(403, "QUOTA_EXCEEDED"));
    assertEquals(ExitCode.QUOTA, ExitCode.ofRefusal(403, "NO_LIMIT_SET"));
    assertEquals(ExitCode.DENIED, ExitCode.ofRefusal(401, "UNAUTHENTICATED"));
    assertEquals(ExitCode.NOT_FOUND, ExitCode.ofRefusal(404, "UNKNOWN_UNIT"));
    assertEquals(ExitCode.CONFLICT, ExitCode.ofRefusal(412, "STALE_FENCE"));
    assertEquals(ExitCode.USAGE, ExitCode.ofRefusal(413, "TOO_LARGE"));
    assertEquals(ExitCode.UNREACHABLE, ExitCode.ofRefusal(503, "BUSY"));
    assertEquals(ExitCode.ERROR, ExitCode.ofRefusal(500, "INTERNAL"));
    assertEquals(ExitCode.ERROR, ExitCode.ofRefusal(302, ""));
  }
}
