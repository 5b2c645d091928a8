package ostler.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The demo's summary, and the evidence that it leaves, looked at by eyes that are not its own. */
class DemoIT {

  private static final int SECRET_BYTES = 24;
  private static final int COPIES = 3;
  private static final long MEMORY_BYTES = 64L << 20;

  @TempDir Path folder;

  @Test
  void theSecretSurvivesAResetAndNotAWipeAsTheFilesThemselvesShow() throws Exception {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    String hex = HexFormat.of().formatHex(secret);
    Path evidence = folder.resolve("evidence");

    DemoRun run =
        DemoRun.of(folder, "--once", "--json", "--secret", hex, "--evidence", evidence.toString());

    assertEquals(0, run.exitCode(), run::err);
    summaryTellsTheStory(run.summary());
    memoryTellsTheStory(evidence, secret);
    everyFileIsListed(evidence);
    recordIsSigned(evidence, run.summary().path("wipe").asString(""));
  }

  private static void summaryTellsTheStory(JsonNode summary) {
    String text = summary.toString();
    assertTrue(summary.path("ok").asBoolean(), text);
    assertTrue(summary.path("kernel").asString("").matches("\\d+\\.\\d+.*"), text);
    assertTrue(summary.path("groups").asInt() > 1, text);
    assertTrue(summary.path("secret_found_after_reset").asBoolean(), text);
    assertFalse(summary.path("secret_found_after_scrub").asBoolean(true), text);
    assertFalse(summary.path("offered_after_reset").asBoolean(true), text);
    assertEquals(1.0, summary.path("coverage").path("fraction").asDouble(), text);
    assertTrue(summary.path("coverage").path("bytes").asLong() >= MEMORY_BYTES, text);
    assertTrue(summary.path("chain_verified").asBoolean(), text);
    assertEquals("DIRTY", summary.path("states").path(0).asString(""), text);
    assertTrue(summary.path("states").toString().contains("IN_USE"), text);
  }

  private static void memoryTellsTheStory(Path evidence, byte[] secret) throws IOException {
    List<String> stages =
        List.of(
            "1-before.bin",
            "2-tenant-a-killed.bin",
            "3-after-reset.bin",
            "4-after-scrub.bin",
            "5-tenant-b.bin");
    List<Integer> copies = List.of(0, COPIES, COPIES, 0, 0);
    for (int stage = 0; stage < stages.size(); stage++) {
      byte[] memory = Files.readAllBytes(evidence.resolve(stages.get(stage)));
      assertEquals(MEMORY_BYTES, memory.length, stages.get(stage));
      assertEquals(copies.get(stage), count(memory, secret), stages.get(stage));
    }
    byte[] wiped = Files.readAllBytes(evidence.resolve("4-after-scrub.bin"));
    assertArrayEquals(new byte[wiped.length], wiped, "the memory after the wipe");
  }

  private static int count(byte[] memory, byte[] secret) {
    String text = new String(memory, StandardCharsets.ISO_8859_1);
    String wanted = new String(secret, StandardCharsets.ISO_8859_1);
    int found = 0;
    for (int at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
      found++;
    }
    return found;
  }

  private static void everyFileIsListed(Path evidence)
      throws IOException, GeneralSecurityException {
    List<String> lines = Files.readAllLines(evidence.resolve("SHA256SUMS"));
    for (String line : lines) {
      Path file = evidence.resolve(line.substring(66));
      assertEquals(line.substring(0, 64), sha256(Files.readAllBytes(file)), file.toString());
    }
    try (var files = Files.list(evidence)) {
      assertEquals(files.count() - 1, lines.size(), "files, and lines in SHA256SUMS");
    }
  }

  private static void recordIsSigned(Path evidence, String wipe)
      throws IOException, GeneralSecurityException {
    String body = Files.readString(evidence.resolve("wipe.body"));
    String hash = Files.readString(evidence.resolve("wipe.hash"));
    String previous = Files.readString(evidence.resolve("wipe.prev"));
    assertTrue(body.contains(wipe), "the record is about wipe " + wipe);
    assertEquals(hash, sha256((previous + "\n" + body).getBytes(StandardCharsets.UTF_8)));
    Signature signature = Signature.getInstance("Ed25519");
    signature.initVerify(key(Files.readString(evidence.resolve("agent.pem"))));
    signature.update(hash.getBytes(StandardCharsets.US_ASCII));
    assertTrue(signature.verify(Files.readAllBytes(evidence.resolve("wipe.signature"))));
  }

  private static PublicKey key(String pem) throws GeneralSecurityException {
    String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }

  private static String sha256(byte[] bytes) throws GeneralSecurityException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void aCapturedHostTellsNothingAboutAKernelOrMemory() throws Exception {
    DemoRun run = DemoRun.of(folder, "--fake", "--once", "--json");

    assertEquals(0, run.exitCode(), run::err);
    JsonNode summary = run.summary();
    assertTrue(summary.path("ok").asBoolean(), summary::toString);
    for (String field :
        List.of("kernel", "secret_found_after_reset", "secret_found_after_scrub", "coverage")) {
      assertTrue(summary.path(field).isNull(), field + " in " + summary);
    }
  }

  @Test
  void aSecretThatIsNoneIsRefusedByName() throws Exception {
    for (String wrong : List.of("abc", "00112233", "zz".repeat(8), "00".repeat(8))) {
      DemoRun run = DemoRun.of(folder, "--once", "--secret", wrong);
      assertEquals(2, run.exitCode(), wrong);
      assertTrue(run.err().contains("--secret"), run::err);
    }
  }
}
