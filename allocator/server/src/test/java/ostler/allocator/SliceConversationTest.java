package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import ostler.inventory.UnitId;
import tools.jackson.databind.JsonNode;

/** Layouts, and claims of the slices that come of them, over HTTP. */
final class SliceConversationTest extends Conversation {

  private static final String TWO =
      "{\"kind\":\"mdev\",\"slices\":[{\"type\":\"LAB-4Q\",\"count\":2}]}";

  @BeforeAll
  void makeAliasAndProjects() {
    admin(
        "PUT",
        "/v1/aliases/slice",
        "{\"rule\":{\"vendor\":\"1002\",\"kind\":\"mdev\"},\"level\":\"VENDOR\"}",
        200);
    admin("PUT", "/v1/projects/p2", "{\"name\":\"two\"}", 200);
    for (String project : List.of("p1", "p2")) {
      admin("PUT", "/v1/projects/" + project + "/quota", "{\"limits\":{\"alias:slice\":100}}", 200);
    }
  }

  private AgentOverHttp sliceable() {
    AgentOverHttp agent = host(1);
    agent.agent().cards().mdev(1, Map.of("LAB-4Q", 4, "LAB-8Q", 2));
    return agent;
  }

  private Http.Answer slice(String project, AgentOverHttp on, int count, int status) {
    return admin(
        "POST",
        "/v1/claims",
        "{\"project\":\""
            + project
            + "\",\"alias\":\"slice\",\"count\":"
            + count
            + ",\"host\":\""
            + name(on)
            + "\",\"consumer\":"
            + VM
            + "}",
        status);
  }

  private void release(AgentOverHttp agent, Http.Answer claim) {
    admin("DELETE", "/v1/claims/" + claim.text("id"), "", 202);
    agent.converge();
  }

  private JsonNode slices(AgentOverHttp agent) {
    return get("/v1/slices?host=" + name(agent)).json().get("items");
  }

  @Test
  void aCardIsCutServesOneProjectAndAfterAWipeTheNext() {
    AgentOverHttp agent = sliceable();
    UnitId parent = cleanUnit(agent);
    String layout = "/v1/units/" + parent + "/layout";
    assertEquals("NO_LAYOUT", admin("GET", layout, "", 404).code());

    Http.Answer set = admin("PUT", layout, TWO, 200);
    assertEquals("mdev", set.text("kind"));
    assertFalse(set.json().get("applied").asBoolean());
    assertEquals("L3", set.text("parent_level"));
    assertEquals("CLEAN", state(parent));

    Http.Answer dry = admin("POST", layout + "/apply", "{\"dry_run\":true}", 200);
    assertTrue(dry.json().get("dry_run").asBoolean());
    assertEquals(1, dry.json().get("changes").size());
    assertEquals("CLEAN", state(parent));
    admin("POST", layout + "/apply", "{\"reason\":\"more tenants\"}", 200);
    assertEquals("SLICED", state(parent));
    agent.converge();

    JsonNode made = slices(agent);
    assertEquals(List.of("CLEAN", "CLEAN"), texts(made, "state"));
    assertEquals("1260/5040", made.get(0).get("weight").asString());
    assertEquals("4096", made.get(0).get("memory_mib").asString());
    assertEquals("VENDOR", made.get(0).get("level").asString());
    assertEquals(parent.toString(), made.get(0).get("parent").asString());
    assertEquals(Machine.gpu(1).toString(), made.get(0).get("parent_address").asString());

    Http.Answer first = slice("p1", agent, 1, 201);
    Http.Answer second = slice("p1", agent, 1, 201);
    agent.converge();
    Http.Answer ready = get("/v1/claims/" + first.text("id"));
    assertEquals("ready", ready.text("state"));
    assertFalse(first.json().get("units").get(0).has("handle"), first.body());
    String handle = ready.json().get("units").get(0).get("handle").asString();
    assertTrue(texts(slices(agent), "handle").contains(handle), handle);
    Http.Answer refused = slice("p2", agent, 1, 409);
    assertEquals("NO_CAPACITY", refused.code());
    assertEquals("p1", admin("GET", layout, "", 200).text("held_by_project"));
    release(agent, first);
    assertEquals("NO_CAPACITY", slice("p2", agent, 1, 409).code());
    assertEquals(
        List.of("PARENT_TAKEN"), texts(slice("p2", agent, 1, 409).json().get("reasons"), "code"));

    int wipes = wipes(parent);
    release(agent, second);
    assertEquals(wipes + 1, wipes(parent));
    assertEquals("SLICED", state(parent));
    Http.Answer next = slice("p2", agent, 2, 201);
    agent.converge();
    assertEquals("ready", get("/v1/claims/" + next.text("id")).text("state"));
    assertFalse(texts(slices(agent), "handle").contains(handle), "each is made anew");
    assertTrue(
        audited(parent)
            .containsAll(
                List.of(
                    "layout.set done",
                    "layout.apply done",
                    "unit.slice done",
                    "unit.unslice done")));
  }

  private int wipes(UnitId unit) {
    return get("/v1/wipes?unit=" + unit).json().get("items").size();
  }

  @Test
  void aLayoutThatIsInUseIsRefusedWithTheNamesOfItsHolders() {
    AgentOverHttp agent = sliceable();
    UnitId parent = cleanUnit(agent);
    String layout = "/v1/units/" + parent + "/layout";
    admin("PUT", layout, TWO, 200);
    admin("POST", layout + "/apply", "", 200);
    agent.converge();
    Http.Answer claim = slice("p1", agent, 1, 201);
    agent.converge();
    Http.Answer no = admin("DELETE", layout, "", 409);
    assertEquals("LAYOUT_IN_USE", no.code());
    assertTrue(no.text("detail").contains(claim.text("id")), no.body());
    assertTrue(no.text("detail").contains("vm-1"), no.body());
    admin("PUT", layout, TWO.replace("LAB-4Q", "LAB-8Q"), 200);
    Http.Answer dry = admin("POST", layout + "/apply", "{\"dry_run\":true}", 200);
    assertEquals(List.of(claim.text("id")), texts(dry.json().get("holders"), "claim"));
    release(agent, claim);
    admin("DELETE", layout, "{\"reason\":\"whole again\"}", 200);
    agent.converge();
    assertEquals("CLEAN", state(parent));
    assertEquals(0, slices(agent).size());
  }

  @Test
  void whatACardCouldStillHoldIsShownAndNeverMore() {
    AgentOverHttp agent = sliceable();
    UnitId parent = cleanUnit(agent);
    String layout = "/v1/units/" + parent + "/layout";
    admin("PUT", layout, TWO.replace("]}", "],\"mixed\":true}"), 200);
    admin("POST", layout + "/apply", "", 200);
    agent.converge();
    JsonNode rooms = unit(parent).json().get("could_hold");
    assertEquals(List.of("LAB-4Q", "LAB-8Q"), texts(rooms, "type"));
    assertEquals(List.of("2", "1"), texts(rooms, "available"));
    assertEquals(List.of("4", "2"), texts(rooms, "most"));
    Http.Answer device = get("/v1/devices/" + name(agent) + "/" + Machine.gpu(1));
    assertEquals("whole", device.text("kind"));
    assertEquals(2, device.json().get("could_hold").size());

    Http.Answer more =
        admin("POST", "/v1/units/" + parent + "/slices", "{\"type\":\"LAB-8Q\"}", 200);
    assertEquals(2, more.json().get("slices").size());
    agent.converge();
    assertEquals(3, slices(agent).size());
    Http.Answer none =
        admin("POST", "/v1/units/" + parent + "/slices", "{\"type\":\"LAB-8Q\"}", 409);
    assertEquals("LAYOUT_DOES_NOT_FIT", none.code());
    String one = slices(agent).get(0).get("unit").asString();
    assertEquals(one, admin("DELETE", "/v1/slices/" + one, "", 200).text("unit"));
    agent.converge();
    assertEquals(2, slices(agent).size());
    assertEquals(
        List.of(one),
        texts(get("/v1/slices?parent=" + parent + "&state=unmanaged").json().get("items"), "unit"));
    assertEquals("mdev", unit(UnitId.parse(one)).text("kind"));
    assertEquals(parent.toString(), unit(UnitId.parse(one)).text("parent"));
  }

  @Test
  void whatALayoutCannotMeanIsRefusedByTheNameOfItsField() {
    AgentOverHttp agent = sliceable();
    UnitId parent = cleanUnit(agent);
    String layout = "/v1/units/" + parent + "/layout";
    for (String[] bad :
        List.of(
            new String[] {"{}", "kind"},
            new String[] {"{\"kind\":\"whole\"}", "kind"},
            new String[] {"{\"kind\":\"mdev\",\"functions\":2}", "functions"},
            new String[] {"{\"kind\":\"sriov-vf\"}", "functions"},
            new String[] {"{\"kind\":\"mdev\",\"slices\":[{\"type\":\"A\"}]}", "slices[0].count"},
            new String[] {
              "{\"kind\":\"mdev\",\"slices\":[{\"type\":\"-\",\"count\":1}]}", "slices[0].type"
            },
            new String[] {"{\"kind\":\"mdev\",\"parent_level\":\"L9\"}", "parent_level"})) {
      Http.Answer answer = admin("PUT", layout, bad[0], 400);
      assertTrue(answer.text("detail").startsWith(bad[1] + ": "), answer.body());
    }
    assertEquals("mdev", admin("PUT", layout + "?dry_run=true", TWO, 200).text("kind"));
    assertEquals("NO_LAYOUT", admin("GET", layout, "", 404).code());
    assertEquals("NO_LAYOUT", admin("POST", layout + "/apply", "{}", 404).code());
  }

  private AgentOverHttp instances() {
    admin(
        "PUT",
        "/v1/aliases/instance",
        "{\"rule\":{\"vendor\":\"1002\",\"kind\":\"mig\",\"slice_type\":\"3g.20gb\"},\"level\":\"VENDOR\"}",
        200);
    for (String project : List.of("p1", "p2")) {
      admin(
          "PUT",
          "/v1/projects/" + project + "/quota",
          "{\"limits\":{\"alias:instance\":100}}",
          200);
    }
    AgentOverHttp agent = host(1);
    agent.agent().cards().mig(1, Map.of("1g.5gb", 4, "3g.20gb", 2));
    UnitId parent = cleanUnit(agent);
    String layout = "/v1/units/" + parent + "/layout";
    admin(
        "PUT",
        layout,
        "{\"kind\":\"mig\",\"shared\":true,\"slices\":[{\"type\":\"3g.20gb\",\"count\":1},{\"type\":\"1g.5gb\",\"count\":2}]}",
        200);
    admin("POST", layout + "/apply", "", 200);
    agent.converge();
    return agent;
  }

  private Http.Answer instance(String project, AgentOverHttp on, int status) {
    return admin(
        "POST",
        "/v1/claims",
        "{\"project\":\"%s\",\"alias\":\"instance\",\"count\":1,\"host\":\"%s\",\"consumer\":%s}"
            .formatted(project, name(on), VM),
        status);
  }

  private UnitId big(AgentOverHttp agent) {
    for (JsonNode one : slices(agent)) {
      if (one.get("type").asString().equals("3g.20gb")) {
        return UnitId.parse(one.get("unit").asString());
      }
    }
    throw new AssertionError("there is no 3g.20gb in " + slices(agent));
  }

  @Test
  void aMigInstanceIsOfferedTakenAndGivenBackAndMadeAnewWithoutAGuard() {
    AgentOverHttp agent = instances();
    assertEquals(List.of("CLEAN", "CLEAN", "CLEAN"), texts(slices(agent), "state"));
    UnitId unit = big(agent);
    assertEquals(
        "2520/5040",
        get("/v1/slices?host=" + name(agent))
            .json()
            .get("items")
            .findValuesAsString("weight")
            .stream()
            .max(String::compareTo)
            .orElseThrow());
    Http.Answer claim = instance("p1", agent, 201);
    agent.converge();
    Http.Answer ready = get("/v1/claims/" + claim.text("id"));
    assertEquals("ready", ready.text("state"));
    String handle = ready.json().get("units").get(0).get("handle").asString();
    assertEquals("NO_CAPACITY", instance("p2", agent, 409).code());

    agent.agent().held(unit, "python3");
    agent.converge();
    assertEquals("IN_USE", state(unit));
    release(agent, claim);
    assertEquals("RELEASING", state(unit), "somebody works on it");
    int makings = agent.agent().cards().makings();
    agent.agent().letGo(unit);
    agent.converge();
    assertEquals("CLEAN", state(unit));
    assertEquals(makings + 1, agent.agent().cards().makings());
    Http.Answer next = instance("p2", agent, 201);
    agent.converge();
    ready = get("/v1/claims/" + next.text("id"));
    assertEquals("ready", ready.text("state"));
    assertFalse(ready.json().get("units").get(0).get("handle").asString().equals(handle));
  }

  @Test
  void aMigInstanceIsNeverOfferedWhileItsHostCannotSeeWhoUsesIt() {
    AgentOverHttp agent = instances();
    UnitId unit = big(agent);
    agent.agent().unseen(unit, true);
    agent.converge();
    assertFalse(state(unit).equals("CLEAN"), state(unit));
    assertEquals("NO_CAPACITY", instance("p1", agent, 409).code());
    assertEquals("UNWATCHED", cause(unit));
    int makings = agent.agent().cards().makings();
    agent.agent().unseen(unit, false);
    agent.converge();
    assertEquals("CLEAN", state(unit));
    assertTrue(agent.agent().cards().makings() > makings, "it was made anew");
    instance("p1", agent, 201);
  }
}
