package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import ostler.inventory.Goal;
import ostler.inventory.UnitId;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;
import tools.jackson.databind.JsonNode;

/** What comes in, what does not, and what an operator does with it. */
final class AdmissionConversationTest extends Conversation {

  @Override
  boolean autoClean() {
    return false;
  }

  @Test
  void aDryRunSaysWhatWouldComeInAndTakesNothing() {
    AgentOverHttp agent = host(2);
    Http.Answer dry = tryAdmit(agent, "\"0000:01:00.0\",\"0000:02:00.1\",\"0000:99:00.0\"", true);
    assertTrue(dry.json().get("dry_run").asBoolean());
    assertEquals(2, dry.json().get("admitted").size());
    assertEquals(2, dry.json().get("admitted").get(0).get("members").size());
    assertEquals(List.of("UNKNOWN_DEVICE"), texts(dry.json().get("refused"), "code"));
    assertEquals(0, get("/v1/units?host=" + name(agent)).json().get("items").size());
    assertEquals(List.of(), agent.desired().units());
  }

  @Test
  void aRuleTakesInWhatItMeansOnEveryHost() {
    AgentOverHttp one = host(1);
    AgentOverHttp two = host(2);
    PciId rare = PciId.parse("1d0f:efa0");
    for (AgentOverHttp agent : List.of(one, two)) {
      agent
          .agent()
          .machine()
          .plug(
              Machine.function(
                      PciAddress.parse("0000:40:00.0"), rare, PciClass.parse("0x120000"), 40)
                  .build());
      agent.report();
    }
    Http.Answer answer =
        admin(
            "POST",
            "/v1/devices/admit",
            "{\"rule\":{\"vendor\":\"1d0f\",\"class\":\"1200\"},\"reason\":\"new cards\"}",
            200);
    assertEquals(2, answer.json().get("admitted").size());
    Http.Answer again =
        admin(
            "POST",
            "/v1/devices/admit",
            "{\"rule\":{\"vendor\":\"1d0f\",\"class\":\"1200\"},\"reason\":\"again\"}",
            200);
    assertEquals(0, again.json().get("admitted").size());
    assertEquals(
        List.of("ALREADY_ADMITTED"),
        texts(again.json().get("refused"), "code").stream()
            .filter("ALREADY_ADMITTED"::equals)
            .distinct()
            .toList());
  }

  @Test
  void aGroupThatTheHostNeedsStaysWithTheHost() {
    Machine machine = machine(1);
    machine.plug(
        Machine.function(
                PciAddress.parse("0000:01:00.2"),
                PciId.parse("8086:100e"),
                PciClass.parse("0x020000"),
                1)
            .driver(new DriverName("e1000e"))
            .build());
    AgentOverHttp agent = AgentOverHttp.joined(http(), machine);
    JsonNode refused = tryAdmit(agent, "\"0000:01:00.0\"", false).json().get("refused");
    assertEquals(List.of("HOST_NEEDS"), texts(refused, "code"));
    assertTrue(refused.get(0).get("message").asString().contains("e1000e"));
  }

  @Test
  void admittingNeedsEitherAddressesOrARule() {
    AgentOverHttp agent = host(1);
    String host = "\"host\":\"" + name(agent) + "\"";
    assertEquals(400, status("{" + host + "}"));
    assertEquals(400, status("{" + host + ",\"addresses\":[],\"reason\":\"x\"}"));
    assertEquals(400, status("{\"addresses\":[\"0000:01:00.0\"]}"));
    assertEquals(400, status("{" + host + ",\"addresses\":[\"65:00.0\"]}"));
    assertEquals(400, status("{" + host + ",\"rule\":{}}"));
    assertEquals(400, status("{" + host + ",\"rule\":{\"product\":\"5046\"}}"));
    assertEquals(404, status("{\"host\":\"nowhere\",\"addresses\":[\"0000:01:00.0\"]}"));
    admin("POST", "/v1/hosts/mute/enrollment", "{}", 201);
    Http.Answer mute =
        admin(
            "POST",
            "/v1/devices/admit",
            "{\"host\":\"mute\",\"addresses\":[\"0000:01:00.0\"]}",
            409);
    assertEquals("NO_REPORT", mute.code());
  }

  private int status(String body) {
    return http().call("POST", "/v1/devices/admit", body, Http.As.ADMIN).status();
  }

  @Test
  void withoutAutoCleanAUnitStaysDirtyUntilSomebodySaysClean() {
    AgentOverHttp agent = host(1);
    UnitId unit = admit(agent, 1);
    assertEquals(
        "NOT_BOUND",
        admin("POST", "/v1/units/" + unit + "/clean", "{}", 409).code(),
        "its host has not taken it up yet");
    agent.converge();
    assertEquals("DIRTY", state(unit));
    assertEquals("ADMITTED", cause(unit));
    assertTrue(agent.order(unit).goal() instanceof Goal.Rest);
    admin("POST", "/v1/units/" + unit + "/clean", "{\"level\":\"L1\"}", 200);
    agent.converge();
    assertEquals("CLEAN", state(unit));
    assertEquals("L3", unit(unit).text("level"), "what was proven counts, not what was asked");
  }

  @Test
  void aCleanUnitMayBeCleanedAgain() {
    AgentOverHttp agent = host(1);
    UnitId unit = admit(agent, 1);
    agent.converge();
    admin("POST", "/v1/units/" + unit + "/clean", "{\"level\":\"L1\"}", 200);
    agent.agent().lie(Lies.NEVER_VERIFIED::tell);
    agent.converge();
    assertEquals("L2", unit(unit).text("level"));
    assertEquals("LEVEL_TOO_LOW", why(unit));
    assertEquals("NO_CAPACITY", claim(agent, 409).code());
    agent.agent().lie(Lies.none());
    admin("POST", "/v1/units/" + unit + "/clean", "{\"reason\":\"to L3\"}", 200);
    agent.converge();
    assertEquals("L3", unit(unit).text("level"));
    claim(agent, 201);
  }

  @Test
  void quarantineStopsCleaningAndClaimsButNotTheTenant() {
    AgentOverHttp agent = host(2);
    UnitId unit = admit(agent, 1);
    agent.converge();
    admin("POST", "/v1/units/" + unit + "/clean", "{}", 200);
    assertEquals("CLEANING", state(unit));
    Http.Answer kept =
        admin("POST", "/v1/units/" + unit + "/quarantine", "{\"reason\":\"smells\"}", 200);
    assertEquals("DIRTY", kept.text("state"));
    assertEquals("smells", kept.json().get("quarantine").get("reason").asString());
    assertEquals("admin:admin", kept.json().get("quarantine").get("by").asString());
    assertTrue(agent.order(unit).goal() instanceof Goal.Rest);
    admin("POST", "/v1/units/" + unit + "/return", "{\"reason\":\"it was lunch\"}", 200);
    admin("POST", "/v1/units/" + unit + "/clean", "{}", 200);
    agent.converge();
    claim(agent, 201);
    agent.converge();
    admin("POST", "/v1/units/" + unit + "/quarantine", "{\"reason\":\"again\"}", 200);
    assertEquals("READY", state(unit));
  }

  @Test
  void aRetiredUnitIsNeverHandedOutAgainUnlessItIsReturned() {
    AgentOverHttp agent = host(1);
    UnitId unit = admit(agent, 1);
    agent.converge();
    admin("POST", "/v1/units/" + unit + "/clean", "{}", 200);
    agent.converge();
    Http.Answer retired =
        admin("POST", "/v1/units/" + unit + "/retire", "{\"reason\":\"old\"}", 200);
    assertEquals("retired", retired.text("admin"));
    assertEquals("RETIRED", why(unit));
    assertEquals("NO_CAPACITY", claim(agent, 409).code());
    assertEquals("RETIRED", admin("POST", "/v1/units/" + unit + "/clean", "{}", 409).code());
    Http.Answer back =
        admin("POST", "/v1/units/" + unit + "/return", "{\"reason\":\"needed\"}", 200);
    assertEquals("enabled", back.text("admin"));
    assertNull(back.json().get("level").stringValue(null));
  }
}
