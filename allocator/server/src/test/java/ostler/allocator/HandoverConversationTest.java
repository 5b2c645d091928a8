package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import ostler.inventory.UnitId;
import tools.jackson.databind.JsonNode;

/** Holds, moves and forced ends, over HTTP. */
final class HandoverConversationTest extends Conversation {

  private AgentOverHttp cleanHost(int gpus) {
    AgentOverHttp agent = host(gpus);
    for (int slot = 1; slot <= gpus; slot++) {
      admit(agent, slot);
    }
    agent.converge();
    return agent;
  }

  private static String asked(AgentOverHttp on, String parts) {
    return "{\"project\":\"p1\","
        + parts
        + ",\"hosts\":[\""
        + name(on)
        + "\"],\"consumer\":"
        + VM
        + "}";
  }

  @Test
  void theOldAndTheNewFormOfAClaimAreShownTogether() {
    AgentOverHttp agent = cleanHost(2);
    Http.Answer claim =
        admin(
            "POST", "/v1/claims", asked(agent, "\"parts\":[{\"alias\":\"gpu\",\"count\":2}]"), 201);
    assertEquals("gpu", claim.text("alias"));
    assertEquals("2", claim.text("count"));
    assertEquals("2", claim.json().get("parts").get(0).get("count").asString());
    assertEquals(2, claim.json().get("units").size());
    assertEquals(2, claim.json().get("units").get(0).get("members").size());
    assertEquals(claim.text("host"), name(agent).value());
  }

  @Test
  void whatContradictsItselfIsRefusedByTheNameOfItsField() {
    AgentOverHttp agent = host(1);
    for (String[] bad :
        List.of(
            new String[] {"\"alias\":\"gpu\",\"parts\":[{\"alias\":\"gpu\"}]", "parts"},
            new String[] {"\"parts\":[]", "parts"},
            new String[] {"\"parts\":[{\"alias\":\"gpu\"},{\"alias\":\"gpu\"}]", "parts"},
            new String[] {"\"parts\":[{\"alias\":\"gpu\",\"count\":65}]", "parts[0].count"},
            new String[] {"\"parts\":[{\"count\":1}]", "parts[0].alias"},
            new String[] {"\"alias\":\"gpu\",\"host\":\"h\"", "hosts"},
            new String[] {"\"alias\":\"gpu\",\"hold\":\"no\"", "hold"})) {
      Http.Answer answer = admin("POST", "/v1/claims", asked(agent, bad[0]), 400);
      assertTrue(answer.text("detail").startsWith(bad[1] + ": "), answer.body());
    }
    assertTrue(
        admin("POST", "/v1/holds", asked(agent, "\"alias\":\"gpu\",\"ttl_s\":3601"), 400)
            .body()
            .contains("ttl_s: is 1 to 3600"));
  }

  @Test
  void forEachNamedHostThatCannotThereIsACodeAndASentence() {
    AgentOverHttp agent = cleanHost(1);
    Http.Answer none =
        admin("POST", "/v1/claims", asked(agent, "\"alias\":\"gpu\",\"count\":2"), 409);
    assertEquals("NO_CAPACITY", none.code());
    JsonNode reasons = none.json().get("reasons");
    assertEquals(List.of("TOO_FEW_ON_ONE_HOST"), texts(reasons, "code"));
    assertTrue(reasons.get(0).get("message").asString().contains(name(agent).value()));
  }

  @Test
  void aHoldBecomesAClaim() {
    AgentOverHttp agent = cleanHost(1);
    String id = UUID.randomUUID().toString();
    String body = asked(agent, "\"id\":\"" + id + "\",\"alias\":\"gpu\",\"ttl_s\":60");
    Http.Answer hold = admin("POST", "/v1/holds", body, 201);
    assertEquals("held", hold.text("state"));
    assertEquals(hold.body(), admin("POST", "/v1/holds", body, 201).body());
    Http.Answer claim =
        admin("POST", "/v1/claims", asked(agent, "\"alias\":\"gpu\",\"hold\":\"" + id + "\""), 201);
    assertEquals(id, claim.text("hold"));
    Http.Answer used = get("/v1/holds/" + id);
    assertEquals("used", used.text("state"));
    assertEquals(claim.text("id"), used.text("claim"));
    assertEquals("used", admin("DELETE", "/v1/holds/" + id, "", 200).text("state"));
    assertTrue(texts(get("/v1/holds?state=used").json().get("items"), "id").contains(id));
    assertEquals("UNKNOWN_HOLD", admin("DELETE", "/v1/holds/" + UUID.randomUUID(), "", 404).code());
  }

  @Test
  void aClaimMovesAndTheOldOneIsReleased() {
    AgentOverHttp agent = cleanHost(2);
    String old = claim(agent, 201).text("id");
    String here = "{\"host\":\"" + name(agent) + "\"}";
    Http.Answer next = admin("POST", "/v1/claims/" + old + "/move", here, 201);
    assertEquals(old, next.text("move_of"));
    assertEquals("CLAIM_MOVES", admin("POST", "/v1/claims/" + old + "/move", here, 409).code());
    Http.Answer confirmed = admin("POST", "/v1/claims/" + next.text("id") + "/confirm", "", 200);
    assertEquals(next.text("id"), confirmed.text("id"));
    agent.converge();
    assertEquals("released", get("/v1/claims/" + old).text("state"));
    assertEquals("ready", get("/v1/claims/" + next.text("id")).text("state"));
    assertEquals(
        "MOVE_ENDED", admin("POST", "/v1/claims/" + next.text("id") + "/revert", "", 409).code());
    assertEquals(
        "UNKNOWN_CLAIM",
        admin("POST", "/v1/claims/" + UUID.randomUUID() + "/move", here, 404).code());
  }

  @Test
  void aClaimThatIsReleasedByForceSaysSo() {
    AgentOverHttp agent = cleanHost(1);
    String claim = claim(agent, 201).text("id");
    agent.converge();
    admin("POST", "/v1/claims/" + claim + "/abandon", "{}", 400);
    Http.Answer ended =
        admin("POST", "/v1/claims/" + claim + "/abandon", "{\"reason\":\"it hangs\"}", 200);
    assertEquals("abandoned", ended.text("state"));
    assertTrue(audited(claim).contains("claim.abandon done"));
    assertTrue(
        texts(get("/v1/claims?state=abandoned&limit=1000").json().get("items"), "id")
            .contains(claim));
  }

  @Test
  void aHostIsFencedWithEvidenceAndComesBackWithItsNextBoot() {
    AgentOverHttp agent = cleanHost(1);
    String claim = claim(agent, 201).text("id");
    UnitId unit =
        UnitId.parse(get("/v1/claims/" + claim).json().get("units").get(0).get("unit").asString());
    agent.converge();
    String path = "/v1/hosts/" + name(agent);
    assertTrue(admin("POST", path + "/fence", "{}", 400).body().contains("evidence: is missing"));
    assertEquals("HOST_IN_USE", admin("POST", path + "/remove", "{\"reason\":\"x\"}", 409).code());
    Http.Answer fenced =
        admin("POST", path + "/fence", "{\"evidence\":\"powered off by its BMC\"}", 200);
    assertEquals("fenced", fenced.text("state"));
    assertEquals("powered off by its BMC", fenced.text("fence_evidence"));
    assertEquals("abandoned", get("/v1/claims/" + claim).text("state"));
    assertEquals("missing", unit(unit).text("presence"));
    assertEquals("ABANDONED", admin("POST", "/v1/units/" + unit + "/clean", "{}", 409).code());
    agent.agent().reboot();
    agent.converge();
    assertEquals("up", get(path).text("state"));
    assertEquals("CLEAN", state(unit));
  }

  @Test
  void aDrainedHostGivesNothingMoreAndCanBeRemoved() {
    AgentOverHttp agent = cleanHost(1);
    String path = "/v1/hosts/" + name(agent);
    assertEquals(
        "draining", admin("POST", path + "/drain", "{\"reason\":\"new fans\"}", 200).text("admin"));
    assertEquals(List.of("HOST_DRAINING"), texts(claim(agent, 409).json().get("reasons"), "code"));
    Http.Answer removed = admin("POST", path + "/remove", "{\"reason\":\"sold\"}", 200);
    assertEquals("removed", removed.text("state"));
    assertFalse(removed.json().get("enrolled").asBoolean());
  }
}
