package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import ostler.inventory.Goal;
import ostler.inventory.UnitId;
import tools.jackson.databind.JsonNode;

/** From a card in a slot to a tenant and back, over HTTP. */
final class ClaimConversationTest extends Conversation {

  @Test
  void aCardGoesToATenantAndComesBackClean() {
    admin("PUT", "/v1/projects/story", "{}", 200);
    limit("story", 1);
    AgentOverHttp agent = host(1);
    UnitId unit = admit(agent, 1);
    assertEquals("DIRTY", state(unit));
    agent.converge();
    assertEquals("CLEAN", state(unit));
    assertTrue(unit(unit).json().get("available").asBoolean());
    assertEquals("L3", unit(unit).text("level"));

    Http.Answer claim =
        admin("POST", "/v1/claims", claimBody("story", name(agent).value(), 1), 201);
    assertEquals("preparing", claim.text("state"));
    assertEquals(name(agent).value(), claim.text("host"));
    assertEquals(1, used("story"));
    assertTrue(agent.order(unit).goal() instanceof Goal.Ready);
    agent.converge();
    assertEquals("READY", state(unit));
    agent.agent().held(unit, "vm-1");
    agent.converge();
    assertEquals("IN_USE", state(unit));
    assertEquals("story", unit(unit).text("project"));
    assertEquals("in_use", get("/v1/claims/" + claim.text("id")).text("state"));

    assertEquals(
        "releasing", admin("DELETE", "/v1/claims/" + claim.text("id"), "", 202).text("state"));
    agent.converge();
    assertEquals("RELEASING", state(unit));
    assertEquals(1, used("story"), "somebody still holds it");
    agent.agent().letGo(unit);
    agent.converge();
    assertEquals("CLEAN", state(unit));
    assertEquals("released", get("/v1/claims/" + claim.text("id")).text("state"));
    assertEquals(0, used("story"));

    JsonNode wipes = get("/v1/wipes?unit=" + unit).json().get("items");
    assertEquals(2, wipes.size());
    assertTrue(
        texts(wipes, "hash").contains(texts(wipes, "prev_hash").get(0))
            || texts(wipes, "hash").contains(texts(wipes, "prev_hash").get(1)),
        "the second record follows the first");
    String record = wipes.get(0).get("id").asString();
    assertEquals("true", get("/v1/wipes/" + record).text("accepted"));
  }

  @Test
  void aTenantThatStopsAndStartsKeepsItsCard() {
    AgentOverHttp agent = host(1);
    UnitId unit = cleanUnit(agent);
    claim(agent, 201);
    agent.converge();
    agent.agent().held(unit, "vm-1");
    agent.converge();
    agent.agent().letGo(unit);
    agent.converge();
    assertEquals("READY", state(unit));
    agent.agent().held(unit, "vm-1");
    agent.converge();
    assertEquals("IN_USE", state(unit));
  }

  @Test
  void askingTwiceWithOneIdIsAskingOnce() {
    AgentOverHttp agent = host(2);
    cleanUnit(agent);
    admit(agent, 2);
    agent.converge();
    String id = UUID.randomUUID().toString();
    String body = "{\"id\":\"" + id + "\"," + claimBody("p1", name(agent).value(), 1).substring(1);
    Http.Answer first = admin("POST", "/v1/claims", body, 201);
    assertEquals(first.body(), admin("POST", "/v1/claims", body, 201).body());
    Http.Answer other =
        admin("POST", "/v1/claims", body.replace("\"count\":1", "\"count\":2"), 409);
    assertEquals("CLAIM_DIFFERS", other.code());
  }

  @Test
  void refusalsSayWhatWhichAndWhatNext() {
    AgentOverHttp agent = host(1);
    cleanUnit(agent);
    claim(agent, 201);
    Http.Answer none = claim(agent, 409);
    assertEquals("NO_CAPACITY", none.code());
    assertTrue(texts(none.json().get("reasons"), "code").contains("CLAIMED"), none.body());

    admin("PUT", "/v1/projects/poor", "{}", 200);
    Http.Answer unlimited = admin("POST", "/v1/claims", claimBody("poor", "", 1), 403);
    assertEquals("QUOTA_EXCEEDED", unlimited.code());
    assertEquals(List.of("NO_LIMIT_SET"), texts(unlimited.json().get("reasons"), "code"));
    limit("poor", 0);
    Http.Answer zero = admin("POST", "/v1/claims", claimBody("poor", "", 1), 403);
    assertEquals(List.of("QUOTA_EXCEEDED"), texts(zero.json().get("reasons"), "code"));
    assertTrue(zero.text("detail").contains("0 of 0 for alias:gpu"), zero.body());

    assertEquals(
        "UNKNOWN_PROJECT", admin("POST", "/v1/claims", claimBody("nobody", "", 1), 404).code());
    assertEquals(
        "UNKNOWN_ALIAS",
        admin("POST", "/v1/claims", claimBody("p1", "", 1).replace("\"gpu\"", "\"tpu\""), 404)
            .code());
    assertEquals(
        "UNKNOWN_CLAIM", admin("DELETE", "/v1/claims/" + UUID.randomUUID(), "", 404).code());
  }

  @Test
  void severalUnitsComeFromOneHostOrNotAtAll() {
    AgentOverHttp agent = host(2);
    admit(agent, 1);
    admit(agent, 2);
    agent.converge();
    Http.Answer two = admin("POST", "/v1/claims", claimBody("p1", name(agent).value(), 2), 201);
    assertEquals(2, two.json().get("units").size());
    assertEquals(2, two.json().get("units").get(0).get("members").size());
    agent.converge();
    assertEquals("ready", get("/v1/claims/" + two.text("id")).text("state"));
  }

  @Test
  void resolvingAnAliasExplainsEachUnit() {
    AgentOverHttp agent = host(2);
    UnitId clean = cleanUnit(agent);
    UnitId dirty = admit(agent, 2);
    JsonNode units = admin("POST", "/v1/aliases/gpu/resolve", "", 200).json().get("units");
    JsonNode first = find(units, clean);
    JsonNode second = find(units, dirty);
    assertTrue(first.get("available").asBoolean());
    assertTrue(first.get("why").isNull());
    assertFalse(second.get("available").asBoolean());
    assertEquals("DIRTY", second.get("why").get("code").asString());
  }

  private static JsonNode find(JsonNode units, UnitId unit) {
    return units
        .valueStream()
        .filter(node -> node.get("unit").asString().equals(unit.toString()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aHolderThatWasThereBeforeIsAdoptedAndGivesBackAsAnyOther() {
    AgentOverHttp agent = host(1);
    UnitId unit = admit(agent, 1);
    agent.agent().held(unit, "vm-1");
    agent.converge();
    assertEquals("DIRTY", state(unit), "what is held is not cleaned");
    String body = adoption(unit);
    Http.Answer claim = admin("POST", "/v1/claims/adopt", body, 201);
    assertTrue(claim.json().get("adopted").asBoolean());
    assertEquals("IN_USE", state(unit));
    agent.converge();
    assertEquals("IN_USE", state(unit));
    admin("DELETE", "/v1/claims/" + claim.text("id"), "", 202);
    agent.agent().letGo(unit);
    agent.converge();
    assertEquals("CLEAN", state(unit));
  }

  @Test
  void whatNobodyHoldsIsNotAdopted() {
    AgentOverHttp agent = host(1);
    UnitId unit = cleanUnit(agent);
    assertEquals("NOT_HELD", admin("POST", "/v1/claims/adopt", adoption(unit), 409).code());
  }

  @Test
  void aUnitIsNotAdoptedForAnotherMachineThanTheOneThatHoldsIt() {
    AgentOverHttp agent = host(1);
    UnitId unit = admit(agent, 1);
    agent.agent().held(unit, "old-vm");
    agent.converge();
    Http.Answer refused = admin("POST", "/v1/claims/adopt", adoption(unit), 409);
    assertEquals("NOT_HELD", refused.code());
    assertTrue(refused.text("detail").contains("held by domain old-vm"), refused.text("detail"));
    assertEquals("DIRTY", state(unit));
  }

  @Test
  void aHolderThatIsNoMachineOfLibvirtsIsNamedByItsHostAndNotAdopted() {
    AgentOverHttp agent = host(1);
    UnitId unit = admit(agent, 1);
    agent.agent().fail(agent.order(unit), "HELD");
    agent.report();
    Http.Answer refused = admin("POST", "/v1/claims/adopt", adoption(unit), 409);
    assertEquals("NOT_HELD", refused.code());
    assertTrue(refused.text("detail").contains("HELD: it did not work"), refused.text("detail"));
  }

  private static String adoption(UnitId unit) {
    return "{\"unit\":\""
        + unit
        + "\",\"project\":\"p1\",\"alias\":\"gpu\",\"consumer\":"
        + VM
        + ",\"reason\":\"it was there\"}";
  }
}
