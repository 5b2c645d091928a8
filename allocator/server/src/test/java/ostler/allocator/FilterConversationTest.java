package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Which hosts could serve a request, in the compact form and with reasons. */
final class FilterConversationTest extends Conversation {

  private static String body(int count, String more, String... hosts) {
    return "{\"parts\":[{\"alias\":\"gpu\",\"count\":"
        + count
        + "}],"
        + more
        + "\"hosts\":[\""
        + String.join("\",\"", hosts)
        + "\"]}";
  }

  private JsonNode filter(int count, String more, String... hosts) {
    return admin("POST", "/v1/filter", body(count, more, hosts), 200).json();
  }

  private static List<Integer> ints(JsonNode list) {
    return list.valueStream().map(JsonNode::asInt).toList();
  }

  /** A host with so many GPUs, all of them in and clean. */
  private AgentOverHttp cleanHost(int gpus) {
    AgentOverHttp agent = host(gpus);
    for (int slot = 1; slot <= gpus; slot++) {
      admit(agent, slot);
    }
    agent.converge();
    agent.converge();
    // A host that is new is seen at the next look; who resolves looks at once.
    admin("POST", "/v1/aliases/gpu/resolve", "{}", 200);
    return agent;
  }

  @Test
  void everyHostIsAnsweredOnceAndInOrder() {
    String two = name(cleanHost(2)).value();
    String none = name(host(1)).value();
    // A host that is new is seen at the next look; who resolves looks at once.
    admin("POST", "/v1/aliases/gpu/resolve", "{}", 200);
    JsonNode answer = filter(2, "", "nobody", two, none, two);
    assertEquals(2, answer.get("passed").asInt());
    List<Integer> code = ints(answer.get("code"));
    assertEquals(4, code.size());
    assertEquals(-1, code.get(1));
    assertEquals(-1, code.get(3));
    assertEquals("UNKNOWN_HOST", answer.get("codes").get(code.get(0)).asString());
    assertEquals("NO_MATCH", answer.get("codes").get(code.get(2)).asString());
    List<Integer> score = ints(answer.get("score"));
    assertEquals(0, score.get(0));
    assertTrue(score.get(1) > 0);
    assertEquals(score.get(1), score.get(3));
    assertTrue(answer.get("age_ms").asLong() <= 5_000);
  }

  @Test
  void whatWasJustClaimedIsNotOfferedAgain() {
    AgentOverHttp agent = cleanHost(1);
    String host = name(agent).value();
    assertEquals(1, filter(1, "", host).get("passed").asInt());
    claim(agent, 201);
    JsonNode after = filter(1, "", host);
    assertEquals(0, after.get("passed").asInt());
    assertEquals("CLAIMED", after.get("codes").get(0).asString());
  }

  @Test
  void resolvingSaysForEachHostWhyNotInASentence() {
    String host = name(cleanHost(1)).value();
    JsonNode answer =
        admin(
                "POST",
                "/v1/aliases/gpu/resolve",
                "{\"count\":2,\"hosts\":[\"" + host + "\",\"nobody\"]}",
                200)
            .json();
    JsonNode first = answer.get("hosts").get(0);
    assertEquals(host, first.get("host").asString());
    assertEquals(false, first.get("pass").asBoolean());
    assertEquals("TOO_FEW_ON_ONE_HOST", first.get("why").get("code").asString());
    assertTrue(
        first.get("why").get("message").asString().startsWith("host " + host + " has 1 unit "),
        first.toString());
    assertEquals("UNKNOWN_HOST", answer.get("hosts").get(1).get("why").get("code").asString());
    // Nothing said means one unit, of any host.
    JsonNode any = admin("POST", "/v1/aliases/gpu/resolve", "{}", 200).json();
    assertTrue(
        any.get("hosts")
            .valueStream()
            .anyMatch(h -> h.get("host").asString().equals(host) && h.get("pass").asBoolean()));
    assertTrue(any.get("candidates").asInt() >= any.get("available").asInt());
  }

  @Test
  void aGuestsNumaTopologyIsJudgedByTheAliassPolicy() {
    admin("PUT", "/v1/aliases/near", "{\"rule\":{\"vendor\":\"1002\"},\"numa\":\"required\"}", 200);
    String host = name(cleanHost(1)).value();
    String near = body(1, "\"numa\":{\"nodes\":[7]},", host).replace("gpu", "near");
    JsonNode answer = admin("POST", "/v1/filter", near, 200).json();
    assertEquals("NUMA_MISMATCH", answer.get("codes").get(0).asString());
    assertEquals(1, filter(1, "\"numa\":{\"cells\":2},", host).get("passed").asInt());
  }

  @Test
  void anOperatorSaysWhatNoInventoryShows() {
    AgentOverHttp agent = cleanHost(1);
    String host = name(agent).value();
    String unit = get("/v1/units?host=" + host).items("id").get(0);
    admin(
        "PUT",
        "/v1/aliases/joined",
        "{\"rule\":{\"vendor\":\"1002\",\"traits\":[\"nvlink\"]}}",
        200);
    String question = body(1, "", host).replace("gpu", "joined");
    assertEquals(
        "NO_MATCH",
        admin("POST", "/v1/filter", question, 200).json().get("codes").get(0).asString());
    JsonNode place =
        admin(
                "PUT",
                "/v1/units/" + unit + "/place",
                "{\"traits\":[\"nvlink\"],\"island\":\"a\",\"reason\":\"test\"}",
                200)
            .json();
    assertEquals("CUSTOM_NVLINK", place.get("traits").get(0).asString());
    assertEquals("a", place.get("island").asString());
    assertEquals(place, get("/v1/units/" + unit + "/place").json());
    // What the inventory shows comes and goes; what was said stays.
    agent.converge();
    assertEquals("a", get("/v1/units/" + unit + "/place").text("island"));
    admin("POST", "/v1/aliases/joined/resolve", "{}", 200);
    assertEquals(1, admin("POST", "/v1/filter", question, 200).json().get("passed").asInt());
    admin("PUT", "/v1/units/" + unit + "/place", "{\"traits\":[]}", 400);
    admin(
        "PUT",
        "/v1/units/" + unit + "/place",
        "{\"island\":\"no spaces\",\"reason\":\"test\"}",
        400);
  }

  @Test
  void whatIsNotAQuestionIsRefusedByItsField() {
    refused("{\"hosts\":[]}", "parts: ");
    refused("{\"parts\":[],\"hosts\":[]}", "parts: ");
    refused("{\"parts\":[{\"alias\":\"gpu\"}]}", "hosts: ");
    refused("{\"parts\":[{\"alias\":\"gpu\",\"count\":0}],\"hosts\":[]}", "parts[0].count: ");
    refused("{\"parts\":[{\"alias\":\"-\"}],\"hosts\":[]}", "parts[0].alias: ");
    refused("{\"parts\":[{\"alias\":\"gpu\"}],\"hosts\":[null]}", "hosts[0]: ");
    refused(body(1, "\"numa\":{\"cells\":99},", "h"), "numa: ");
    refused(body(1, "\"numa\":{\"cells\":1,\"nodes\":[0,1]},", "h"), "numa: ");
    refused(body(1, "\"numa\":{\"nodes\":[-1]},", "h"), "numa: ");
    refused(body(1, "\"color\":1,", "h"), "color: ");
    assertEquals(
        "UNKNOWN_ALIAS",
        admin("POST", "/v1/filter", body(1, "", "h").replace("gpu", "none"), 404).code());
  }

  @Test
  void aQuestionHasBounds() {
    String[] many = Collections.nCopies(10_000, "h").toArray(String[]::new);
    assertEquals(10_000, filter(1, "", many).get("code").size());
    String[] tooMany = Collections.nCopies(10_001, "h").toArray(String[]::new);
    refused(body(1, "", tooMany), "hosts: ");
    // Longer than any other body may be, and shorter than this one may.
    String[] longNames = Collections.nCopies(10_000, "h".repeat(200)).toArray(String[]::new);
    assertEquals(0, filter(1, "", longNames).get("passed").asInt());
    admin("POST", "/v1/filter", "\"" + "x".repeat(4 * 1024 * 1024) + "\"", 413);
  }

  private void refused(String question, String detail) {
    Http.Answer answer = admin("POST", "/v1/filter", question, 400);
    assertEquals("MALFORMED", answer.code());
    assertTrue(answer.text("detail").startsWith(detail), answer.body());
  }
}
