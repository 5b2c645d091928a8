package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ostler.inventory.DesiredJson;
import ostler.inventory.DesiredState;
import ostler.inventory.HostReport;
import ostler.inventory.JoinAnswer;
import ostler.inventory.ReportAnswer;
import ostler.inventory.ReportJson;
import ostler.inventory.UnitId;
import ostler.inventory.UnitOrder;
import ostler.wire.WireException;

/** A fake agent that speaks to a real allocator. */
public final class AgentOverHttp {

  private static final int MAX_ROUNDS = 20;

  private final Http http;
  private final FakeAgent agent;
  private Http.As credential = Http.As.NOBODY;

  public AgentOverHttp(Http http, FakeAgent agent) {
    this.http = http;
    this.agent = agent;
  }

  /** An agent that has joined and reported once. */
  public static AgentOverHttp joined(Http http, Machine machine) {
    AgentOverHttp agent = new AgentOverHttp(http, new FakeAgent(machine));
    agent.join(agent.enroll());
    agent.report();
    return agent;
  }

  /**
   * An agent that has joined, and whose GPUs are clean.
   *
   * @param operator the allocator at which they were admitted, which may be another than its own
   */
  static AgentOverHttp withCleanGpus(Http http, Http operator, String host, int gpus) {
    AgentOverHttp agent = joined(http, Machine.withGpus(host, gpus));
    operator.ok(
        "POST",
        "/v1/devices/admit",
        "{\"host\":\"" + host + "\",\"rule\":{\"vendor\":\"1002\"},\"reason\":\"test\"}",
        Http.As.ADMIN,
        200);
    agent.converge();
    return agent;
  }

  public String enroll() {
    return http.ok("POST", path("enrollment"), "{}", Http.As.ADMIN, 201).text("join_token");
  }

  public void join(String token) {
    Http.Answer answer = tryJoin(token);
    assertEquals(201, answer.status(), answer.body());
    credential = new Http.As(read(() -> JoinAnswer.read(answer.bytes())).credential());
  }

  public Http.Answer tryJoin(String token) {
    return http.call("POST", path("join"), agent.joinRequest(token).toJson(), Http.As.NOBODY);
  }

  /** Another agent of the same host with the same credential, which knows nothing of this one. */
  public AgentOverHttp twin() {
    AgentOverHttp twin = new AgentOverHttp(http, new FakeAgent(agent.machine()));
    twin.credential = credential;
    return twin;
  }

  /** The same agent, which speaks to an allocator that was started again. */
  public AgentOverHttp speakingTo(Http other) {
    AgentOverHttp same = new AgentOverHttp(other, agent);
    same.credential = credential;
    return same;
  }

  public FakeAgent agent() {
    return agent;
  }

  public Http.As credential() {
    return credential;
  }

  /** Reports, takes up its orders and reports again, until there is nothing new. */
  public void converge() {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      DesiredState desired = desired();
      agent.takeUp(desired);
      if (report().revision() == desired.revision()) {
        return;
      }
    }
    throw new AssertionError("the allocator and the agent go round in circles");
  }

  public DesiredState desired() {
    Http.Answer answer = http.ok("GET", path("desired"), "", credential, 200);
    return read(() -> DesiredJson.read(answer.bytes()));
  }

  public UnitOrder order(UnitId unit) {
    return desired().units().stream()
        .filter(order -> order.unit().equals(unit))
        .findFirst()
        .orElseThrow();
  }

  public ReportAnswer report() {
    Http.Answer answer = send(agent.document());
    assertEquals(200, answer.status(), answer.body());
    ReportAnswer read = read(() -> ReportJson.readAnswer(answer.bytes()));
    agent.hear(read);
    return read;
  }

  public Http.Answer send(HostReport report) {
    return send(ReportJson.write(report));
  }

  public Http.Answer send(String document) {
    return http.call("PUT", path("observed"), document, credential);
  }

  String path(String call) {
    return "/v1/hosts/" + agent.machine().name() + "/" + call;
  }

  private interface Reading<T> {
    T read() throws WireException;
  }

  private static <T> T read(Reading<T> reading) {
    try {
      return reading.read();
    } catch (WireException e) {
      throw new AssertionError("the allocator's answer cannot be read: " + e.getMessage(), e);
    }
  }
}
