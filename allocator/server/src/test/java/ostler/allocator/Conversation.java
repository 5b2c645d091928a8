package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import ostler.inventory.HostName;
import ostler.inventory.UnitId;
import tools.jackson.databind.JsonNode;

/** A real allocator, which all tests of a class speak to; each brings hosts of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Conversation {

  static final String VM = "{\"source\":\"libvirt\",\"type\":\"domain\",\"id\":\"vm-1\"}";

  private TestServer server;
  private int hosts;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    server = open(folder.resolve("data"));
    admin("PUT", "/v1/aliases/gpu", "{\"rule\":{\"vendor\":\"1002\"},\"level\":\"L3\"}", 200);
    admin("PUT", "/v1/projects/p1", "{\"name\":\"one\"}", 200);
    limit("p1", 1000);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  TestServer open(Path data) throws IOException {
    return TestServer.start(data, autoClean());
  }

  boolean autoClean() {
    return true;
  }

  Http http() {
    return server.http();
  }

  String url() {
    return server.url();
  }

  /** A host that no other test knows, with so many GPUs, whose agent has reported. */
  AgentOverHttp host(int gpus) {
    return AgentOverHttp.joined(http(), machine(gpus));
  }

  Machine machine(int gpus) {
    return Machine.withGpus("host-" + getClass().getSimpleName() + "-" + ++hosts, gpus);
  }

  /** The unit of the first GPU of such a host, in and clean. */
  UnitId cleanUnit(AgentOverHttp agent) {
    UnitId unit = admit(agent, 1);
    agent.converge();
    assertEquals("CLEAN", state(unit));
    return unit;
  }

  UnitId admit(AgentOverHttp agent, int slot) {
    Http.Answer answer = tryAdmit(agent, "\"" + Machine.gpu(slot) + "\"", false);
    assertEquals(1, answer.json().get("admitted").size(), answer.body());
    return UnitId.parse(answer.json().get("admitted").get(0).get("id").asString());
  }

  Http.Answer tryAdmit(AgentOverHttp agent, String addresses, boolean dryRun) {
    return admin(
        "POST",
        "/v1/devices/admit",
        "{\"host\":\""
            + name(agent)
            + "\",\"addresses\":["
            + addresses
            + "],\"dry_run\":"
            + dryRun
            + ",\"reason\":\"test\"}",
        200);
  }

  static HostName name(AgentOverHttp agent) {
    return agent.agent().machine().name();
  }

  Http.Answer admin(String method, String path, String body, int status) {
    return http().ok(method, path, body, Http.As.ADMIN, status);
  }

  Http.Answer get(String path) {
    return http().get(path);
  }

  Http.Answer claim(AgentOverHttp on, int status) {
    return admin("POST", "/v1/claims", claimBody("p1", name(on).value(), 1), status);
  }

  static String claimBody(String project, String host, int count) {
    return "{\"project\":\""
        + project
        + "\",\"alias\":\"gpu\",\"count\":"
        + count
        + (host.isEmpty() ? "" : ",\"host\":\"" + host + "\"")
        + ",\"consumer\":"
        + VM
        + "}";
  }

  String state(UnitId unit) {
    return unit(unit).text("state");
  }

  Http.Answer unit(UnitId unit) {
    return get("/v1/units/" + unit);
  }

  String why(UnitId unit) {
    return unit(unit).json().get("why").get("code").asString();
  }

  String cause(UnitId unit) {
    return unit(unit).json().get("cause").get("code").asString();
  }

  /** A member of a project. */
  Http.As member(String project) {
    return new Http.As(
        admin(
                "POST",
                "/v1/tokens",
                "{\"name\":\"m\",\"role\":\"project\",\"project\":\"" + project + "\"}",
                201)
            .text("token"));
  }

  void limit(String project, long count) {
    admin(
        "PUT",
        "/v1/projects/" + project + "/quota",
        "{\"limits\":{\"alias:gpu\":" + count + "}}",
        200);
  }

  long used(String project) {
    return get("/v1/projects/" + project + "/quota")
        .json()
        .get("limits")
        .get(0)
        .get("used")
        .asLong();
  }

  /** The outcomes of the newest lines of the audit that are about something. */
  List<String> audited(Object object) {
    return get("/v1/audit?limit=1000")
        .json()
        .get("items")
        .valueStream()
        .filter(line -> line.get("object").asString().equals(object.toString()))
        .map(line -> line.get("action").asString() + " " + line.get("outcome").asString())
        .toList();
  }

  static List<String> texts(JsonNode items, String field) {
    return items.valueStream().map(item -> item.get(field).asString()).toList();
  }
}
