package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.inventory.UnitId;

/** From a card in a slot to a tenant and back, over HTTP. */
final class ClaimConversationTest {

  @TempDir private Path folder;

  private TestServer server;
  private Http http;
  private AgentOverHttp agent;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.start(folder.resolve("data"));
    http = server.http();
    agent = AgentOverHttp.joined(http, Machine.withGpus("gpu-1", 2));
    http.ok(
        "PUT",
        "/v1/aliases/gpu",
        "{\"rule\":{\"vendor\":\"1002\",\"product\":\"5046\"},\"level\":\"L3\"}",
        Http.As.ADMIN,
        200);
    http.ok("PUT", "/v1/projects/p1", "{\"name\":\"one\"}", Http.As.ADMIN, 200);
    limit(2);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aCardGoesToATenantAndComesBackClean() {
    UnitId unit = admit("0000:01:00.0");
    assertEquals("DIRTY", state(unit));
    agent.converge();
    assertEquals("CLEAN", state(unit));
    assertTrue(http.get("/v1/units/" + unit).json().get("available").asBoolean());

    Http.Answer claim = claim("11111111-1111-1111-1111-111111111111");
    assertEquals("preparing", claim.text("state"));
    assertEquals("PREPARING", state(unit));
    agent.converge();
    assertEquals("READY", state(unit));
    agent.agent().held(unit, "vm-1");
    agent.converge();
    assertEquals("IN_USE", state(unit));
    assertEquals("in_use", http.get("/v1/claims/" + claim.text("id")).text("state"));
    assertEquals(1, used());

    http.ok("DELETE", "/v1/claims/" + claim.text("id"), "", Http.As.ADMIN, 202);
    agent.converge();
    assertEquals("RELEASING", state(unit));
    assertEquals(1, used());
    agent.agent().letGo(unit);
    agent.converge();
    assertEquals("CLEAN", state(unit));
    assertEquals("released", http.get("/v1/claims/" + claim.text("id")).text("state"));
    assertEquals(0, used());
    assertEquals(2, http.get("/v1/wipes?unit=" + unit).json().get("items").size());
    assertNotEquals(
        http.get("/v1/wipes?unit=" + unit).items("hash").get(0),
        http.get("/v1/wipes?unit=" + unit).items("hash").get(1));
  }

  private UnitId admit(String address) {
    Http.Answer answer =
        http.ok(
            "POST",
            "/v1/devices/admit",
            "{\"host\":\"gpu-1\",\"addresses\":[\"" + address + "\"],\"reason\":\"test\"}",
            Http.As.ADMIN,
            200);
    assertEquals(1, answer.json().get("admitted").size(), answer.body());
    return UnitId.parse(answer.json().get("admitted").get(0).get("id").asString());
  }

  private Http.Answer claim(String id) {
    return http.ok(
        "POST",
        "/v1/claims",
        "{\"id\":\""
            + id
            + "\",\"project\":\"p1\",\"alias\":\"gpu\",\"consumer\":{\"source\":\"libvirt\","
            + "\"type\":\"domain\",\"id\":\"vm-1\"}}",
        Http.As.ADMIN,
        201);
  }

  private String state(UnitId unit) {
    return http.get("/v1/units/" + unit).text("state");
  }

  private int used() {
    return http.get("/v1/projects/p1/quota").json().get("limits").get(0).get("used").asInt();
  }

  private void limit(int count) {
    http.ok(
        "PUT",
        "/v1/projects/p1/quota",
        "{\"limits\":{\"alias:gpu\":" + count + "}}",
        Http.As.ADMIN,
        200);
  }
}
