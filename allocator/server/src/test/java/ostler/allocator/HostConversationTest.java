package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import ostler.inventory.HostReport;
import ostler.inventory.UnitId;

/** How hosts come in, who may speak for them, and how they wait for orders. */
final class HostConversationTest extends Conversation {

  private static final int DEADLINE_SECONDS = 60;

  @Test
  void aHostIsEnrolledJoinsAndIsUp() {
    AgentOverHttp agent = new AgentOverHttp(http(), new FakeAgent(machine(1)));
    String token = agent.enroll();
    String path = "/v1/hosts/" + name(agent);
    assertEquals("enrolled", get(path).text("state"));
    assertFalse(get(path).json().get("enrolled").asBoolean());
    agent.join(token);
    assertTrue(get(path).json().get("enrolled").asBoolean());
    assertEquals("enrolled", get(path).text("state"), "it has not spoken yet");
    agent.report();
    assertEquals("up", get(path).text("state"));
    assertEquals("6.1.0", get(path).text("kernel"));
    assertEquals("0.1.0", get(path).json().get("agent").get("version").asString());
    assertEquals(2, get("/v1/devices?host=" + name(agent)).json().get("items").size());
  }

  @Test
  void aJoinTokenIsGoodOnceAndOnlyForItsHost() {
    AgentOverHttp one = new AgentOverHttp(http(), new FakeAgent(machine(1)));
    AgentOverHttp two = new AgentOverHttp(http(), new FakeAgent(machine(1)));
    String token = one.enroll();
    two.enroll();
    assertEquals(403, two.tryJoin(token).status());
    assertEquals("JOIN_TOKEN_REFUSED", two.tryJoin(token).code());
    AgentOverHttp stranger = new AgentOverHttp(http(), new FakeAgent(new Machine("nowhere")));
    assertEquals("JOIN_TOKEN_REFUSED", stranger.tryJoin(token).code());
    one.join(token);
    assertEquals(403, one.tryJoin(token).status());
  }

  @Test
  void anAgentSpeaksForItsOwnHostOnlyAndForNothingElse() {
    AgentOverHttp one = host(1);
    AgentOverHttp two = host(1);
    Http.Answer foreign =
        http().call("GET", "/v1/hosts/" + name(two) + "/desired", "", one.credential());
    assertEquals(403, foreign.status());
    assertEquals("FORBIDDEN", foreign.code());
    assertEquals(403, http().call("GET", "/v1/hosts", "", one.credential()).status());
    assertEquals(
        403, http().call("POST", "/v1/claims", claimBody("p1", "", 1), one.credential()).status());
  }

  @Test
  void aSecondLiveAgentIsRefusedAndASuccessorIsNot() {
    AgentOverHttp agent = host(1);
    AgentOverHttp twin = agent.twin();
    Http.Answer refused = twin.send(twin.agent().document());
    assertEquals(409, refused.status());
    assertEquals("AGENT_ALREADY_LIVE", refused.code());
    agent.agent().restart();
    agent.report();
    agent.agent().restart();
    agent.agent().restart();
    assertEquals(
        409,
        agent.send(agent.agent().document()).status(),
        "the one before it is not the one that is live");
  }

  @Test
  void aReportThatWasOvertakenIsRefused() {
    AgentOverHttp agent = host(1);
    HostReport early = agent.agent().document();
    agent.report();
    Http.Answer late = agent.send(early);
    assertEquals(409, late.status());
    assertEquals("STALE_REPORT", late.code());
  }

  @Test
  void aRevokedCredentialNoLongerWorksAndANewTokenMakesANewOne() {
    AgentOverHttp agent = host(1);
    UnitId unit = cleanUnit(agent);
    claim(agent, 201);
    agent.converge();
    Http.As before = agent.credential();
    admin("POST", "/v1/hosts/" + name(agent) + "/revoke", "{\"reason\":\"lost\"}", 200);
    assertEquals(401, agent.send(agent.agent().document()).status());
    assertEquals("READY", state(unit), "revoking frees nothing");
    agent.join(agent.enroll());
    assertNotEquals(before, agent.credential());
    agent.report();
    assertEquals(
        401, http().call("GET", "/v1/hosts/" + name(agent) + "/desired", "", before).status());
  }

  @Test
  void aCordonedHostHasNothingForNewClaims() {
    AgentOverHttp agent = host(1);
    UnitId unit = cleanUnit(agent);
    String path = "/v1/hosts/" + name(agent);
    assertEquals(400, adminStatus("POST", path + "/cordon", "{}"));
    Http.Answer cordoned =
        admin("POST", path + "/cordon", "{\"reason\":\"new power supply\"}", 200);
    assertEquals("cordoned", cordoned.text("admin"));
    assertEquals("new power supply", cordoned.text("admin_reason"));
    assertEquals("HOST_CORDONED", why(unit));
    assertEquals("NO_CAPACITY", claim(agent, 409).code());
    admin("POST", path + "/uncordon", "{}", 200);
    claim(agent, 201);
  }

  private int adminStatus(String method, String path, String body) {
    return http().call(method, path, body, Http.As.ADMIN).status();
  }

  @Test
  void anAgentThatWaitsIsWokenByAClaim()
      throws InterruptedException, ExecutionException, TimeoutException {
    AgentOverHttp agent = host(1);
    cleanUnit(agent);
    long revision = agent.desired().revision();
    CompletableFuture<Http.Answer> waiting = wait(agent, revision, 50);
    claim(agent, 201);
    Http.Answer woken = waiting.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    assertEquals(200, woken.status(), woken.body());
    assertTrue(woken.json().get("revision").asLong() > revision);
    assertEquals("ready", woken.json().get("units").get(0).get("goal").asString());
  }

  @Test
  void anAgentThatWaitsForNothingIsToldSo()
      throws InterruptedException, ExecutionException, TimeoutException {
    AgentOverHttp agent = host(1);
    long revision = agent.desired().revision();
    assertEquals(304, wait(agent, revision, 1).get(DEADLINE_SECONDS, TimeUnit.SECONDS).status());
    assertEquals(304, wait(agent, revision, 0).get(DEADLINE_SECONDS, TimeUnit.SECONDS).status());
    assertEquals(400, wait(agent, revision, 61).get(DEADLINE_SECONDS, TimeUnit.SECONDS).status());
  }

  @Test
  void aSecondWaitEndsTheFirst() throws InterruptedException, ExecutionException, TimeoutException {
    AgentOverHttp agent = host(1);
    cleanUnit(agent);
    long revision = agent.desired().revision();
    CompletableFuture<Http.Answer> first = wait(agent, revision, 50);
    CompletableFuture<Http.Answer> second = wait(agent, revision, 50);
    Object ended = CompletableFuture.anyOf(first, second).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    assertEquals(304, ((Http.Answer) ended).status());
    claim(agent, 201);
    assertEquals(
        504,
        first.get(DEADLINE_SECONDS, TimeUnit.SECONDS).status()
            + second.get(DEADLINE_SECONDS, TimeUnit.SECONDS).status());
  }

  private CompletableFuture<Http.Answer> wait(AgentOverHttp agent, long after, int seconds) {
    String path = "/v1/hosts/" + name(agent) + "/desired?after=" + after + "&wait=" + seconds;
    return CompletableFuture.supplyAsync(() -> http().call("GET", path, "", agent.credential()));
  }
}
