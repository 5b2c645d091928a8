package ostler.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.inventory.HostName;
import ostler.wire.WireException;

final class ConfigTest {

  @TempDir Path folder;

  private Config load(String text) throws IOException, WireException {
    return Config.load(Files.writeString(folder.resolve("agent.json"), text));
  }

  private String refusal(String text) {
    return assertThrows(WireException.class, () -> load(text)).getMessage();
  }

  @Test
  void hostAndAllocatorAreEnoughAndTheRestHasDefaults() throws Exception {
    assertEquals(
        new Config(
            new HostName("gpu-1"),
            URI.create("http://127.0.0.1:7878"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5)),
        load("{\"host\":\"gpu-1\",\"allocator\":\"http://127.0.0.1:7878\"}"));
  }

  @Test
  void everyFieldIsRead() throws Exception {
    assertEquals(
        new Config(
            new HostName("gpu-1"),
            URI.create("https://a:1/"),
            Optional.of(URI.create("qemu:///system")),
            Optional.of(Path.of("/t")),
            Optional.of(Path.of("/c")),
            Optional.of(List.of("sudo", "x")),
            Optional.of(List.of("sudo", "y")),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60)),
        load(
            "{\"host\":\"gpu-1\",\"allocator\":\"https://a:1/\",\"libvirt\":\"qemu:///system\","
                + "\"join_token_file\":\"/t\",\"allocator_ca\":\"/c\","
                + "\"root_program\":[\"sudo\",\"x\"],\"mdev_program\":[\"sudo\",\"y\"],"
                + "\"heartbeat_s\":5,\"instance_gone_after_s\":60}"));
  }

  @Test
  void theSampleIsAConfiguration() throws Exception {
    Config sample = Config.load(Path.of("src/main/dist/etc/agent.json"));
    assertEquals(new HostName("gpu-1"), sample.host());
  }

  @Test
  void whatIsWrongIsNamedWithItsRule() {
    assertEquals("host: is missing", refusal("{\"allocator\":\"http://a\"}"));
    for (String bad :
        List.of("a:1", "ftp://a", "http://a/v1", "http://u@a", "http://a?x", "http:///", "/a")) {
      assertEquals(
          "allocator: is not an http or https URL without a path: \"" + bad + "\"",
          refusal("{\"host\":\"h\",\"allocator\":\"" + bad + "\"}"));
    }
    assertEquals(
        "heartbeat_s: is not from 1 to 3600: 0",
        refusal("{\"host\":\"h\",\"allocator\":\"http://a\",\"heartbeat_s\":0}"));
    assertEquals(
        "libvrt: is not a known field",
        refusal("{\"host\":\"h\",\"allocator\":\"http://a\",\"libvrt\":\"qemu:///system\"}"));
  }
}
