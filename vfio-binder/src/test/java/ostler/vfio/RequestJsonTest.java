package ostler.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ostler.inventory.Fence;
import ostler.inventory.ResetChoice;
import ostler.root.Authority;
import ostler.root.OpId;
import ostler.root.Reason;
import ostler.wire.WireException;

/** The door: what is let in, and that everything else is told what is wrong with it. */
class RequestJsonTest {

  private static final String HEAD =
      "{\"v\":1,\"op\":\"00000000-0000-0001-0000-000000000002\",\"members\":[\"0000:01:00.0\"],";
  private static final String FENCE = "\"fence\":{\"epoch\":1,\"number\":17}";

  private static Request read(String text) throws WireException {
    return RequestJson.read(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void anOrderIsReadIntoTypes() throws WireException {
    Request request = read(HEAD + "\"verb\":\"reset\",\"method\":\"hot\"," + FENCE + "}");
    assertEquals(Optional.of(ResetChoice.HOT), request.reset());
    assertEquals(new Authority.Fenced(new Fence(1, 17)), request.order().authority());
    assertEquals(new OpId(new UUID(1, 2)), request.op());
  }

  @Test
  void anOperatorsReasonTakesThePlaceOfAFence() throws WireException {
    Request request = read(HEAD + "\"verb\":\"bind\",\"offline\":{\"reason\":\"a test\"}}");
    assertEquals(new Authority.Offline(new Reason("a test")), request.order().authority());
  }

  @Test
  void aPermitCarriesAClaim() throws WireException {
    Request request =
        read(
            HEAD
                + "\"verb\":\"permit\",\"claim\":{\"id\":\"00000000-0000-0003-0000-000000000004\","
                + "\"project\":\"p1\",\"consumer\":{\"source\":\"libvirt\",\"type\":\"domain\","
                + "\"id\":\"vm1\"}},"
                + FENCE
                + "}");
    assertEquals("vm1", request.claim().orElseThrow().consumer().id());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"verb\":\"format\"," + FENCE,
        "\"verb\":\"bind\"",
        "\"verb\":\"bind\"," + FENCE + ",\"offline\":{\"reason\":\"both\"}",
        "\"verb\":\"bind\"," + FENCE + ",\"path\":\"/etc/shadow\"",
        "\"verb\":\"bind\",\"offline\":{\"reason\":\"\"}",
        "\"verb\":\"bind\",\"offline\":{\"reason\":\"two\\nlines\"}",
        "\"verb\":\"holders\"," + FENCE,
        "\"verb\":\"reset\"," + FENCE,
        "\"verb\":\"reset\",\"method\":\"auto\"," + FENCE,
        "\"verb\":\"reset\",\"method\":\"hammer\"," + FENCE,
        "\"verb\":\"scrub\",\"canary\":\"short\"," + FENCE,
        "\"verb\":\"permit\"," + FENCE,
        "\"verb\":\"adopt\"," + FENCE,
        "\"verb\":\"permit\",\"offline\":{\"reason\":\"let me\"}",
        "\"verb\":\"../../bin/sh\"," + FENCE
      })
  void whatIsNoRequestIsRefusedWithAReason(String rest) {
    WireException e = assertThrows(WireException.class, () -> read(HEAD + rest + "}"));
    assertTrue(e.getMessage().length() > 10, e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[]", "[\"0000:01:00.0\",\"0000:01:00.0\"]", "[\"../../etc\"]", "[1]", "\"x\""})
  void membersAreAddressesEachOnce(String members) {
    String text =
        "{\"v\":1,\"verb\":\"holders\",\"op\":\"00000000-0000-0001-0000-000000000002\",\"members\":"
            + members
            + "}";
    assertThrows(WireException.class, () -> read(text));
  }

  @Test
  void aDocumentThatIsTooLongIsRefused() {
    String text = HEAD + "\"verb\":\"bind\"," + FENCE + "}" + " ".repeat(64 * 1024);
    assertThrows(WireException.class, () -> read(text));
  }
}
