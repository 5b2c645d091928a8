package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import ostler.inventory.Consumer;
import ostler.inventory.ProjectId;
import ostler.inventory.StartRequest;
import ostler.pci.PciAddress;

/** What a host asks when one of Nova's instances is about to start on it, over HTTP. */
final class StartConversationTest extends NovaConversation {

  private static StartRequest start(UUID instance, String project, String... devices) {
    return new StartRequest(
        new Consumer("nova", "instance", instance.toString()),
        new ProjectId(project),
        List.of(devices).stream().map(PciAddress::parse).toList());
  }

  private Http.Answer ask(AgentOverHttp agent, String call, String body) {
    return http().call("POST", agent.path(call), body, agent.credential());
  }

  private String device(AgentOverHttp agent, int index) {
    return get("/v1/devices?host=" + name(agent))
        .json()
        .get("items")
        .valueStream()
        .map(device -> device.get("address").asString())
        .sorted()
        .toList()
        .get(index);
  }

  @Test
  void anInstanceThatWasPromisedSomethingGetsWhatNovaChoseAndGivesItBackWhenItIsGone() {
    AgentOverHttp agent = cleanHost(2);
    String project = project("starting", 1);
    UUID instance = UUID.randomUUID();
    ask(instance, project, "create", 1, name(agent).value());
    String body = start(instance, project, device(agent, 1)).toJson();
    Http.Answer answer = ask(agent, "starts", body);
    assertEquals(200, answer.status(), answer.body());
    assertEquals("PREPARING", answer.text("state"));
    agent.converge();
    Http.Answer again = ask(agent, "starts", body);
    assertEquals(answer.text("claim"), again.text("claim"));
    assertEquals("READY", again.text("state"));
    assertEquals(1, used(project));
    String gone = "{\"claims\":[\"" + answer.text("claim") + "\"]}";
    assertEquals(List.of(answer.text("claim")), texts(ask(agent, "gone", gone)));
    agent.converge();
    assertEquals(0, used(project));
    assertEquals(List.of(), texts(ask(agent, "gone", gone)), "what is said late changes nothing");
  }

  private static List<String> texts(Http.Answer answer) {
    assertEquals(200, answer.status(), answer.body());
    return answer.json().get("claims").valueStream().map(claim -> claim.asString()).toList();
  }

  @Test
  void whyAnInstanceMayNotStartIsTold() {
    AgentOverHttp agent = cleanHost(1);
    String project = project("refused", 0);
    Http.Answer answer =
        ask(agent, "starts", start(UUID.randomUUID(), project, device(agent, 0)).toJson());
    assertEquals(403, answer.status());
    assertEquals("QUOTA_EXCEEDED", answer.code());
    AgentOverHttp other = cleanHost(1);
    assertEquals(
        403,
        http()
            .call(
                "POST",
                agent.path("starts"),
                start(UUID.randomUUID(), project, device(agent, 0)).toJson(),
                other.credential())
            .status(),
        "an agent speaks for its own host");
  }

  @Test
  void whatBreaksARuleIsRefusedByItsField() {
    AgentOverHttp agent = cleanHost(1);
    String good = start(UUID.randomUUID(), "p1", device(agent, 0)).toJson();
    refused(agent, "starts", good.replaceAll("\"id\":\"[^\"]*\"", "\"id\":\"vm\""), "consumer.id");
    refused(agent, "starts", good.replaceAll("\\[.*]", "[]"), "there are 1 to 256 devices");
    refused(agent, "starts", good.replace("devices", "device"), "device");
    refused(agent, "gone", "{}", "claims");
    refused(agent, "gone", "{\"claims\":[\"x\"]}", "claims");
    Http.Answer stranger = ask(agent, "starts", good.replace("\"nova\"", "\"libvirt\""));
    assertEquals("WRONG_STATE", stranger.code());
    assertNotEquals(200, stranger.status());
  }

  private void refused(AgentOverHttp agent, String call, String body, String because) {
    Http.Answer answer = ask(agent, call, body);
    assertEquals(400, answer.status(), answer.body());
    assertTrue(answer.text("detail").contains(because), answer.body());
  }
}
