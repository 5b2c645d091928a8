package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** An allocator whose answers to Nova are only recorded. */
final class NovaShadowConversationTest extends NovaConversation {

  @Override
  TestServer open(Path data) throws IOException {
    return TestServer.shadow(data);
  }

  @Test
  void everyHostPassesAndTheDecisionSaysWhatItWouldHaveBeen() {
    String host = name(cleanHost(1)).value();
    UUID instance = UUID.randomUUID();
    JsonNode answer = ask(instance, "p1", "create", 2, host, "nobody");
    assertEquals("shadow", answer.get("mode").asString());
    assertTrue(answer.get("ours").asBoolean());
    assertAll("pass", answer);
    JsonNode decision = decision(answer);
    assertEquals("shadow", decision.get("mode").asString());
    assertEquals(
        List.of("TOO_FEW_ON_ONE_HOST", "UNKNOWN_HOST"), texts(decision.get("hosts"), "code"));
    assertEquals(List.of("nova.filter NO_CAPACITY"), audited(instance));
  }

  @Test
  void nothingIsPromisedAndAQuotaThatWouldRefuseIsRecorded() {
    String host = name(cleanHost(1)).value();
    String poor = project("poor", 0);
    UUID instance = UUID.randomUUID();
    JsonNode answer = ask(instance, poor, "create", 1, host);
    assertTrue(answer.get("hold").isNull());
    assertAll("pass", answer);
    assertEquals("QUOTA_EXCEEDED", decision(answer).get("hosts").get(0).get("code").asString());
    assertEquals(0, used(poor));
    JsonNode good = ask(UUID.randomUUID(), "p1", "create", 1, host);
    assertTrue(good.get("hold").isNull());
    assertEquals(0, used("p1"));
  }
}
