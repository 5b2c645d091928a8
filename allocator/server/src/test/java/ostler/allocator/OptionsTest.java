package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class OptionsTest {

  private static final Path HOME = Path.of("/home/op");

  private static Options parse(String... arguments) throws Options.BadOption {
    return Options.parse(List.of(arguments), HOME);
  }

  private static String refusal(String... arguments) {
    return assertThrows(Options.BadOption.class, () -> parse(arguments)).getMessage();
  }

  @Test
  void withNothingSaidItListensOnLoopbackAndKeepsItsDataAtHome() throws Options.BadOption {
    Options options = parse();
    assertEquals(7878, options.port());
    assertTrue(options.listen().isLoopbackAddress());
    assertEquals(Path.of("/home/op/.local/share/ostler"), options.data());
    assertTrue(options.autoClean());
    assertEquals(Optional.empty(), options.tls());
    assertEquals(Optional.empty(), options.jdbcUrl());
  }

  @Test
  void everythingCanBeSaid() throws Options.BadOption {
    Options options =
        parse(
            "--port",
            "0",
            "--listen",
            "0.0.0.0",
            "--data",
            "/d",
            "--no-auto-clean",
            "--tls-certificate",
            "/c.pem",
            "--tls-key",
            "/k.pem",
            "--jdbc-url",
            "jdbc:postgresql:o",
            "--jdbc-user",
            "u");
    assertEquals(0, options.port());
    assertEquals("0.0.0.0", options.listen().getHostAddress());
    assertEquals(Path.of("/d"), options.data());
    assertFalse(options.autoClean());
    assertEquals(Optional.of(new Options.Tls(Path.of("/c.pem"), Path.of("/k.pem"))), options.tls());
    assertEquals(Optional.of("u"), options.jdbcUser());
  }

  @Test
  void beyondLoopbackTokensDoNotGoInTheClear() {
    assertTrue(refusal("--listen", "0.0.0.0").contains("--tls-certificate"));
    assertTrue(refusal("--listen", "::").contains("--tls-certificate"));
  }

  @Test
  void whatIsWrongIsNamed() {
    assertTrue(refusal("--prot", "1").contains("--prot"));
    assertTrue(refusal("--port").contains("--port"));
    assertTrue(refusal("--port", "65536").contains("65536"));
    assertTrue(refusal("--port", "http").contains("http"));
    assertTrue(refusal("--tls-key", "/k.pem").contains("go together"));
  }
}
