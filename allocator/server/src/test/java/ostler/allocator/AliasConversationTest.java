package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What may be said of an alias, and what comes back. */
final class AliasConversationTest extends Conversation {

  private Http.Answer set(String name, String body, int status) {
    return admin("PUT", "/v1/aliases/" + name, body, status);
  }

  private void refused(String body, String detail) {
    Http.Answer answer = set("bad", body, 400);
    assertEquals("MALFORMED", answer.code());
    assertTrue(answer.text("detail").startsWith(detail), answer.body());
  }

  @Test
  void allThatAnAliasSaysIsKept() {
    String said =
        "{\"rule\":{\"vendor\":\"10de\",\"class\":\"0302\",\"memory_mib\":40960,"
            + "\"traits\":[\"nvlink\",\"!old\"]},\"level\":\"L2\",\"alternatives\":["
            + "{\"vendor\":\"10de\",\"product\":\"20b2\",\"kind\":\"mig\"},"
            + "{\"vendor\":\"1002\",\"members\":2}],"
            + "\"numa\":\"required\",\"topology\":\"same_island\",\"hosts\":\"spread\"}";
    JsonNode kept = set("everything", said, 200).json();
    assertEquals(kept, get("/v1/aliases/everything").json());
    assertEquals(40960, kept.get("rule").get("memory_mib").asInt());
    assertEquals("whole", kept.get("rule").get("kind").asString());
    assertEquals(
        List.of("CUSTOM_NVLINK", "!CUSTOM_OLD"),
        kept.get("rule").get("traits").valueStream().map(JsonNode::asString).toList());
    assertEquals("mig", kept.get("alternatives").get(0).get("kind").asString());
    assertEquals(2, kept.get("alternatives").get(1).get("members").asInt());
    assertEquals("required", kept.get("numa").asString());
    assertEquals("same_island", kept.get("topology").asString());
    assertEquals("spread", kept.get("hosts").asString());
    // What comes out may go in again, and replaces all that was said before.
    assertEquals(kept, set("everything", kept.toString(), 200).json());
    JsonNode bare = set("everything", "{\"rule\":{\"vendor\":\"10de\"}}", 200).json();
    assertEquals(0, bare.get("alternatives").size());
    admin("DELETE", "/v1/aliases/everything", "", 204);
  }

  @Test
  void whatTheFirstReleaseSaidMeansTheSame() {
    JsonNode kept =
        set("old", "{\"rule\":{\"vendor\":\"1002\",\"members\":2},\"level\":\"L3\"}", 200).json();
    assertEquals("1002", kept.get("rule").get("vendor").asString());
    assertEquals(2, kept.get("rule").get("members").asInt());
    assertEquals("L3", kept.get("level").asString());
    assertEquals("legacy", kept.get("numa").asString());
    assertEquals("pack", kept.get("hosts").asString());
    assertTrue(kept.get("topology").isNull());
  }

  @Test
  void aContradictionIsRefusedByItsField() {
    refused("{\"rule\":{\"members\":2}}", "rule.vendor: ");
    refused("{\"rule\":{\"product\":\"20b2\",\"class\":\"03\"}}", "rule.product: ");
    refused("{\"rule\":{\"class\":\"0604\"}}", "rule.class: ");
    refused("{\"rule\":{\"vendor\":\"10de\",\"kind\":\"half\"}}", "rule.kind: ");
    refused("{\"rule\":{\"vendor\":\"10de\",\"kind\":\"mig\",\"members\":2}}", "rule.members: ");
    refused("{\"rule\":{\"vendor\":\"10de\",\"memory_mib\":0}}", "rule.memory_mib: ");
    refused("{\"rule\":{\"vendor\":\"10de\",\"traits\":[\"a\",\"!a\"]}}", "rule.traits: ");
    refused("{\"rule\":{\"vendor\":\"10de\",\"traits\":[\"a\",null]}}", "rule.traits[1]: ");
    refused(
        "{\"rule\":{\"vendor\":\"10de\"},\"alternatives\":[{\"product\":\"20b2\"}]}",
        "alternatives[0].vendor: ");
    refused(
        "{\"rule\":{\"vendor\":\"10de\"},\"alternatives\":[{\"vendor\":\"10DE\"}]}",
        "alternatives[0]: ");
    refused("{\"rule\":{\"vendor\":\"10de\"},\"numa\":\"near\"}", "numa: ");
    refused("{\"rule\":{\"vendor\":\"10de\"},\"topology\":\"ring\"}", "topology: ");
    refused("{\"rule\":{\"vendor\":\"10de\"},\"hosts\":\"random\"}", "hosts: ");
    refused("{\"rule\":{\"vendor\":\"10de\",\"color\":\"red\"}}", "rule.color: ");
  }
}
