package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import ostler.inventory.ChainHash;
import ostler.inventory.Fence;
import ostler.inventory.Goal;
import ostler.inventory.HostReport;
import ostler.inventory.PciFunction;
import ostler.inventory.ReportAnswer;
import ostler.inventory.ReportJson;
import ostler.inventory.UnitId;
import ostler.inventory.UnitOrder;
import ostler.inventory.UnitPhase;
import ostler.inventory.UnitReport;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;
import tools.jackson.databind.JsonNode;

/** What the allocator makes of what hosts say. */
final class ReportConversationTest extends Conversation {

  @Test
  void aMalformedReportIsRefusedByTheNameOfTheField() {
    AgentOverHttp agent = host(1);
    String report = ReportJson.write(agent.agent().document());
    Map<String, String> spoilt =
        Map.of(
            report.replace("\"boot_id\":\"", "\"boot_id\":\"x"), "boot_id",
            report.replaceFirst("\"sequence\":[0-9]+", "\"sequence\":-1"), "sequence",
            report.replaceFirst("\"scan_complete\":true,", ""), "scan_complete",
            report.replaceFirst("\"v\":1", "\"v\":2"), "v",
            report.replaceFirst("\\{\"v\"", "{\"colour\":\"red\",\"v\""), "colour",
            report.replaceFirst("\"host\":\"[^\"]*\"", "\"host\":\"other\""), "host");
    spoilt.forEach(
        (document, field) -> {
          Http.Answer answer = agent.send(document);
          assertEquals(400, answer.status(), field + " " + answer.body());
          assertEquals("MALFORMED", answer.code());
          assertTrue(answer.text("detail").contains(field), field + " " + answer.body());
        });
    assertEquals(400, agent.send("{").status());
    assertEquals(400, agent.send("").status());
    assertEquals(200, agent.send(report).status());
  }

  @Test
  void aReportThatIsTooLongIsRefusedWithoutBeingRead() {
    AgentOverHttp agent = host(1);
    Http.Answer answer = agent.send("\"" + " ".repeat(8 * 1024 * 1024) + "\"");
    assertEquals(413, answer.status());
    assertEquals("TOO_LARGE", answer.code());
  }

  @Test
  void aBadDeviceCostsThatDeviceAndNotTheReport() {
    AgentOverHttp agent = host(2);
    agent.agent().machine().plugGpu(3);
    String report =
        ReportJson.write(agent.agent().document())
            .replaceFirst("\"address\":\"0000:02:00.0\"", "\"address\":\"0000:zz:00.0\"");
    Http.Answer answer = agent.send(report);
    assertEquals(200, answer.status(), answer.body());
    String path = answer.json().get("warnings").get(0).get("path").asString();
    assertTrue(path.contains("functions[2]"), answer.body());
    JsonNode shown = get("/v1/hosts/" + name(agent)).json();
    assertEquals(path, shown.get("warnings").get(0).get("path").asString());
    assertEquals("present", device(agent, Machine.gpu(3)).get("presence").asString());
    assertEquals(
        device(agent, Machine.gpu(3)),
        get("/v1/devices/" + name(agent) + "%2F" + Machine.gpu(3)).json(),
        "a place may come as one part of the path");
  }

  @Test
  void onlyACompleteScanMakesADeviceMissingAndAClaimStays() {
    AgentOverHttp agent = host(2);
    UnitId free = cleanUnit(agent);
    UnitId taken = admit(agent, 2);
    agent.converge();
    Http.Answer claim = admin("POST", "/v1/claims", claimBody("p1", name(agent).value(), 2), 201);
    agent.converge();
    Machine machine = agent.agent().machine();
    machine.scansCompletely(false);
    machine.pull(Machine.gpu(2));
    agent.converge();
    assertEquals("present", unit(taken).text("presence"));
    machine.scansCompletely(true);
    agent.converge();
    assertEquals("missing", unit(taken).text("presence"));
    assertEquals("present", unit(free).text("presence"));
    assertEquals("READY", state(taken));
    assertEquals("ready", get("/v1/claims/" + claim.text("id")).text("state"));
  }

  @Test
  void aCleanUnitThatWentMissingIsCleanedAgainWhenItIsBack() {
    AgentOverHttp agent = host(1);
    UnitId unit = cleanUnit(agent);
    Machine machine = agent.agent().machine();
    PciFunction gpu = machine.at(Machine.gpu(1));
    machine.pull(Machine.gpu(1));
    agent.converge();
    assertEquals("DIRTY", state(unit));
    assertEquals("VANISHED", cause(unit));
    machine.plug(gpu);
    agent.converge();
    assertEquals("CLEAN", state(unit));
    assertEquals(2, get("/v1/wipes?unit=" + unit).json().get("items").size());
  }

  @Test
  void anotherCardInTheSlotIsAnotherDeviceAndNotTheUnits() {
    AgentOverHttp agent = host(1);
    UnitId unit = cleanUnit(agent);
    String before = device(agent, Machine.gpu(1)).get("id").asString();
    agent
        .agent()
        .machine()
        .plug(
            Machine.function(
                    Machine.gpu(1), PciId.parse("10de:20b0"), PciClass.parse("0x030200"), 1)
                .build());
    agent.converge();
    JsonNode now = device(agent, Machine.gpu(1));
    assertNotEquals(before, now.get("id").asString());
    assertFalse(now.get("admitted").asBoolean());
    assertEquals("missing", get("/v1/devices/" + before).text("presence"));
    assertEquals("missing", unit(unit).text("presence"));
    assertEquals("DIRTY", state(unit));
  }

  @Test
  void aGroupThatGrewIsNoLongerTheUnit() {
    AgentOverHttp agent = host(1);
    UnitId unit = cleanUnit(agent);
    agent
        .agent()
        .machine()
        .plug(
            Machine.function(
                    PciAddress.parse("0000:01:00.2"), Machine.GPU, PciClass.parse("0x030000"), 1)
                .build());
    agent.converge();
    assertEquals("DIRTY", state(unit));
    assertEquals("GROUP_CHANGED", cause(unit));
    agent.converge();
    assertEquals("DIRTY", state(unit), "half a group is not even cleaned");
  }

  @Test
  void aRestartOfTheHostMakesCleanUnitsDirtyAndLeavesClaimsAlone() {
    AgentOverHttp agent = host(2);
    UnitId free = cleanUnit(agent);
    UnitId taken = admit(agent, 2);
    agent.converge();
    String claimed = claim(agent, 201).json().get("units").get(0).get("unit").asString();
    UnitId held = claimed.equals(free.toString()) ? free : taken;
    UnitId left = held.equals(free) ? taken : free;
    agent.converge();
    agent.agent().reboot();
    agent.report();
    assertEquals("READY", state(held));
    assertEquals("REBOOTED", cause(left));
    assertNotEquals("CLEAN", state(left));
    agent.converge();
    assertEquals("CLEAN", state(left));
    assertEquals("READY", state(held));
  }

  @Test
  void aCleanUnitThatLostItsGuardOrDriverIsDirty() {
    AgentOverHttp agent = host(1);
    UnitId unit = cleanUnit(agent);
    UnitReport said = agent.agent().said(unit);
    agent.agent().say(with(said, said.fence(), UnitPhase.BOUND, true, false));
    agent.report();
    assertEquals("GUARD_LOST", cause(unit));
    agent.converge();
    assertEquals("CLEAN", state(unit));
    said = agent.agent().said(unit);
    agent.agent().say(with(said, said.fence(), UnitPhase.RESTING, false, false));
    agent.report();
    assertEquals("DRIVER_CHANGED", cause(unit));
    assertEquals("DIRTY", state(unit), "what is not bound is not cleaned");
  }

  private static UnitReport with(
      UnitReport said, Fence fence, UnitPhase phase, boolean bound, boolean guarded) {
    return new UnitReport(
        said.unit(), fence, phase, bound, guarded, List.of(), true, Optional.empty());
  }

  @Test
  void anAnswerToAnOldOrderChangesNothingAndIsAudited() {
    AgentOverHttp agent = host(1);
    UnitId unit = cleanUnit(agent);
    Http.Answer claim = claim(agent, 201);
    agent.converge();
    UnitReport ready = agent.agent().said(unit);
    admin("DELETE", "/v1/claims/" + claim.text("id"), "", 202);
    agent.agent().say(with(ready, ready.fence(), UnitPhase.RELEASED, true, true));
    agent.report();
    agent.report();
    assertEquals("RELEASING", state(unit));
    assertEquals(1, audited(unit).stream().filter("unit.report STALE_FENCE"::equals).count());
  }

  @Test
  void aHolderThatIsGoneFreesNothing() {
    AgentOverHttp agent = host(1);
    UnitId unit = cleanUnit(agent);
    Http.Answer claim = claim(agent, 201);
    agent.converge();
    UnitOrder order = agent.order(unit);
    for (UnitPhase phase : UnitPhase.values()) {
      agent.agent().say(with(agent.agent().said(unit), order.fence(), phase, true, true));
      agent.report();
      assertEquals(claim.text("id"), unit(unit).text("claim"), "after the host said " + phase);
    }
    assertTrue(
        List.of("ready", "in_use").contains(get("/v1/claims/" + claim.text("id")).text("state")));
  }

  @Test
  void aWipeRecordThatIsNotWhatWasOrderedMakesNothingClean() {
    Map<Lies, String> codes =
        Map.of(
            Lies.OF_ANOTHER_BOOT, "REBOOTED",
            Lies.OF_ANOTHER_HOST, "BAD_RECORD",
            Lies.OF_ANOTHER_CARD, "IDENTITY_CHANGED",
            Lies.OF_HALF_THE_UNIT, "IDENTITY_CHANGED",
            Lies.OF_ANOTHER_CLAIM, "BAD_RECORD",
            Lies.UNDER_AN_OLD_FENCE, "STALE_FENCE");
    codes.forEach(
        (lie, code) -> {
          AgentOverHttp agent = host(1);
          UnitId unit = admit(agent, 1);
          agent.agent().lie(lie::tell);
          ReportAnswer answer = wipeOnce(agent);
          assertEquals(List.of(), answer.wipesAccepted(), lie.name());
          assertEquals(code, answer.wipesRefused().get(0).code(), lie.name());
          assertNotEquals("CLEAN", state(unit), lie.name());
        });
  }

  @Test
  void aForgedOrMisplacedRecordIsRefusedAndKept() {
    AgentOverHttp agent = host(1);
    UnitId unit = admit(agent, 1);
    agent.agent().signsWithAnotherKey(true);
    assertEquals("BAD_SIGNATURE", wipeOnce(agent).wipesRefused().get(0).code());
    agent.agent().signsWithAnotherKey(false);
    agent.agent().lieAboutHead(head -> ChainHash.of("another"));
    assertEquals("BROKEN_CHAIN", wipeOnce(agent).wipesRefused().get(0).code());
    agent.agent().lieAboutHead(UnaryOperator.identity());
    agent.converge();
    assertEquals("CLEAN", state(unit));
    JsonNode kept = get("/v1/wipes?unit=" + unit).json().get("items");
    assertEquals(
        List.of("false", "false", "true"), texts(kept, "accepted").stream().sorted().toList());
  }

  @Test
  void aRecordThatCannotBeReadIsAnsweredAndNamedSoThatTheNextIsNotKeptWaiting() {
    AgentOverHttp agent = host(1);
    UnitId unit = admit(agent, 1);
    agent.agent().takeUp(agent.desired());
    agent.report();
    agent.agent().takeUp(agent.desired());
    agent.agent().spoilRecord();
    ReportAnswer answer = agent.report();
    assertEquals("BAD_RECORD", answer.wipesRefused().get(0).code());
    assertEquals("wipes[0].body.v", answer.warnings().get(0).path());
    agent.converge();
    assertEquals("CLEAN", state(unit));
  }

  @Test
  void aWipeThatProvesLessThanWasAskedForIsOnlyATry() {
    AgentOverHttp agent = host(1);
    UnitId unit = admit(agent, 1);
    agent.agent().lie(Lies.NEVER_VERIFIED::tell);
    ReportAnswer answer = wipeOnce(agent);
    assertEquals(1, answer.wipesAccepted().size(), "it is evidence, though not enough");
    assertEquals("1", unit(unit).text("attempts"));
    assertEquals("L2", get("/v1/wipes/" + answer.wipesAccepted().get(0)).text("level"));
    agent.agent().lie(Lies.none());
    agent.converge();
    assertEquals("CLEAN", state(unit));
    assertEquals("0", unit(unit).text("attempts"));
  }

  @Test
  void threeTriesThatFailEndInQuarantineAndAnOperatorEndsThat() {
    AgentOverHttp agent = host(1);
    UnitId unit = admit(agent, 1);
    agent.agent().lie(Lies.FAILED::tell);
    agent.converge();
    assertEquals("DIRTY", state(unit));
    assertEquals("3", unit(unit).text("attempts"));
    JsonNode quarantine = unit(unit).json().get("quarantine");
    assertEquals("WIPE_FAILED", quarantine.get("code").asString());
    assertTrue(quarantine.get("reason").asString().contains("RESIDUE"));
    assertEquals("QUARANTINED", why(unit));
    assertEquals("QUARANTINED", clean(unit, "{}", 409).code());

    agent.agent().lie(Lies.none());
    admin("POST", "/v1/units/" + unit + "/return", "{\"reason\":\"repaired\"}", 200);
    agent.converge();
    assertEquals("CLEAN", state(unit));
    assertEquals(4, get("/v1/wipes?unit=" + unit).json().get("items").size());
  }

  @Test
  void aHostThatCannotEvenBeginToCleanIsNotAskedForEver() {
    AgentOverHttp agent = host(1);
    UnitId unit = admit(agent, 1);
    agent.agent().takeUp(agent.desired());
    agent.report();
    for (int i = 0; i < 3; i++) {
      assertEquals("CLEANING", state(unit));
      agent.agent().fail(agent.order(unit), "RESET_UNSUPPORTED");
      agent.report();
    }
    assertEquals("DIRTY", state(unit));
    assertEquals("QUARANTINED", why(unit));
  }

  @Test
  void aHostThatSaysCleanAndHasNoRecordHasProvenNothing() {
    AgentOverHttp agent = host(1);
    UnitId unit = admit(agent, 1);
    agent.agent().takeUp(agent.desired());
    agent.report();
    UnitOrder order = agent.order(unit);
    agent.agent().say(with(agent.agent().said(unit), order.fence(), UnitPhase.CLEANED, true, true));
    agent.report();
    assertEquals("1", unit(unit).text("attempts"));
    assertEquals("CLEANING", state(unit), "it is told to try again");
    agent.converge();
    assertEquals("CLEAN", state(unit));
  }

  @Test
  void aRecordThatComesAgainIsAnsweredAsBefore() {
    AgentOverHttp agent = host(1);
    admit(agent, 1);
    agent.agent().takeUp(agent.desired());
    agent.report();
    agent.agent().takeUp(agent.desired());
    HostReport document = agent.agent().document();
    Http.Answer first = agent.send(document);
    Http.Answer again = agent.send(document);
    assertEquals(first.json().get("wipes_accepted"), again.json().get("wipes_accepted"));
    assertEquals(1, again.json().get("wipes_accepted").size());
  }

  @Test
  void theInventoryIsAskedForWhereItIsNotKnown() {
    AgentOverHttp agent = host(1);
    assertFalse(agent.report().needInventory());
    HostReport document = agent.agent().document();
    HostReport other =
        new HostReport(
            document.host(),
            document.agent(),
            document.bootId(),
            document.sequence() + 1,
            0,
            true,
            ChainHash.of("something else"),
            Optional.empty(),
            document.facts(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    assertTrue(agent.send(other).json().get("need_inventory").asBoolean());
  }

  @Test
  void aForeignHolderIsAWarningForOperators() {
    AgentOverHttp agent = host(1);
    agent.agent().foreign(Machine.gpu(1), "somebodys-vm");
    agent.report();
    JsonNode warning = get("/v1/hosts/" + name(agent)).json().get("warnings").get(0);
    assertEquals("0000:01:00.0", warning.get("path").asString());
    assertTrue(warning.get("rule").asString().contains("somebodys-vm"));
  }

  @Test
  void aUnitThatIsGivenBackIsTheHostsAgainAndMayComeBackAsItself() {
    AgentOverHttp agent = host(1);
    UnitId unit = cleanUnit(agent);
    String body =
        "{\"host\":\"" + name(agent) + "\",\"address\":\"0000:01:00.1\",\"reason\":\"test\"}";
    admin("POST", "/v1/devices/forget", body, 200);
    assertEquals("LEAVING", clean(unit, "{}", 409).code());
    assertTrue(unit(unit).json().get("leaving").asBoolean());
    assertEquals("LEAVING", why(unit));
    assertTrue(agent.order(unit).goal() instanceof Goal.GiveBack);
    agent.converge();
    assertEquals("UNMANAGED", state(unit));
    assertFalse(device(agent, Machine.gpu(1)).get("admitted").asBoolean());
    assertEquals("UNMANAGED", admin("POST", "/v1/devices/forget", body, 409).code());
    assertEquals(unit, admit(agent, 1), "the same cards are the same unit, with its chain");
    agent.converge();
    assertEquals("CLEAN", state(unit));
  }

  @Test
  void aClaimedUnitIsNotForgotten() {
    AgentOverHttp agent = host(1);
    cleanUnit(agent);
    claim(agent, 201);
    String body =
        "{\"host\":\"" + name(agent) + "\",\"address\":\"0000:01:00.0\",\"reason\":\"test\"}";
    assertEquals("WRONG_STATE", admin("POST", "/v1/devices/forget", body, 409).code());
  }

  /** Reports until a wipe was ordered and has been told of, once. */
  private static ReportAnswer wipeOnce(AgentOverHttp agent) {
    for (int i = 0; i < 5; i++) {
      agent.agent().takeUp(agent.desired());
      ReportAnswer answer = agent.report();
      if (!answer.wipesAccepted().isEmpty() || !answer.wipesRefused().isEmpty()) {
        return answer;
      }
    }
    throw new AssertionError("no wipe was ordered");
  }

  private Http.Answer clean(UnitId unit, String body, int status) {
    return admin("POST", "/v1/units/" + unit + "/clean", body, status);
  }

  private JsonNode device(AgentOverHttp agent, PciAddress address) {
    return get("/v1/devices/" + name(agent) + "/" + address).json();
  }
}
