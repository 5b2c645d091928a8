package ostler.allocator.onetimeuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who we are to Placement, and how it is told. */
final class PlacementCredentialsTest {

  @TempDir private Path folder;

  private PlacementCredentials read(String text, String mode) throws IOException {
    Path file = folder.resolve("credentials");
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    return PlacementCredentials.read(file);
  }

  private String refused(String text, String mode) {
    return assertThrows(IOException.class, () -> read(text, mode)).getMessage();
  }

  @Test
  void aTokenIsTakenAsItIs() throws Exception {
    assertEquals(new PlacementCredentials.Token("t"), read("{\"token\":\"t\"}", "rw-------"));
  }

  @Test
  void aFileThatOthersMayReadIsRefused() {
    assertTrue(refused("{\"token\":\"t\"}", "rw-r-----").contains("chmod 600"));
  }

  @Test
  void whatIsMissingIsNamedAndNoSecretIsSaid() {
    assertTrue(refused("{\"auth_url\":\"https://k/v3\"}", "rw-------").contains("username"));
    assertTrue(refused("nonsense", "rw-------").contains("no JSON"));
    String clear =
        refused(
            "{\"auth_url\":\"http://k.example/v3\",\"username\":\"u\",\"password\":\"the-secret\","
                + "\"project_name\":\"p\"}",
            "rw-------");
    assertTrue(clear.contains("auth_url") && !clear.contains("the-secret"), clear);
  }

  @Test
  void keystoneIsAskedOnceAndAgainWhenItsTokenIsNoLongerGood() throws Exception {
    try (PlacementPeer peer = new PlacementPeer()) {
      for (String account :
          List.of(
              "\"application_credential_id\":\"i\",\"application_credential_secret\":\"the-secret\"",
              "\"username\":\"u\",\"password\":\"the-secret\",\"project_name\":\"p\"")) {
        PlacementCredentials credentials =
            read("{\"auth_url\":\"" + peer.url().uri() + "/v3/\"," + account + "}", "rw-------");
        assertFalse(credentials.toString().contains("the-secret"), credentials.toString());
        int before = peer.tokens();
        PlacementApi api = new PlacementApi(peer.url(), credentials);
        assertEquals(List.of(), api.oneTimeUse());
        assertEquals(List.of(), api.oneTimeUse());
        assertEquals(before + 1, peer.tokens());
        peer.expireToken();
        assertEquals(List.of(), api.oneTimeUse());
        assertEquals(before + 2, peer.tokens());
      }
    }
  }

  @Test
  void whoIsNobodyIsToldSo() throws Exception {
    try (PlacementPeer peer = new PlacementPeer()) {
      PlacementCredentials wrong =
          read(
              "{\"auth_url\":\""
                  + peer.url().uri()
                  + "/v3\",\"application_credential_id\":\"i\","
                  + "\"application_credential_secret\":\"guess\"}",
              "rw-------");
      PlacementAway away =
          assertThrows(PlacementAway.class, () -> new PlacementApi(peer.url(), wrong).oneTimeUse());
      assertTrue(away.getMessage().contains("401"), away.getMessage());
      assertFalse(away.getMessage().contains("guess"), away.getMessage());
    }
  }

  @Test
  void anAddressThatWouldSendSecretsInTheClearIsNone() {
    for (String bad :
        List.of("http://placement.example", "placement", "https://u:p@x", "https://x?q=1", "")) {
      assertThrows(IllegalArgumentException.class, () -> PlacementUrl.parse(bad), bad);
    }
    assertEquals(
        "https://x/placement/usages",
        PlacementUrl.parse("https://x/placement/").at("/usages") + "");
  }
}
