package ostler.mdev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ostler.root.Authority;
import ostler.root.OpId;
import ostler.wire.WireException;

/** What comes in is typed or refused at the door, from standard input and from the command line. */
class RequestJsonTest {

  private static final String HEAD =
      "{\"v\":1,\"op\":\"9b3ac5ef-5d10-4a12-8a6c-1e0f2a7b9c55\",\"parent\":\"0000:41:00.0\",";
  private static final String FENCE = "\"fence\":{\"epoch\":1,\"number\":17},";
  private static final String SLICE = "\"slice\":\"9b3ac5ef-5d10-4a12-8a6c-1e0f2a7b9c55\",";

  private static Request read(String text) throws WireException {
    return RequestJson.read(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aWholeOrderIsRead() throws WireException {
    Request request =
        read(
            HEAD
                + FENCE
                + SLICE
                + "\"verb\":\"create\",\"kind\":\"mdev\",\"type\":\"nvidia-11\",\"name\":\"GRID A10-4Q\",\"define\":true}");
    assertEquals(Verb.CREATE, request.verb());
    Wish wish = request.wish().orElseThrow();
    assertEquals(SliceKind.MDEV, wish.kind());
    assertEquals(Optional.of("GRID A10-4Q"), wish.name());
    assertTrue(wish.define());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        HEAD + SLICE + "\"verb\":\"create\",\"kind\":\"mdev\",\"type\":\"nvidia-11\"}",
        HEAD + FENCE + "\"verb\":\"create\",\"kind\":\"mdev\",\"type\":\"nvidia-11\"}",
        HEAD + FENCE + SLICE + "\"verb\":\"create\",\"kind\":\"mdev\"}",
        HEAD + FENCE + SLICE + "\"verb\":\"create\",\"kind\":\"mdev\",\"type\":\"../x\"}",
        HEAD + FENCE + SLICE + "\"verb\":\"create\",\"kind\":\"vendor-vf\",\"type\":\"1155\"}",
        HEAD + FENCE + SLICE + "\"verb\":\"create\",\"kind\":\"slice\",\"type\":\"1155\"}",
        HEAD + FENCE + SLICE + "\"verb\":\"remove\",\"kind\":\"mdev\"}",
        HEAD + FENCE + "\"verb\":\"functions\"}",
        HEAD + FENCE + "\"verb\":\"functions\",\"count\":65536}",
        HEAD + FENCE + "\"verb\":\"functions\",\"count\":-1}",
        HEAD + FENCE + "\"verb\":\"restore\"}",
        HEAD + FENCE + "\"verb\":\"list\"}",
        HEAD + FENCE + "\"slice\":\"00000000-0000-0000-0000-000000000001\",\"verb\":\"remove\"}",
        "{\"v\":1,\"verb\":\"restore\",\"op\":\"9b3ac5ef-5d10-4a12-8a6c-1e0f2a7b9c55\"}",
        "{\"v\":2,\"verb\":\"list\",\"op\":\"9b3ac5ef-5d10-4a12-8a6c-1e0f2a7b9c55\"}"
      })
  void whatIsNoRequestIsRefused(String text) {
    assertThrows(WireException.class, () -> read(text));
  }

  private static Request typed(String line) {
    return new CommandLine(line.split(" "))
        .request(
            new OpId(new UUID(1, 2)),
            new SliceId(UUID.fromString("9b3ac5ef-5d10-4a12-8a6c-1e0f2a7b9c55")));
  }

  @Test
  void aPersonsCommandIsTheSameRequest() {
    Request request =
        typed("create 0000:41:00.0 --kind mdev --type nvidia-11 --offline --reason test");
    assertTrue(request.authority().orElseThrow() instanceof Authority.Offline);
    assertEquals("9b3ac5ef-5d10-4a12-8a6c-1e0f2a7b9c55", request.slice().orElseThrow().toString());
    assertEquals(4, typed("functions 0000:41:00.0 --count 4 --fence 1.7").functions().getAsInt());
    assertEquals(Verb.LIST, typed("list").verb());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "destroy 0000:41:00.0",
        "create 0000:41:00.0 --type nvidia-11 --fence 1.1",
        "create /dev/sda --kind mdev --type nvidia-11 --fence 1.1",
        "create 0000:41:00.0 --kind mdev --type ../x --fence 1.1",
        "create 0000:41:00.0 --kind mdev --type nvidia-11 --offline",
        "create 0000:41:00.0 --kind mdev --type nvidia-11 --reason test",
        "create 0000:41:00.0 0000:42:00.0 --kind mdev --type nvidia-11 --fence 1.1",
        "functions 0000:41:00.0 --count many --fence 1.1",
        "functions 0000:41:00.0 --count",
        "functions 0000:41:00.0 --force 1 --fence 1.1",
        "restore"
      })
  void whatIsNoCommandIsRefused(String line) {
    assertThrows(IllegalArgumentException.class, () -> typed(line));
  }
}
