package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import ostler.inventory.UnitId;
import tools.jackson.databind.JsonNode;

/** Reports of usage, over HTTP. */
final class UsageConversationTest extends Conversation {

  /** From yesterday to tomorrow, so that now is in it. */
  private static final String DAYS = days();

  private static String days() {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    return "/v1/usage?from=" + today.minusDays(1) + "&to=" + today.plusDays(2);
  }

  private JsonNode report(String query) {
    return get(DAYS + query).json();
  }

  private static BigDecimal sum(JsonNode items, String field) {
    return items
        .valueStream()
        .map(item -> new BigDecimal(item.get(field).asString()))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  @Test
  void rowsAddUpToTheTotalAndTheTotalToAllUnitsTime() {
    AgentOverHttp agent = host(2);
    UnitId unit = cleanUnit(agent);
    admit(agent, 2);
    claim(agent, 201);
    agent.converge();
    agent.agent().held(unit, "vm-1");
    agent.converge();
    JsonNode report = report("&group_by=project,model,alias,host,state");
    assertEquals(
        List.of("project", "model", "alias", "host", "state"),
        report.get("group_by").valueStream().map(JsonNode::asString).toList());
    assertTrue(report.get("bucket").isNull());
    JsonNode total = report.get("total");
    assertEquals(
        0,
        new BigDecimal(total.get("device_seconds").asString())
            .compareTo(sum(report.get("items"), "device_seconds")));
    assertEquals(
        new BigDecimal(total.get("device_hours").asString()),
        sum(report.get("items"), "device_hours"));
    JsonNode conservation = report.get("conservation");
    assertTrue(conservation.get("units").asInt() >= 2);
    assertEquals(
        total.get("device_seconds").asString(),
        conservation.get("expected_device_seconds").asString());
    assertEquals(
        new BigDecimal(total.get("device_hours").asString()),
        sum(conservation.get("states"), "device_hours"));
    JsonNode used =
        report
            .get("items")
            .valueStream()
            .filter(item -> item.get("host").asString().equals(name(agent).value()))
            .filter(item -> item.get("state").asString().equals("IN_USE"))
            .findFirst()
            .orElseThrow();
    assertEquals("p1", used.get("project").asString());
    assertEquals("1002:5046", used.get("model").asString());
    assertEquals("gpu", used.get("alias").asString());
  }

  @Test
  void aMemberOfAProjectIsToldItsOwnTimeAndNothingOfHosts() {
    admin("PUT", "/v1/projects/own", "{}", 200);
    admin("PUT", "/v1/projects/other", "{}", 200);
    limit("own", 5);
    AgentOverHttp agent = host(2);
    cleanUnit(agent);
    admit(agent, 2);
    agent.converge();
    admin("POST", "/v1/claims", claimBody("own", name(agent).value(), 1), 201);
    claim(agent, 201);
    agent.converge();
    Http.As own = member("own");
    JsonNode report = http().ok("GET", DAYS + "&group_by=project,state", "", own, 200).json();
    assertTrue(report.get("items").size() > 0);
    report.get("items").forEach(item -> assertEquals("own", item.get("project").asString()));
    assertTrue(report.get("conservation").isNull());
    assertEquals(
        report("&group_by=project,state&project=own").get("items").size(),
        report.get("items").size());
    for (String elsewhere : List.of("p1", "other", "none")) {
      JsonNode none = http().ok("GET", DAYS + "&project=" + elsewhere, "", own, 200).json();
      assertEquals(0, none.get("items").size(), elsewhere);
    }
    Http.Answer refused = http().call("GET", DAYS + "&group_by=host", "", own);
    assertEquals(400, refused.status());
    assertTrue(refused.body().contains("group_by"), refused.body());
  }

  @Test
  void aPeriodMayBeCutByTheCalendar() {
    cleanUnit(host(1));
    JsonNode report = report("&group_by=state,hour");
    assertEquals("hour", report.get("bucket").asString());
    report
        .get("items")
        .forEach(item -> assertTrue(item.get("start").asString().endsWith(":00:00Z")));
    assertEquals(
        new BigDecimal(report.get("total").get("device_hours").asString()),
        sum(report.get("items"), "device_hours"));
  }

  @Test
  void whatIsNotAskedForRightIsRefusedByName() {
    Map<String, String> wrong =
        Map.of(
            "/v1/usage", "from",
            "/v1/usage?from=2026-11-01", "to",
            "/v1/usage?from=yesterday&to=2026-11-01", "from",
            "/v1/usage?from=2026-11-01&to=2026-13-01", "to",
            "/v1/usage?from=2026-11-01&to=2026-11-01", "to",
            "/v1/usage?from=2000-01-01&to=2026-11-01", "to",
            "/v1/usage?from=2026-11-01&to=2026-12-01&group_by=week", "group_by",
            "/v1/usage?from=2026-11-01&to=2026-12-01&group_by=hour,day", "group_by",
            "/v1/usage?from=2025-11-01&to=2026-12-01&group_by=hour", "group_by",
            "/v1/usage?from=2026-11-01&to=2026-12-01&project=a%20b", "project");
    wrong.forEach(
        (path, field) -> {
          Http.Answer answer = http().call("GET", path, "", Http.As.ADMIN);
          assertEquals(400, answer.status(), path);
          assertEquals("MALFORMED", answer.code(), path);
          assertTrue(answer.text("detail").startsWith(field + ":"), path + " " + answer.body());
        });
  }

  @Test
  void whatIsYetToComeIsNothing() {
    JsonNode report = get("/v1/usage?from=2190-01-01&to=2190-02-01").json();
    assertEquals(0, report.get("items").size());
    assertEquals("0", report.get("total").get("device_seconds").asString());
    assertEquals(report.get("from").asString(), report.get("until").asString());
  }
}
