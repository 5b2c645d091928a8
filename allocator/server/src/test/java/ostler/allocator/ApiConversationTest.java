package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import ostler.inventory.UnitId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What holds for every call: who may make it, how it is refused, how lists go on. */
final class ApiConversationTest extends Conversation {

  /** What only who wrote the program knows. */
  private static final Pattern INNER_WORDS =
      Pattern.compile("java\\.|ostler\\.|[`$]|Jackson|REDACTED");

  private static final Path CHECKED_IN =
      Path.of("src/main/resources/ostler/allocator/openapi.json");

  /** Every call there is, and the roles that may make it. */
  private static final Map<String, String> CALLS =
      Map.ofEntries(
          Map.entry("GET /v1/hosts", "admin operator reader"),
          Map.entry("GET /v1/hosts/none", "admin operator reader"),
          Map.entry("POST /v1/hosts/new/enrollment", "admin operator"),
          Map.entry("POST /v1/hosts/none/revoke", "admin operator"),
          Map.entry("POST /v1/hosts/none/cordon", "admin operator"),
          Map.entry("POST /v1/hosts/none/uncordon", "admin operator"),
          Map.entry("POST /v1/hosts/none/drain", "admin operator"),
          Map.entry("POST /v1/hosts/none/fence", "admin operator"),
          Map.entry("POST /v1/hosts/none/remove", "admin operator"),
          Map.entry("POST /v1/hosts/none/join", "nobody"),
          Map.entry("PUT /v1/hosts/none/observed", ""),
          Map.entry("GET /v1/hosts/none/desired", ""),
          Map.entry("POST /v1/hosts/none/starts", ""),
          Map.entry("POST /v1/hosts/none/gone", ""),
          Map.entry("GET /v1/devices", "admin operator reader"),
          Map.entry("GET /v1/devices/x", "admin operator reader"),
          Map.entry("GET /v1/devices/none/0000:01:00.0", "admin operator reader"),
          Map.entry("POST /v1/devices/admit", "admin operator"),
          Map.entry("POST /v1/devices/forget", "admin operator"),
          Map.entry("GET /v1/units", "admin operator reader"),
          Map.entry("GET /v1/units/x", "admin operator reader"),
          Map.entry("POST /v1/units/x/clean", "admin operator"),
          Map.entry("POST /v1/units/x/quarantine", "admin operator"),
          Map.entry("POST /v1/units/x/return", "admin operator"),
          Map.entry("POST /v1/units/x/retire", "admin operator"),
          Map.entry("GET /v1/aliases", "admin operator reader project"),
          Map.entry("GET /v1/aliases/none", "admin operator reader project"),
          Map.entry("PUT /v1/aliases/none", "admin operator"),
          Map.entry("DELETE /v1/aliases/none", "admin operator"),
          Map.entry("POST /v1/aliases/none/resolve", "admin operator reader"),
          Map.entry("GET /v1/units/x/layout", "admin operator reader"),
          Map.entry("PUT /v1/units/x/layout", "admin operator"),
          Map.entry("DELETE /v1/units/x/layout", "admin operator"),
          Map.entry("POST /v1/units/x/layout/apply", "admin operator"),
          Map.entry("POST /v1/units/x/slices", "admin operator"),
          Map.entry("GET /v1/slices", "admin operator reader"),
          Map.entry("DELETE /v1/slices/x", "admin operator"),
          Map.entry("GET /v1/units/x/place", "admin operator reader"),
          Map.entry("PUT /v1/units/x/place", "admin operator"),
          Map.entry("POST /v1/filter", "admin operator reader"),
          Map.entry("POST /v1/nova/filter", "admin operator"),
          Map.entry("GET /v1/nova/decisions/none", "admin operator reader"),
          Map.entry("GET /v1/projects", "admin operator reader project"),
          Map.entry("GET /v1/projects/mine", "admin operator reader project"),
          Map.entry("PUT /v1/projects/mine", "admin operator"),
          Map.entry("GET /v1/projects/mine/quota", "admin operator reader project"),
          Map.entry("PUT /v1/projects/mine/quota", "admin operator"),
          Map.entry("POST /v1/projects/mine/move", "admin operator"),
          Map.entry("DELETE /v1/projects/none", "admin operator"),
          Map.entry("GET /v1/projects/mine/quota/explain", "admin operator reader project"),
          Map.entry("POST /v1/projects/mine/quota/explain", "admin operator reader project"),
          Map.entry("GET /v1/quota/tree", "admin operator reader"),
          Map.entry("POST /v1/quota/tree", "admin operator"),
          Map.entry("GET /v1/quota/verify", "admin operator reader"),
          Map.entry("POST /v1/quota/fix", "admin operator"),
          Map.entry("POST /v1/claims", "admin operator project"),
          Map.entry("POST /v1/claims/adopt", "admin operator"),
          Map.entry("GET /v1/claims", "admin operator reader project"),
          Map.entry("GET /v1/claims/x", "admin operator reader project"),
          Map.entry("DELETE /v1/claims/x", "admin operator project"),
          Map.entry("POST /v1/claims/x/move", "admin operator project"),
          Map.entry("POST /v1/claims/x/confirm", "admin operator project"),
          Map.entry("POST /v1/claims/x/revert", "admin operator project"),
          Map.entry("POST /v1/claims/x/abandon", "admin operator"),
          Map.entry("POST /v1/holds", "admin operator project"),
          Map.entry("GET /v1/holds", "admin operator reader project"),
          Map.entry("GET /v1/holds/x", "admin operator reader project"),
          Map.entry("DELETE /v1/holds/x", "admin operator project"),
          Map.entry("GET /v1/usage", "admin operator reader project"),
          Map.entry("GET /v1/doctor", "admin operator reader"),
          Map.entry("GET /v1/wipes", "admin operator reader"),
          Map.entry("GET /v1/wipes/x", "admin operator reader"),
          Map.entry("GET /v1/audit", "admin operator reader"),
          Map.entry("GET /v1/backup", "admin"),
          Map.entry("GET /v1/tokens", "admin"),
          Map.entry("POST /v1/tokens", "admin"),
          Map.entry("DELETE /v1/tokens/x", "admin"),
          Map.entry("GET /actuator/prometheus", "admin operator reader"),
          Map.entry("GET /actuator/health", "admin operator reader project nobody"));

  private Http.As token(String role, String project) {
    if (role.equals("nobody")) {
      return Http.As.NOBODY;
    }
    String member = project.isEmpty() ? "" : ",\"project\":\"" + project + "\"";
    return new Http.As(
        admin(
                "POST",
                "/v1/tokens",
                "{\"name\":\"a " + role + "\",\"role\":\"" + role + "\"" + member + "}",
                201)
            .text("token"));
  }

  @Test
  void everyCallIsForTheRolesThatMayMakeItAndForNobodyElse() {
    admin("PUT", "/v1/projects/mine", "{}", 200);
    for (String role : List.of("admin", "operator", "reader", "project", "nobody")) {
      Http.As who = token(role, role.equals("project") ? "mine" : "");
      CALLS.forEach(
          (call, roles) -> {
            String[] parts = call.split(" ");
            Http.Answer answer = http().call(parts[0], parts[1], "{}", who);
            boolean refused =
                answer.status() == 401
                    || (answer.status() == 403 && answer.code().equals("FORBIDDEN"));
            assertEquals(
                !List.of(roles.split(" ")).contains(role),
                refused,
                role + " " + call + " " + answer.status() + " " + answer.body());
          });
    }
  }

  @Test
  void noCallIsLeftOutOfTheTestAbove() {
    Set<String> described = new HashSet<>();
    http()
        .call("GET", "/v3/api-docs", "", Http.As.NOBODY)
        .json()
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .propertyNames()
                    .forEach(
                        method ->
                            described.add(
                                method.toUpperCase(Locale.ROOT)
                                    + " "
                                    + path.getKey().replaceAll("\\{[^}]*\\}", "*"))));
    described.remove("GET /v1/events");
    Set<String> tested = new HashSet<>();
    CALLS.keySet().stream()
        .filter(call -> call.contains("/v1/"))
        .map(call -> call.replaceAll("/(none|new|x|mine|0000:01:00.0)(?=/|$)", "/*"))
        .forEach(tested::add);
    assertEquals(described, tested);
  }

  @Test
  void aTokenThatDoesNotWorkIsNotTakenForNone() {
    Http.Answer wrong = http().call("GET", "/actuator/health", "", new Http.As("0123"));
    assertEquals(401, wrong.status());
    assertEquals("UNAUTHENTICATED", wrong.code());
    assertEquals("Bearer", wrong.response().headers().firstValue("WWW-Authenticate").orElseThrow());
    Http.Answer issued =
        admin("POST", "/v1/tokens", "{\"name\":\"short\",\"role\":\"reader\"}", 201);
    Http.As reader = new Http.As(issued.text("token"));
    assertEquals(200, http().call("GET", "/v1/hosts", "", reader).status());
    admin("DELETE", "/v1/tokens/" + issued.text("id"), "", 204);
    assertEquals(401, http().call("GET", "/v1/hosts", "", reader).status());
    assertEquals(
        "UNKNOWN_TOKEN", admin("DELETE", "/v1/tokens/" + issued.text("id"), "", 404).code());
    assertFalse(get("/v1/tokens").body().contains(issued.text("token")));
  }

  @Test
  void aTenantSeesItsOwnClaimsAndNoHostsOrAddresses() {
    admin("PUT", "/v1/projects/ours", "{}", 200);
    admin("PUT", "/v1/projects/theirs", "{}", 200);
    limit("ours", 2);
    limit("theirs", 2);
    AgentOverHttp agent = host(2);
    cleanUnit(agent);
    admit(agent, 2);
    agent.converge();
    Http.As tenant = token("project", "ours");
    Http.Answer mine = http().ok("POST", "/v1/claims", claimBody("ours", "", 1), tenant, 201);
    assertFalse(mine.body().contains("host"), mine.body());
    assertFalse(mine.body().contains("0000:"), mine.body());
    Http.Answer other = admin("POST", "/v1/claims", claimBody("theirs", "", 1), 201);
    String theirs = "/v1/claims/" + other.text("id");
    assertEquals(404, http().call("GET", theirs, "", tenant).status());
    assertEquals(404, http().call("DELETE", theirs, "", tenant).status());
    assertEquals(404, http().call("GET", "/v1/projects/theirs/quota", "", tenant).status());
    assertEquals(
        404, http().call("POST", "/v1/claims", claimBody("theirs", "", 1), tenant).status());
    assertEquals(
        List.of(mine.text("id")),
        http().ok("GET", "/v1/claims?project=theirs", "", tenant, 200).items("id"));
    Http.Answer chosen =
        http().call("POST", "/v1/claims", claimBody("ours", name(agent).value(), 1), tenant);
    assertEquals(400, chosen.status());
    assertTrue(chosen.text("detail").startsWith("host"), chosen.body());
    http().ok("DELETE", "/v1/claims/" + mine.text("id"), "", tenant, 202);
  }

  @Test
  void whatIsNotExactlyWhatWasAskedForIsRefusedByName() {
    String alias = "/v1/aliases/bad";
    refused("PUT", alias, "{\"rule\":{\"vendor\":\"1002\"},\"colour\":1}", "colour");
    refused("PUT", alias, "{\"rule\":{\"vendor\":\"1002\",\"size\":2}}", "rule.size");
    refused("PUT", alias, "{\"rule\":{\"vendor\":\"10\"}}", "rule.vendor");
    refused("PUT", alias, "{\"rule\":{\"vendor\":1002}}", "rule.vendor");
    refused("PUT", alias, "{\"rule\":{\"vendor\":\"1002\"},\"level\":\"L9\"}", "level");
    refused("PUT", alias, "{\"name\":\"other\",\"rule\":{\"vendor\":\"1002\"}}", "name");
    refused("PUT", alias, "{}", "rule");
    refused("PUT", alias, "{\"rule\":{\"vendor\":\"1002\"}}{}", "body");
    refused("PUT", alias, "{\"level\":\"L1\",\"level\":\"L3\"}", "body");
    refused("PUT", alias, "[]", "body");
    refused("PUT", alias, "", "body");
    refused("PUT", "/v1/aliases/-x", "{\"rule\":{\"vendor\":\"1002\"}}", "name");
    refused("PUT", "/v1/projects/p1/quota", "{\"limits\":{\"gpu\":1}}", "limits.gpu");
    refused("PUT", "/v1/projects/p1/quota", "{\"limits\":{\"alias:gpu\":-2}}", "limits.alias:gpu");
    refused("PUT", "/v1/projects/p1/quota", "{\"limits\":{\"alias:gpu\":\"1\"}}", "limits");
    refused("POST", "/v1/claims", claimBody("p1", "", 0), "count");
    refused("POST", "/v1/claims", claimBody("p1", "", 65), "count");
    refused("POST", "/v1/claims", claimBody("p 1", "", 1), "project");
    refused("POST", "/v1/claims", claimBody("p1", "", 1).replace("vm-1", "vm 1"), "consumer");
    refused(
        "POST", "/v1/claims", "{\"id\":\"1-1-1-1-1\"," + claimBody("p1", "", 1).substring(1), "id");
    refused("GET", "/v1/units?limit=0", "", "limit");
    refused("GET", "/v1/units?limit=1001", "", "limit");
    refused("GET", "/v1/units?limit=many", "", "limit");
    refused("GET", "/v1/units?state=SOLD", "", "state");
    refused("GET", "/v1/units?marker=x", "", "marker");
    refused("GET", "/v1/units/x", "", "id");
    refused("POST", "/v1/units/" + UUID.randomUUID() + "/retire", "{}", "reason");
    refused("POST", "/v1/hosts/-/cordon", "{\"reason\":\"x\"}", "host");
    refused("POST", "/v1/tokens", "{\"name\":\"x\",\"role\":\"king\"}", "role");
    refused("POST", "/v1/tokens", "{\"name\":\"x\",\"role\":\"project\"}", "project");
    assertEquals(404, http().call("GET", "/v1/aliases/bad", "", Http.As.ADMIN).status());
  }

  private void refused(String method, String path, String body, String field) {
    Http.Answer answer = http().call(method, path, body, Http.As.ADMIN);
    assertEquals(400, answer.status(), path + " " + body + " " + answer.body());
    assertEquals("MALFORMED", answer.code());
    assertTrue(answer.text("detail").startsWith(field), field + " in " + answer.body());
    assertFalse(INNER_WORDS.matcher(answer.text("detail")).find(), answer.body());
  }

  @Test
  void whatIsOfAnotherKindIsRefusedAndNotMadeToFit() {
    String alias = "/v1/aliases/bad";
    String quota = "/v1/projects/p1/quota";
    refused("PUT", alias, "{\"rule\":{\"vendor\":1002}}", "rule.vendor: is a text");
    refused(
        "PUT",
        alias,
        "{\"rule\":{\"vendor\":\"1002\",\"members\":1.5}}",
        "rule.members: is a whole");
    refused("PUT", alias, "{\"rule\":[]}", "rule: is an object");
    refused(
        "PUT",
        alias,
        "{\"rule\":{\"vendor\":\"1002\"},\"alternatives\":1}",
        "alternatives: is a list");
    refused("PUT", alias, "{", "body: ");
    refused("PUT", quota, "{\"limits\":{\"total\":2.9}}", "limits.total: is a whole number");
    refused("PUT", quota, "{\"limits\":{\"total\":true}}", "limits.total: is a whole number");
    refused("PUT", quota, "{\"limits\":{\"total\":1e30}}", "limits.total: is ");
    refused("PUT", quota, "{\"limits\":{\"total\":99999999999999999999}}", "limits.total: is ");
    refused("POST", "/v1/devices/admit", "{\"dry_run\":1}", "dry_run: is true or false");
    refused("GET", quota + "/explain", "", "alias: is missing");
  }

  @Test
  void aParameterThatACallDoesNotHaveIsRefusedForItWouldFilterNothing() {
    refused("GET", "/v1/units?states=clean", "", "states: is not a parameter");
    refused("GET", "/v1/claims?Project=p1", "", "Project: is not a parameter");
    refused("DELETE", "/v1/claims/" + UUID.randomUUID() + "?force=true", "", "force");
    refused("GET", "/v1/hosts?marker=%00", "", "marker");
    get("/v1/tokens?limit=10");
  }

  @Test
  void aQueryThatCannotBeDecodedIsTheCallersFault() throws IOException {
    HttpURLConnection call =
        (HttpURLConnection) new URL(url() + "/v1/hosts?marker=%f%").openConnection();
    call.setRequestProperty("Authorization", "Bearer " + http().adminToken());
    assertEquals(400, call.getResponseCode());
  }

  @Test
  void aBodyThatIsTooLongIsRefused() {
    Http.Answer answer =
        http()
            .call(
                "PUT",
                "/v1/projects/p1",
                "{\"name\":\"" + "x".repeat(300_000) + "\"}",
                Http.As.ADMIN);
    assertEquals(413, answer.status());
    assertEquals("TOO_LARGE", answer.code());
  }

  @Test
  void everyAnswerHasTheRequestsIdAndARefusalSaysItToo() {
    Http.Answer answer = http().call("GET", "/v1/nowhere", "", Http.As.ADMIN);
    assertEquals(404, answer.status());
    assertEquals(
        "application/problem+json",
        answer.response().headers().firstValue("Content-Type").orElseThrow());
    assertEquals(
        answer.text("request_id"),
        answer.response().headers().firstValue("X-Request-Id").orElseThrow());
    assertEquals(405, http().call("PUT", "/v1/hosts", "{}", Http.As.ADMIN).status());
    assertEquals("MALFORMED", http().call("PUT", "/v1/hosts", "{}", Http.As.ADMIN).code());
  }

  @Test
  void aListGoesOnWhereItsLastPartEnded() {
    AgentOverHttp agent = host(5);
    List<String> ids = new ArrayList<>();
    String marker = "";
    do {
      Http.Answer part = get("/v1/devices?host=" + name(agent) + "&limit=3" + marker);
      assertTrue(part.json().get("items").size() <= 3);
      ids.addAll(part.items("id"));
      JsonNode next = part.json().get("next");
      marker = next.isNull() ? "" : "&marker=" + next.asString();
    } while (!marker.isEmpty());
    assertEquals(10, ids.size());
    assertEquals(10, new HashSet<>(ids).size());
    for (String list :
        List.of("hosts", "aliases", "projects", "audit", "units", "claims", "wipes")) {
      Http.Answer one = get("/v1/" + list + "?limit=1");
      JsonNode next = one.json().get("next");
      if (!next.isNull()) {
        Http.Answer two = get("/v1/" + list + "?limit=1&marker=" + next.asString());
        assertFalse(one.json().get("items").equals(two.json().get("items")), list);
      }
    }
  }

  @Test
  void everyMutationIsAuditedWithItsActorAndReason() {
    AgentOverHttp agent = host(1);
    UnitId unit = admit(agent, 1);
    JsonNode line = get("/v1/audit?limit=1").json().get("items").get(0);
    assertEquals("device.admit", line.get("action").asString());
    assertEquals(unit.toString(), line.get("object").asString());
    assertEquals("admin:admin", line.get("actor").asString());
    assertEquals("test", line.get("reason").asString());
    agent.converge();
    assertTrue(
        Stream.of("wipe.report done")
            .allMatch(
                audited(
                        get("/v1/wipes?unit=" + unit)
                            .json()
                            .get("items")
                            .get(0)
                            .get("id")
                            .asString())
                    ::contains));
  }

  @Test
  void eventsArriveAsTheyHappen() throws IOException, InterruptedException {
    AgentOverHttp agent = host(1);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url() + "/v1/events"))
            .header("Authorization", "Bearer " + http().adminToken())
            .timeout(Duration.ofSeconds(8))
            .build();
    // The answer begins before there is anything to tell.
    HttpResponse<InputStream> stream =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
    assertEquals(200, stream.statusCode());
    UnitId unit = admit(agent, 1);
    StringBuilder heard = new StringBuilder();
    byte[] buffer = new byte[8192];
    try (InputStream in = stream.body()) {
      while (!heard.toString().contains(unit.toString())) {
        int read = in.read(buffer);
        assertTrue(read > 0, "the stream ended after " + heard);
        heard.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
      }
    }
    assertTrue(heard.toString().contains("UNMANAGED -> DIRTY on ADMIT"), heard.toString());
  }

  @Test
  void whatOperatorsWatchIsMeasured() {
    AgentOverHttp agent = host(1);
    admit(agent, 1);
    String metrics = get("/actuator/prometheus").body();
    assertTrue(metrics.contains("ostler_units{state=\"dirty\"}"), metrics);
    assertTrue(metrics.contains("ostler_hosts{state=\"up\"}"), metrics);
    assertTrue(metrics.contains("ostler_agents_waiting"), metrics);
    assertEquals("UP", http().call("GET", "/actuator/health", "", Http.As.NOBODY).text("status"));
  }

  /** After a change of the interface: read the difference, then put the served text in place. */
  @Test
  void theDescriptionThatIsCheckedInIsTheOneThatIsServed() throws IOException {
    JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    JsonNode served = http().call("GET", "/v3/api-docs", "", Http.As.NOBODY).json();
    Path written = Path.of("target/openapi.json");
    Files.createDirectories(written.getParent());
    Files.writeString(written, json.writeValueAsString(served) + "\n");
    assertEquals(
        Files.readString(CHECKED_IN),
        Files.readString(written),
        "the interface changed; if it should have, copy " + written + " to " + CHECKED_IN);
  }
}
