package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.allocator.quota.QuotaDefault;
import ostler.allocator.store.TreePolicy;
import ostler.inventory.ProjectId;
import tools.jackson.databind.JsonNode;

/** The tree of projects as operators and tenants have it. */
final class TreeConversationTest extends Conversation {

  private AgentOverHttp agent;

  /** Physics with two groups under it, of which one has two GPUs. */
  @BeforeAll
  void plant() {
    admin(
        "POST",
        "/v1/quota/tree",
        """
        {"projects": [
          {"id": "hep", "name": "High energy", "parent": "physics", "limits": {"alias:gpu": 3}},
          {"id": "physics", "parent": null, "limits": {"total": 2, "memory_mib": -1}},
          {"id": "atlas", "parent": "hep"},
          {"id": "bio"}]}
        """,
        200);
    agent = host(3);
    cleanUnit(agent);
    admit(agent, 2);
    admit(agent, 3);
    agent.converge();
    admin("POST", "/v1/claims", claimBody("atlas", name(agent).value(), 1), 201);
    admin("POST", "/v1/claims", claimBody("hep", name(agent).value(), 1), 201);
  }

  private static JsonNode line(Http.Answer quota, String key) {
    return quota
        .json()
        .get("limits")
        .valueStream()
        .filter(limit -> limit.get("key").asString().equals(key))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aProjectsQuotaCountsAllBelowItAndNamesWhoBindsIt() {
    Http.Answer hep = get("/v1/projects/hep/quota");
    assertEquals(2, hep.json().get("held").asLong());
    assertEquals(2, line(hep, "alias:gpu").get("used").asLong());
    assertEquals(1, line(hep, "alias:gpu").get("room").asLong());
    assertEquals("physics", line(hep, "total").get("bound_by").asString());
    assertEquals(0, line(hep, "total").get("room").asLong());
    assertEquals(10080, line(hep, "fraction").get("used").asLong());
    assertEquals(2, line(hep, "model:1002:5046").get("used").asLong());
    assertEquals(1, line(get("/v1/projects/atlas/quota"), "total").get("used").asLong());
  }

  @Test
  void aRefusedClaimNamesTheAncestorToAnOperatorAndNotToATenant() {
    Http.Answer told = admin("POST", "/v1/claims", claimBody("atlas", "", 1), 403);
    assertTrue(told.text("detail").contains("project physics uses 2 of 2 for total"), told.body());
    Http.Answer tenant =
        http().call("POST", "/v1/claims", claimBody("atlas", "", 1), member("atlas"));
    assertEquals(403, tenant.status());
    assertEquals("QUOTA_EXCEEDED", tenant.code());
    assertFalse(tenant.body().contains("physics"), tenant.body());
    assertTrue(tenant.text("detail").contains("a limit above project atlas"), tenant.body());
  }

  @Test
  void aTenantSeesItsOwnSubtreeAndNothingElse() {
    Http.As hep = member("hep");
    assertEquals(
        List.of("atlas", "hep"),
        texts(http().call("GET", "/v1/projects", "", hep).json().get("items"), "id"));
    Http.Answer own = http().call("GET", "/v1/projects/hep", "", hep);
    assertTrue(own.json().get("parent").isNull(), own.body());
    assertEquals("hep", http().call("GET", "/v1/projects/atlas", "", hep).text("parent"));
    for (String other : List.of("physics", "bio", "nobody")) {
      for (String call : List.of("", "/quota", "/quota/explain?alias=gpu")) {
        assertEquals(
            404,
            http().call("GET", "/v1/projects/" + other + call, "", hep).status(),
            other + call);
      }
    }
    Http.Answer quota = http().call("GET", "/v1/projects/atlas/quota", "", hep);
    assertFalse(quota.body().contains("physics"), quota.body());
    assertTrue(line(quota, "total").get("bound_above").asBoolean());
    Http.Answer why = http().call("GET", "/v1/projects/atlas/quota/explain?alias=gpu", "", hep);
    assertFalse(why.body().contains("physics"), why.body());
    assertFalse(why.json().get("allowed").asBoolean());
    assertTrue(texts(why.json().get("levels"), "level").contains("above"), why.body());
  }

  @Test
  void anExplanationGoesLevelByLevelAndNamesTheBindingNode() {
    Http.Answer why =
        admin("POST", "/v1/projects/atlas/quota/explain", "{\"alias\":\"gpu\",\"count\":1}", 200);
    assertFalse(why.json().get("allowed").asBoolean());
    assertEquals("physics", why.json().get("binding").get("project").asString());
    assertEquals(
        List.of("atlas unset", "hep unset", "physics deny"),
        why.json()
            .get("levels")
            .valueStream()
            .filter(level -> level.get("key").asString().equals("total"))
            .map(l -> l.get("project").asString() + " " + l.get("verdict").asString())
            .toList());
    assertTrue(why.body().contains("model:1002:5046"), why.body());
    Http.Answer some =
        admin("POST", "/v1/projects/bio/quota/explain", "{\"amounts\":{\"total\":5}}", 200);
    assertTrue(some.json().get("allowed").asBoolean(), some.body());
  }

  @Test
  void aMoveIsRehearsedRefusedOrDoneAsAWhole() {
    admin("PUT", "/v1/projects/narrow", "{}", 200);
    admin("PUT", "/v1/projects/narrow/quota", "{\"limits\":{\"total\":1}}", 200);
    Http.Answer nowhere = admin("POST", "/v1/projects/hep/move", "{\"dry_run\":false}", 400);
    assertTrue(nowhere.text("detail").startsWith("parent: is missing"), nowhere.body());
    Http.Answer refused = admin("POST", "/v1/projects/hep/move", "{\"parent\":\"narrow\"}", 403);
    assertEquals("QUOTA_EXCEEDED", refused.code());
    assertTrue(refused.text("detail").contains("project narrow would use 2 of 1"), refused.body());
    admin("POST", "/v1/projects/bio/move", "{\"parent\":\"narrow\",\"dry_run\":true}", 200);
    assertTrue(get("/v1/projects/bio").json().get("parent").isNull());
    admin("POST", "/v1/projects/bio/move", "{\"parent\":\"narrow\",\"reason\":\"why\"}", 200);
    assertEquals("narrow", get("/v1/projects/bio").text("parent"));
    admin("POST", "/v1/projects/bio/move", "{\"parent\":null}", 200);
    assertTrue(get("/v1/projects/bio").json().get("parent").isNull());
    assertEquals("UNKNOWN_PROJECT", admin("POST", "/v1/projects/nobody/move", "{}", 404).code());
    admin("DELETE", "/v1/projects/narrow", "", 204);
    assertEquals(
        "UNKNOWN_PROJECT", admin("POST", "/v1/claims", claimBody("narrow", "", 1), 404).code());
    assertEquals("NOT_EMPTY", admin("DELETE", "/v1/projects/hep", "", 409).code());
  }

  @Test
  void aBadTreeIsRefusedByTheFieldThatIsWrong() {
    refused("{\"projects\":[]}", "projects");
    refused("{\"projects\":[{\"name\":\"x\"}]}", "projects[0].id");
    refused("{\"projects\":[{\"id\":\"x\"},{\"id\":\"a/b\"}]}", "projects[1].id");
    refused("{\"projects\":[{\"id\":\"x\",\"parent\":7}]}", "projects[0].parent");
    refused("{\"projects\":[{\"id\":\"x\",\"limits\":{\"cards\":1}}]}", "projects[0].limits.cards");
    refused(
        "{\"projects\":[{\"id\":\"x\",\"limits\":{\"total\":-2}}]}", "projects[0].limits.total");
    refused("{\"projects\":[{\"id\":\"x\",\"owner\":1}]}", "projects[0].owner");
    refused("{\"projects\":[{\"id\":\"x\"},{\"id\":\"x\"}]}", "projects[1].id");
    refused(
        "{\"projects\":[{\"id\":\"x\"},{\"id\":\"physics\",\"parent\":\"atlas\"}]}",
        "projects[1].parent");
    refused(
        "{\"projects\":[{\"id\":\"x\"},{\"id\":\"y\",\"parent\":\"z\"}]}", "projects[1].parent");
    assertFalse(get("/v1/quota/tree").body().contains("\"x\""));
  }

  private void refused(String body, String field) {
    Http.Answer answer = admin("POST", "/v1/quota/tree", body, 400);
    assertTrue(answer.text("detail").startsWith(field), field + " in " + answer.body());
  }

  @Test
  void theCountersAreRightAndCanBeSetRight() {
    assertEquals(0, get("/v1/quota/verify").json().get("drift").size());
    Http.Answer fixed = admin("POST", "/v1/quota/fix", "{\"reason\":\"to be sure\"}", 200);
    assertTrue(fixed.json().get("fixed").asBoolean());
    assertTrue(fixed.json().get("counters").asInt() > 1);
    admin("POST", "/v1/quota/fix", "{}", 400);
  }

  @Test
  void anUnknownProjectThatClaimsIsMadeWhereTheOperatorSaid(@TempDir Path folder)
      throws IOException {
    TreePolicy policy = new TreePolicy(QuotaDefault.SHIPPED, Optional.of(new ProjectId("guests")));
    try (TestServer other = TestServer.start(folder.resolve("data"), true, policy)) {
      Http http = other.http();
      http.ok("PUT", "/v1/aliases/gpu", "{\"rule\":{\"vendor\":\"1002\"}}", Http.As.ADMIN, 200);
      Http.Answer homeless =
          http.call("POST", "/v1/claims", claimBody("new", "", 1), Http.As.ADMIN);
      assertEquals("UNKNOWN_PROJECT", homeless.code());
      assertTrue(homeless.text("detail").contains("guests"), homeless.body());
      http.ok("PUT", "/v1/projects/guests", "{}", Http.As.ADMIN, 200);
      Http.Answer made = http.call("POST", "/v1/claims", claimBody("new", "", 1), Http.As.ADMIN);
      assertEquals("QUOTA_EXCEEDED", made.code());
      assertEquals("guests", http.get("/v1/projects/new").text("parent"));
    }
    assertEquals(
        "UNKNOWN_PROJECT", admin("POST", "/v1/claims", claimBody("new", "", 1), 404).code());
  }
}
