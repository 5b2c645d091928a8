package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import ostler.allocator.engine.nova.NovaMode;
import ostler.allocator.onetimeuse.PlacementUrl;
import ostler.allocator.quota.ResourceKey.Family;
import ostler.allocator.store.TreePolicy;
import ostler.inventory.ProjectId;

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
    assertEquals(TreePolicy.SHIPPED, options.treePolicy());
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
            "u",
            "--quota-default",
            "alias=unlimited,memory_mib=deny",
            "--unknown-projects",
            "create-under:guests",
            "--nova-mode",
            "shadow",
            "--placement-url",
            "https://placement.example/",
            "--placement-credentials",
            "/p.json");
    assertEquals(
        Optional.of(
            new Options.PlacementAccess(
                PlacementUrl.parse("https://placement.example"), Path.of("/p.json"))),
        options.placement());
    assertEquals(NovaMode.SHADOW, options.novaMode());
    assertEquals(0, options.port());
    assertEquals("0.0.0.0", options.listen().getHostAddress());
    assertEquals(Path.of("/d"), options.data());
    assertFalse(options.autoClean());
    assertEquals(Optional.of(new Options.Tls(Path.of("/c.pem"), Path.of("/k.pem"))), options.tls());
    assertEquals(Optional.of("u"), options.jdbcUser());
    assertEquals(Set.of(Family.MEMORY_MIB), options.treePolicy().otherwise().denied());
    assertEquals(Optional.of(new ProjectId("guests")), options.treePolicy().home());
  }

  @Test
  void theDefaultIsSaidForAllKeysOrByFamily() throws Options.BadOption {
    assertEquals(Set.of(Family.values()), denied("deny"));
    assertEquals(Set.of(), denied("unlimited"));
    assertEquals(Set.of(Family.ALIAS, Family.TOTAL), denied("total=deny"));
    assertEquals(Set.of(Family.MODEL), denied("unlimited,model=deny"));
    assertEquals(Optional.empty(), parse("--unknown-projects", "refuse").treePolicy().home());
  }

  private static Set<Family> denied(String words) throws Options.BadOption {
    return parse("--quota-default", words).treePolicy().otherwise().denied();
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
    assertTrue(refusal("--quota-default", "perhaps").contains("perhaps"));
    assertTrue(refusal("--quota-default", "cards=deny").contains("cards"));
    assertTrue(refusal("--quota-default", "").contains("--quota-default"));
    assertTrue(refusal("--nova-mode", "dark").contains("dark"));
    assertTrue(refusal("--placement-url", "https://p").contains("go together"));
    assertTrue(
        refusal("--placement-url", "http://p", "--placement-credentials", "/p").contains("https"));
    assertTrue(refusal("--unknown-projects", "adopt").contains("adopt"));
    assertTrue(refusal("--unknown-projects", "create-under:a/b").contains("create-under:PROJECT"));
  }
}
